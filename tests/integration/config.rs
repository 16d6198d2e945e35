//! What the Promise author sets.

use kratix_wasm_tests::Step;

const TEAM: &str = "{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {name: a}, spec: {id: a, name: A}}";

#[test]
fn a_config_comes_from_an_option_a_file_or_the_environment() {
    let private = "visibility: private\n";
    let step = Step::team(TEAM).file("config.yaml", private);
    let file = step.path("config.yaml");
    let file = file.to_str().unwrap().to_owned();
    for step in [
        Step::team(TEAM).arg("--config").arg("{visibility: private}"),
        Step::team(TEAM).arg("--config-file").arg(&file),
        Step::team(TEAM).env("KRATIX_WASM_CONFIG", private),
        Step::team(TEAM).env("KRATIX_WASM_CONFIG_FILE", &file),
    ] {
        let outcome = step.run().exits(0);
        assert!(outcome.output("terraform/default.a.tf.json").contains("\"visibility\": \"private\""));
    }
}

#[test]
fn a_config_file_that_is_no_file_is_refused() {
    let step = Step::team(TEAM);
    let pipe = step.path("pipe.yaml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let pipe = pipe.to_str().unwrap().to_owned();
    for path in [&pipe, "/dev/zero", "/"] {
        let outcome = Step::team(TEAM).arg("--config-file").arg(path).run().exits(78);
        let _ = outcome.says("cannot read the config ").says("caused by: it is not a regular file\n");
    }
}

#[test]
fn an_option_counts_for_more_than_the_environment() {
    let step = || Step::team(TEAM).env("KRATIX_WASM_CONFIG", "{visibility: private}");
    let outcome = step().arg("--config").arg("{visibility: limited}").run().exits(0);
    assert!(outcome.output("terraform/default.a.tf.json").contains("\"visibility\": \"limited\""));
    let step = step().env("KRATIX_WASM_CONFIG_FILE", "/nowhere.yaml");
    let _ = step.run().exits(2).says("both KRATIX_WASM_CONFIG and KRATIX_WASM_CONFIG_FILE are set");
    // What is set to nothing isn't set.
    let _ = Step::team(TEAM).env("KRATIX_WASM_CONFIG", "").env("KRATIX_WASM_CONFIG_FILE", "").run().exits(0);
    let _ = Step::new().request(TEAM).generator("team.wasm").env("KRATIX_WASM_PRECOMPILED", "").run().exits(0);
}

#[test]
fn a_config_is_checked_against_the_generators_own_schema() {
    let outcome =
        Step::team(TEAM).arg("--config").arg("{visibility: secret, emailDomian: x.org, destinations: {backstage: {}}}");
    let outcome = outcome.run().exits(78);
    assert_eq!(
        outcome.stderr,
        "error: the config for generator team is wrong\n  \
         caused by: visibility must be one of: public, limited, private\n    \
         emailDomian is unknown; there is: catalogNamespace, destinations, emailDomain, groupType, reviewUrl, visibility\n    \
         destinations.backstage has 0 properties; at least 1 is wanted\n  \
         hint: `kratix-wasm inspect` shows the schema of a generator's config\n"
    );
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty());
}

#[test]
fn a_config_that_is_no_map_is_refused() {
    for (config, says) in [
        ("- a", "the config of --config is not a map in YAML"),
        ("a: 1\na: 2", "duplicate mapping key"),
        ("a: 1\n---\nb: 1\n", "it has 2 documents"),
    ] {
        let _ = Step::team(TEAM).arg("--config").arg(config).run().exits(78).says(says);
    }
    let _ = Step::team(TEAM)
        .arg("--config-file")
        .arg("/nowhere.yaml")
        .run()
        .exits(78)
        .says("cannot read the config /nowhere.yaml");
    let _ = Step::team(TEAM).arg("--config").arg("").run().exits(0);
    let large = format!("a: {}", "x".repeat(70_000));
    let _ = Step::team(TEAM).arg("--config").arg(large).run().exits(75).says("config-bytes is 64Ki");
}

#[test]
fn with_several_generators_a_config_is_keyed_by_their_names() {
    let step = Step::hostile("{hostile: {files: [[a.txt, x]]}}").generator("hostile.cwasm").arg("--overwrite");
    let _ = step.run().exits(0);
    let step =
        Step::hostile("{hostile: {files: [[a.txt, x]]}, hostiel: {}}").generator("hostile.cwasm").arg("--overwrite");
    let outcome = step.run().exits(78).says("the config names \"hostiel\", which is no generator of this step");
    assert!(outcome.output.is_empty());
}
