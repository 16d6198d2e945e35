//! Every character of Unicode in a name, asked of all who judge one: what the API takes the generator takes, and the review,
//! and Kratix can hand it on.

use std::collections::BTreeSet;

use kratix_wasm::text::{is_blank, is_unseen};
use serde_json::{Value, json};

use crate::checkers::ask;
use crate::crd::changed_spec;
use crate::judges::{api, generator, review};

type Judge = fn(&[Value]) -> Vec<Vec<String>>;

const JUDGES: [(&str, Judge); 3] = [("the API", api), ("the generator", generator), ("the review", review)];

fn named(name: &str) -> Value {
    changed_spec(&json!({"name": name}))
}

/// Which characters a judge refuses within a name. Asked about many in one name, where hyphens keep them from composing,
/// and one by one about those whose name is refused.
fn refused(judge: Judge) -> BTreeSet<char> {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    let verdicts = |parts: &[&[char]]| {
        let between = |part: &[char]| part.iter().flat_map(|c| ['-', *c]).collect::<String>();
        judge(&parts.iter().map(|part| named(&format!("A{}-B", between(part)))).collect::<Vec<_>>())
    };
    let refused_of = |parts: Vec<&[char]>| -> Vec<char> {
        let verdicts = verdicts(&parts);
        let refused = parts.iter().zip(verdicts).filter(|(_, verdict)| !verdict.is_empty());
        refused.flat_map(|(part, _)| part.iter().copied()).collect()
    };
    let doubtful = refused_of(all.chunks(48).collect());
    assert!(doubtful.len() < 12_000, "{} names are refused", doubtful.len());
    refused_of(doubtful.chunks(1).collect()).into_iter().collect()
}

fn shown(characters: &BTreeSet<char>) -> Vec<String> {
    characters.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect()
}

#[test]
fn all_take_the_same_characters() {
    let [expected, refused @ ..] = [generator as Judge, api, review].map(refused);
    for (refused, (who, _)) in refused.iter().zip([JUDGES[0], JUDGES[2]]) {
        let differing = expected.symmetric_difference(refused).copied().collect();
        assert_eq!(shown(&differing), [""; 0], "{who} and the generator differ");
    }

    // The host takes out of a text for people what no name may have, but for the joiners that names need, and for signs.
    let unseen: BTreeSet<char> =
        ('\0'..=char::MAX).filter(|c| is_unseen(*c) && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0F}')).collect();
    assert_eq!(shown(&unseen.difference(&expected).copied().collect()), [""; 0], "the host alone refuses them");
    let signs: Vec<Value> = expected.difference(&unseen).map(|c| named(&format!("A{c}B"))).collect();
    assert!((20..40).contains(&signs.len()), "{} signs are refused that can be seen", signs.len());
    for (who, judge) in JUDGES {
        for refusals in judge(&signs) {
            assert!(matches!(&refusals[..], [one] if one.contains("Terraform can't read")), "{who}: {refusals:?}");
        }
    }
    assert!(!expected.contains(&'\u{F8FF}'), "somebody's logo");
}

/// Kratix writes a request as YAML before any step sees it: with one of these it would try for ever.
#[test]
fn what_kratix_would_lose_is_refused() {
    let lost: Vec<u32> = serde_json::from_value(ask("yaml-characters", &[]).unwrap()).unwrap();
    let lost: Vec<char> = lost.into_iter().map(|c| char::from_u32(c).expect("a character")).collect();
    assert!(lost.contains(&'\u{FFFE}') && lost.contains(&'\u{FFFF}') && lost.len() < 50, "{lost:?}");
    let names: Vec<Value> = lost.iter().map(|c| named(&format!("A{c}B"))).collect();
    for (who, judge) in JUDGES {
        for (c, refusals) in lost.iter().zip(judge(&names)) {
            assert!(!refusals.is_empty(), "{who} takes U+{:04X}", u32::from(*c));
        }
    }
    assert!(lost.iter().all(|c| is_unseen(*c)), "the host writes one of {lost:?} into a status");
    // No character is refused for it that isn't lost: others that stand for none can be written.
    let nothing = ['\u{FDD0}', '\u{1FFFE}', '\u{10FFFF}'];
    assert!(nothing.iter().all(|c| !lost.contains(c) && !is_unseen(*c)));
}

/// Where a name begins and ends the rules are others. Those that any judge could treat so are asked about, their neighbours,
/// and some of all others.
#[test]
fn all_take_the_same_ends() {
    let special = |c: &char| is_blank(*c) || matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0F}');
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    let asked = all.iter().enumerate().filter(|(index, _)| {
        index % 997 == 0 || (index.saturating_sub(1)..=index + 1).any(|near| all.get(near).is_some_and(special))
    });
    let names: Vec<Value> = asked
        .flat_map(|(_, c)| [format!("{c}B"), format!("A{c}"), format!("{c}"), format!("A{c}B")])
        .map(|name| named(&name))
        .chain(["", "\u{200D}\u{FE0F}", "A\u{200D}", "A\u{FE0F}", "A\u{200D}\u{3000}", "\u{2800}\u{FE0F}"].map(named))
        .collect();
    assert!(names.len() > 4000, "{}", names.len());
    let [api, generator, review] = JUDGES.map(|(_, judge)| judge(&names));
    for (index, name) in names.iter().enumerate() {
        let verdicts = [&api[index], &generator[index], &review[index]];
        let taken = verdicts.map(Vec::is_empty);
        assert!(taken == [true; 3] || taken == [false; 3], "{}: {verdicts:?}", name["name"]);
    }
}
