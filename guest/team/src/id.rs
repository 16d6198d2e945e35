//! What a team is called where machines read it: `team-alpha`, `a_b`; what a Gitea organization, a Backstage entity and a
//! Terraform address all take.

use kratix_wasm_sdk::Problem;

use crate::length::ensure_length;

pub(crate) const FIELD: &str = "spec.id";

/// Gitea refuses longer names of organizations. (`modules/structs/org.go` of Gitea: `MaxSize`, in characters.)
const MAX: usize = 40;

/// Names that Gitea keeps for itself, as far as they could be an id (`models/user/user.go` of Gitea 1.26); and `invite`,
/// which it takes although its own pages then hide the organization's.
pub const RESERVED_IDS: &[&str] = &[
    "api",
    "assets",
    "attachments",
    "avatar",
    "avatars",
    "captcha",
    "explore",
    "ghost",
    "gitea-actions",
    "invite",
    "issues",
    "login",
    "metrics",
    "milestones",
    "notifications",
    "org",
    "pulls",
    "repo",
    "repo-avatars",
    "ssh_info",
    "user",
    "v2",
];

/// The id as it was given.
pub(crate) fn check(given: String) -> Result<String, Problem> {
    ensure_length(FIELD, &given, MAX)?;
    if !given.split(['-', '_']).all(is_plain) {
        return Err(Problem::new(
            FIELD,
            "must consist of lower case letters and digits, with single hyphens or underscores between them",
        )
        .hint("for example team-alpha"));
    }
    if RESERVED_IDS.contains(&given.as_str()) {
        return Err(Problem::new(FIELD, format!("is \"{given}\", a name that Gitea keeps for itself"))
            .hint(format!("for example {given}-team")));
    }
    Ok(given)
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_id_is_said() {
        let letters = "must consist of lower case letters and digits, with single hyphens or underscores between them";
        for (id, message) in [
            ("", letters),
            ("Team", letters),
            ("team--a", letters),
            ("_a", letters),
            ("a-", letters),
            ("ü", letters),
            ("api", "is \"api\", a name that Gitea keeps for itself"),
            (&"a".repeat(41), "has 41 characters; at most 40 are possible"),
        ] {
            let said = check(id.to_owned()).map_err(|problem| problem.message);
            assert_eq!(said, Err(message.to_owned()), "{id:?}");
        }
    }

    #[test]
    fn an_id_stays_as_it_is() {
        for id in ["team-alpha", "a_b", "7", "api-team", &"a".repeat(40)] {
            assert_eq!(check(id.to_owned()).unwrap(), id);
        }
    }
}
