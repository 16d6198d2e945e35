//! What a malicious Team, a malicious generator or a stolen key of Kratix' puts into the files.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use kratix_wasm_tests::run;

use super::super::kratix::Kratix;
use super::super::machine::machine;

fn attributes(attributes: &str) -> String {
    format!(r#"{{"resource": {{"gitea_org": {{"team_evil": {{"name": "evil"{attributes}}}}}}}}}"#)
}

/// Files that Gitea lets Kratix push but that no Team generator writes: one plan refuses all of them by name, before
/// Terraform reads any, so that nothing that it would evaluate gets into a plan or a log.
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
        ("hcl", b"resource \"terraform_data\" \"x\" {}".into(), "refused"),
        ("deep", format!("{{\"//\": {}{}}}", "[".repeat(5000), "]".repeat(5000)).into(), "refused"),
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
    run(kratix.git().args(["add", "--all"]));
    run(kratix.git().args(["update-index", "--add", "--cacheinfo", &submodule]));
    run(kratix.git().args(["commit", "--quiet", "--message", "Update from: a-workplacement"]));
    run(kratix.git().args(["push", "--quiet", "origin", "HEAD:kratix"]));

    let request = kratix.request();
    assert!(!request.planned());
    let log = request.plan_log();
    let refused = |name: &str, reason: &str| {
        let found = log.lines().find(|line| line.contains(&format!("refused: terraform/evil.{name}.tf.json: ")));
        assert!(found.is_some_and(|line| line.contains(reason)), "{name}, {reason}: {found:?}\n{log}");
    };
    for (name, _, reason) in &files {
        refused(name, reason);
    }
    for (name, mode) in [("symlink", "120000"), ("executable", "100755"), ("submodule", "160000")] {
        refused(name, mode);
    }
    assert_eq!(request.comments("platform-plan"), Vec::<String>::new(), "nothing was planned");
    assert!(!log.contains("GITEA_TOKEN") && !log.contains("R0lURUFf") && !log.contains("/tmp/gate."), "{log}");

    // Whoever may read can't make it be planned, by saying so.
    request.approve(&machine.reviewer, "fine");
    assert!(request.merge(&machine.reviewer).is_err_and(|said| said.contains("status")));
    machine.take_back();
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
