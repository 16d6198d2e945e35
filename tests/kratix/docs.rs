//! What the documents say of a cluster and of Gitea comes true, word by word.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::console::{assert_shown, blocks, fits, shown};
use kratix_wasm_tests::{root, run};
use serde_json::json;

use crate::machine::Machine;
use crate::reviewer::Reviewer;

/// One of the tutorial's ten steps.
struct Step<'a>(&'a str);

impl<'a> Step<'a> {
    fn of(tutorial: &'a str, number: usize) -> Self {
        let start = tutorial.find(&format!("\n## {number}. ")).expect("there is such a step") + 1;
        let step = &tutorial[start..];
        Self(step.split("\n## ").next().expect("it has text"))
    }

    /// Runs what it shows of a terminal.
    #[track_caller]
    fn run(&self) {
        let blocks = blocks(self.0, "console cluster");
        assert!(!blocks.is_empty(), "there are no commands in {}", self.0);
        assert_shown(&blocks.iter().flat_map(|block| shown(block)).collect::<Vec<_>>());
    }

    /// Its one block of somebody's words.
    fn quoted(&self) -> String {
        let [quoted] = blocks(self.0, "text").try_into().expect("there is one");
        quoted
    }

    /// These words, which it says.
    #[track_caller]
    fn says<'b>(&self, words: &'b str) -> &'b str {
        assert!(self.0.contains(words), "it no longer says {words}: {}", self.0);
        words
    }
}

pub(crate) fn the_tutorial_comes_true(machine: &Machine) {
    let tutorial = fs::read_to_string(root().join("docs/tutorial.md")).unwrap();
    let [four, five, six, seven, eight, nine, ten] = [4, 5, 6, 7, 8, 9, 10].map(|number| Step::of(&tutorial, number));
    let reviewer = Reviewer::new(machine, "reader-of-the-tutorial");
    let organization = || machine.admin.get_if_there("/orgs/team-alpha");

    four.run();
    five.run();
    six.run();

    let plan = reviewer.plan(&[seven.says("| default/example-team | team-alpha | is created |")]);
    assert!(fits(&format!("{}…\n", seven.quoted()), &plan), "{plan}");
    assert!(plan.contains(seven.says("Plan: 1 to add, 0 to change, 0 to destroy.")), "{plan}");
    assert_eq!(reviewer.title(), seven.says("Changes to Teams"));
    assert!(organization().is_none());

    assert_eq!(reviewer.land(""), eight.quoted().trim_end());
    let made = organization().expect("it is made");
    assert_eq!(made["full_name"], eight.says("Team Alpha"));
    assert_eq!(made["description"], eight.says("Contact: alpha@company.com"));

    nine.run();
    let _ = reviewer.plan(&[nine.says("| default/example-team | team-alpha | is changed |")]);
    assert_eq!(reviewer.land(""), nine.says("**Applied.** 0 created, 1 changed, 0 destroyed."));
    assert_eq!(organization().expect("it stays")["full_name"], "Team A");

    ten.run();
    let word = ten.says("destroy: team-alpha");
    let plan = reviewer.plan(&[word]);
    assert!(plan.contains(ten.says("**is destroyed**")), "{plan}");
    assert_eq!(reviewer.verdict().as_deref(), Some("failure"));
    assert_eq!(reviewer.land(word), ten.says("**Applied.** 0 created, 0 changed, 1 destroyed."));
    assert!(organization().is_none());
}

pub(crate) fn a_reader_gets_a_key_as_the_page_on_gitops_says(machine: &Machine) {
    let page = fs::read_to_string(root().join("docs/gitops.md")).unwrap();
    let [script] = blocks(&page, "bash").try_into().expect("the page has one script");
    assert!(script.contains("https://gitea.example.com"), "{script}");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("admin.token"), machine.admin.token()).unwrap();
    let script = script.replace("https://gitea.example.com", machine.admin.url());
    run(Command::new("bash").args(["-euc", &script]).current_dir(folder.path()));
    let keys = machine.admin.get("/repos/platform/catalog/keys");
    let [key] = keys.as_array().unwrap().as_slice() else { panic!("{keys}") };
    assert_eq!((&key["title"], &key["read_only"]), (&json!("reader"), &json!(true)));
}
