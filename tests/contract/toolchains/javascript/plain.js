// The least that a generator has, in JavaScript: the world `generator`, which stands since 0.1.0.

export const generation = {
  describe: () => ({ name: "plain-javascript", version: "1.0.0", summary: "Greets.", kinds: ["Greeting"] }),

  generate(request) {
    const { name } = JSON.parse(request.object).metadata;
    const files = [{ path: `${name}.yaml`, contents: { tag: "yaml", val: [JSON.stringify({ hello: name })] } }];
    return { tag: "complete", val: { files, destinations: [], emptyIsIntended: false } };
  },
};
