//! The Bucket generator: each request becomes an S3 bucket of a team, a manifest for Crossplane.
//!
//! Whose the bucket is, says the Team that the request names: an object of another Promise, so an input. Where buckets may be
//! and what their names begin with is the Promise author's to say, so it is config.

mod manifest;
mod name;

use kratix_wasm_sdk::{Action, Declares, Description, Generator, Input, Output, Problem, Request, Stop, inputs};
use serde::Deserialize;
use serde_json::{Value, json};

use manifest::Bucket;

/// The generator.
#[derive(Debug)]
pub struct Buckets;

/// What matters of a request. The host reads `spec.team`, to find the input.
#[derive(Debug, Deserialize)]
pub struct Object {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    name: String,
    namespace: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    region: String,
}

/// What the Promise author sets.
#[derive(Debug, Deserialize)]
pub struct Config {
    prefix: String,
    regions: Vec<String>,
}

/// What matters of a Team. It has a status as soon as its own generator has taken its request.
#[derive(Debug, Deserialize)]
struct Team {
    metadata: Metadata,
    spec: TeamSpec,
    status: Option<TeamStatus>,
}

#[derive(Debug, Deserialize)]
struct TeamSpec {
    id: String,
}

#[derive(Debug, Deserialize)]
struct TeamStatus {
    email: Option<String>,
}

impl Declares for Buckets {
    fn inputs() -> Vec<Input> {
        vec![Input::one("team", "Team.platform.kratix.io", "The team that the bucket is for: its id and its contact.")]
    }
}

impl Generator for Buckets {
    type Object = Object;
    type Config = Config;

    fn describe() -> Description {
        let version = env!("CARGO_PKG_VERSION");
        Description::new("bucket", version, "Turns a Bucket into an S3 bucket of a team, by Crossplane.")
            .kind("Bucket")
            .config_schema(include_str!("config.schema.json"))
    }

    fn generate(request: Request<Object, Config>) -> Result<Output, Stop> {
        let Request { action, object: Object { metadata, spec }, config, .. } = request;
        if action == Action::Delete {
            // Nothing of the Team is needed, which may be gone by now.
            return Ok(Output::new().status(&deleted()));
        }
        let namespace = metadata.namespace.as_deref().unwrap_or("default");
        let mut problems = Vec::new();
        let name = name::of(&config.prefix, namespace, &metadata.name, &mut problems);
        if !config.regions.contains(&spec.region) {
            problems.push(Problem::new("spec.region", format!("must be one of: {}", config.regions.join(", "))));
        }
        if !problems.is_empty() {
            return Err(problems.into());
        }
        let (owner, contact) = owner()?;
        let request = format!("{namespace}/{}", metadata.name);
        let bucket = Bucket { request: &request, name: &name, region: &spec.region, owner: &owner, contact: &contact };
        Ok(Output::new()
            .yaml(format!("buckets/{namespace}.{}.yaml", metadata.name), &bucket.manifest())
            .status(&generated(&bucket)))
    }
}

/// Id and contact of the team.
fn owner() -> Result<(String, String), Stop> {
    let team: Team = inputs::one("team")?;
    match team.status.and_then(|status| status.email) {
        Some(email) => Ok((team.spec.id, email)),
        // It is there, but nobody has taken it for a team yet. What this request has had so far stays.
        None => Err(Stop::Suspend {
            message: format!("waits for Team {}: its own status says why it isn't ready", team.metadata.name),
            retry_after_seconds: Some(60),
            status: None,
        }),
    }
}

/// What the requester sees. Kratix never removes a key of a status, so both answers write the same keys.
fn generated(bucket: &Bucket<'_>) -> Value {
    let Bucket { name, region, owner, contact, .. } = bucket;
    let message = format!("Bucket {name} of team {owner} follows in {region}");
    json!({"message": message, "bucket": name, "owner": owner, "contact": contact})
}

fn deleted() -> Value {
    json!({"message": "The bucket is being removed", "bucket": null, "owner": null, "contact": null})
}

kratix_wasm_sdk::export!(Buckets, declarations);

#[cfg(test)]
mod tests {
    use kratix_wasm_sdk::{call, inputs};

    use super::*;

    fn request(name: &str, region: &str) -> Request<Value, Value> {
        let metadata = json!({"name": name, "namespace": "shop"});
        let request = Request::configure(json!({"metadata": metadata, "spec": {"team": "alpha", "region": region}}));
        request.config(json!({"prefix": "acme", "regions": ["eu-central-1", "eu-west-1"]}))
    }

    fn team(status: Value) -> Value {
        json!({"metadata": {"name": "alpha", "namespace": "shop"}, "spec": {"id": "team-alpha"}, "status": status})
    }

    #[test]
    fn a_bucket_is_its_teams() {
        inputs::provide([("team", vec![team(json!({"email": "alpha@example.com"}))])]);
        let output = call::<Buckets>(&request("logs", "eu-west-1")).unwrap();
        let manifest: Value = serde_json::from_str(&output.read("buckets/shop.logs.yaml").unwrap()).unwrap();
        assert_eq!(
            manifest["spec"]["forProvider"],
            json!({"region": "eu-west-1", "tags": {"team": "team-alpha", "contact": "alpha@example.com"}})
        );
        assert_eq!(output.reported().unwrap()["owner"], "team-alpha");
    }

    #[test]
    fn a_team_that_nobody_has_taken_yet_is_waited_for() {
        for status in [json!(null), json!({}), json!({"email": null})] {
            inputs::provide([("team", vec![team(status)])]);
            let stop = call::<Buckets>(&request("logs", "eu-west-1")).unwrap_err();
            assert!(matches!(stop, Stop::Suspend { retry_after_seconds: Some(_), status: None, .. }), "{stop:?}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_before_the_team_is_looked_at() {
        inputs::provide::<String>([]);
        let Err(Stop::Invalid(problems)) = call::<Buckets>(&request("a.b", "us-east-1")) else { panic!() };
        let fields: Vec<_> = problems.iter().filter_map(|problem| problem.field.as_deref()).collect();
        assert_eq!(fields, ["metadata.name", "spec.region"]);
    }

    #[test]
    fn a_deletion_needs_no_team_and_clears_all_keys() {
        inputs::provide::<String>([]);
        let output = call::<Buckets>(&Request { action: Action::Delete, ..request("logs", "eu-west-1") }).unwrap();
        assert_eq!(output.paths().count(), 0);
        inputs::provide([("team", vec![team(json!({"email": "alpha@example.com"}))])]);
        let made = call::<Buckets>(&request("logs", "eu-west-1")).unwrap();
        let keys =
            |output: &Output| output.reported().unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&output), keys(&made));
    }
}
