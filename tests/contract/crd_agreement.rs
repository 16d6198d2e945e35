//! What the API server refuses, the generator refuses, and the other way round: a request that was taken must not be
//! suspended afterwards, and one that a laptop took must not be refused in the cluster.

use std::collections::BTreeSet;

use kratix_wasm_sdk::{Request, Stop};
use serde_json::{Value, json};

use crate::checkers::{generate, request};
use crate::crd::{changed_spec, refusals};
use crate::judges::{api, generator};
use kratix_wasm_tests::Random;

#[test]
fn the_api_and_the_generator_agree() {
    let long = |length: usize| "x".repeat(length);
    let ids = [
        "a", "A", "1a", "a-b", "a_b", "a-_b", "a--b", "-a", "a-", "_a", "a_", "-", "a.b", "a b", "a\n", "é", "ａ", "١",
        "a/b", "API", "apis", "ssh-info", "admin",
    ];
    let ids = ids.map(str::to_owned).into_iter().chain([long(40), long(41)]);
    let names = [
        " ",
        "",
        "A ",
        "\tA",
        "\u{A0}A",
        "A\u{3000}",
        "\u{2003}",
        "\u{1680}A",
        "A\u{202F}",
        "A\u{A0}B",
        "A\u{3000}B",
        "A\tB",
        "A\u{B}",
        "A\u{C}B",
        "A\rB",
        "A\u{0}",
        "A\u{7F}",
        "A\u{85}",
        "A\u{9F}",
        "A\u{AD}",
        "A\u{61C}",
        "A\u{180E}B",
        "A\u{200B}",
        "A\u{200C}",
        "A\u{200D}",
        "A\u{200E}",
        "A\u{2028}B",
        "A\u{2029}",
        "A\u{202A}",
        "A\u{2060}",
        "A\u{206F}",
        "A\u{FEFF}",
        "A\u{FFF9}",
        "A\u{FFFB}",
        "A\u{FFFD}",
        "A\u{FFFF}",
        "A\u{E0041}",
        "\u{301}A",
        "e\u{301}",
        "\"\\",
        "中文",
        "\u{10FFFF}",
        "\u{200D}",
        "\u{200C}A",
        "\u{FE0F}\u{200D}",
        "A\u{FE0F}",
        "\u{2800}",
        "A\u{2800}",
        "A\u{2800}B",
        "\u{3164}",
    ];
    let names = names.map(str::to_owned).into_iter().chain(["🚀".repeat(100), "🚀".repeat(101), "e\u{301}".repeat(60)]);
    let emails = [
        "a@b.co",
        "a@b.c",
        "a@b",
        "@b.co",
        "a@",
        "",
        " a@b.co",
        "a@b.co\n",
        "a@@b.co",
        "a@b@c.de",
        "a@-b.co",
        "a@b-.co",
        "a@.co",
        "a@b..co",
        "a@b.co.",
        "a@b.c0",
        "a@1.co",
        "a.@b.co",
        "a..b@c.de",
        "a'b@c.de",
        "\"a\"@b.co",
        "é@b.co",
        "a@é.co",
        "A@B.CO",
        "a@b_c.de",
        "..@a.aa",
        ".a@b.cc",
        "a.b.c@d.ee",
    ];
    let emails = emails.map(str::to_owned).into_iter();
    let emails = emails.chain([
        format!("{}@b.co", long(64)),
        format!("{}@b.co", long(65)),
        format!("a@{}.co", long(63)),
        format!("a@{}.co", long(64)),
        format!("a@b.{}", long(63)),
        format!("a@b.{}", long(64)),
        format!("a@{}aaaa.co", "bb.".repeat(63)),
        format!("a@{}aaaa.co", "bb.".repeat(64)),
    ]);
    let others = [json!(null), json!(1), json!([])];
    let change = |field: &'static str, value: Value| changed_spec(&json!({field: value}));
    let mut specs: Vec<Value> = ids.map(|id| change("id", id.into())).collect();
    specs.extend(names.map(|name| change("name", name.into())));
    specs.extend(emails.map(|email| change("email", email.into())));
    specs.extend(
        ["id", "name", "email"].iter().flat_map(|field| others.iter().map(|other| change(field, other.clone()))),
    );
    specs.extend([json!({}), json!({"id": "a"}), json!({"name": "A"}), json!({"id": "a", "name": "A"}), json!(null)]);
    specs.extend([json!("a"), json!([]), json!(1), json!(["a", "A", null])]);

    assert_agreement(&specs);
}

/// Both take each of these specs, or both refuse it. How many they refuse.
#[track_caller]
fn assert_agreement(specs: &[Value]) -> usize {
    let verdicts: Vec<_> = specs.iter().zip(api(specs).into_iter().zip(generator(specs))).collect();
    let refused = verdicts.iter().filter(|(_, (api, _))| !api.is_empty()).count();
    let differing: Vec<String> = verdicts
        .into_iter()
        .filter(|(_, (api, generator))| api.is_empty() != generator.is_empty())
        .map(|(spec, (api, generator))| format!("{spec}\n  API server: {api:?}\n  generator: {generator:?}"))
        .collect();
    assert!(differing.is_empty(), "{} of {}:\n{}", differing.len(), specs.len(), differing.join("\n"));
    refused
}

