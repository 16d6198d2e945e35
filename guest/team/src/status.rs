//! What the requester sees. Kratix never removes a key of a status, so both answers write the same keys.

use serde_json::{Value, json};

use crate::config::Config;
use crate::request::{Object, Team};
use crate::{backstage, id};

/// Of a request in order. Nothing is committed yet, and whether a review follows is not for the generator to know.
pub(crate) fn generated(team: &Team, config: &Config) -> Value {
    let review = config.review_url.as_ref().map_or(String::new(), |url| format!(": {url}"));
    let message = format!("Files are generated; organization {} follows when they are reviewed{review}", team.id);
    json!({
        "message": message,
        "organization": team.id,
        "email": team.email,
        "catalogRef": backstage::reference(team, config),
        "reviewUrl": config.review_url,
    })
}

/// While the request is being deleted; its id may be wrong, missing or of any length.
pub(crate) fn deleted(object: &Object) -> Value {
    let id = object.spec["id"].as_str().and_then(|id| id::check(id.to_owned()).ok());
    let what = id.map_or("The organization".to_owned(), |id| format!("Organization {id}"));
    json!({
        "message": format!("{what} is being removed from the repositories; its destruction awaits review"),
        "organization": null,
        "email": null,
        "catalogRef": null,
        "reviewUrl": null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_names_only_what_can_have_been_an_organization() {
        let message = |id: Value| {
            let object = json!({"metadata": {"name": "a"}, "spec": {"id": id}});
            let object: Object = serde_json::from_value(object).unwrap();
            deleted(&object)["message"].as_str().unwrap().split(" is ").next().unwrap().to_owned()
        };
        assert_eq!(message(json!("team-alpha")), "Organization team-alpha");
        for id in [json!("x".repeat(100_000)), json!("Team\u{202E}"), json!("api"), json!(7), json!(null)] {
            assert_eq!(message(id), "The organization");
        }
    }
}
