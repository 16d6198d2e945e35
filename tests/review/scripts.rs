//! The infrastructure repository's scripts that need no Gitea: what they take for a Team, and whom they leave out.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kratix_wasm_tests::root;
use serde_json::{Value, json};
use tempfile::TempDir;

fn scripts() -> PathBuf {
    root().join("deploy/repositories/infrastructure/scripts")
}

/// A repository as the scripts find it: a bare copy called origin.git, and a work tree to commit to it.
struct Origin(TempDir);

impl Origin {
    fn new() -> Self {
        let origin = Self(tempfile::tempdir().unwrap());
        fs::create_dir(origin.tree()).unwrap();
        origin.git(&["init", "--quiet", "--initial-branch=main"]);
        origin
            .write("terraform/main.tf", "locals {}\n")
            .write("README.md", "Read me.\n")
            .write(".gitea/workflows/plan.yml", "on: []\n");
        origin.commit();
        origin
    }

    fn tree(&self) -> PathBuf {
        self.0.path().join("tree")
    }

    fn git(&self, arguments: &[&str]) -> String {
        let settings =
            ["-c", "user.name=kratix", "-c", "user.email=kratix@kratix.io", "-c", "protocol.file.allow=always"];
        let output = Command::new("git").current_dir(self.tree()).args(settings).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, contents: impl AsRef<[u8]>) -> &Self {
        let path = self.tree().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
        self
    }

    fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "Update"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs a script; its standard output, or what it complained about.
    fn run(&self, script: &str, arguments: &[&str]) -> Result<String, String> {
        let _ = fs::remove_dir_all(self.0.path().join("origin.git"));
        self.git(&["clone", "--quiet", "--bare", ".", "../origin.git"]);
        let output = Command::new(scripts().join(script))
            .current_dir(self.0.path())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }
}

