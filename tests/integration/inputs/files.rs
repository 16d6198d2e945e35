//! Inputs that an earlier container or a volume brought, as files.

use std::fs;
use std::os::unix::fs::symlink;

use kratix_wasm_tests::Step;
use serde_json::json;

use super::{REQUEST, status, team, team_json};

/// A step of a component with this input, which is bound to a file in a directory of its own: `brought`.
fn bound(word: &str, path: &str, more: &str) -> Step {
    let step = Step::declaring(word).request(REQUEST).file("brought/.keep", "");
    fs::remove_file(step.path("brought/.keep")).unwrap();
    let path = step.path(path).to_str().unwrap().to_owned();
    let key = if word == "settings" { "settings" } else { "one" };
    step.config(&format!("{{inputs: [{key}]}}")).inputs(&format!("{{{key}: {{file: '{path}'{more}}}}}"))
}

fn one(path: &str) -> Step {
    bound("one", path, "")
}

#[test]
fn a_file_has_objects_as_kubectl_prints_them() {
    let there = team_json("b", "alpha");
    let item = team("b", "alpha", "").trim_start_matches("---\n").to_owned();
    for text in [
        team("b", "alpha", ""),
        format!("\u{feff}# theirs\n{item}---\n"),
        format!("{{apiVersion: v1, kind: List, metadata: {{resourceVersion: ''}}, items: [{}]}}", item.trim()),
        // As the API server gives a list, which says once of what kind its items are.
        format!(
            "{{apiVersion: platform.kratix.io/v1alpha1, kind: TeamList, metadata: {{resourceVersion: '9'}}, items: [{}]}}",
            item.trim().replace("apiVersion: platform.kratix.io/v1alpha1, kind: Team, ", "")
        ),
        item.replace("metadata: {", "metadata: {managedFields: [{manager: x}], "),
    ] {
        let outcome = one("brought/team.yaml").file("brought/team.yaml", &text).run().exits(0);
        assert_eq!(outcome.output("inputs/one"), there, "{text}");
        assert_eq!(status(&outcome)["inputs"], json!({"one": "alpha@7"}));
    }
    let part = "{apiVersion: v1, kind: ConfigMapList, metadata: {continue: x}, items: []}";
    let _ = one("brought/x").file("brought/x", part).run().exits(78).says("it has only a part of a list");
    // Kinds may end so, too.
    let named = "{apiVersion: v1, kind: AllowList, metadata: {name: a}, items: [{a: b}]}";
    let _ = one("brought/x").file("brought/x", named).run().exits(78).says("is a AllowList");
    let secret = "{apiVersion: v1, kind: SecretList, items: [{metadata: {name: a}}]}";
    let _ = one("brought/x").file("brought/x", secret).run().exits(78).says("it has a Secret");
    // Several documents, in the order of their names.
    let both = [team("b", "beta", ""), team("b", "alpha", "")].concat();
    let outcome = one("brought/x").file("brought/x", &both).run().exits(78);
    let _ = outcome.says("2 objects are bound to input one").says("more than one object in <root>/brought/x");
}

#[test]
fn below_the_three_directories_no_link_is_followed() {
    let alpha = team("b", "alpha", "");
    for directory in ["input", "output", "metadata"] {
        let step = one(&format!("{directory}/x/team.yaml")).file(&format!("{directory}/x/team.yaml"), &alpha);
        assert_eq!(step.arg("--overwrite").run().exits(0).output("inputs/one"), team_json("b", "alpha"));
        let linked = one(&format!("{directory}/team.yaml")).file("elsewhere.yaml", &alpha);
        symlink(linked.path("elsewhere.yaml"), linked.path(&format!("{directory}/team.yaml"))).unwrap();
        let outcome =
            linked.run().exits(78).says(&format!("error: cannot read the input <root>/{directory}/team.yaml\n"));
        let _ = outcome.says("caused by: it is a link, and links are not followed");
        let linked = one(&format!("{directory}/x/team.yaml")).file("elsewhere/team.yaml", &alpha);
        symlink(linked.path("elsewhere"), linked.path(&format!("{directory}/x"))).unwrap();
        let _ = linked.run().exits(78).says("x is a link or not a directory");
        // A directory there is nobody's ConfigMap.
        let within = one(&format!("{directory}/x")).file(&format!("{directory}/x/team.yaml"), &alpha);
        let _ = within.run().exits(78).says("caused by: it is not a regular file");
        let _ = one(directory).run().exits(78).says("there is no object in");
    }
}

