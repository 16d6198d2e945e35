// Shows that each part of the check can refuse, and that a good file passes.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { judge } from './catalog.mjs';

const group = `
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: alpha
spec:
  type: team
  profile:
    displayName: Team Alpha
  children: []
`;

function replaced(piece, replacement) {
  assert.ok(group.includes(piece));
  return group.replace(piece, replacement);
}

async function verdicts(text) {
  const list = [];
  for await (const verdict of judge(text)) list.push(verdict);
  return list;
}

test('accepts a group', async () => {
  assert.deepEqual(await verdicts(group), [{ kind: 'Group', ref: 'group:default/alpha', errors: [] }]);
});

test('judges each document and skips empty ones', async () => {
  const refs = (await verdicts(`---\n${group}---\n---\n${replaced('name: alpha', 'name: beta')}`)).map(({ ref }) => ref);
  assert.deepEqual(refs, ['group:default/alpha', 'group:default/beta']);
});

for (const [name, text, reason] of [
  ['a group without a type', replaced('  type: team\n', ''), /must have required property 'type'/],
  ['a group without children', replaced('  children: []\n', ''), /must have required property 'children'/],
  ['an empty display name', replaced('Team Alpha', '""'), /displayName must NOT have fewer than 1 characters/],
  ['a number as display name', replaced('Team Alpha', '12'), /displayName must be string/],
  ['a display name at the root', `${group}displayName: Team Alpha\n`, /additionalProperty: displayName/],
  ['a name with a space', replaced('name: alpha', 'name: al pha'), /"metadata.name" is not valid/],
  ['a name of 64 characters', replaced('name: alpha', `name: ${'a'.repeat(64)}`), /"metadata.name" is not valid/],
  ['a label with a space', replaced('name: alpha', 'name: alpha\n  labels: {team: a b}'), /"labels.team" is not valid/],
  ['an annotation that is a number', replaced('name: alpha', 'name: alpha\n  annotations: {team: 1}'), /annotations/],
  ['another version', replaced('v1alpha1', 'v9'), /No processor recognized the entity/],
  ['another kind', replaced('kind: Group', 'kind: Crew'), /No processor recognized the entity/],
  ['no metadata', replaced('metadata:\n  name: alpha\n', ''), /must have required property 'metadata'/],
  ['a list', '- a', /must be object/],
  ['a key given twice', replaced('type: team', 'type: team\n  type: crew'), /Map keys must be unique/],
]) {
  test(`refuses ${name}`, async () => {
    const [verdict] = await verdicts(text);
    assert.match(verdict.errors.join('\n'), reason);
  });
}

test('prints a line per entity and tells an unreadable file by its exit code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backstage-contract-'));
  try {
    const file = join(folder, 'group.yaml');
    writeFileSync(file, group);
    const read = run(file);
    assert.deepEqual(JSON.parse(read.stdout), { file, kind: 'Group', ref: 'group:default/alpha', errors: [] });
    assert.equal(read.status, 0);
    assert.equal(run(join(folder, 'missing.yaml')).status, 2);
    assert.equal(run().status, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function run(...files) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'check.mjs'), ...files], { encoding: 'utf8' });
}