fn jq(program: &str, arguments: &[&str], input: &Value, folder: &Path) -> Value {
    let file = folder.join("input.json");
    fs::write(&file, input.to_string()).unwrap();
    let output =
        Command::new("jq").args(arguments).arg("--from-file").arg(scripts().join(program)).arg(file).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

const FILE: &str = "terraform/default.a-team.tf.json";

/// A Team's file with something else in place of its attributes.
fn with(attributes: &str) -> String {
    format!(r#"{{"//": "Generated", "resource": {{"gitea_org": {{"team_a": {{{attributes}}}}}}}}}"#)
}

#[test]
fn what_the_generator_writes_is_a_team() {
    let origin = Origin::new();
    let mut expected = 0;
    for case in fs::read_dir(root().join("promises/team/cases")).unwrap() {
        let folder = case.unwrap().path().join("expected/output/terraform");
        for file in fs::read_dir(folder).into_iter().flatten() {
            let file = file.unwrap();
            origin.write(
                &format!("terraform/case-{expected}.{}", file.file_name().to_str().unwrap()),
                fs::read(file.path()).unwrap(),
            );
            expected += 1;
        }
    }
    let teams = origin.run("teams", &[&origin.commit()]).unwrap();
    assert!(expected > 4 && teams.lines().count() == expected, "{teams}");
    let unicode: Value =
        serde_json::from_str(teams.lines().find(|line| line.contains("\"unicode\"")).unwrap()).unwrap();
    assert_eq!(unicode["organization"]["full_name"], "Équipe Über 開発チーム فريق צוות 👩‍👩‍👧‍👦");
}

#[test]
fn anything_else_is_refused_by_name() {
    for (contents, reason) in [
        (with(r#""name": "a", "description": "${filebase64(\"/proc/self/environ\")}""#), "description has a template"),
        (with(r#""name": "a", "full_name": "%{ for x in [1] }y%{ endfor }""#), "full_name has a template"),
        (with(r#""name": "a", "full_name": "$$${x} ${x}""#), "full_name has a template"),
        (with(r#""name": "${\"a\"}""#), "name has a template"),
        (with(r#""name": "a", "for_each": ["x"]"#), r#"team_a has "for_each""#),
        (with(r#""name": "a", "count": 2"#), r#"team_a has "count""#),
        (with(r#""name": "a", "provisioner": {"local-exec": {"command": "env"}}"#), r#"team_a has "provisioner""#),
        (with(r#""name": "a", "lifecycle": {"prevent_destroy": false}"#), r#"team_a has "lifecycle""#),
        (with(r#""name": "a", "//": "no comment here""#), r#"team_a has "//""#),
        (with(r#""name": "a", "visibility": "secret""#), "visibility is none of Gitea's"),
        (with(r#""name": "a", "visibility": null"#), "visibility is not a string"),
        (with(r#""name": "a", "full_name": 7"#), "full_name is not a string"),
        (with(r#""name": "a", "full_name": ["x"]"#), "full_name is not a string"),
        (with(r#""name": "a", "full_name": "x\ny""#), "full_name has a character that can't be seen"),
        (with(r#""name": "a", "description": "\u202ex""#), "description has a character that can't be seen"),
        (with(r#""name": "a", "repo_admin_change_team_access": "true""#), "is not true or false"),
        (
            with(&format!(r#""name": "a", "description": "{}""#, "x".repeat(256))),
            "description has more than 255 characters",
        ),
        (with(r#""name": "b""#), r#""team_a" should be called team_b"#),
        (with(r#""name": "a--b""#), "is no name for an organization"),
        (with(r#""name": "A""#), "is no name for an organization"),
        (with(""), r#""" is no name"#),
        (
            r#"{"resource": {"gitea_org": {"team_api": {"name": "api"}}}}"#.into(),
            "api is a name that Gitea keeps for itself",
        ),
        (
            r#"{"resource": {"gitea_org": {"team_a": {"name": "a"}, "team_b": {"name": "b"}}}}"#.into(),
            "there are 2 organizations",
        ),
        (r#"{"resource": {"gitea_org": {}}}"#.into(), "there are 0 organizations"),
        (
            r#"{"resource": {"gitea_org": {"team_a": [{"name": "a"}, {"name": "a"}]}}}"#.into(),
            "team_a is not an object",
        ),
        (
            r#"{"resource": {"gitea_org": {"team_a": {"name": "a"}}, "terraform_data": {"x": {}}}}"#.into(),
            r#"resource has "terraform_data""#,
        ),
        (
            r#"{"resource": {"gitea_org": {"team_a": {"name": "a"}}}, "output": {"x": {"value": 1}}}"#.into(),
            r#"the file has "output""#,
        ),
        (r#"{"resource": [{"gitea_org": {"team_a": {"name": "a"}}}]}"#.into(), "resource is not an object"),
        // jq would see the last of them, Terraform both.
        (
            r#"{"resource": {"null_resource": {"x": {}}}, "resource": {"gitea_org": {"team_a": {"name": "a"}}}}"#
                .into(),
            "a key comes twice",
        ),
        (with(r#""name": "${x}", "name": "a""#), "a key comes twice"),
        (format!("{}{}", with(r#""name": "a""#), with(r#""name": "a""#)), "extra JSON values"),
        ("[]".into(), "the file is not an object"),
        (String::new(), "JSON value"),
        ("resource \"gitea_org\" \"a\" {}".into(), "Invalid numeric literal"),
        ("[".repeat(10_000), "depth"),
        (with("\"name\": \"a\", \"full_name\": \"x\0y\""), "character"),
        (with("\"name\": \"a\", \"full_name\": \"x\x1ey\""), "character"),
        (with("\"name\": \"a\"") + "\x1e{}", "Invalid numeric literal"),
        (with(r#""name": "a", "website": "javascript:alert(1)""#), r#"team_a has "website""#),
        (with("\"name\": \"a\", \"full_name\": \"x\u{3164}\""), "full_name has a character that can't be seen"),
        (with(&format!(r#""name": "a", "description": "{}""#, "$${".repeat(5000))), "more than 255"),
        (with(r#""name": "a", "x\nrefused: you\u001b[2J": 1"#), r#"team_a has "x?refused: you?[2J""#),
        (with(r#""name": "a", "full_name": "\"x\": y\\", "full_name": "\"z\":""#), "a key comes twice"),
        (with(&format!(r#""name": "a", "description": "{}""#, "x".repeat(20_000))), "more than 16384"),
    ] {
        let origin = Origin::new();
        origin.write(FILE, &contents);
        let said = origin.run("teams", &[&origin.commit()]).expect_err(&contents);
        assert!(said.starts_with(&format!("refused: {FILE}: ")) && said.contains(reason), "{reason}: {said}");
    }
}

/// jq reads Unicode in pieces: what one file ends with must not eat into the next.
#[test]
fn a_file_with_broken_unicode_harms_no_other() {
    let origin = Origin::new();
    let mut broken = with(r#""name": "a""#).into_bytes();
    broken.push(0xf0);
    origin.write(FILE, &broken);
    let said = origin.run("teams", &[&origin.commit()]).unwrap_err();
    assert!(said.starts_with(&format!("refused: {FILE}: ")), "{said}");

    // Pieces have 4095 bytes, within a line.
    let team = |id: &str, text: &str| {
        format!(
            r#"{{"//": "{text}", "resource": {{"gitea_org": {{"team_{id}": {{"name": "{id}", "full_name": "{}"}}}}}}}}"#,
            "é".repeat(100)
        )
    };
    origin.write(FILE, team("a", &"x".repeat(3800)));
    for (number, filler) in (0..4).zip(["", "x", "xx", "xxx"]) {
        origin.write(
            &format!("terraform/default.b{number}.tf.json"),
            team(&format!("b{number}"), &format!("{filler}{}", "é".repeat(6000))),
        );
    }
    let teams = origin.run("teams", &[&origin.commit()]).unwrap();
    assert_eq!(teams.matches(&"é".repeat(100)).count(), 5, "{teams}");
    assert!(!teams.contains('\u{fffd}'), "{teams}");
}

#[test]
fn what_cannot_be_read_is_not_nothing() {
    let origin = Origin::new();
    let head = origin.commit();
    origin.run("teams", &["0123456789012345678901234567890123456789"]).unwrap_err();
    origin.run("changes", &["0123456789012345678901234567890123456789", &head]).unwrap_err();
    origin.run("changes", &["", &head]).unwrap_err();
}

#[test]
fn only_regular_files_are_teams_and_only_by_their_names() {
    let team = with(r#""name": "a""#);
    let origin = Origin::new();
    // Names of the root module's own files are people's business; `changes` keeps Kratix from them.
    for path in [
        "terraform/override.tf.json",
        "terraform/a_override.tf.json",
        "terraform/A.b.tf.json",
        "terraform/-a.b.tf.json",
        "terraform/a.b-.tf.json",
        "terraform/deep/a.b.tf.json",
        "terraform/a.b.tf.json ",
    ] {
        origin.write(path, "no team");
    }
    assert_eq!(origin.run("teams", &[&origin.commit()]).unwrap(), "");

    let origin = Origin::new();
    origin.write("team.json", &team).write(FILE, &team);
    fs::set_permissions(origin.tree().join(FILE), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../team.json", origin.tree().join("terraform/default.link.tf.json")).unwrap();
    let said = origin.run("teams", &[&origin.commit()]).unwrap_err();
    assert!(said.contains("default.a-team.tf.json: is no regular file (mode 100755)"), "{said}");
    assert!(said.contains("default.link.tf.json: is no regular file (mode 120000)"), "{said}");
}

#[test]
fn kratix_changes_nothing_but_teams_and_its_own_state() {
    let team = with(r#""name": "a""#);
    let origin = Origin::new();
    let main = origin.git(&["rev-parse", "HEAD"]);
    origin.write(FILE, &team).write(".kratix/default-team-a.yaml", "x");
    let fine = origin.commit();
    assert_eq!(origin.run("changes", &[&main, &fine]).unwrap(), "");

    // Gitea looks at new names alone.
    origin.git(&["reset", "--quiet", "--hard", &main]);
    origin.git(&["mv", ".gitea/workflows/plan.yml", "terraform/default.plan.tf.json"]);
    let renamed = origin.commit();
    assert!(origin.run("changes", &[&main, &renamed]).unwrap_err().contains(".gitea/workflows/plan.yml"));

    // And at both ends of a push.
    origin.git(&["reset", "--quiet", "--hard", &main]);
    origin.write(".gitea/workflows/evil é.yml", "on: [pull_request_review]");
    origin.commit();
    origin.git(&["rm", "--quiet", ".gitea/workflows/evil é.yml"]);
    let restored = origin.write(FILE, &team).commit();
    assert!(origin.run("changes", &[&main, &restored]).unwrap_err().contains("evil"));

    // What people changed on main comes in by a merge; what the merge itself changes is somebody's doing.
    origin.git(&["reset", "--quiet", "--hard", &main]);
    let people = origin.write("README.md", "Changed by people.\n").commit();
    origin.git(&["checkout", "--quiet", "-b", "kratix", &main]);
    origin.write(FILE, &team).commit();
    origin.git(&["merge", "--quiet", "--no-edit", "main"]);
    let merged = origin.git(&["rev-parse", "HEAD"]);
    assert_eq!(origin.run("changes", &[&people, &merged]).unwrap(), "");
    origin.write("README.md", "Changed by the merge.\n");
    origin.git(&["add", "--all"]);
    origin.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    origin.write("README.md", "Changed by people.\n");
    let evil = origin.commit();
    assert!(origin.run("changes", &[&people, &evil]).unwrap_err().contains("README.md"));
}

#[test]
fn one_bad_team_is_left_out_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let team = |request: &str, id: &str, since: u32| json!({"request": request, "id": id, "address": format!("team_{id}"), "organization": {"name": id}, "since": since});
    let select = |teams: &[Value], owners: Value, imports: Value, taken: &str| {
        let since = teams
            .iter()
            .map(|team| format!("{} {}", team["request"].as_str().unwrap(), team["since"]))
            .collect::<Vec<_>>()
            .join("\n");
        let managed: serde_json::Map<_, _> = owners
            .as_object()
            .unwrap()
            .iter()
            .map(|(address, owner)| (address.clone(), json!({"owner": owner})))
            .collect();
        let files = [
            ("owners", owners.to_string()),
            ("managed", json!(managed).to_string()),
            ("imports", imports.to_string()),
            ("taken", taken.to_owned()),
            ("since", since),
        ];
        let files = files.map(|(name, contents)| {
            let file = folder.path().join(name);
            fs::write(&file, contents).unwrap();
            file.to_str().unwrap().to_owned()
        });
        let [owners, managed, imports, taken, since] = &files;
        let arguments = [
            "--slurpfile",
            "owners",
            owners,
            "--slurpfile",
            "managed",
            managed,
            "--slurpfile",
            "imports",
            imports,
            "--rawfile",
            "taken",
            taken,
            "--rawfile",
            "since",
            since,
        ];
        let selected = jq("select.jq", &arguments, &Value::from(teams), folder.path());
        let requests = |list: &str| {
            selected[list]
                .as_array()
                .unwrap()
                .iter()
                .map(|team| team["request"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        (requests("accepted"), requests("left_out"), selected)
    };
    // Whose the state says it is; else who came first.
    let twice = [team("b/owner", "x", 0), team("a/other", "x", 0), team("c/fine", "y", 5)];
    let (accepted, left_out, selected) = select(&twice, json!({"team_x": "b/owner"}), json!({}), "");
    assert_eq!((accepted, left_out), (vec!["b/owner".into(), "c/fine".into()], vec!["a/other".into()]));
    assert_eq!(
        selected["left_out"][0]["reason"],
        "the id `x` belongs to b/owner: this Team needs another id, or b/owner has to be deleted first"
    );
    assert_eq!(select(&[team("a/new", "x", 7), team("b/main", "x", 0)], json!({}), json!({}), "").0, ["b/main"]);
    assert_eq!(select(&[team("a/later", "x", 9), team("b/sooner", "x", 8)], json!({}), json!({}), "").0, ["b/sooner"]);
    // A name that somebody else has in Gitea, unless it is managed or to be adopted.
    let new = [team("a/new", "x", 1)];
    assert_eq!(select(&new, json!({}), json!({}), "x\n").1, ["a/new"]);
    assert_eq!(select(&new, json!({}), json!({"import": [{"to": "gitea_org.team_x", "id": "7"}]}), "x\n").0, ["a/new"]);
    assert_eq!(select(&new, json!({"team_x": ""}), json!({}), "x\n").0, ["a/new"]);
}

#[test]
fn the_guard_sees_what_is_destroyed_replaced_or_moved() {
    let folder = tempfile::tempdir().unwrap();
    let change = |id: &str, actions: Value, importing: bool| {
        let mut change = json!({"actions": actions, "before": {"name": id}, "after": {"name": id}});
        if importing {
            change["importing"] = json!({"id": "7"});
        }
        json!({"type": "gitea_org", "mode": "managed", "name": format!("team_{id}"), "change": change})
    };
    let words = |changes: &[Value], before: Value, after: Value| {
        let plan = json!({"resource_changes": changes, "output_changes": {"owners": {"before": before}}, "variables": {"owners": {"value": after}}});
        jq("guard.jq", &[], &plan, folder.path())["words"].clone()
    };
    let (a, b) = (json!({"team_x": "ns/a"}), json!({"team_x": "ns/b"}));
    let update = json!(["update"]);
    assert_eq!(words(&[change("x", json!(["create"]), false)], json!({}), a.clone()), json!([]));
    assert_eq!(words(&[change("x", update.clone(), false)], a.clone(), a.clone()), json!([]));
    assert_eq!(words(&[change("x", json!(["delete"]), false)], a.clone(), json!({})), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", json!(["delete", "create"]), false)], a.clone(), a.clone()), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", json!(["create", "delete"]), false)], a.clone(), a.clone()), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", json!(["forget"]), false)], a.clone(), json!({})), json!(["destroy: x"]));
    assert_eq!(words(&[change("x", update.clone(), false)], a.clone(), b.clone()), json!(["transfer: x"]));
    assert_eq!(words(&[change("x", json!(["no-op"]), false)], a, b.clone()), json!(["transfer: x"]));
    // In the state, but nobody's: its Team was deleted and it couldn't be destroyed.
    assert_eq!(words(&[change("x", update.clone(), false)], json!({}), b.clone()), json!(["transfer: x"]));
    assert_eq!(words(&[change("x", update, true)], Value::Null, b), json!(["adopt: x"]), "a maintainer's import");
}

#[test]
fn an_import_is_done_once_and_only_of_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, contents: Value| {
        let file = folder.path().join(name);
        fs::write(&file, contents.to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let accepted = ["new", "done", "gone", "other"].map(|id| json!({"address": format!("team_{id}"), "id": id}));
    let selected = file("selected", json!({"accepted": accepted}));
    let managed = file("managed", json!({"team_done": {"owner": "a/b"}}));
    let there = file("there", json!({"id": 7, "name": "new"}));
    let import = |address: &str, id: &str| json!({"to": address, "id": id});
    let left = |imports: Value| {
        let arguments = ["--slurpfile", "selected", &selected, "--slurpfile", "managed", &managed];
        let arguments = [&arguments[..], &["--slurpfile", "organizations", &there]].concat();
        jq("imports.jq", &arguments, &json!({"import": imports}), folder.path())["import"].clone()
    };
    let new = import("gitea_org.team_new", "7");
    assert_eq!(left(new.clone()), json!([new]), "one block needs no list");
    assert_eq!(
        left(json!([
            new,
            import("gitea_org.team_done", "7"),
            import("gitea_org.team_gone", "8"),
            import("gitea_org.team_other", "7"),
            import("gitea_org.team_nobodys", "7"),
            import("gitea_repository.ours", "9"),
        ])),
        json!([new, import("gitea_repository.ours", "9")])
    );
    assert_eq!(left(Value::Null), json!([]));
}
