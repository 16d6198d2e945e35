//! Somebody who reads plans, approves and merges.

use std::cell::RefCell;

use kratix_wasm_tests::{Person, REPOSITORY, STATUS};
use serde_json::{Value, json};

use crate::machine::{Machine, eventually};

/// Somebody in the team `reviewers`, and the request that they read.
pub(crate) struct Reviewer {
    person: Person,
    request: RefCell<Value>,
}

impl Reviewer {
    pub(crate) fn new(machine: &Machine, name: &str) -> Self {
        let person = Person::make(&machine.admin, name);
        machine.admin.put(&person.name, "reviewers");
        Self { person, request: RefCell::default() }
    }

    /// What the request is called.
    pub(crate) fn title(&self) -> String {
        self.request.borrow()["title"].as_str().unwrap_or_default().to_owned()
    }

    /// What a machine user has said last of the request.
    fn told(&self, user: &str) -> Option<String> {
        let comments =
            self.person.find(&format!("{REPOSITORY}/issues/{}/comments", self.request.borrow()["number"]))?;
        let mut ours = comments.as_array()?.iter().rev().filter(|comment| comment["user"]["login"] == user);
        Some(ours.next()?["body"].as_str()?.to_owned())
    }

    /// Waits for a plan that has all of these words, and for its verdict.
    #[track_caller]
    pub(crate) fn plan(&self, words: &[&str]) -> String {
        let plan = eventually(&format!("a plan has {words:?}"), || {
            let open = self.person.find(&format!("{REPOSITORY}/pulls?state=open&base_branch=main"))?;
            let request = open.as_array()?.iter().find(|request| request["head"]["ref"] == "kratix")?;
            self.request.replace(request.clone());
            self.told("platform-plan").filter(|plan| words.iter().all(|words| plan.contains(words)))
        });
        eventually("its verdict", || (self.verdict()? != "pending").then_some(()));
        plan
    }

    /// The plan's, of the request's newest commit: success, failure or pending.
    pub(crate) fn verdict(&self) -> Option<String> {
        let head = self.request.borrow()["head"]["sha"].as_str()?.to_owned();
        let statuses = self.person.find(&format!("{REPOSITORY}/commits/{head}/statuses"))?;
        let ours = statuses.as_array()?.iter().filter(|status| status["context"] == STATUS);
        Some(ours.max_by_key(|status| status["id"].as_u64())?["status"].as_str()?.to_owned())
    }

    /// Approves, saying this, and merges; returns how it went, in one line.
    #[track_caller]
    pub(crate) fn land(&self, words: &str) -> String {
        let (number, head) = (self.request.borrow()["number"].clone(), self.request.borrow()["head"]["sha"].clone());
        let path = format!("{REPOSITORY}/pulls/{number}");
        let review = json!({"event": "APPROVED", "body": words, "commit_id": head});
        self.person.post(&format!("{path}/reviews"), &review);
        eventually("it can be merged", || {
            let merge = Some(json!({"Do": "fast-forward-only"}));
            let merged = self.person.ask("POST", &format!("v1{path}/merge"), merge.as_ref()).status == 200;
            (merged || self.person.get(&path)["merged"] == true).then_some(())
        });
        let told = eventually("it is applied", || self.told("platform-caretaker"));
        told.lines().next().unwrap_or_default().to_owned()
    }
}
