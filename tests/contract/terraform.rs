//! The Terraform file, evaluated by HCL's own code: exactly the given strings in one resource, whatever a name holds.

use kratix_wasm_sdk::{Action, Generator as _, Request, Stop, Workflow};
use serde_json::{Map, Value, json};
use team::{Config, Teams};

use crate::checkers::{Folder, TERRAFORM_FILE, ask, characters, each, request, terraform_file};

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

/// Every character that a name may end with stands right before the closing quote, and every one that it may have at
/// all between two letters. HCL composes characters by itself, so what it makes of the given text is what is expected.
#[test]
fn every_character_evaluates_to_itself() {
    let characters = characters();
    let ending: Vec<String> = characters.iter().map(|c| format!("x{c}")).collect();
    let literals = each(&ending, |name| literal(name));
    let is_ending: Vec<bool> = literals.iter().map(Option::is_some).collect();
    let mut both: Vec<(String, String)> =
        ending.into_iter().zip(literals).filter_map(|(name, literal)| Some((name, literal?))).collect();
    assert!(both.len() > 40_000, "only {} characters are taken at all", both.len());

    // 33 a name, since each name costs; those that no name ends with one by one, since most of them are refused.
    let (ends, others): (Vec<_>, Vec<_>) = characters.iter().zip(is_ending).partition(|(_, is_ending)| *is_ending);
    let inside = |c: &(&char, bool)| format!("a{}b", c.0);
    let mut names: Vec<String> = ends.chunks(33).map(|chunk| chunk.iter().map(inside).collect()).collect();
    names.extend(others.iter().map(inside));
    let literals = each(&names, |name| literal(name));
    let refused = literals.iter().filter(|literal| literal.is_none()).count();
    // Among them the tags, and selectors of variants.
    assert!(refused < 800, "{refused} characters are refused");
    both.extend(names.into_iter().zip(literals).filter_map(|(name, literal)| Some((name, literal?))));

    let (mut given, mut generated) = (Vec::new(), Vec::new());
    for (number, (name, literal)) in both.iter().enumerate() {
        given.push(format!("\"n{number}\":{}", json!(name)));
        generated.push(format!("\"n{number}\":{literal}"));
    }
    let text = format!(
        "{{\"resource\":{{\"gitea_org\":{{\"given\":{{{}}},\"generated\":{{{}}}}}}}}}",
        given.join(","),
        generated.join(",")
    );
    let folder = Folder::new();
    let evaluated = ask("terraform", &[&folder.write("a.tf.json", &text)]).unwrap();
    assert_eq!(evaluated["diagnostics"], json!([]));
    let attributes = |label: &str| -> Map<String, Value> {
        let resources = evaluated["resources"].as_array().expect("a list");
        let resource = resources.iter().find(|resource| resource["label"] == label).expect("both are there");
        resource["attributes"].as_object().expect("a map").clone()
    };
    let (given, generated) = (attributes("given"), attributes("generated"));
    assert_eq!((given.len(), generated.len()), (both.len(), both.len()));
    for (number, (name, literal)) in both.iter().enumerate() {
        let key = format!("n{number}");
        assert_eq!(given[&key], generated[&key], "{name:?} became {literal}");
        assert_eq!(
            json!(serde_json::from_str::<Value>(literal).unwrap()),
            generated[&key],
            "{name:?} became {literal}"
        );
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
