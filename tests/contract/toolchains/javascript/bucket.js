// A bucket of a team, in JavaScript: uses all of the world `generator-with-inputs`. ../python/bucket.py does the same.

import * as earlier from "kratix-wasm:generator/earlier@0.1.1";
import * as inputs from "kratix-wasm:generator/inputs@0.1.1";
import * as log from "kratix-wasm:generator/log@0.1.1";
import * as workspace from "kratix-wasm:generator/workspace@0.1.1";

const schema = {
  type: "object",
  properties: {
    directory: { type: "string" },
    destination: { type: "object", additionalProperties: { type: "string" } },
  },
  required: ["directory", "destination"],
};

export const generation = {
  describe() {
    return {
      name: "bucket-javascript",
      version: "1.0.0",
      summary: "Gives a team a bucket.",
      kinds: ["Bucket.platform.kratix.io"],
      configSchema: JSON.stringify(schema),
    };
  },

  generate(request) {
    try {
      return answer(request);
    } catch (error) {
      throw error.tag ? error : { tag: "internal", val: `${error}\n${error.stack}` };
    }
  },
};

function answer(request) {
  const { spec } = JSON.parse(request.object);
  const teams = inputs.get("team").map((text) => JSON.parse(text));
  const steps = (JSON.parse(earlier.status()).steps ?? 0) + 1;
  if (request.action === "delete") {
    const owner = teams.length ? teams[0].spec.id : "nobody";
    const status = JSON.stringify({ owner, steps });
    return { tag: "suspend", val: { message: `${owner} has to empty the bucket`, status } };
  }
  const problems = [];
  if (!spec.name) {
    problems.push({ field: "spec.name", message: "is missing", hint: "give the bucket a name" });
  }
  if (spec.size === 0) problems.push({ message: "nothing fits into the bucket" });
  if (problems.length) throw { tag: "invalid", val: problems };
  return { tag: "complete", val: complete(spec.name, teams[0].spec.id, steps, JSON.parse(request.config)) };
}

function complete(name, owner, steps, { directory, destination }) {
  log.write("warn", `${name} of ${owner}`);
  const before = workspace.list();
  // A first generator makes the mark, a later one takes over what it finds.
  const mark = (before.length && workspace.read(before[0])) || Uint8Array.of(0, 255);
  const documents = [
    { name, owner, public: "no", before },
    { missing: workspace.read("missing") == null },
  ];
  return {
    files: [
      { path: `${directory}/mark`, contents: { tag: "bytes", val: mark } },
      { path: `${directory}/bucket.yaml`, contents: { tag: "yaml", val: documents.map((each) => JSON.stringify(each)) } },
    ],
    destinations: [{ directory, matchLabels: Object.entries(destination) }],
    status: JSON.stringify({ message: `${name} of ${owner}`, owner, steps }),
    emptyIsIntended: false,
  };
}

export const declarations = {
  inputs: () => [
    { key: "team", kind: "Team.platform.kratix.io", quantity: "one", purpose: "The team that the bucket is for." },
  ],
  mayHoldDeletion: () => true,
};
