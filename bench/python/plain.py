"""The Team step as a platform team would write it with PyYAML and Jinja2.

Usage: plain.py INPUT OUTPUT METADATA, the three directories of Kratix.
"""

import json
import os
import sys
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import team

TEMPLATES = Path(__file__).parent / "templates"


def main(source, output, metadata):
    resource = yaml.safe_load((source / "object.yaml").read_text())
    checked = team.check(resource)
    name = team.file_name(checked)

    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    group = templates.get_template("group.yaml.j2").render(team=checked, promise=os.getenv("KRATIX_PROMISE_NAME"))
    write(output / "backstage" / f"{name}.yaml", group)
    organization = json.dumps(team.organization(checked), indent=2, ensure_ascii=False)
    write(output / "terraform" / f"{name}.tf.json", organization + "\n")

    selectors = [{"directory": directory, "matchLabels": labels} for directory, labels in team.DESTINATIONS.items()]
    write(metadata / "destination-selectors.yaml", yaml.safe_dump(selectors, sort_keys=False))
    write(metadata / "status.yaml", yaml.safe_dump(team.status(checked), sort_keys=False))


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:]))
    except ValueError as error:
        sys.exit(f"the request is invalid: {error}")