#[test]
fn a_directory_is_the_config_map_of_its_name() {
    let settings = |more: &str| bound("settings", "brought/settings", more);
    let json = concat!(
        r#"{"apiVersion":"v1","data":{"a.yaml":"x: 1\n","b":""},"kind":"ConfigMap","metadata":{"name":"settings"}}"#,
        "\n"
    );
    let plain = settings("").file("brought/settings/b", "").file("brought/settings/a.yaml", "x: 1\n");
    let outcome = plain.run().exits(0);
    assert_eq!(
        (outcome.output("inputs/settings"), &status(&outcome)["inputs"]),
        (json, &json!({"settings": "settings"}))
    );
    // As the kubelet makes a volume, whose links are followed: a state, and beside it one that is no more.
    let volume =
        settings("").file("brought/settings/..2026_1/b", "").file("brought/settings/..2026_1/a.yaml", "x: 1\n");
    let volume = volume.file("brought/settings/..2025_9/old", "old");
    symlink("..2026_1", volume.path("brought/settings/..data")).unwrap();
    for name in ["a.yaml", "b"] {
        symlink(format!("..data/{name}"), volume.path(&format!("brought/settings/{name}"))).unwrap();
    }
    assert_eq!(volume.run().exits(0).output("inputs/settings"), json);
    // One without keys, or that isn't there though the pod would take it.
    let empty = settings("").file("brought/settings/..2026_1/b", "");
    fs::remove_file(empty.path("brought/settings/..2026_1/b")).unwrap();
    symlink("..2026_1", empty.path("brought/settings/..data")).unwrap();
    assert!(empty.run().exits(0).output("inputs/settings").contains(r#""data":{}"#));
    // What is not of that state is not of the ConfigMap.
    fs::write(volume.path("brought/settings/stray"), "x").unwrap();
    assert_eq!(volume.run().exits(0).output("inputs/settings"), json);
}

#[test]
fn a_directory_that_is_no_config_map_is_an_error() {
    let settings = || bound("settings", "brought/settings", "");
    let _ = settings().file("brought/settings/a", b"\xff").run().exits(78).says("caused by: a is not UTF-8");
    let _ = settings().file("brought/settings/a/b", "x").run().exits(78).says("caused by: a: it is not a regular file");
    let _ = bound("settings", "brought/My Settings", "")
        .file("brought/My Settings/a", "x")
        .run()
        .exits(78)
        .says("caused by: a directory is taken for a ConfigMap of its name, which this one's can't be");
    let odd = settings().file("brought/settings/a", "x");
    fs::write(
        odd.path("brought/settings").join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"\xff")),
        "",
    )
    .unwrap();
    let _ = odd.run().exits(78).says("it has a name that is not UTF-8");
    let dangling = settings().file("brought/settings/a", "x");
    symlink("nowhere", dangling.path("brought/settings/b")).unwrap();
    let _ = dangling.run().exits(78).says("caused by: b: it is a link, and links are not followed");
    // Another kind than the generator takes.
    let _ = one("brought/team")
        .file("brought/team/a", "x")
        .run()
        .exits(78)
        .says("error: the object in <root>/brought/team is a ConfigMap\n");
}

#[test]
fn what_the_pod_has_for_itself_is_never_read_by_links() {
    let refused = |step: Step, place: &str| {
        let outcome = step.run().exits(78).says("error: cannot read the input <root>/brought/");
        let _ =
            outcome.says(&format!("caused by: it leads to {place}, and what the pod has for itself is never an input"));
    };
    for (target, place) in
        [("/proc/self/environ", "/proc"), ("/proc/self", "/proc"), ("/dev/null", "/dev"), ("/sys", "/sys")]
    {
        let linked = one("brought/x").file("brought/y", "");
        symlink(target, linked.path("brought/x")).unwrap();
        refused(linked, place);
    }
    // By a directory on the way, and by a link to a link.
    let linked = one("brought/x/environ").file("brought/y", "");
    symlink("/proc/self", linked.path("brought/y2")).unwrap();
    symlink("y2", linked.path("brought/x")).unwrap();
    refused(linked, "/proc");
    // Within a directory no link is followed, wherever it leads.
    let settings = bound("settings", "brought/settings", "").file("brought/settings/a", "x").file("elsewhere", "y");
    symlink(settings.path("elsewhere"), settings.path("brought/settings/b")).unwrap();
    let _ = settings.run().exits(78).says("caused by: b: it is a link, and links are not followed");
    // Nor within the state of a volume.
    let volume = bound("settings", "brought/settings", "").file("brought/settings/..1/a", "x");
    symlink("..1", volume.path("brought/settings/..data")).unwrap();
    symlink("/proc/self/environ", volume.path("brought/settings/..1/b")).unwrap();
    let _ = volume.run().exits(78).says("caused by: b: it is a link, and links are not followed");
}

#[test]
fn the_files_of_a_volume_lie_in_it() {
    let alpha = team("b", "alpha", "");
    let volume = one("brought/v/team.yaml").file("brought/v/..1/team.yaml", &alpha);
    symlink("..1", volume.path("brought/v/..data")).unwrap();
    symlink("..data/team.yaml", volume.path("brought/v/team.yaml")).unwrap();
    assert_eq!(volume.run().exits(0).output("inputs/one"), team_json("b", "alpha"));
    let elsewhere = |path: &str| {
        let word = if path.ends_with("yaml") { "one" } else { "settings" };
        let step = bound(word, path, "").file("brought/v/a", "").file("elsewhere/team.yaml", &alpha);
        symlink(step.path("elsewhere"), step.path("brought/v/..data")).unwrap();
        symlink("..data/team.yaml", step.path("brought/v/team.yaml")).unwrap();
        let _ = step.run().exits(78).says("caused by: its ..data leads out of the volume");
    };
    elsewhere("brought/v/team.yaml");
    elsewhere("brought/v");
    // A state that is gone is replaced by another: nothing is read in part, and another try may succeed.
    let gone = bound("settings", "brought/settings", "").file("brought/settings/a", "");
    symlink("..1", gone.path("brought/settings/..data")).unwrap();
    let _ = gone.run().exits(69).says("caused by: it changed whenever it was read");
}

