//! What `verify` finds, and that it changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use kratix_wasm_tests::{fail, root, run};
use serde_json::json;

use super::{copy, tokens};
use crate::scenarios::machine::{REPOSITORY, machine};

/// What `verify` found to be wrong, each with the reasons that it gave.
fn failures(said: &str) -> BTreeMap<String, String> {
    let mut failures = BTreeMap::new();
    let mut last = None;
    // But for what Git was asked to do.
    for line in said.lines().filter(|line| !line.starts_with("        $ git ")) {
        if let Some(what) = line.strip_prefix("FAILED  ") {
            last = Some(what.to_owned());
            failures.insert(what.to_owned(), String::new());
        } else if let (Some(reason), Some(what)) = (line.strip_prefix("        "), &last) {
            failures.get_mut(what).expect("it was put in").push_str(reason);
        } else {
            assert!(line.starts_with("ok      ") || line.starts_with("# "), "{line}");
            last = None;
        }
    }
    failures
}

#[test]
fn verify_finds_nothing_wrong_and_changes_nothing() {
    let (machine, _turn) = machine();
    // Guests of the attacks, whom it names rightly.
    let guests = ["readers", "writers"].map(|name| machine.admin.get(&format!("/orgs/platform/teams/search?q={name}")));
    let guests = guests.iter().filter_map(|found| found["data"][0]["id"].as_u64());
    let places: Vec<_> = guests.map(|id| format!("/teams/{id}/repos/platform/infrastructure")).collect();
    for place in &places {
        machine.admin.does("DELETE", place, &json!({}));
    }
    let before = machine.refs();
    let said = machine.stage("verify");
    for place in &places {
        machine.admin.does("PUT", place, &json!({}));
    }
    assert_eq!(failures(&said), BTreeMap::new(), "{said}");
    assert!(said.lines().count() > 60, "{said}");
    assert!(said.contains("        $ git push --atomic origin "), "{said}");
    assert_eq!(machine.refs(), before);
}

