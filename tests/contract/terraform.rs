//! The Terraform file, evaluated by HCL's own code: exactly the given strings in one resource, whatever a name holds.

use kratix_wasm_sdk::{Action, Generator as _, Request, Stop, Workflow};
use serde_json::{Map, Value, json};
use team::{Config, Teams};

use crate::checkers::{Folder, TERRAFORM_FILE, ask, each, request, terraform_file};

/// Names of teams that somebody might want to break something with, or just have.
pub(crate) const NAMES: &[&str] = &[
    "Team Alpha",
    "\"",
    "a\"b\\c\\",
    "\\\"",
    "\\u0041\\n",
    "'",
    "`x`",
    "$",
    "%",
    "{",
    "}",
    "$ {",
    "${",
    "${}",
    "${path.root}",
    "${filebase64(\"/proc/self/environ\")}",
    "$${",
    "$${a}",
    "$$${a}",
    "$$$${a}",
    "a$${b}c$$${d}",
    "%{",
    "%{if true}a%{endif}",
    "%%{",
    "%%{a}",
    "%%%{a}",
    "$%{a}",
    "%${a}",
    "{${a}}",
    "$\u{301}{a}",
    "\\${a}",
    "${\"${a}\"}",
    "<<EOT",
    "//",
    "/* a */",
    "# a",
    "{\"a\": 1}",
    "<b>&amp;</b>",
    "Ünïcödé 中文 العربية עברית",
    "e\u{301}\u{327}",
    "\u{1112}\u{1161}\u{11AB}",
    "👩\u{200D}👩\u{200D}👧\u{200D}👦",
    "🏳\u{FE0F}\u{200D}🌈",
    "\u{1F1EB}\u{1F1F7}",
    "क\u{94D}\u{200D}ष",
    "a\u{200D}",
    "a\u{200C}$",
    "a\u{FE0F}${a}",
];

#[test]
fn a_file_evaluates_to_exactly_what_was_given_and_is_one_organization() {
    let mut names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    names.extend(["x", "é", "🚀", "\"", "\\"].map(|c| c.repeat(100)));
    names.extend(["${a}", "%%{a"].map(|c| c.repeat(25)));
    let folder = Folder::new();
    each(&names, |name| {
        let spec = json!({"id": "a_b-1", "name": name, "email": "a+b%c@d.example"});
        let text = terraform_file(&spec).unwrap_or_else(|stop| panic!("{name:?}: {stop:?}"));
        let file = tempfile::Builder::new().suffix(".tf.json").tempfile_in(folder.path()).expect("a temporary file");
        std::fs::write(file.path(), text).expect("a file can be written");
        let expected = json!({
            "resources": [{
                "type": "gitea_org",
                "label": "team_a_b-1",
                "attributes": {
                    "name": "a_b-1",
                    "full_name": composed(name),
                    "description": "Contact: a+b%c@d.example",
                    "visibility": "public",
                },
            }],
            "other": [],
            "diagnostics": [],
        });
        assert_eq!(ask("terraform", &[file.path()]), Ok(expected), "{name:?}");
    });
}

/// Every character that a name may have stands between two letters, and right before the closing quote. HCL composes
/// characters by itself, so what it makes of the given text is what is expected.
#[test]
fn every_character_evaluates_to_itself() {
    let characters: Vec<char> = ('\0'..=char::MAX).collect();
    // 33 a name, since each name costs; and one by one where a name is refused, or not written as it was given.
    let inside = |part: &[char]| part.iter().flat_map(|c| ['a', *c, 'b']).collect::<String>();
    let names: Vec<String> = characters.chunks(33).map(inside).collect();
    let literals = each(&names, |name| literal(name));
    let is_plain = |name: &str, literal: &Option<String>| literal.as_ref() == Some(&json!(name).to_string());
    let mut both = Vec::new();
    let mut alone = Vec::new();
    for ((part, name), literal) in characters.chunks(33).zip(names).zip(literals) {
        if is_plain(&name, &literal) {
            // So the generator writes each of them as it is.
            both.extend(part.iter().map(|c| format!("x{c}")).map(|name| (name.clone(), json!(name).to_string())));
            both.push((name, literal.expect("it is plain")));
        } else {
            alone.extend(part.iter().flat_map(|c| [format!("a{c}b"), format!("x{c}")]));
        }
    }
    let literals = each(&alone, |name| literal(name));
    let refused = literals.iter().filter(|literal| literal.is_none()).count();
    // Among them the tags, and selectors of variants.
    assert!(refused < 10_000, "{refused} names are refused");
    both.extend(alone.into_iter().zip(literals).filter_map(|(name, literal)| Some((name, literal?))));
    assert!(both.len() > 1_100_000, "only {} characters are taken at all", both.len());

    // What is written as it was given needs no second look.
    let (mut given, mut generated) = (Vec::new(), Vec::new());
    for (number, (name, literal)) in both.iter().enumerate() {
        let plain = json!(name).to_string();
        if plain != *literal {
            given.push(format!("\"n{number}\":{plain}"));
        }
        generated.push(literal.as_str());
    }
    assert!(given.len() > 1000, "only {} are composed", given.len());
    let text = format!(
        "{{\"resource\":{{\"gitea_org\":{{\"given\":{{{}}},\"generated\":{{\"all\":[{}]}}}}}}}}",
        given.join(","),
        generated.join(",")
    );
    let folder = Folder::new();
    let evaluated = ask("terraform", &[&folder.write("a.tf.json", &text)]).unwrap();
    assert_eq!(evaluated["diagnostics"], json!([]));
    let attributes = |label: &str| -> &Map<String, Value> {
        let resources = evaluated["resources"].as_array().expect("a list");
        let resource = resources.iter().find(|resource| resource["label"] == label).expect("both are there");
        resource["attributes"].as_object().expect("a map")
    };
    let (given, generated) = (attributes("given"), attributes("generated")["all"].as_array().expect("a list"));
    assert_eq!(generated.len(), both.len());
    for (number, ((name, literal), generated)) in both.iter().zip(generated).enumerate() {
        if let Some(given) = given.get(&format!("n{number}")) {
            assert_eq!(given, generated, "{name:?} became {literal}");
        }
        assert_eq!(serde_json::from_str::<Value>(literal).unwrap(), *generated, "{name:?} became {literal}");
    }
}

/// The name as it stands in the generator's file, quotes included; none when the name is refused. Not called as the host
/// calls it, which takes twice as long.
fn literal(name: &str) -> Option<String> {
    let request = Request {
        action: Action::Configure,
        workflow: Workflow::Resource,
        promise: String::new(),
        pipeline: String::new(),
        object: serde_json::from_value(request(&json!({"id": "a", "name": name}))).expect("it is a team"),
        config: Config::default(),
    };
    let text = match Teams::generate(request) {
        Ok(output) => output.read(TERRAFORM_FILE).expect("a team has a Terraform file"),
        Err(Stop::Invalid(_)) => return None,
        Err(stop) => panic!("{name:?}: {stop:?}"),
    };
    let (_, literal) = text.split_once("\"full_name\": ").expect("a full name");
    Some(literal.lines().next()?.strip_suffix(',')?.to_owned())
}

/// The name in Unicode's form C, as far as the table above needs it.
fn composed(name: &str) -> String {
    name.replace("e\u{301}\u{327}", "\u{229}\u{301}").replace("\u{1112}\u{1161}\u{11AB}", "\u{D55C}")
}
