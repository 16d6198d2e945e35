//! What becomes of requests: of a bad one, of one for a name that is taken, of many at once.

use serde_json::{Value, json};

use crate::machine::{Machine, apply, eventually, get, kubectl, team};
use crate::reviewer::Reviewer;
use crate::shape;

fn status(namespace: &str, name: &str) -> Option<Value> {
    Some(get("teams.platform.kratix.io", name, namespace)?["status"].take())
}

/// The containers of all pods of pipelines that were started again, by name.
fn restarted() -> Vec<String> {
    let pods: Value =
        serde_json::from_str(&kubectl(&["get", "pods", "--namespace", "default", "--output", "json"])).unwrap();
    let pods = pods["items"].as_array().unwrap().iter();
    let containers = pods.flat_map(|pod| {
        let status = &pod["status"];
        [&status["initContainerStatuses"], &status["containerStatuses"]]
            .into_iter()
            .filter_map(Value::as_array)
            .flatten()
    });
    let again = containers.filter(|container| container["restartCount"] != 0);
    again.map(|container| container["name"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn a_bad_request_says_so_in_its_own_status_and_restarts_nothing(machine: &Machine) {
    let heads = machine.heads();
    // One that only the generator can find: a letter that becomes two.
    apply(&[team("default", "bad", "bad", &"\u{958}".repeat(60))]);
    let status = eventually("the Team says what is wrong", || {
        status("default", "bad")
            .filter(|status| status["message"].as_str().is_some_and(|said| said.contains("120 characters")))
    });
    assert!(status["problems"].as_array().is_some_and(|problems| problems.len() == 1), "{status}");
    assert_eq!(restarted(), Vec::<String>::new());
    assert_eq!(machine.heads(), heads);

    // Mended, it goes on by itself.
    apply(&[team("default", "bad", "bad", "Not bad any more")]);
    eventually("it is committed", || machine.committed("default", "bad"));
    let status =
        eventually("its status is", || self::status("default", "bad").filter(|status| status["problems"].is_null()));
    assert!(status["message"].as_str().is_some_and(|said| said.starts_with("Files are generated")), "{status}");
}

pub(crate) fn a_second_team_with_a_taken_id_is_named_in_the_plan_and_stops_nobody(machine: &Machine) {
    let reviewer = Reviewer::new(machine, "reader-of-rivals");
    apply(&[
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "rivals"}}),
        team("rivals", "second", "payments", "Payments of somebody else"),
        team("rivals", "fine", "fine", "Fine"),
    ]);
    let plan = reviewer.plan(&["rivals/second", "rivals/fine"]);
    assert!(plan.contains("- rivals/second: the id `payments` belongs to default/payments"), "{plan}");
    assert!(plan.contains("| rivals/fine | fine | is created |"), "{plan}");
    assert_eq!(reviewer.verdict().as_deref(), Some("success"), "{plan}");
    let told = reviewer.land("");
    assert!(told.starts_with("**Applied.**"), "{told}");
    assert_eq!(machine.admin.get("/orgs/fine")["full_name"], "Fine");
    assert_eq!(machine.admin.get("/orgs/payments")["full_name"], "Payments, renamed");
}

pub(crate) fn twenty_teams_at_once_all_arrive(machine: &Machine) {
    let teams: Vec<_> =
        (1..=20).map(|n| team("default", &format!("crowd-{n}"), &format!("crowd-{n}"), "One of twenty")).collect();
    apply(&teams);
    eventually("all are committed", || {
        (1..=20).map(|n| machine.committed("default", &format!("crowd-{n}"))).collect::<Option<Vec<_>>>()
    });
    // Kratix' own may get into each other's way, and begin again.
    assert!(!restarted().contains(&"kratix-wasm".to_owned()), "{:?}", restarted());
}

/// Whether the one has all that the other has; of a list of variables perhaps more.
#[track_caller]
fn assert_has(real: &Value, shape: &Value, place: &str) {
    match (real, shape) {
        // What the pipeline leaves to Kubernetes.
        (_, Value::Null) => {}
        (Value::Object(real), Value::Object(shape)) => {
            for (key, value) in shape {
                // The script that plays this one needs less, and is told in another way.
                let played = shape.get("name").is_some_and(|name| name == "work-writer")
                    && ["args", "env"].contains(&key.as_str());
                if !played && key != "kratix.io/hash" {
                    assert_has(real.get(key).unwrap_or(&Value::Null), value, &format!("{place}/{key}"));
                }
            }
        }
        (Value::Array(real), Value::Array(shape)) if place.ends_with("/env") => {
            for variable in shape {
                assert!(real.contains(variable), "{place}: {variable}");
            }
        }
        (Value::Array(real), Value::Array(shape)) => {
            assert_eq!(real.len(), shape.len(), "{place}: {real:?}");
            for (place_of, (real, shape)) in real.iter().zip(shape).enumerate() {
                assert_has(real, shape, &format!("{place}/{place_of}"));
            }
        }
        _ => assert_eq!(real, shape, "{place}"),
    }
}

/// What the tests without Kratix count on.
pub(crate) fn kratix_makes_jobs_and_rights_of_the_shape_that_a_script_plays(_: &Machine) {
    let jobs = kubectl(&[
        "get",
        "jobs",
        "--namespace",
        "default",
        "--selector",
        "kratix.io/resource-name=payments",
        "--output",
        "json",
    ]);
    let jobs: Value = serde_json::from_str(&jobs).unwrap();
    let pipeline =
        get("promise", "team", "default").unwrap()["spec"]["workflows"]["resource"]["configure"][0]["spec"].take();
    let real = jobs["items"].as_array().unwrap().last().expect("stage 6 has run it");
    let image = std::env::var("KRATIX_IMAGE").unwrap();
    let name = real["metadata"]["name"].as_str().unwrap();
    assert_has(real, &shape::job(name, "payments", &pipeline, &image), "job");
    for shape in shape::access() {
        let (kind, name) = (shape["kind"].as_str().unwrap(), shape["metadata"]["name"].as_str().unwrap());
        let real = get(kind, name, "default").unwrap_or_else(|| panic!("there is no {kind} {name}"));
        assert_has(&real, &shape, kind);
    }
}
