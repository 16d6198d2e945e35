//! The organization, in Terraform's JSON syntax: <https://developer.hashicorp.com/terraform/language/syntax/json>.
//!
//! Always one resource of this shape and nothing else, so that a job can check a file and a reviewer knows it at a glance.

use serde_json::{Value, json};

use crate::config::Config;
use crate::request::Team;

pub(crate) fn organization(team: &Team, config: &Config) -> Value {
    let Team { namespace, request, id, name, email, .. } = team;
    json!({
        "//": format!("Generated from Team {namespace}/{request}: change the request, not this file."),
        "resource": {
            "gitea_org": {
                // Unlike an id, a label may not begin with a digit. One id, one label, and the other way round.
                format!("team_{id}"): {
                    "name": literal(id),
                    "full_name": literal(name),
                    "description": literal(&format!("Contact: {email}")),
                    "visibility": literal(&config.visibility),
                },
            },
        },
    })
}

/// A string that evaluates to exactly this text: in JSON syntax too, `${` and `%{` begin a template.
fn literal(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_become_text() {
        assert_eq!(literal("${var.x} %{if} $x % { "), "$${var.x} %%{if} $x % { ");
    }
}
