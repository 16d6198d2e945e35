"""The Team step with Kratix's own SDK for Python, in the way of its examples.

Usage: sdk.py INPUT OUTPUT METADATA, the three directories of Kratix.
"""

import json
import sys

import kratix_sdk as ks
import yaml

import team


def main(source, output, metadata):
    ks.set_input_dir(source)
    ks.set_output_dir(output)
    ks.set_metadata_dir(metadata)
    sdk = ks.KratixSDK()

    checked = team.check(sdk.read_resource_input().data)
    name = team.file_name(checked)

    group = yaml.safe_dump(team.group(checked, sdk.promise_name()), sort_keys=False, allow_unicode=True)
    sdk.write_output(f"backstage/{name}.yaml", group.encode())
    organization = json.dumps(team.organization(checked), indent=2, ensure_ascii=False)
    sdk.write_output(f"terraform/{name}.tf.json", (organization + "\n").encode())

    sdk.write_destination_selectors(
        [ks.DestinationSelector(directory, labels) for directory, labels in team.DESTINATIONS.items()]
    )
    sdk.write_status(ks.Status(team.status(checked)))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ValueError as error:
        sys.exit(f"the request is invalid: {error}")