#[test]
fn verify_finds_who_may_too_much() {
    let (machine, _turn) = machine();
    let kept = tempfile::tempdir().unwrap();
    copy(&machine.credentials(), kept.path());
    let set_admin = |admin: bool| {
        let wanted = json!({"login_name": "platform-plans", "source_id": 0, "admin": admin});
        machine.admin.does("PATCH", "/admin/users/platform-plans", &wanted);
    };

    machine.admin.does(
        "PATCH",
        &format!("{REPOSITORY}/branch_protections/kratix"),
        &json!({"protected_file_patterns": ""}),
    );
    machine.admin.does("PUT", &format!("{REPOSITORY}/actions/secrets/OOPS"), &json!({"data": "a secret"}));
    machine.admin.put("rita", "maintainers");
    machine.admin.does("PUT", "/repos/platform/catalog/collaborators/rolf", &json!({"permission": "write"}));
    set_admin(true);
    // What only a page of Gitea's can give.
    let script = r#"
        for part in lib tokens pages; do . "$0/$part.sh"; done
        log_in_to_pages caretaker
        press 'gave jobs rights' "$gitea/platform/infrastructure/settings/actions/general/token_permissions" \
            'override_owner_config=true&token_permission_mode=permissive'
        log_out_of_pages"#;
    let stage = root().join("deploy/5-repositories");
    let settings = machine.stage_command("up");
    let settings = settings.get_envs().filter_map(|(name, value)| Some((name, value?)));
    run(Command::new("bash").args(["-c", script]).arg(stage).envs(settings));
    // The plan's runner has a token that writes the state, and one that is none.
    let plan = fs::read_to_string(kept.path().join("plan")).unwrap();
    let writes = tokens(&kept.path().join("apply")).into_iter().find(|(name, _)| name == "STATE_TOKEN").unwrap().1;
    let changed = plan.lines().map(|line| match line.split_once('=') {
        Some(("STATE_TOKEN", _)) => format!("STATE_TOKEN={writes}\n"),
        Some(("REQUESTS_TOKEN", _)) => "REQUESTS_TOKEN=0123456789012345678901234567890123456789\n".to_owned(),
        _ => format!("{line}\n"),
    });
    fs::write(machine.credentials().join("plan"), changed.collect::<String>()).unwrap();
    // Gitea refuses everything to a key that it doesn't know.
    for name in ["kratix-catalog", "kratix-catalog.pub"] {
        fs::remove_file(machine.credentials().join(name)).unwrap();
    }
    run(Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(machine.credentials().join("kratix-catalog")));

    let before = machine.refs();
    let said = fail(&mut machine.stage_command("verify"));
    let after = machine.refs();

    copy(kept.path(), &machine.credentials());
    set_admin(false);
    machine.admin.does("DELETE", "/repos/platform/catalog/collaborators/rolf", &json!({}));
    machine.admin.does("DELETE", &format!("/teams/{}/members/rita", machine.admin.team("maintainers")), &json!({}));
    machine.admin.does("DELETE", &format!("{REPOSITORY}/actions/secrets/OOPS"), &json!({}));
    machine.stage("up");

    let mut found = failures(&said);
    let again = "up would have removed all rights of the tokens of jobs in infrastructure";
    assert!(found["all is as up leaves it"].contains(again), "{said}");
    for (what, reason) in [
        ("all is as up leaves it", "up would have changed rule for kratix"),
        ("no secrets for jobs in platform/infrastructure", "there is OOPS"),
        ("nobody is both a reviewer and a maintainer", "rita"),
        ("of the machine users only platform-apply is a site admin", "found: platform-plans"),
        ("catalog: nobody else may write", "the collaborator rolf"),
        ("infrastructure's key can't push .gitea/workflows/vérify.yml to kratix", "Gitea would have taken it"),
        ("catalog's key can read it", "Permission denied"),
        ("catalog's key can't make a branch", ""),
        ("catalog's key can't read infrastructure", "Permission denied"),
        ("plan's tokens are valid", "REQUESTS_TOKEN: Gitea answers 401"),
        ("plan can't change a file with its REQUESTS_TOKEN", "Gitea answers 401"),
        ("plan can't write the state", "Gitea answers 201"),
        ("plan can't lock the state", "Gitea answers 200"),
        ("plan can't write the state with the token that stores plans", "Gitea answers 201"),
    ] {
        let given = found.remove(what).unwrap_or_else(|| panic!("not found: {what}\n{said}"));
        assert!(given.contains(reason), "{what}: {given}");
    }
    assert_eq!(after, before, "what was let through is taken back:\n{said}");
}

#[test]
fn verify_changes_nothing_even_where_nothing_is_protected() {
    let (machine, _turn) = machine();
    for rule in ["main", "kratix", "maintenance%2F*", "**"] {
        machine.admin.does("DELETE", &format!("{REPOSITORY}/branch_protections/{rule}"), &json!({}));
    }
    let tags = format!("{REPOSITORY}/tag_protections");
    for rule in machine.admin.get(&tags).as_array().unwrap() {
        machine.admin.does("DELETE", &format!("{tags}/{}", rule["id"]), &json!({}));
    }
    let team = json!({"name": "kratix-infrastructure", "units_map": {"repo.code": "write", "repo.pulls": "write"}});
    machine.admin.does("PATCH", &format!("/teams/{}", machine.admin.team("kratix-infrastructure")), &team);

    let before = machine.refs();
    let said = fail(&mut machine.stage_command("verify"));
    let after = machine.refs();
    machine.stage("up");

    assert_eq!(after, before, "{said}");
    let found = failures(&said);
    for what in [
        "push to main",
        "make a branch",
        "make a tag",
        "overwrite kratix' history",
        "delete kratix",
        "push README.md to kratix",
    ] {
        assert_eq!(found[&format!("infrastructure's key can't {what}")], "Gitea would have taken it", "{said}");
    }
    assert!(
        found["infrastructure's key can't open a request past the rules (refs/for/main)"]
            .contains("which is closed again"),
        "{said}"
    );
}
