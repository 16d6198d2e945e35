//! The catalog file that the step writes, judged by Backstage's own validators.

use kratix_wasm::yaml;
use kratix_wasm_tests::Step;
use serde_json::{Value, json};

use crate::checkers::{Folder, ask_backstage, generate, request};

/// The catalog file of a request, written by the real step.
fn catalog_file(spec: &Value) -> String {
    let outcome = Step::team(&yaml::write(&[request(spec)])).run().exits(0);
    outcome.output("backstage/default.example-team.yaml").to_owned()
}

#[test]
fn backstage_takes_every_group() {
    let specs = [
        json!({"id": "team-alpha", "name": "Team Alpha", "email": "alpha@company.com"}),
        json!({"id": "a", "name": "A"}),
        json!({"id": "0_1-x", "name": "0123"}),
        json!({"id": "y", "name": "yes"}),
        json!({"id": "null", "name": "null"}),
        json!({"id": "0x1f", "name": "~"}),
        json!({"id": "1e3", "name": "1e3"}),
        json!({"id": "2026-01-01", "name": "2026-01-01"}),
        json!({"id": "a".repeat(40), "name": "é".repeat(100)}),
        json!({"id": "ops", "name": "Ops: \"a\" & 'b' # <script>alert(1)</script> \\ ${x} {{ y }}"}),
        json!({"id": "fruit", "name": "\u{F8FF} \u{F0001}\u{FDD0}\u{1FFFE}", "email": "o'brien@xn--e1afmkfd.xn--p1ai"}),
        json!({"id": "alone", "name": "A", "members": []}),
        json!({"id": "both", "name": "A", "members": ["zoe", "Alice", "o.b-c__d", "7", "null", "a".repeat(63)]}),
        json!({"id": "family", "name": "👩\u{200D}👩\u{200D}👧 中文 العربية Ünï e\u{301}"}),
    ];
    let folder = Folder::new();
    let files: Vec<_> = specs
        .iter()
        .enumerate()
        .map(|(index, spec)| folder.write(&format!("{index}.yaml"), &catalog_file(spec)))
        .collect();
    let expected: Vec<Value> = specs
        .iter()
        .zip(&files)
        .map(|(spec, file)| {
            let reference = format!("group:default/{}", spec["id"].as_str().unwrap());
            json!({"file": file, "kind": "Group", "ref": reference, "errors": []})
        })
        .collect();
    assert_eq!(ask_backstage(&files), expected);
}

/// The group's schema looks at no member; so Backstage is asked about a user of each name.
#[test]
fn members_are_called_as_backstage_lets_users_be_called() {
    let characters = ('\0'..='\u{17F}').chain(['\u{200D}', '\u{2028}', '\u{212A}', 'ａ', '中', '🚀']);
    let names: Vec<String> = characters
        .flat_map(|c| [format!("{c}"), format!("{c}B"), format!("A{c}B"), format!("A{c}")])
        .chain(["", "a--b", "a.-_b", "null", "0x1f", "user:default/a"].map(str::to_owned))
        .chain([63, 64].map(|length| "x".repeat(length)))
        .collect();
    let user = |name: &String| {
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "User",
            "metadata": {"name": name},
            "spec": {"memberOf": []},
        })
    };
    let texts: Vec<String> = names.iter().map(|name| yaml::write(&[user(name)])).collect();
    let folder = Folder::new();
    let verdicts = ask_backstage(&[folder.write("users.yaml", &texts.join("---\n"))]);
    assert_eq!(verdicts.len(), names.len());
    for (name, verdict) in names.iter().zip(verdicts) {
        let generated = generate(&json!({"id": "a", "name": "A", "members": [name]}));
        let is_user = verdict["errors"] == json!([]);
        assert_eq!(generated.is_ok(), is_user, "{name:?}: {verdict}");
        if let Ok(output) = generated {
            let text = output.read("backstage/default.example-team.yaml").expect("a group");
            let group: Value = serde_json::from_str(&text).expect("one document");
            let member = group["spec"]["members"][0].as_str().expect("a reference");
            assert_eq!(verdict["ref"], member.to_lowercase(), "Backstage compares in lower case");
        }
    }
}

#[test]
fn backstage_would_refuse_a_broken_group() {
    let text = catalog_file(&json!({"id": "a", "name": "A"}));
    let breaks = [
        ("  type: team\n", "", "must have required property 'type'"),
        ("  children: []\n", "", "must have required property 'children'"),
        ("name: a\n", "name: a b\n", "\"metadata.name\" is not valid"),
        ("displayName: A\n", "displayName: \"\"\n", "displayName must NOT have fewer than 1 characters"),
        ("spec:\n", "type: team\nspec:\n", "additionalProperty: type"),
    ];
    let folder = Folder::new();
    let broken = |(number, (piece, replacement, _)): (usize, &(&str, &str, &str))| {
        assert!(text.contains(piece), "no {piece:?} in {text}");
        folder.write(&format!("{number}.yaml"), &text.replacen(piece, replacement, 1))
    };
    let files: Vec<_> = breaks.iter().enumerate().map(broken).collect();
    let verdicts = ask_backstage(&files);
    assert_eq!(verdicts.len(), breaks.len());
    for ((_, _, reason), verdict) in breaks.iter().zip(verdicts) {
        let errors: Vec<String> = serde_json::from_value(verdict["errors"].clone()).unwrap();
        assert!(errors.join("\n").contains(reason), "no {reason:?} in {errors:?}");
    }
}
