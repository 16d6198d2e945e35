//! The Promise's API as Kubernetes' own code applies it: accepted, and refusing what is wrong in plain words.

use std::path::Path;

use kratix_wasm::yaml;
use serde_json::{Value, json};

use crate::checkers::{Folder, ask, each, promise, promises, request};

/// Why an API server would refuse a request, or its change from an old one; nothing when it would take it.
pub(crate) fn refusals(object: &Value, old: Option<&Value>) -> Vec<String> {
    refusals_of(&promise(), object, old)
}

/// The same of any Promise's request.
pub(crate) fn refusals_of(promise: &Path, object: &Value, old: Option<&Value>) -> Vec<String> {
    let folder = Folder::new();
    let object = folder.write("new.yaml", &yaml::write(std::slice::from_ref(object)));
    let old = old.map(|old| folder.write("old.yaml", &yaml::write(std::slice::from_ref(old))));
    let files: Vec<_> = [promise, &object].into_iter().chain(old.as_deref()).collect();
    let verdict = ask("crd", &files).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(verdict["crd"], json!([]));
    let refusals: Vec<String> = serde_json::from_value(verdict["object"].clone()).expect("a list of texts");
    // Follows refusals of the plain schema; nothing that a person could mend.
    refusals.into_iter().filter(|refusal| !refusal.contains("some validation rules were not checked")).collect()
}

#[test]
fn kubernetes_accepts_each_api_and_its_example() {
    for folder in promises() {
        let [promise, example] = ["promise.yaml", "example-resource.yaml"].map(|name| folder.join(name));
        let verdict = ask("crd", &[&promise, &example]).unwrap();
        assert_eq!(verdict, json!({"crd": [], "object": []}), "{}", folder.display());
    }
}

#[test]
fn what_is_wrong_is_refused_in_plain_words() {
    let pattern = "the id must consist of lower case letters and digits, with single hyphens or underscores between \
        them, for example team-alpha";
    let reserved = "the id is a name that Gitea keeps for itself; add to it, for example -team";
    let blank = "the name must be one line that begins with what can be seen and doesn't end with white space";
    let unseen = "the name has a character that can't be seen";
    let email = "the email must be an address, for example team@example.com";
    let local = "the email must have at most 64 characters before the @";
    let member = "a member must be the name of a user in Backstage, without user:default/; letters and digits, with \
        hyphens, underscores and dots between them, for example alice";
    let twice = "the members must be different users; upper and lower case make no difference";
    let table = [
        (json!({"id": "Team"}), vec![("spec.id", pattern)]),
        (json!({"id": "team alpha"}), vec![("spec.id", pattern)]),
        (json!({"id": "team--alpha"}), vec![("spec.id", pattern)]),
        (json!({"id": "-team"}), vec![("spec.id", pattern)]),
        (json!({"id": "team_"}), vec![("spec.id", pattern)]),
        (json!({"id": "team.rss"}), vec![("spec.id", pattern)]),
        (json!({"id": "tëam"}), vec![("spec.id", pattern)]),
        (json!({"id": ""}), vec![("spec.id", "at least 1 chars long"), ("spec.id", pattern)]),
        (json!({"id": "a".repeat(41)}), vec![("spec.id", "may not be more than 40 bytes")]),
        (json!({"id": "api"}), vec![("spec.id", reserved)]),
        (json!({"id": null}), vec![("spec.id", "Required value")]),
        (json!({"id": 7}), vec![("spec.id", "must be of type string")]),
        (json!({"name": ""}), vec![("spec.name", "at least 1 chars long"), ("spec.name", blank)]),
        (json!({"name": " "}), vec![("spec.name", blank)]),
        (json!({"name": " Alpha"}), vec![("spec.name", blank)]),
        (json!({"name": "Alpha "}), vec![("spec.name", blank)]),
        (json!({"name": "Al\npha"}), vec![("spec.name", blank), ("spec.name", unseen)]),
        (json!({"name": "Alpha\n"}), vec![("spec.name", blank), ("spec.name", unseen)]),
        (json!({"name": "Al\u{7}pha"}), vec![("spec.name", unseen)]),
        (json!({"name": "Al\u{85}pha"}), vec![("spec.name", unseen)]),
        (json!({"name": "Al\u{202E}pha"}), vec![("spec.name", unseen)]),
        (json!({"name": "Al\u{2066}pha"}), vec![("spec.name", unseen)]),
        (json!({"name": "Al\u{200B}pha"}), vec![("spec.name", unseen)]),
        (json!({"name": "\u{FEFF}Alpha"}), vec![("spec.name", unseen)]),
        (json!({"name": "\u{3164}"}), vec![("spec.name", unseen)]),
        (json!({"name": "Al\u{FE00}pha"}), vec![("spec.name", unseen)]),
        (json!({"name": "\u{2800}"}), vec![("spec.name", blank)]),
        (json!({"name": "\u{200D}"}), vec![("spec.name", blank)]),
        (json!({"name": "é".repeat(101)}), vec![("spec.name", "may not be more than 100 bytes")]),
        (json!({"name": null}), vec![("spec.name", "Required value")]),
        (json!({"name": ["Alpha"]}), vec![("spec.name", "must be of type string")]),
        (json!({"email": ""}), vec![("spec.email", email)]),
        (json!({"email": "alpha"}), vec![("spec.email", email)]),
        (json!({"email": "alpha@localhost"}), vec![("spec.email", email)]),
        (json!({"email": "..@a.aa"}), vec![("spec.email", email)]),
        (json!({"email": ".a@b.cc"}), vec![("spec.email", email)]),
        (json!({"email": "a..b@c.dd"}), vec![("spec.email", email)]),
        (json!({"email": format!("{}@b.co", "a".repeat(65))}), vec![("spec.email", local)]),
        (json!({"email": "Alpha <alpha@example.com>"}), vec![("spec.email", email)]),
        (
            json!({"email": format!("a@{}example.com", "a.".repeat(94))}),
            vec![("spec.email", "may not be more than 200 bytes")],
        ),
        (json!({"email": true}), vec![("spec.email", "must be of type string")]),
        (json!({"members": ["alice", "user:default/bob"]}), vec![("spec.members[1]", member)]),
        (json!({"members": ["", "bob-"]}), vec![("spec.members[0]", member), ("spec.members[1]", member)]),
        (json!({"members": ["alice", "Alice"]}), vec![("spec.members", twice)]),
        (json!({"members": ["a", "b", "a"]}), vec![("spec.members[2]", "Duplicate value"), ("spec.members", twice)]),
        (json!({"members": ["a".repeat(64)]}), vec![("spec.members[0]", "may not be more than 63 bytes")]),
        (
            json!({"members": (0..201).map(|number| format!("user-{number}")).collect::<Vec<_>>()}),
            vec![("spec.members", "must have at most 200 items")],
        ),
        (json!({"members": "alice"}), vec![("spec.members", "must be of type array")]),
        (json!({"members": ["alice", 7]}), vec![("spec.members[1]", "must be of type string")]),
        (json!({"members": [null]}), vec![("spec.members[0]", "must be of type string")]),
        (json!({"parent": "platform"}), vec![("unknown field \"spec.parent\"", "")]),
        (
            json!({"id": "A", "name": " ", "email": "a"}),
            vec![("spec.email", email), ("spec.id", pattern), ("spec.name", blank)],
        ),
    ];
    each(&table, |(change, expected)| {
        let found = refusals(&changed(change), None);
        let mut left = found.clone();
        for (field, words) in expected {
            let position = left.iter().position(|refusal| refusal.starts_with(field) && refusal.contains(words));
            left.remove(position.unwrap_or_else(|| panic!("{change}: no {field}: {words} in {found:#?}")));
        }
        assert!(left.is_empty(), "{change}: beside what is expected, {left:#?}");
    });
}

