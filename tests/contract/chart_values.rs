//! The values of the Helm chart: each does what is written about it and nothing else, and slips are refused.

use std::collections::BTreeSet;

use kratix_wasm::yaml;
use kratix_wasm_tests::{Step, root};
use serde_json::{Value, json};

use crate::chart::{chart, named, read, render, rendered, sorted};
use crate::checkers::{Folder, ask};
use crate::kratix_promise::assert_pipelines;

/// Values, and all that they change.
type Line = (&'static str, &'static [Change]);

/// An object, where in it (nowhere when all of it is gone), and what is there then.
type Change = (&'static str, &'static str, &'static str);

/// `{pipelines}` and `{containers}` are those of both workflows, the check's and the step's; `{config}` and `{policy}` are the
/// documents in variables of the step's.
const TABLE: &[Line] = &[
    (
        "image: {repository: registry.example:5000/teams/step}",
        &[("Promise/team", "{containers}/image", "registry.example:5000/teams/step:0.1.0")],
    ),
    ("image: {tag: 1.2.3-rc.1}", &[("Promise/team", "{containers}/image", "localhost/kratix-wasm-team:1.2.3-rc.1")]),
    (
        "image: {tag: 1.2.3, digest: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'}",
        &[(
            "Promise/team",
            "{containers}/image",
            "localhost/kratix-wasm-team@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        )],
    ),
    ("image: {pullPolicy: Always}", &[("Promise/team", "{containers}/imagePullPolicy", "Always")]),
    ("image: {pullSecrets: [a, b]}", &[("Promise/team", "{pipelines}/imagePullSecrets", "[{name: a}, {name: b}]")]),
    ("config: {emailDomain: teams.example}", &[("Promise/team", "{config}/emailDomain", "teams.example")]),
    ("config: {visibility: private}", &[("Promise/team", "{config}/visibility", "private")]),
    ("config: {groupType: 'yes'}", &[("Promise/team", "{config}/groupType", "'yes'")]),
    ("config: {catalogNamespace: request}", &[("Promise/team", "{config}/catalogNamespace", "request")]),
    (
        "config: {reviewUrl: 'https://git.example/a?b=c#d'}",
        &[("Promise/team", "{config}/reviewUrl", "'https://git.example/a?b=c#d'")],
    ),
    ("resources: {requests: {cpu: 1}}", &[("Promise/team", "{containers}/resources/requests/cpu", "1")]),
    ("resources: {requests: {memory: 1Gi}}", &[("Promise/team", "{containers}/resources/requests/memory", "1Gi")]),
    (
        "resources: {requests: {ephemeral-storage: 0.5Gi}}",
        &[("Promise/team", "{containers}/resources/requests/ephemeral-storage", "0.5Gi")],
    ),
    ("resources: {limits: {cpu: 500m}}", &[("Promise/team", "{containers}/resources/limits/cpu", "500m")]),
    ("resources: {limits: {memory: 1Gi}}", &[("Promise/team", "{containers}/resources/limits/memory", "1Gi")]),
    (
        "resources: {limits: {ephemeral-storage: 1Gi}}",
        &[("Promise/team", "{containers}/resources/limits/ephemeral-storage", "1Gi")],
    ),
    (
        "repositories: {catalog: {labels: {env: prod}}}",
        &[
            ("Destination/catalog", "/metadata/labels/env", "prod"),
            ("Promise/team", "{config}/destinations/backstage/env", "prod"),
            ("Promise/team", "{policy}/destinations/0/env", "prod"),
        ],
    ),
    // To Helm a text, which it leaves without quotes.
    (
        "repositories: {catalog: {labels: {release: '61e9540'}}}",
        &[
            ("Destination/catalog", "/metadata/labels/release", "'61e9540'"),
            ("Promise/team", "{config}/destinations/backstage/release", "'61e9540'"),
            ("Promise/team", "{policy}/destinations/0/release", "'61e9540'"),
        ],
    ),
    (
        "repositories: {infrastructure: {labels: {repository: null, env: prod}}}",
        &[
            ("Destination/infrastructure", "/metadata/labels", "{env: prod}"),
            ("Promise/team", "{config}/destinations/terraform", "{env: prod}"),
            ("Promise/team", "{policy}/destinations/1", "{env: prod}"),
        ],
    ),
];

/// The same, of each repository.
const EACH: &[Line] = &[
    ("{url: 'git@git.example:a/b.git'}", &[("GitStateStore", "/spec/url", "'git@git.example:a/b.git'")]),
    ("{branch: teams/all}", &[("GitStateStore", "/spec/branch", "teams/all")]),
    ("{secret: {name: my-key}}", &[("GitStateStore", "/spec/secretRef/name", "my-key")]),
    ("{secret: {namespace: keys}}", &[("GitStateStore", "/spec/secretRef/namespace", "keys")]),
    (
        "{name: another}",
        &[
            ("GitStateStore", "/metadata/name", "another"),
            ("Destination", "/spec/stateStoreRef/name", "another"),
            ("Destination", "/metadata/name", "another"),
        ],
    ),
    ("{create: false}", &[("GitStateStore", "", "gone"), ("Destination", "", "gone")]),
];

fn read_text(text: &str) -> Value {
    yaml::read(text.as_bytes()).expect("it is YAML")
}

struct Row {
    values: Value,
    /// Name of an object, pointer, value.
    changes: Vec<(String, String, Value)>,
}

/// The pipelines of the Promise.
const CHECK: &str = "/spec/workflows/promise/configure/0/spec";
const STEP: &str = "/spec/workflows/resource/configure/0/spec";

/// Which variables of the step have documents.
const DOCUMENTS: [(usize, &str); 2] = [(3, "KRATIX_WASM_CONFIG"), (4, "KRATIX_WASM_POLICY")];

fn table() -> Vec<Row> {
    let places = |pointer: &str| {
        let pointer = pointer.replace("{containers}", "{pipelines}/containers/0");
        let step = format!("{STEP}/containers/0/env");
        let pointer = pointer.replace("{config}", &format!("{step}/{}/value", DOCUMENTS[0].0));
        let pointer = pointer.replace("{policy}", &format!("{step}/{}/value", DOCUMENTS[1].0));
        let mut places = vec![pointer.replace("{pipelines}", CHECK), pointer.replace("{pipelines}", STEP)];
        places.dedup();
        places
    };
    let changed = |(object, pointer, value): &Change| {
        places(pointer).into_iter().map(|place| ((*object).to_owned(), place, read_text(value))).collect::<Vec<_>>()
    };
    let row = |(values, changes): &Line| Row {
        values: read_text(values),
        changes: changes.iter().flat_map(changed).collect(),
    };
    let of = |repository: &'static str| {
        EACH.iter().map(row).map(move |Row { values, changes }| Row {
            values: json!({"repositories": {repository: values}}),
            changes: changes.into_iter().map(|(kind, at, value)| (format!("{kind}/{repository}"), at, value)).collect(),
        })
    };
    TABLE.iter().map(row).chain(of("catalog")).chain(of("infrastructure")).collect()
}

/// The objects, with the documents in variables of the step's container read.
fn opened(mut objects: Vec<Value>) -> Vec<Value> {
    for object in objects.iter_mut().filter(|object| object["kind"] == "Promise") {
        let container = &mut object["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0];
        for (index, name) in DOCUMENTS {
            assert_eq!(container["env"][index]["name"], name);
            let value = &mut container["env"][index]["value"];
            *value = read_text(value.as_str().expect("text"));
        }
    }
    objects
}

/// Puts a value where perhaps none was; the way there is.
fn put(object: &mut Value, pointer: &str, value: Value) {
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
    let parent = object.pointer_mut(parent).unwrap_or_else(|| panic!("there is no {parent}"));
    match field.parse::<usize>() {
        Ok(index) => parent[index] = value,
        Err(_) => parent[field] = value,
    }
}

#[test]
fn each_value_does_what_it_says_and_nothing_else() {
    for Row { values, changes } in table() {
        let mut expected = opened(rendered(&json!({})));
        for (name, pointer, value) in changes {
            let position = expected.iter().position(|object| named(object) == name);
            let position = position.unwrap_or_else(|| panic!("there is no {name}"));
            if pointer.is_empty() {
                expected.remove(position);
            } else {
                put(&mut expected[position], &pointer, value);
            }
        }
        assert_eq!(opened(rendered(&values)), sorted(expected), "{values}");
    }
}

/// What can be set, by the schema: the way to each value that isn't made of others. Labels are one value.
fn settable() -> BTreeSet<String> {
    fn walk(schema: &Value, definitions: &Value, path: &str, found: &mut BTreeSet<String>) {
        let definition = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/definitions/"));
        let schema = definition.map_or(schema, |name| &definitions[name]);
        let Some(properties) = schema["properties"].as_object() else {
            found.insert(path.to_owned());
            return;
        };
        assert_eq!(schema["additionalProperties"], false, "a slip in {path:?} would go unnoticed");
        let dot = if path.is_empty() { "" } else { "." };
        for (name, schema) in properties {
            walk(schema, definitions, &format!("{path}{dot}{name}"), found);
        }
    }
    let schema = read("deploy/charts/team/values.schema.json");
    let mut found = BTreeSet::new();
    walk(&schema, &schema["definitions"], "", &mut found);
    found
}

/// Those of them that a document has.
fn set(values: &Value) -> BTreeSet<String> {
    let is_there = |path: &&String| values.pointer(&format!("/{}", path.replace('.', "/"))).is_some();
    settable().iter().filter(is_there).cloned().collect()
}

#[test]
fn no_value_is_left_untried() {
    let tried: BTreeSet<String> = table().iter().flat_map(|row| set(&row.values)).collect();
    assert_eq!(tried, settable());
}

#[test]
fn what_can_be_set_is_in_the_values_with_a_comment() {
    let text = std::fs::read_to_string(chart().join("values.yaml")).unwrap();
    let mut known = set(&yaml::read(text.as_bytes()).unwrap());
    // Without a default: there as comments.
    for name in ["groupType", "catalogNamespace", "reviewUrl"] {
        assert!(text.contains(&format!("\n  # {name}: ")), "{name}");
        known.insert(format!("config.{name}"));
    }
    assert_eq!(known, settable());
}

#[test]
fn slips_and_bad_values_are_refused_with_where_they_are() {
    let pattern = "does not match pattern";
    let mixed_up = "the labels of one repository are among those of the other";
    for (values, place, words) in [
        ("{imgae: {}}", "''", "additional properties 'imgae' not allowed"),
        ("{image: null}", "''", "missing property 'image'"),
        ("{image: {tga: '1'}}", "'/image'", "additional properties 'tga' not allowed"),
        ("{image: {repository: ''}}", "'/image/repository'", pattern),
        ("{image: {repository: a/B}}", "'/image/repository'", pattern),
        ("{image: {repository: 'a:1'}}", "'/image/repository'", pattern),
        ("{image: {tag: 1.2}}", "'/image/tag'", "got number, want string"),
        ("{image: {tag: a b}}", "'/image/tag'", pattern),
        ("{image: {digest: e3b0c442}}", "'/image/digest'", pattern),
        ("{image: {pullPolicy: always}}", "'/image/pullPolicy'", "one of 'Always', 'IfNotPresent', 'Never'"),
        ("{image: {pullSecrets: [{name: a}]}}", "'/image/pullSecrets/0'", "got object, want string"),
        ("{config: {emailDomian: a.example}}", "'/config'", "additional properties 'emailDomian' not allowed"),
        ("{config: {destinations: {}}}", "'/config'", "additional properties 'destinations' not allowed"),
        ("{config: {emailDomain: localhost}}", "'/config/emailDomain'", pattern),
        ("{config: {visibility: secret}}", "'/config/visibility'", "one of 'public', 'limited', 'private'"),
        ("{config: {groupType: ''}}", "'/config/groupType'", "minLength"),
        ("{config: {catalogNamespace: finance}}", "'/config/catalogNamespace'", "one of 'default', 'request'"),
        ("{config: {reviewUrl: git.example}}", "'/config/reviewUrl'", pattern),
        ("{resources: {limits: {cpu: 200 m}}}", "'/resources/limits/cpu'", pattern),
        ("{resources: {limits: {gpu: 1}}}", "'/resources/limits'", "additional properties 'gpu' not allowed"),
        ("{repositories: {docs: {}}}", "'/repositories'", "additional properties 'docs' not allowed"),
        ("{repositories: {catalog: {brnach: main}}}", "/catalog'", "additional properties 'brnach' not allowed"),
        ("{repositories: {catalog: {create: 'no'}}}", "/catalog/create'", "got string, want boolean"),
        ("{repositories: {catalog: {name: Catalog}}}", "/catalog/name'", pattern),
        ("{repositories: {catalog: {url: 'https://git.example/a/b.git'}}}", "/catalog/url'", pattern),
        ("{repositories: {catalog: {url: 'ssh://git.example/a/b.git'}}}", "/catalog/url'", pattern),
        ("{repositories: {catalog: {url: 'git@git.example'}}}", "/catalog/url'", pattern),
        ("{repositories: {catalog: {url: 'ssh://git@git.example'}}}", "/catalog/url'", pattern),
        ("{repositories: {catalog: {branch: -f}}}", "/catalog/branch'", pattern),
        ("{repositories: {catalog: {branch: 'a..b'}}}", "/catalog/branch'", "'not' failed"),
        ("{repositories: {catalog: {branch: a/}}}", "/catalog/branch'", "'not' failed"),
        (
            "{repositories: {catalog: {secret: {sshPrivateKey: x}}}}",
            "/catalog/secret'",
            "additional properties 'sshPrivateKey' not allowed",
        ),
        ("{repositories: {catalog: {labels: {repository: null}}}}", "/catalog/labels'", "minProperties: got 0, want 1"),
        ("{repositories: {catalog: {labels: {env: true}}}}", "/catalog/labels/env'", "got boolean, want string"),
        (
            "{repositories: {catalog: {labels: {a b: c}}}}",
            "/catalog/labels'",
            "additional properties 'a b' not allowed",
        ),
        ("{repositories: {catalog: {labels: {repository: infrastructure}}}}", "repositories", mixed_up),
        (
            "{repositories: {catalog: {labels: {repository: null, a: b}}, infrastructure: {labels: {a: b}}}}",
            "repositories",
            mixed_up,
        ),
        ("{repositories: {catalog: {name: infrastructure}}}", "repositories", "both have the same name"),
        (
            "{repositories: {catalog: {url: 'git@a:b', branch: main}, infrastructure: {url: 'git@a:b', branch: main}}}",
            "repositories",
            "both have the same url and branch",
        ),
    ] {
        let refusal = render(&chart(), &read_text(values)).expect_err("it should be refused");
        let found = refusal.lines().any(|line| line.contains(place) && line.contains(words));
        assert!(found, "{values} should be refused at {place} with: {words}\n{refusal}");
    }
}

/// But for the destinations, which are the repositories' labels.
#[test]
fn the_schema_of_the_config_is_the_generators() {
    let mut generators = read("guest/team/src/config.schema.json");
    let properties = generators["properties"].as_object_mut().unwrap();
    properties.shift_remove("destinations").expect("the generator sends its files somewhere");
    for schema in properties.values_mut() {
        let schema = schema.as_object_mut().unwrap();
        schema.retain(|key, _| !["description", "default"].contains(&key.as_str()));
    }
    let schema = read("deploy/charts/team/values.schema.json");
    assert_eq!(schema["properties"]["config"]["properties"], generators["properties"]);
}

/// The Promise that is rendered.
fn promise(values: &str) -> Value {
    let objects = rendered(&read_text(values));
    objects.into_iter().find(|object| object["kind"] == "Promise").expect("a Promise")
}

/// Also with the one value that adds a field.
#[test]
fn kratix_and_kubernetes_take_the_promise() {
    for values in ["{}", "image: {pullSecrets: [a]}"] {
        let promise = promise(values);
        assert_pipelines(&promise);
        let folder = Folder::new();
        let file = folder.write("promise.yaml", &yaml::write(&[promise]));
        let example = root().join("promises/team/example-resource.yaml");
        assert_eq!(ask("crd", &[&file, &example]), Ok(json!({"crd": [], "object": []})));
    }
}

/// Labels are in three places: the Destination, the config, and the policy.
#[test]
fn a_step_sends_its_files_to_the_labels_that_are_set() {
    let promise = promise(
        "config: {visibility: limited, reviewUrl: 'https://git.example/pulls'}
repositories: {catalog: {labels: {env: 'yes', release: '61e9540'}}, infrastructure: {labels: {repository: null, tier: '1'}}}",
    );
    let container = &promise["spec"]["workflows"]["resource"]["configure"][0]["spec"]["containers"][0];
    let variable = |index: usize| container["env"][index]["value"].as_str().expect("text");
    let example = std::fs::read_to_string(root().join("promises/team/example-resource.yaml")).unwrap();
    let outcome = Step::team(&example).config(variable(DOCUMENTS[0].0)).policy(variable(DOCUMENTS[1].0)).run().exits(0);
    assert_eq!(
        read_text(outcome.metadata("destination-selectors.yaml")),
        json!([
            {"directory": "backstage", "matchLabels": {"repository": "catalog", "env": "yes", "release": "61e9540"}},
            {"directory": "terraform", "matchLabels": {"tier": "1"}},
        ])
    );
    assert!(outcome.output("terraform/default.example-team.tf.json").contains("\"visibility\": \"limited\""));
}

#[test]
fn the_readme_has_every_value_with_its_default() {
    let text = std::fs::read_to_string(chart().join("README.md")).unwrap();
    let values = read("deploy/charts/team/values.yaml");
    let mut listed = BTreeSet::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [path, default, _] = cells[..] else { panic!("three cells expected: {row}") };
        let path = path.trim_matches('`').to_owned();
        let default = default.trim_matches('`');
        let default = if default.is_empty() { None } else { Some(yaml::read(default.as_bytes()).unwrap()) };
        let value = values.pointer(&format!("/{}", path.replace('.', "/")));
        assert_eq!(default.as_ref(), value, "{path}");
        assert!(listed.insert(path.clone()), "{path} is there twice");
    }
    assert_eq!(listed, settable());
}
