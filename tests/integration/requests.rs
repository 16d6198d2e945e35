//! What can be wrong with the object that Kratix hands in.

use kratix_wasm_tests::Step;

/// A request that is in order.
const TEAM: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: x}, spec: {id: a, name: A}}";

/// A request and what is said of it.
#[track_caller]
fn refused(request: &str, code: i32, says: &str) {
    let outcome = Step::team(request).run().exits(code).says(says);
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
    assert_eq!(outcome.stdout, "");
}

#[test]
fn no_object_says_where_it_should_be() {
    let outcome = Step::new().generator("team.wasm").run().exits(74);
    assert_eq!(
        outcome.stderr,
        "error: there is no request at <root>/input/object.yaml\n  \
         hint: name the directory that has it with --input\n"
    );
}

#[test]
fn what_is_not_one_document_is_refused() {
    refused("", 65, "is not one YAML document\n  caused by: it is empty");
    refused("---\n# nothing\n", 65, "it is empty");
    refused("null", 65, "it is empty");
    refused("a: 1\n---\nb: 2\n", 65, "it has 2 documents; one is wanted");
    refused("a: [1", 65, "is not one YAML document");
    refused("a: 1\na: 2\n", 65, "duplicate mapping key: a");
    refused("\u{0}", 65, "is not one YAML document");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let step = Step::team("").file("input/object.yaml", b"kind: \xff\xfe");
    let _ = step.run().exits(65).says("invalid utf-8");
}

#[test]
fn aliases_may_not_expand_without_measure() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        bomb += &format!("a{level}: &a{level} [{below}]\n");
    }
    refused(&bomb, 65, "is not one YAML document");
}

#[test]
fn nesting_may_not_exhaust_the_stack() {
    refused(&("[".repeat(100_000) + &"]".repeat(100_000)), 65, "is not one YAML document");
    let deep =
        format!("apiVersion: v1\nkind: Team\nmetadata: {{name: x}}\nspec: {}1{}\n", "[".repeat(150), "]".repeat(150));
    refused(&deep, 65, "");
}

#[test]
fn what_is_no_object_is_refused() {
    let team = "apiVersion: platform.kratix.io/v1alpha1\nkind: Team\n";
    refused("[]", 65, "it is a list, not a map");
    refused("hello", 65, "it is a string, not a map");
    refused("kind: Team\nmetadata: {name: x}\n", 65, "apiVersion is missing");
    refused("apiVersion: v1\nkind: ''\nmetadata: {name: x}\n", 65, "kind is empty");
    refused("apiVersion: v1\nkind: 3\nmetadata: {name: x}\n", 65, "kind is a number, not a string");
    refused(team, 65, "metadata is missing");
    refused(&format!("{team}metadata: []\n"), 65, "metadata is a list, not a map");
    refused(&format!("{team}metadata: {{}}\n"), 65, "metadata.name is missing\n  hint: it needs apiVersion");
    refused(
        &format!("{team}metadata: {{name: x, namespace: 3}}\n"),
        65,
        "metadata.namespace is a number, not a string",
    );
}

#[test]
fn a_request_whose_name_is_yet_to_be_made_says_so() {
    for name in ["", "name: '', ", "name: null, "] {
        refused(
            &format!("apiVersion: platform.kratix.io/v1alpha1\nkind: Team\nmetadata: {{{name}generateName: x-}}\n"),
            65,
            "is not a Kubernetes object\n  \
             caused by: metadata.name is missing, and metadata.generateName only begins a name\n  \
             hint: Kubernetes makes the name, and Kratix hands it in; for a file, say it in metadata.name",
        );
    }
}

#[test]
fn a_request_in_utf_16_says_so() {
    let units = |text: &str, mark: &str| -> Vec<u16> { format!("{mark}{text}").encode_utf16().collect() };
    for mark in ["", "\u{FEFF}"] {
        let units = units("kind: Team\n", mark);
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [little, big] {
            let outcome = Step::team("").file("input/object.yaml", &bytes).run().exits(65);
            let _ = outcome.says("caused by: it is UTF-16, not UTF-8\n  hint: save it as UTF-8");
        }
    }
}

/// No API server admits these, but files have them. They would lead out of a pattern, or into another request's place.
#[test]
fn a_name_that_is_none_is_refused() {
    let named = |metadata: &str| TEAM.replace("{name: x}", &format!("{{{metadata}}}"));
    let hint = "\n  hint: for example team-alpha\n";
    for name in ["{namespace}", "a/b", "../b", "A", "*", "x\\n", "-", "a..b"] {
        let says = "not lower case letters, digits, hyphens and dots, a letter or digit at both ends of each part";
        let shown = name.trim_end_matches("\\n");
        let says = format!("caused by: metadata.name is \"{shown}\", {says}{hint}");
        refused(&named(&format!("name: \"{name}\"")), 65, &says);
    }
    for namespace in ["{name}", "a/b", "a.b", "..", &"x".repeat(64)] {
        let says = "not up to 63 lower case letters, digits and hyphens, a letter or digit at both ends";
        let says = format!("caused by: metadata.namespace is \"{namespace}\", {says}{hint}");
        refused(&named(&format!("name: x, namespace: \"{namespace}\"")), 65, &says);
    }
    for namespace in ["[x]", "{x: y}", "true", "1"] {
        refused(&named(&format!("name: x, namespace: {namespace}")), 65, "metadata.namespace is a ");
    }
    let _ = Step::team(&named("name: 0.x-y.z, namespace: 0-x")).run().exits(0);
}

