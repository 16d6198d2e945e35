"""A bucket of a team, in Python: uses all of the world `generator-with-inputs`. ../javascript/bucket.js does the same."""

import json
import traceback

from componentize_py_types import Err
from wit_world.exports.declarations import Input, Quantity
from wit_world.exports.generation import (
    Action,
    Contents_Bytes,
    Contents_Yaml,
    Description,
    Destination,
    Failure_Internal,
    Failure_Invalid,
    File,
    Outcome_Complete,
    Outcome_Suspend,
    Output,
    Problem,
    Suspension,
)
from wit_world.imports import earlier, inputs, log, workspace

SCHEMA = {
    "type": "object",
    "properties": {
        "directory": {"type": "string"},
        "destination": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["directory", "destination"],
}


class Generation:
    def describe(self):
        return Description(
            name="bucket-python",
            version="1.0.0",
            summary="Gives a team a bucket.",
            kinds=["Bucket.platform.kratix.io"],
            config_schema=json.dumps(SCHEMA),
        )

    def generate(self, request):
        try:
            return self.answer(request)
        except Err:
            raise
        except Exception:
            # What Python itself would say goes to stderr, which is a stub.
            raise Err(Failure_Internal(traceback.format_exc()))

    def answer(self, request):
        bucket, config = json.loads(request.object), json.loads(request.config)
        teams = [json.loads(text) for text in inputs.get("team")]
        steps = json.loads(earlier.status()).get("steps", 0) + 1
        if request.action == Action.DELETE:
            owner = teams[0]["spec"]["id"] if teams else "nobody"
            status = json.dumps({"owner": owner, "steps": steps})
            return Outcome_Suspend(Suspension(f"{owner} has to empty the bucket", None, status))
        spec, problems = bucket["spec"], []
        if not spec.get("name"):
            problems.append(Problem("spec.name", "is missing", "give the bucket a name"))
        if spec.get("size") == 0:
            problems.append(Problem(None, "nothing fits into the bucket", None))
        if problems:
            raise Err(Failure_Invalid(problems))
        return Outcome_Complete(self.complete(spec["name"], teams[0]["spec"]["id"], steps, config))

    def complete(self, name, owner, steps, config):
        log.write(log.Level.WARN, f"{name} of {owner}")
        directory, before = config["directory"], workspace.list()
        # A first generator makes the mark, a later one takes over what it finds.
        found = workspace.read(before[0]) if before else None
        mark = bytes([0, 255]) if found is None else found
        documents = [
            {"name": name, "owner": owner, "public": "no", "before": before},
            {"missing": workspace.read("missing") is None},
        ]
        return Output(
            files=[
                File(f"{directory}/mark", Contents_Bytes(mark)),
                File(f"{directory}/bucket.yaml", Contents_Yaml([json.dumps(each) for each in documents])),
            ],
            destinations=[Destination(directory, list(config["destination"].items()))],
            status=json.dumps({"message": f"{name} of {owner}", "owner": owner, "steps": steps}),
            empty_is_intended=False,
        )


class Declarations:
    def inputs(self):
        return [Input("team", "Team.platform.kratix.io", Quantity.ONE, "The team that the bucket is for.")]

    def may_hold_deletion(self):
        return True