fn with_members(members: Value) -> Value {
    changed_spec(&json!({"members": members}))
}

/// Lists made by chance of names that are right, wrong and the same but for their case, and as many names as there can be.
#[test]
fn the_api_and_the_generator_agree_on_members() {
    let (longest, longer) = ("x".repeat(63), "x".repeat(64));
    let right = ["a", "A", "b", "0", "alice", "ALICE", "a.b", "a-b", "a_b", "a--b", "a..b", "k", "s", "i", &longest];
    let wrong = [
        "",
        " ",
        "-",
        ".a",
        "a-",
        "_",
        "a b",
        "a\n",
        "\0",
        "é",
        "\u{212A}",
        "\u{17F}",
        "ı",
        "ａ",
        "a\u{200D}b",
        "a/b",
        "user:default/a",
        "User:a",
        "default/a",
        "@a",
        "a@b.co",
        "%61",
        &longer,
    ];
    let others = [json!(null), json!(1), json!(true), json!([]), json!(["a"]), json!({}), json!({"a": "b"})];
    let mut random = Random(17);
    let mut item = |wrongness: usize| match random.below(wrongness) {
        0 => json!(random.pick(&wrong)),
        1 => random.pick(&others).clone(),
        _ => json!(random.pick(&right)),
    };
    let mut specs: Vec<Value> =
        (0..4000).map(|number| with_members((0..number % 7).map(|_| item(3 + number % 40)).collect())).collect();
    specs.extend(others.iter().chain(&[json!("a"), json!("")]).cloned().map(with_members));
    for (count, last) in [(199, "last"), (199, "USER-7"), (200, "last"), (199, "-")] {
        let name = |number| format!("user-{number}");
        specs.push(with_members((0..count).map(name).chain([last.to_owned()]).collect()));
    }
    // What costs an API server most to compare.
    specs.push(with_members((0..200).map(|number| format!("{number:03}{}", "x".repeat(60))).collect()));
    let refused = assert_agreement(&specs);
    assert!((specs.len() / 4..specs.len() * 3 / 4).contains(&refused), "{refused} of {} are refused", specs.len());
}

/// At each end of a name, and within, both refuse the same: all characters near ASCII, and some of all others.
#[test]
fn the_api_and_the_generator_agree_on_characters_of_members() {
    // The numbers keep them apart.
    let names: Vec<String> = ('\0'..=char::MAX)
        .enumerate()
        .filter(|(number, _)| *number < 0x200 || number % 499 == 0)
        .flat_map(|(number, c)| [format!("{c}b{number}"), format!("a{number}{c}b"), format!("a{number}{c}")])
        .collect();
    let specs: Vec<Value> = names.chunks(200).map(|some| with_members(json!(some))).collect();
    let mut taken = 0;
    for (spec, refusals) in specs.iter().zip(api(&specs)) {
        let problems = match generate(spec) {
            Ok(_) => vec![],
            Err(Stop::Invalid(problems)) => problems,
            Err(stop) => panic!("{spec}: {stop:?}"),
        };
        let fields: BTreeSet<String> = problems.into_iter().filter_map(|problem| problem.field).collect();
        let of_api = refusals.iter().filter_map(|refusal| refusal.split_once(": ")).map(|(field, _)| field.to_owned());
        assert_eq!(fields, of_api.collect(), "{spec}");
        taken += spec["members"].as_array().expect("a list").len() - fields.len();
    }
    assert_eq!(taken, 3 * 62 + 3, "letters and digits anywhere, three signs between them");
}

/// Kratix adds the bound to the API; that a host holds it, too, tests/integration shows.
#[test]
fn the_api_and_the_generator_agree_on_names_of_requests() {
    for (name, is_taken) in
        [("x".repeat(63), true), ("x".repeat(64), false), (format!("{0}.{0}", "x".repeat(31)), true)]
    {
        let mut object = request(&json!({"id": "a", "name": "A"}));
        object["metadata"]["name"] = name.clone().into();
        let generated = kratix_wasm_sdk::call::<team::Teams>(&Request::configure(object.clone()));
        assert_eq!((refusals(&object, None).is_empty(), generated.is_ok()), (is_taken, is_taken), "{name}");
    }
}

/// The API server counts what it was given and can't compose it; so few letters grow by that, and so little, that a
/// smaller bound for all would be worse.
#[test]
fn only_the_generator_counts_letters_that_become_two() {
    let spec = |count: usize| changed_spec(&json!({"name": "\u{958}".repeat(count)}));
    assert!(generate(&spec(50)).is_ok());
    assert_eq!(refusals(&request(&spec(60)), None), [""; 0]);
    let Err(Stop::Invalid(problems)) = generate(&spec(60)) else { panic!("it was taken") };
    assert_eq!(problems[0].message, "has 120 characters; at most 100 are possible");
}

/// A generator sees only the fields that it knows.
#[test]
fn only_the_api_refuses_unknown_fields() {
    let spec = changed_spec(&json!({"parent": "platform"}));
    assert_eq!(refusals(&request(&spec), None), ["unknown field \"spec.parent\""]);
    assert!(generate(&spec).is_ok());
}
