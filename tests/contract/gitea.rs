//! The ids that the Team generator refuses because Gitea would: exactly those, and both the API and the generator do.

use std::collections::BTreeSet;

use kratix_wasm_sdk::Stop;
use serde_json::json;
use team::RESERVED_IDS;

use crate::checkers::{ask, each, generate, request};
use crate::crd::{changed_spec, refusals};

/// Gitea takes it, but its pages then hide the organization's.
const HIDDEN: &str = "invite";

#[test]
fn the_reserved_ids_are_what_gitea_reserves() {
    let found = ask("gitea-names", &[]).unwrap();
    let texts =
        |key: &str| found[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect::<Vec<_>>();
    let possible = texts("names").into_iter().filter(|name| is_id(name));
    let expected: BTreeSet<&str> = possible.chain([HIDDEN]).collect();
    assert_eq!(RESERVED_IDS.iter().copied().collect::<BTreeSet<_>>(), expected);
    assert_eq!(RESERVED_IDS.len(), expected.len(), "an id is listed twice");
    for pattern in texts("patterns") {
        assert!(pattern.contains('.'), "an id could match {pattern}");
    }
}

#[test]
fn every_reserved_id_is_refused_by_the_api_and_by_the_generator() {
    each(RESERVED_IDS, |id| {
        let spec = changed_spec(&json!({"id": id}));
        let words = "the id is a name that Gitea keeps for itself; add to it, for example -team";
        assert_eq!(refusals(&request(&spec), None), [format!("spec.id: Invalid value: \"{id}\": {words}")]);
        let Err(Stop::Invalid(problems)) = generate(&spec) else { panic!("{id} was taken") };
        assert_eq!(problems[0].field.as_deref(), Some("spec.id"));
    });
}

/// Words of lower case letters and digits with single `-` or `_` between them.
fn is_id(name: &str) -> bool {
    let is_plain = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.len() <= 40 && name.split(['-', '_']).all(is_plain)
}
