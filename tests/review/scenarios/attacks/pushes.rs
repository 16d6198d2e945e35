//! Who pushes what where: Kratix' stolen key, somebody who may write, forks, and pushes past all branches.

use kratix_wasm_tests::{fail, run};
use serde_json::json;

use super::super::kratix::{Kratix, Request};
use super::super::machine::{REPOSITORY, eventually, machine};
use super::{close, commit, people, pushed_past};

/// Somebody has Kratix' key: Gitea takes nothing from it but Teams' files on its branch, whatever the name.
#[test]
fn kratix_key_pushes_nothing_but_teams_files() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    for path in [
        ".gitea/workflows/evil.yml",
        ".gitea/workflows/évil.yml",
        ".github/workflows/evil.yaml",
        ".gitea\\workflows\\evil.yml",
        "\u{1}.gitea/x",
        ".gitattributes",
        ".gitmodules",
        "scripts/plan",
        "scripts/évil",
        "terraform/evil.tf",
        "terraform/main.tf",
        "terraform/evil.tf.json",
        "terraform/override.tf.json",
        "terraform/a_override.tf.json",
        "terraform/evil.tfvars",
        "terraform/evil.auto.tfvars.json",
        "terraform/terraform.tfvars.json",
        "terraform/.terraform.lock.hcl",
        "terraform/terraform.tfstate",
        "terraform/.terraformrc",
        "terraform/.default.evil.tf.json",
        "terraform/deep/default.evil.tf.json",
        "terraform/default.évil.tf.json/x",
        "evil.team.tf.json",
        "terraform/default.evil.tf.json.tf",
        "terraform/default.evil.tf.json\n",
    ] {
        kratix.write(path, "evil").commit();
        let said = kratix.push_refused("kratix");
        assert!(said.contains("is protected from changing file"), "{path:?}: {said}");
    }
    kratix.team("default", "evil", "attacks-evil", "Evil").commit();
    for to in ["main", "maintenance/mine", "refs/tags/mine", "refs/for/main/mine"] {
        run(kratix.git().args(["reset", "--quiet", "--soft", "@{upstream}"]));
        kratix.commit();
        kratix.push_refused(to);
        kratix.team("default", "evil", "attacks-evil", "Evil");
    }
}

/// The same key, past what Gitea looks at: a protected file "renamed" to a Team's, a workflow that comes and goes within
/// one push, and one that only a merge brings. The plan looks at every commit, without renames.
#[test]
fn what_gitea_overlooks_in_a_push_is_refused_by_the_plan() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    let git = |arguments: &[&str]| run(kratix.git().args(arguments));
    git(&["mv", "scripts/guard", "terraform/default.guard.tf.json"]);
    kratix.team("default", "none", "attacks-none", "None");
    for path in ["Terraform/Default.evil.tf.json", "terraform/Default.evil.tf.json"] {
        kratix.write(path, "evil"); // Gitea's patterns take no notice of capitals
    }
    kratix.write(".gitea/workflows/evil.yml", "evil").commit();
    git(&["rm", "--quiet", ".gitea/workflows/evil.yml"]);
    kratix.team("default", "one", "attacks-one", "One").commit();
    git(&["switch", "--quiet", "--create", "side", "HEAD~1"]);
    kratix.write(".gitea/workflows/evil.yml", "evil, too");
    git(&["rm", "--quiet", "-f", "--cached", ".gitea/workflows/evil.yml"]);
    kratix.team("default", "two", "attacks-two", "Two");
    std::fs::remove_file(kratix.path().join(".gitea/workflows/evil.yml")).unwrap();
    kratix.commit();
    git(&["merge", "--quiet", "--no-commit", "--no-ff", "kratix"]);
    kratix.write(".gitea/workflows/merged.yml", "evil").commit();
    git(&["rm", "--quiet", ".gitea/workflows/merged.yml"]);
    kratix.commit();
    git(&["push", "--quiet", "origin", "HEAD:kratix"]); // which Gitea takes

    let request = kratix.request();
    assert!(!request.planned());
    let log = request.plan_log();
    for path in [
        "Terraform/Default.evil.tf.json",
        "terraform/Default.evil.tf.json",
        "scripts/guard",
        ".gitea/workflows/evil.yml",
        ".gitea/workflows/merged.yml",
    ] {
        assert!(log.contains(&format!("refused: the branch kratix changes {path}")), "{path}: {log}");
    }
    assert_eq!(request.comments("platform-plan"), Vec::<String>::new());
    machine.take_back();
}

