//! Who is in a team: names of users in Backstage, all in its namespace `default`, where its sign-in looks for them.

use std::collections::BTreeMap;

use kratix_wasm_sdk::Problem;
use serde_json::Value;

use crate::length::ensure_length;
use crate::request::text;

const FIELD: &str = "spec.members";

/// The API server compares each name with each, which may cost it only so much.
const MAX: usize = 200;
/// Backstage refuses longer names of entities.
const MAX_NAME: usize = 63;

/// The names as they were given; nothing where no list was, which is not an empty one.
pub(crate) fn check(given: Value) -> Result<Option<Vec<String>>, Vec<Problem>> {
    let given = match given {
        Value::Null => return Ok(None),
        Value::Array(given) => given,
        other => {
            let problem = Problem::new(FIELD, format!("must be a list, not {other}"));
            return Err(vec![problem.hint("for example [alice, bob]")]);
        }
    };
    if given.len() > MAX {
        let message = format!("has {} names; at most {MAX} are possible", given.len());
        return Err(vec![Problem::new(FIELD, message)]);
    }
    let mut known = BTreeMap::new();
    let (mut names, mut problems) = (Vec::new(), Vec::new());
    for (index, item) in given.into_iter().enumerate() {
        let field = format!("{FIELD}[{index}]");
        let checked = text(&field, item).and_then(|name| check_name(&field, name));
        match checked.and_then(|name| ensure_new(&field, name, &mut known)) {
            Ok(name) => names.push(name),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(Some(names)) } else { Err(problems) }
}

/// What Backstage takes for the name of an entity (`KubernetesValidatorFunctions.isValidObjectName` of its catalog-model).
fn check_name(field: &str, given: String) -> Result<String, Problem> {
    ensure_length(field, &given, MAX_NAME)?;
    if given.contains([':', '/']) {
        return Err(Problem::new(field, "is a reference, not a name").hint("only the name, for example alice"));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let at_end = |c: char| c.is_ascii_alphanumeric();
    if given.starts_with(at_end) && given.ends_with(at_end) && given.bytes().all(allowed) {
        Ok(given)
    } else {
        Err(Problem::new(field, "is no name that Backstage takes")
            .hint("letters and digits, with hyphens, underscores and dots between them, for example alice"))
    }
}

/// Backstage compares references in lower case.
fn ensure_new(field: &str, name: String, known: &mut BTreeMap<String, String>) -> Result<String, Problem> {
    let first = known.entry(name.to_ascii_lowercase()).or_insert_with(|| field.to_owned());
    if first == field {
        Ok(name)
    } else {
        Err(Problem::new(field, format!("is the same user as {first}"))
            .hint("name each once; upper and lower case make no difference"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(given: Value) -> Vec<String> {
        let problems = check(given).expect_err("it is wrong").into_iter();
        problems.map(|problem| format!("{} {}", problem.field.expect("it has one"), problem.message)).collect()
    }

    #[test]
    fn what_is_wrong_with_a_member_is_said() {
        let none = "is no name that Backstage takes";
        let reference = "is a reference, not a name";
        for (name, message) in [
            (json!(""), none),
            (json!("."), none),
            (json!("-alice"), none),
            (json!("alice_"), none),
            (json!("al ice"), none),
            (json!("alice\n"), none),
            (json!("alice@example.com"), none),
            (json!("älice"), none),
            (json!("al\u{200D}ice"), none),
            (json!("\u{212A}im"), none),
            (json!("user:default/alice"), reference),
            (json!("user:alice"), reference),
            (json!("default/alice"), reference),
            (json!("a".repeat(64)), "has 64 characters; at most 63 are possible"),
            (json!("ü".repeat(64)), "has 64 characters; at most 63 are possible"),
            (json!(7), "must be a string, not 7"),
            (json!(["alice"]), "must be a string, not [\"alice\"]"),
            (json!(null), "is missing"),
        ] {
            assert_eq!(said(json!(["bob", name])), [format!("spec.members[1] {message}")], "{name}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_list_is_said() {
        assert_eq!(said(json!("alice")), ["spec.members must be a list, not \"alice\""]);
        assert_eq!(said(json!({"alice": true})), ["spec.members must be a list, not {\"alice\":true}"]);
        assert_eq!(said(json!(false)), ["spec.members must be a list, not false"]);
        assert_eq!(said(json!(vec![""; 201])), ["spec.members has 201 names; at most 200 are possible"]);
    }

    #[test]
    fn everything_is_said_at_once() {
        let given = json!(["alice", "-", "Bob", 7, "ALICE", "-", "bob", "alice"]);
        let fields = said(given).into_iter().map(|said| said.chars().take(40).collect::<String>());
        assert_eq!(
            fields.collect::<Vec<_>>(),
            [
                "spec.members[1] is no name that Backstag",
                "spec.members[3] must be a string, not 7",
                "spec.members[4] is the same user as spec",
                "spec.members[5] is no name that Backstag",
                "spec.members[6] is the same user as spec",
                "spec.members[7] is the same user as spec",
            ]
        );
    }

    #[test]
    fn a_user_is_found_again_in_other_letters() {
        assert_eq!(said(json!(["a", "Bob", "bOB"])), ["spec.members[2] is the same user as spec.members[1]"]);
        assert_eq!(said(json!(["a", "a", "a"]))[1], "spec.members[2] is the same user as spec.members[0]");
    }

    #[test]
    fn a_reference_is_answered_with_what_to_write() {
        let problems = check(json!(["user:default/alice"])).expect_err("it is no name");
        assert_eq!(problems[0].hint.as_deref(), Some("only the name, for example alice"));
    }

    #[test]
    fn names_stay_as_they_are_and_where_they_are() {
        let longest = "a".repeat(63);
        let names = ["zoe", "Alice", "o.b-c__d", "7", "a--b", &longest];
        assert_eq!(check(json!(names)), Ok(Some(names.map(str::to_owned).to_vec())));
        let most: Vec<String> = (0..200).map(|number| format!("user-{number}")).collect();
        assert_eq!(check(json!(most)), Ok(Some(most)));
    }

    #[test]
    fn no_list_is_not_an_empty_one() {
        assert_eq!(check(json!(null)), Ok(None));
        assert_eq!(check(json!([])), Ok(Some(vec![])));
    }
}
