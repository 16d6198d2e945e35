//! What a malicious Team, a malicious generator or a stolen key of Kratix' puts into the files.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use kratix_wasm_tests::run;

use super::super::kratix::Kratix;
use super::super::machine::machine;
use super::super::maintenance::land_with_words;

fn attributes(attributes: &str) -> String {
    format!(r#"{{"resource": {{"gitea_org": {{"team_evil": {{"name": "evil"{attributes}}}}}}}}}"#)
}

/// Files that Gitea lets Kratix push but that no Team generator writes: one plan leaves out all of them by name, before
/// Terraform reads any, so that nothing that it would evaluate gets into a plan or a log. The Team beside them goes on.
#[test]
fn no_file_reaches_terraform_that_the_generator_does_not_write() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    let team = attributes("");
    let files: Vec<(&str, Vec<u8>, &str)> = vec![
        ("function", attributes(r#", "description": "${filebase64(\"/proc/self/environ\")}""#).into(), "template"),
        ("directive", attributes(r#", "full_name": "%{ if true }${path.cwd}%{ endif }""#).into(), "template"),
        ("half-escaped", attributes(r#", "full_name": "$$${path.cwd} ${path.cwd}""#).into(), "template"),
        ("unicode-escape", attributes(r#", "full_name": "\u0024\u007bpath.cwd}""#).into(), "template"),
        ("for-each", attributes(r#", "for_each": ["a", "b"]"#).into(), "for_each"),
        ("count", attributes(r#", "count": 7"#).into(), "count"),
        ("provisioner", attributes(r#", "provisioner": {"local-exec": {"command": "env"}}"#).into(), "provisioner"),
        ("lifecycle", attributes(r#", "lifecycle": {"prevent_destroy": true}"#).into(), "lifecycle"),
        ("provider", attributes(r#", "provider": "gitea.evil""#).into(), "provider"),
        ("two", r#"{"resource": {"gitea_org": {"team_a": {"name": "a"}, "team_b": {"name": "b"}}}}"#.into(), "2 organizations"),
        ("data", r#"{"resource": {"terraform_data": {"a": {"provisioner": {"local-exec": {"command": "env"}}}}}}"#.into(), "terraform_data"),
        ("external", r#"{"data": {"external": {"a": {"program": ["env"]}}}}"#.into(), "\"data\""),
        ("output", r#"{"output": {"a": {"value": "${file(\"/etc/passwd\")}"}}}"#.into(), "\"output\""),
        ("backend", r#"{"terraform": {"backend": {"local": {}}}}"#.into(), "\"terraform\""),
        ("module", r#"{"module": {"a": {"source": "http://127.0.0.1:1/evil.zip"}}}"#.into(), "\"module\""),
        ("twice", r#"{"resource": {"gitea_org": {"team_evil": {"name": "evil", "description": "${file(\"x\")}", "description": "fine"}}}}"#.into(), "twice"),
        ("two-values", format!("{team}{team}").into(), "JSON value"),
        ("other-address", r#"{"resource": {"gitea_org": {"x": {"name": "evil"}}}}"#.into(), "should be called team_evil"),
        ("taken-by-gitea", r#"{"resource": {"gitea_org": {"team_api": {"name": "api"}}}}"#.into(), "keeps for itself"),
        ("newline", attributes(r#", "description": "a\nb""#).into(), "can't be seen"),
        ("backwards", attributes(r#", "description": "a\u202eb""#).into(), "can't be seen"),
        ("array", b"[]".into(), "not an object"),
        ("nothing", Vec::new(), "JSON value"),
        ("hcl", b"resource \"terraform_data\" \"x\" {}".into(), "Invalid"),
        ("deep", format!("{{\"//\": {}{}}}", "[".repeat(5000), "]".repeat(5000)).into(), "depth"),
        ("not-utf-8", b"{\"//\": \"\xff\"}".into(), "not UTF-8"),
        ("markup", br#"{"`</details> @admin **fine**": 1}"#.into(), "has \"'</details> @admin **fine**\""),
        ("huge", format!("{{\"//\": \"{}\"}}", "x".repeat(20_000)).into(), "more than 16384"),
    ];
    for (name, contents, _) in &files {
        fs::write(kratix.path().join(format!("terraform/evil.{name}.tf.json")), contents).unwrap();
    }
    let odd = |name: &str| kratix.path().join(format!("terraform/evil.{name}.tf.json"));
    symlink("/proc/self/environ", odd("symlink")).unwrap();
    fs::write(odd("executable"), &team).unwrap();
    fs::set_permissions(odd("executable"), fs::Permissions::from_mode(0o755)).unwrap();
    let submodule = format!("160000,{},terraform/evil.submodule.tf.json", machine.head("main"));
    kratix.team("default", "beside", "attacks-beside", "\u{f8ff} Platform");
    run(kratix.git().args(["add", "--all"]));
    run(kratix.git().args(["update-index", "--add", "--cacheinfo", &submodule]));
    run(kratix.git().args(["commit", "--quiet", "--message", "Update from: a-workplacement"]));
    run(kratix.git().args(["push", "--quiet", "origin", "HEAD:kratix"]));

    let request = kratix.request();
    request.land();
    let (plan, log) = (request.plan(), request.plan_log());
    let left_out = |name: &str, reason: &str| {
        let start = format!("- evil/{name}: its file is none that the Team generator writes: `");
        let found = plan.lines().find(|line| line.starts_with(&start));
        assert!(found.is_some_and(|line| line.contains(reason)), "{name}, {reason}: {found:?}\n{plan}");
        assert!(log.contains(&format!("left out: evil/{name}: ")), "{name}: {log}");
    };
    for (name, _, reason) in &files {
        left_out(name, reason);
    }
    for (name, mode) in [("symlink", "120000"), ("executable", "100755"), ("submodule", "160000")] {
        left_out(name, mode);
    }
    assert!(plan.contains("Plan: 1 to add, 0 to change, 0 to destroy."), "{plan}");
    for text in [&plan, &log] {
        assert!(!text.contains("GITEA_TOKEN") && !text.contains("R0lURUFf") && !text.contains("/tmp/gate."), "{text}");
    }
    assert_eq!(machine.organization("attacks-beside").unwrap()["full_name"], "\u{f8ff} Platform");
    assert!(machine.organization("evil").is_none());

    for entry in fs::read_dir(kratix.path().join("terraform")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("evil.") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    kratix.push();
    let request = kratix.request();
    request.land();
    assert!(
        request.plan().contains("No organization changes.") && !request.plan().contains("Left out"),
        "{}",
        request.plan()
    );
}

/// The file of a Team that has an organization becomes one that no Team generator writes: the organization stays as it is, and
/// its own. Nobody else gets it meanwhile, and a maintainer can go on.
#[test]
fn a_team_whose_file_is_spoilt_keeps_its_organization() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix.team("default", "spoilt", "attacks-spoilt", "Spoilt").push();
    kratix.request().land();
    let before = machine.organization("attacks-spoilt").unwrap();

    kratix
        .write("terraform/default.spoilt.tf.json", "{")
        .team("a", "thief", "attacks-spoilt", "Thief")
        .team("default", "other", "attacks-other", "Other")
        .push();
    let request = kratix.request();
    request.land();
    let plan = request.plan();
    let line = |start: &str| plan.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{plan}"));
    assert!(line("- default/spoilt: its file is none").ends_with("; its organization `attacks-spoilt` stays as it is"));
    assert!(line("- a/thief: ").contains("the id `attacks-spoilt` belongs to default/spoilt"));
    assert!(plan.contains("Plan: 1 to add, 0 to change, 0 to destroy.") && !plan.contains("Kept"), "{plan}");
    assert_eq!(machine.organization("attacks-spoilt").unwrap(), before);
    assert!(machine.organization("attacks-other").is_some());

    let copy = machine.clone(&machine.maintainer, "main");
    let adopt = Command::new(copy.path().join("scripts/adopt"))
        .arg("attacks-other")
        .env("GITEA_URL", &machine.url)
        .env("GITEA_TOKEN", machine.admin.token())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&adopt.stdout);
    assert!(said.contains("attacks-other: adopts organization"), "{said}{}", String::from_utf8_lossy(&adopt.stderr));

    // Mended, it changes again; gone, it takes a reviewer's word.
    kratix.team("default", "spoilt", "attacks-spoilt", "Mended").remove("a", "thief").push();
    kratix.request().land();
    assert_eq!(machine.organization("attacks-spoilt").unwrap()["full_name"], "Mended");
    kratix.write("terraform/default.spoilt.tf.json", "[").push();
    kratix.request().land();
    kratix.remove("default", "spoilt").push();
    let request = kratix.request();
    assert!(!request.planned());
    assert_eq!(request.words(), "destroy: attacks-spoilt");
    land_with_words(machine, &request);
    assert!(machine.organization("attacks-spoilt").is_none());
}

/// Teams that are what they should be, with the nastiest of names and texts: they are planned and become what they say.
#[test]
fn names_that_terraform_treats_specially_are_names() {
    let (machine, _turn) = machine();
    let kratix = Kratix::of(machine);
    kratix
        .team("default", "override", "attacks_override", "An override file, by its name")
        .team("default", "search", "search", "A name in Gitea's API")
        .team("terraform", "tfvars", "attacks-auto", "$${x} %%{y} \\${z} \"${w}\"")
        .push();
    kratix.request().land();
    assert_eq!(machine.organization("attacks_override").unwrap()["full_name"], "An override file, by its name");
    assert!(machine.organization("search").is_some());
    assert_eq!(machine.organization("attacks-auto").unwrap()["full_name"], "$${x} %%{y} \\${z} \"${w}\"");
}