/// Somebody who may write code, requests and jobs finds no branch, tag or rule that lets them.
#[test]
fn who_may_write_finds_nowhere_to_push() {
    let (machine, _turn) = machine();
    let writer = &people(machine).writer;
    let copy = commit(machine, writer, |copy| std::fs::write(copy.join("scripts/plan"), "evil").unwrap());
    for to in ["main", "kratix", "maintenance/mine", "feature", "refs/tags/v1", "refs/heads/Kratix"] {
        let said = fail(writer.git(copy.path()).args(["push", "--quiet", "origin", &format!("HEAD:{to}")]));
        assert!(said.contains("rotected") || said.contains("not allowed"), "{to}: {said}");
    }
    let refused = |method: &str, path: &str, body| {
        let answer = writer.ask(method, &format!("v1{REPOSITORY}{path}"), Some(&body));
        assert!(answer.status >= 400, "{method} {path}: {} {}", answer.status, answer.body);
    };
    refused("POST", "/branches", json!({"new_branch_name": "maintenance/mine", "old_ref_name": "main"}));
    refused("POST", "/contents/evil.txt", json!({"content": "ZXZpbA==", "branch": "main"}));
    refused(
        "POST",
        "/contents/evil.txt",
        json!({"content": "ZXZpbA==", "branch": "main", "new_branch": "maintenance/mine"}),
    );
    refused("PATCH", "/branch_protections/main", json!({"required_approvals": 0}));
    refused("DELETE", "/branch_protections/main", json!({}));
    refused("PATCH", "", json!({"default_branch": "kratix"}));
    refused("POST", "/keys", json!({"title": "mine", "key": "ssh-ed25519 AAAA", "read_only": false}));
    refused(
        "POST",
        "/hooks",
        json!({"type": "gitea", "active": true, "events": ["push"], "config": {"url": "http://127.0.0.1:1", "content_type": "json"}}),
    );
    refused("POST", "/actions/runners/registration-token", json!({}));
    refused("PUT", "/actions/secrets/EVIL", json!({"data": "x"}));
    assert_eq!(machine.admin.ask("GET", &format!("v1{REPOSITORY}/branches/maintenance%2Fmine"), None).status, 404);
}

/// Somebody who may only read asks from a fork and by pushes past all branches, under the names that are planned: the plan
/// sees where a request really comes from.
#[test]
fn a_fork_and_a_push_past_the_branches_are_not_planned() {
    let (machine, _turn) = machine();
    let reader = &people(machine).reader;
    let evil = |copy: &std::path::Path| {
        std::fs::write(copy.join("terraform/evil.tf"), "output \"x\" { value = file(\"/proc/self/environ\") }\n")
            .unwrap();
    };
    let mut requests =
        vec![pushed_past(machine, reader, "kratix", evil), pushed_past(machine, reader, "maintenance/mine", evil)];
    let fork = reader.post(&format!("{REPOSITORY}/forks"), &json!({}));
    for branch in ["kratix", "maintenance/mine"] {
        let copy = commit(machine, reader, |copy| {
            evil(copy);
            std::fs::write(copy.join("which"), branch).unwrap();
        });
        let url = fork["clone_url"].as_str().unwrap();
        run(reader.git(copy.path()).args(["push", "--quiet", "--force", url, &format!("HEAD:{branch}")]));
        let head = run(reader.git(copy.path()).args(["rev-parse", "HEAD"]));
        eventually("Gitea has noticed the push", || {
            let path = format!("v1/repos/rose/infrastructure/branches/{}", branch.replace('/', "%2F"));
            (reader.ask("GET", &path, None).body["commit"]["id"] == head.trim()).then_some(())
        });
        let body = json!({"title": "Improve", "head": format!("rose:{branch}"), "base": "main"});
        reader.post(&format!("{REPOSITORY}/pulls"), &body);
        requests.push(Request::of(machine, head.trim()));
    }
    for request in &requests {
        assert!(!request.planned());
        let log = request.plan_log();
        assert!(log.contains("only kratix and maintenance/… of platform/infrastructure are planned"), "{log}");
        assert_eq!(request.comments("platform-plan"), Vec::<String>::new());
        close(machine, request);
    }
    reader.does("DELETE", &format!("/repos/{}", fork["full_name"].as_str().unwrap()), &json!({}));
}