/// Nobody answers for a file: whoever should have brought it may have failed to.
#[test]
fn what_was_not_brought_is_never_taken_for_empty() {
    let says = "there is no object in <root>/brought/";
    let _ = one("brought/x").run().exits(78).says(says);
    for empty in ["", "---\n", "# nothing\n", "{apiVersion: v1, kind: List, items: []}"] {
        let _ = one("brought/x").file("brought/x", empty).run().exits(78).says(says);
    }
    let directory = bound("settings", "brought/settings", "");
    fs::create_dir(directory.path("brought/settings")).unwrap();
    let _ = directory.run().exits(78).says(says);
    let dangling = one("brought/x");
    symlink("nowhere", dangling.path("brought/x")).unwrap();
    let _ = dangling.run().exits(78).says(says);

    let three = |optional: &str, many: &str| {
        let step =
            Step::declaring("inputs").request(REQUEST).config("{inputs: [optional, many]}").file("brought/x", "");
        let root = step.path("brought").to_str().unwrap().to_owned();
        let step = step.file("brought/one", team("b", "alpha", ""));
        let optional =
            if optional.is_empty() { String::new() } else { format!("optional: {{file: '{root}/{optional}'}}, ") };
        let many = format!("many: {{file: '{root}/{many}', may-be-empty: true}}");
        step.inputs(&format!("{{one: {{file: '{root}/one'}}, {optional}{many}}}"))
    };
    // An optional one that is bound to a file has to be there; that there is none is said by binding none.
    let _ = three("nowhere", "x").run().exits(78).says("input optional: there is no object in <root>/brought/nowhere");
    // Where none may be, the file that says so has to be there all the same.
    let _ = three("", "nowhere").run().exits(78).says("input many: there is no object in <root>/brought/nowhere");
    assert_eq!(status(&three("", "x").run().exits(0))["inputs"]["many"], json!([]));
}

#[test]
fn what_is_no_text_or_too_much_is_an_error() {
    let file = |bytes: &[u8]| one("brought/x").file("brought/x", bytes);
    let _ = file(b"\xff\xfea").run().exits(78).says("error: the objects of <root>/brought/x can't be inputs\n");
    let _ = file(b"a: \xff").run().exits(78).says("invalid utf-8");
    let _ = file(b"just text").run().exits(78).says("it has something without apiVersion, kind and metadata.name");
    let large = team("b", "alpha", "") + &"# x\n".repeat(300);
    let bound_by =
        |step: Step| step.arg("--limit=input-bytes=1000").run().exits(75).says("caused by: input-bytes is 1000\n");
    let _ = bound_by(file(large.as_bytes()));
    let _ = bound_by(
        bound("settings", "brought/s", "").file("brought/s/a", "x".repeat(600)).file("brought/s/b", "x".repeat(600)),
    );
    // Names alone are something, too.
    let many = (0..60)
        .fold(bound("settings", "brought/s", ""), |step, number| step.file(&format!("brought/s/{number:020}"), ""));
    let _ = bound_by(many);
    let values = |step: Step| {
        let _ = step.arg("--limit=input-values=40").run().exits(75).says("caused by: input-values is 40\n");
    };
    let labels: Vec<String> = (0..30).map(|key| format!("k{key}: ''")).collect();
    let wide = team("b", "alpha", &labels.join(", "));
    values(file(wide.as_bytes()));
    values((0..30).fold(bound("settings", "brought/s", ""), |step, key| step.file(&format!("brought/s/{key}"), "")));
    let pipe = one("brought/x");
    assert!(std::process::Command::new("mkfifo").arg(pipe.path("brought/x")).status().unwrap().success());
    let _ = pipe.run().exits(78).says("caused by: it is not a regular file");
    let below = one("brought/x/y").file("brought/x", "");
    let _ = below.run().exits(78).says("caused by: not a directory");
}

/// On a laptop, manifests are in the place of what a container would bring.
#[test]
fn manifests_stand_for_files() {
    let step = one("brought/x").objects(
        &[team("c", "alpha", ""), "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}".into()].concat(),
    );
    assert_eq!(step.run().exits(0).output("inputs/one"), team_json("c", "alpha"));
    let both = [team("b", "alpha", ""), team("c", "alpha", "")].concat();
    let _ = one("brought/x").objects(&both).run().exits(78).says("2 objects are bound to input one");
    let _ = one("brought/x")
        .objects("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")
        .run()
        .exits(78)
        .says("there is no object in");
}
