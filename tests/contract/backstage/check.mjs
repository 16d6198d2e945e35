// Prints what Backstage makes of catalogue files, one line of JSON per entity:
//   node check.mjs FILE.yaml…
// Exit code 2 means that a file couldn't be read, never that it's refused.

import { readFile } from 'node:fs/promises';

import { judge } from './catalog.mjs';

const files = process.argv.slice(2);
try {
  if (files.length === 0) throw new Error('usage: node check.mjs FILE.yaml…');
  for (const file of files) {
    for await (const verdict of judge(await readFile(file, 'utf8'))) {
      console.log(JSON.stringify({ file, ...verdict }));
    }
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