#[test]
fn what_is_right_is_taken() {
    let changes = [
        json!({}),
        json!({"id": "a"}),
        json!({"id": "0"}),
        json!({"id": "a_b-c1"}),
        json!({"id": "a".repeat(40)}),
        json!({"id": "api-team"}),
        json!({"name": "A"}),
        json!({"name": "é".repeat(100)}),
        json!({"name": "Ops & \"Friends\" <b>${path.root}</b> %{if} \\ 🚀"}),
        json!({"name": "👩\u{200D}👩\u{200D}👧"}),
        json!({"name": "می\u{200C}خواهم"}),
        json!({"name": "❤\u{FE0F}"}),
        json!({"name": "⠓\u{2800}⠊"}),
        json!({"email": "a@b.co"}),
        json!({"email": "A.b_c%d+e-f@sub.domain-x.example"}),
        json!({"email": format!("{}@{}.co", "a".repeat(64), "b".repeat(63))}),
        json!({"email": null}),
        json!({"members": null}),
        json!({"members": []}),
        json!({"members": ["zoe", "Alice", "o.b-c__d", "7", "a".repeat(63)]}),
    ];
    each(&changes, |change| assert_eq!(refusals(&changed(change), None), [""; 0], "{change}"));
}

#[test]
fn all_but_the_id_can_be_changed() {
    let old = changed(&json!({}));
    let immutable = "the id can't be changed; make a new Team and delete this one";
    for (change, refused) in [
        (json!({"name": "Other", "email": "other@example.com"}), None),
        (json!({"email": null}), None),
        (json!({"members": ["alice"]}), None),
        (json!({"members": []}), None),
        (json!({"id": "other"}), Some(immutable)),
        (json!({"id": "other", "name": "Other"}), Some(immutable)),
    ] {
        let found = refusals(&changed(&change), Some(&old));
        let expected = refused.map(|words| format!("spec.id: Invalid value: \"other\": {words}"));
        assert_eq!(found, Vec::from_iter(expected), "{change}");
    }
}

/// A request in which everything is right, but for this.
pub(crate) fn changed(change: &Value) -> Value {
    request(&changed_spec(change))
}

/// The spec of such a request.
pub(crate) fn changed_spec(change: &Value) -> Value {
    let mut spec = json!({"id": "team-alpha", "name": "Team Alpha", "email": "alpha@example.com"});
    for (field, value) in change.as_object().expect("a change is a map") {
        spec[field] = value.clone();
    }
    spec
}
