"""The least that a generator has, in Python: the world `generator`, which stands since 0.1.0."""

import json

from wit_world.exports.generation import Contents_Yaml, Description, File, Outcome_Complete, Output


class Generation:
    def describe(self):
        return Description("plain-python", "1.0.0", "Greets.", ["Greeting"], None)

    def generate(self, request):
        name = json.loads(request.object)["metadata"]["name"]
        files = [File(f"{name}.yaml", Contents_Yaml([json.dumps({"hello": name})]))]
        return Outcome_Complete(Output(files, [], None, False))
