//! What the scripts take for a Team, and what they refuse.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use kratix_wasm_tests::root;
use serde_json::Value;

use crate::origin::Origin;

pub(crate) const FILE: &str = "terraform/default.a-team.tf.json";

/// What the scripts say about each file of a commit.
pub(crate) fn judged(origin: &Origin, commit: &str) -> Vec<Value> {
    let judged = origin.run("teams", &[commit]).unwrap();
    judged.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A Team's file with something else in place of its attributes.
pub(crate) fn with(attributes: &str) -> String {
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
    let teams = judged(&origin, &origin.commit());
    assert!(expected > 4 && teams.len() == expected && teams.iter().all(|team| team["refused"].is_null()), "{teams:?}");
    let unicode = teams.iter().find(|team| team["id"] == "unicode").unwrap();
    assert_eq!(unicode["organization"]["full_name"], "Équipe Über 開発チーム فريق צוות 👩‍👩‍👧‍👦");
}

#[test]
fn anything_else_is_refused_by_name() {
    let table = [
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
        (with("\"name\": \"a\", \"full_name\": \"x\u{ffff}\""), "full_name has a character that can't be seen"),
        (with("\"name\": \"a\", \"full_name\": \"x\u{600}y\""), "full_name has a sign that Terraform can't read"),
        (
            with("\"name\": \"a\", \"full_name\": \"x\u{2800}\""),
            "full_name doesn't begin and end with what can be seen",
        ),
        (with(r#""name": "a", "full_name": """#), "full_name doesn't begin and end with what can be seen"),
    ];
    let origin = Origin::new();
    origin.write(FILE, with("\"name\": \"a\", \"full_name\": \"\u{f8ff} Platform\""));
    for (number, (contents, _)) in table.iter().enumerate() {
        origin.write(&format!("terraform/default.bad{number}.tf.json"), contents);
    }
    let judged = judged(&origin, &origin.commit());
    assert_eq!(judged.len(), table.len() + 1);
    for (number, (contents, reason)) in table.iter().enumerate() {
        let file = format!("terraform/default.bad{number}.tf.json");
        let found = judged.iter().find(|file_| file_["file"] == *file).unwrap_or_else(|| panic!("{contents} is taken"));
        assert_eq!(found["request"], format!("default/bad{number}"));
        assert!(found["refused"].as_str().unwrap().contains(reason), "{reason}: {found}");
    }
    let others: Vec<&Value> = judged.iter().filter(|file| file["refused"].is_null()).collect();
    assert!(matches!(others[..], [team] if team["organization"]["full_name"] == "\u{f8ff} Platform"), "{others:?}");
}

/// jq would read what is broken as U+FFFD, which is one that a name may have; and it reads Unicode in pieces, so what one
/// file ends with must not eat into the next.
#[test]
fn a_file_with_broken_unicode_harms_no_other() {
    let origin = Origin::new();
    let bytes: [&[u8]; 6] = [b"\xf0", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"];
    for (number, bytes) in bytes.iter().enumerate() {
        let inside =
            [b"{\"resource\": {\"gitea_org\": {\"team_a\": {\"name\": \"a\", \"full_name\": \"x", *bytes, b"y\"}}}}"];
        origin.write(&format!("terraform/broken.inside{number}.tf.json"), inside.concat());
        origin.write(
            &format!("terraform/broken.end{number}.tf.json"),
            [with(r#""name": "a""#).as_bytes(), *bytes].concat(),
        );
    }
    // Pieces have 4095 bytes, within a line.
    let team = |id: &str, text: &str| {
        format!(
            r#"{{"//": "{text}", "resource": {{"gitea_org": {{"team_{id}": {{"name": "{id}", "full_name": "{}"}}}}}}}}"#,
            "é".repeat(99) + "\u{fffd}"
        )
    };
    origin.write(FILE, team("a", &"x".repeat(3800)));
    for (number, filler) in (0..4).zip(["", "x", "xx", "xxx"]) {
        origin.write(
            &format!("terraform/default.b{number}.tf.json"),
            team(&format!("b{number}"), &format!("{filler}{}", "é".repeat(6000))),
        );
    }
    let (refused, taken): (Vec<Value>, Vec<Value>) =
        judged(&origin, &origin.commit()).into_iter().partition(|file| file["refused"].is_string());
    assert!(refused.len() == 12 && refused.iter().all(|file| file["refused"] == "it is not UTF-8"), "{refused:?}");
    let expected = "é".repeat(99) + "\u{fffd}";
    assert!(taken.len() == 5 && taken.iter().all(|team| team["organization"]["full_name"] == expected), "{taken:?}");
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
    let names = ["A.b", "-a.b", "a.b-", "a.", "ä.b", "a.`b`\n", "a..b"];
    for name in names {
        origin.write(&format!("terraform/{name}.tf.json"), &team);
    }
    let judged = judged(&origin, &origin.commit());
    let refused = |file: &str| &judged.iter().find(|judged| judged["file"] == file).unwrap()["refused"];
    assert_eq!(refused(FILE), "is no regular file (mode 100755)");
    assert_eq!(refused("terraform/default.link.tf.json"), "is no regular file (mode 120000)");
    let nobodys = |judged: &&Value| judged["refused"] == "no Team has such a name" && judged["request"].is_null();
    assert_eq!((judged.iter().filter(nobodys).count(), judged.len()), (names.len(), names.len() + 2), "{judged:?}");
}

/// Older ones go first, whatever they are called: whoever asks for thousands stops nobody.
#[test]
fn of_too_many_teams_the_newest_are_left_out() {
    let origin = Origin::new();
    let write = |name: &str| {
        origin.write(&format!("terraform/{name}.tf.json"), with(r#""name": "a""#));
    };
    write("zz.first");
    origin.commit();
    write("zz.second");
    origin.commit();
    for number in 0..2001 {
        write(&format!("crowd.t{number}"));
    }
    origin.write("terraform/zz.bad.tf.json", "");
    let judged = judged(&origin, &origin.commit());
    let (refused, taken): (Vec<&Value>, Vec<&Value>) = judged.iter().partition(|file| file["refused"].is_string());
    assert_eq!(taken.len(), 2000);
    for name in ["zz/first", "zz/second"] {
        assert!(taken.iter().any(|team| team["request"] == name), "{name}");
    }
    let reason = "there are more than 2000 Teams, and this is not among the oldest";
    assert!(refused.len() == 4 && refused.iter().all(|file| file["refused"] == reason), "{refused:?}");
}