#[test]
fn an_empty_namespace_is_none() {
    for namespace in ["''", "null", "default"] {
        let request = TEAM.replace("name: x", &format!("name: x, namespace: {namespace}"));
        let step = Step::team(&request).policy("{paths: ['*/{namespace}.{name}.*'], destinations: [{}]}");
        assert!(step.run().exits(0).output.contains_key("backstage/default.x.yaml"), "{namespace}");
    }
}

#[test]
fn a_name_that_the_api_refuses_is_refused_but_for_a_deletion_and_for_a_promise() {
    let named = |length: usize| TEAM.replace("name: x", &format!("name: {}", "x".repeat(length)));
    let _ = Step::team(&named(63)).run().exits(0);
    refused(
        &named(64),
        65,
        "the request's name has 64 characters; Kratix takes at most 63\n  hint: give it a shorter metadata.name",
    );
    let _ = Step::team(&named(253)).env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(0);
    let promise =
        format!("{{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {{name: {}}}}}", "x".repeat(253));
    let step = Step::hostile("{misdeed: echo}").request(&promise).env("KRATIX_WORKFLOW_TYPE", "promise");
    let _ = step.run().exits(0);
}

#[test]
fn an_object_of_another_kind_is_refused_before_the_generator_sees_it() {
    let bucket = "{apiVersion: storage.example.org/v1, kind: Bucket, metadata: {name: x}}";
    refused(bucket, 78, "generator team doesn't answer a Bucket.storage.example.org\n  caused by: it answers Team");
}

#[test]
fn an_object_of_another_kind_than_kratix_says_is_refused() {
    let team = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: x}}";
    let step = Step::team(team).env("KRATIX_OBJECT_KIND", "Bucket").env("KRATIX_OBJECT_GROUP", "storage.example.org");
    let _ = step.run().exits(65).says("the request is a Team.platform.kratix.io, not a Bucket.storage.example.org");
    let step = Step::team(team).env("KRATIX_WORKFLOW_TYPE", "promise");
    let _ = step.run().exits(65).says("the request is a Team.platform.kratix.io, not a Promise.platform.kratix.io");
}

#[test]
fn an_object_that_is_too_large_names_the_bound() {
    let large = format!("apiVersion: v1\nkind: Team\nmetadata: {{name: x}}\nspec: {{id: {}}}\n", "x".repeat(4 << 20));
    refused(&large, 75, "object-bytes is 4Mi");
}

#[test]
fn an_object_that_is_a_link_or_a_pipe_is_not_read() {
    let step = Step::team("");
    std::fs::remove_file(step.path("input/object.yaml")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", step.path("input/object.yaml")).unwrap();
    let _ = step.run().exits(74).says("it is a link, and links are not followed");

    std::fs::remove_file(step.path("input/object.yaml")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(step.path("input/object.yaml")).status().unwrap();
    assert!(pipe.success());
    let _ = step.run().exits(74).says("it is not a regular file");
}

#[test]
fn the_generator_gets_the_object_without_managed_fields() {
    let request = "apiVersion: tests/v1\nkind: Test\nmetadata:\n  name: a\n  managedFields: [{manager: kubectl}]\n  labels: {kratix.io/promise-name: tests}\nstatus: {message: Pending}\n";
    let step = Step::hostile("{misdeed: echo}").request(request).env("KRATIX_PIPELINE_NAME", "configure");
    assert_eq!(
        step.run().exits(0).output("request.txt"),
        "Action::Configure Workflow::Resource promise=tests pipeline=configure\n\
         {\"apiVersion\":\"tests/v1\",\"kind\":\"Test\",\"metadata\":{\"name\":\"a\",\
         \"labels\":{\"kratix.io/promise-name\":\"tests\"}},\"status\":{\"message\":\"Pending\"}}\n\
         {\"misdeed\":\"echo\"}\n"
    );
}

#[test]
fn a_deletion_goes_through_whatever_the_request_says() {
    for spec in [format!("{{id: {}}}", "x".repeat(100_000)), "{id: [1]}".into(), "{name: 3}".into(), "null".into()] {
        let request =
            format!("apiVersion: platform.kratix.io/v1alpha1\nkind: Team\nmetadata: {{name: x}}\nspec: {spec}\n");
        let outcome = Step::team(&request).env("KRATIX_WORKFLOW_ACTION", "delete").run().exits(0);
        assert!(outcome.metadata("status.yaml").starts_with("message: The organization is being removed"));
    }
}
