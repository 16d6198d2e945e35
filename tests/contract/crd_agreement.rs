//! What the API server refuses, the generator refuses, and the other way round: a request that was taken must not be
//! suspended afterwards, and one that a laptop took must not be refused in the cluster.

use kratix_wasm_sdk::Stop;
use serde_json::{Value, json};

use crate::checkers::{each, generate, request};
use crate::crd::{changed_spec, refusals};

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
    ];
    let names = names.map(str::to_owned).into_iter().chain(["🚀".repeat(100), "🚀".repeat(101)]);
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
    ];
    let emails = emails.map(str::to_owned).into_iter();
    let emails = emails.chain([format!("{}@b.co", long(195)), format!("{}@b.co", long(196))]);
    let others = [json!(null), json!(1), json!([])];
    let change = |field: &'static str, value: Value| changed_spec(&json!({field: value}));
    let mut specs: Vec<Value> = ids.map(|id| change("id", id.into())).collect();
    specs.extend(names.map(|name| change("name", name.into())));
    specs.extend(emails.map(|email| change("email", email.into())));
    specs.extend(
        ["id", "name", "email"].iter().flat_map(|field| others.iter().map(|other| change(field, other.clone()))),
    );
    specs.extend([json!({}), json!({"id": "a"}), json!({"name": "A"}), json!({"id": "a", "name": "A"}), json!(null)]);
    specs.extend([json!("a"), json!([]), json!(1)]);

    let differing: Vec<String> = each(&specs, |spec| {
        let (api, generator) = (refusals(&request(spec), None), generate(spec));
        match (&*api, generator) {
            ([], Ok(_)) | ([_, ..], Err(Stop::Invalid(_))) => None,
            (api, generator) => {
                Some(format!("{spec}\n  API server: {api:?}\n  generator: {:?}", generator.map(|_| "taken")))
            }
        }
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(differing.is_empty(), "{} of {}:\n{}", differing.len(), specs.len(), differing.join("\n"));
}

/// Terraform's trouble with them is no reason for a rule in an API, which would list characters by number.
#[test]
fn only_the_generator_refuses_signs_that_terraform_can_not_read() {
    let signs = ['\u{600}', '\u{6DD}', '\u{8E2}', '\u{D4E}', '\u{110BD}', '\u{11F02}'];
    for sign in signs {
        let spec = changed_spec(&json!({"name": format!("A{sign}B")}));
        assert_eq!(refusals(&request(&spec), None), [""; 0], "{sign:?}");
        let Err(Stop::Invalid(problems)) = generate(&spec) else { panic!("{sign:?} was taken") };
        assert!(problems[0].message.ends_with("which Terraform can't read"), "{problems:?}");
    }
}

/// A generator sees only the fields that it knows.
#[test]
fn only_the_api_refuses_unknown_fields() {
    let spec = changed_spec(&json!({"members": []}));
    assert_eq!(refusals(&request(&spec), None), ["unknown field \"spec.members\""]);
    assert!(generate(&spec).is_ok());
}
