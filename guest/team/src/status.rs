//! What the requester sees. Kratix never removes a key of a status, so both answers write the same keys.

use serde_json::{Value, json};

use crate::backstage;
use crate::config::Config;
use crate::request::{Object, Team};

/// After a run that is about to be committed.
pub(crate) fn committed(team: &Team, config: &Config) -> Value {
    let review = config.review_url.as_ref().map_or(String::new(), |url| format!(": {url}"));
    json!({
        "message": format!("Organization {} is committed and awaits review{review}", team.id),
        "organization": team.id,
        "email": team.email,
        "catalogRef": backstage::reference(&team.id),
        "reviewUrl": config.review_url,
    })
}

/// While the request is being deleted; what it was called may be wrong or missing.
pub(crate) fn deleted(object: &Object) -> Value {
    let what = object.spec["id"].as_str().map_or("The organization".to_owned(), |id| format!("Organization {id}"));
    json!({
        "message": format!("{what} is being removed from the repositories; its destruction awaits review"),
        "organization": null,
        "email": null,
        "catalogRef": null,
        "reviewUrl": null,
    })
}
