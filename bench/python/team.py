"""What both Python steps share: the checks of a Team, and what it becomes."""

import re

ID = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
RESERVED_IDS = frozenset(
    "api assets attachments avatar avatars captcha explore ghost gitea-actions invite issues login metrics milestones "
    "notifications org pulls repo repo-avatars ssh_info user v2".split()
)
DESTINATIONS = {"backstage": {"repository": "catalog"}, "terraform": {"repository": "infrastructure"}}


def check(resource):
    """The Team of a request, or a ValueError that names everything that is wrong with it."""
    metadata, spec = resource["metadata"], resource.get("spec") or {}
    team = {
        "namespace": metadata.get("namespace") or "default",
        "request": metadata["name"],
        "id": spec.get("id"),
        "name": spec.get("name"),
        "email": spec.get("email") or f"{spec.get('id')}@example.com",
    }
    problems = []
    if not isinstance(team["id"], str) or len(team["id"]) > 40 or not ID.fullmatch(team["id"]):
        problems.append("spec.id must be up to 40 lower case letters and digits, with single hyphens or underscores")
    elif team["id"] in RESERVED_IDS:
        problems.append(f"spec.id {team['id']} is a name that Gitea keeps for itself")
    name = team["name"]
    if not isinstance(name, str) or not 0 < len(name) <= 100 or name != name.strip() or not name.isprintable():
        problems.append("spec.name must be one line of up to 100 characters")
    if not isinstance(team["email"], str) or len(team["email"]) > 200 or not EMAIL.fullmatch(team["email"]):
        problems.append("spec.email must be an email address")
    if problems:
        raise ValueError("; ".join(problems))
    return team


def file_name(team):
    return f"{team['namespace']}.{team['request']}"


def group(team, promise):
    """The group in the software catalog."""
    annotations = {"kratix-wasm.io/request": f"{team['namespace']}/{team['request']}"}
    if promise:
        annotations["kratix-wasm.io/promise"] = promise
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {"name": team["id"], "annotations": annotations},
        "spec": {"type": "team", "profile": {"displayName": team["name"], "email": team["email"]}, "children": []},
    }


def organization(team):
    """The organization in Terraform's JSON syntax."""
    return {
        "//": f"Generated from Team {team['namespace']}/{team['request']}: change the request, not this file.",
        "resource": {
            "gitea_org": {
                f"team_{team['id']}": {
                    "name": literal(team["id"]),
                    "full_name": literal(team["name"]),
                    "description": literal(f"Contact: {team['email']}"),
                    "visibility": "public",
                }
            }
        },
    }


def literal(text):
    """A string that Terraform takes for text, never for a template."""
    return text.replace("${", "$${").replace("%{", "%%{")


def status(team):
    return {
        "message": f"Files are generated; organization {team['id']} follows when they are reviewed",
        "organization": team["id"],
        "email": team["email"],
        "catalogRef": f"group:default/{team['id']}",
        "reviewUrl": None,
        "problems": None,
        "fault": None,
    }
