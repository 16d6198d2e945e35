//! Every input that may be missing in every way, for every task: what becomes of it is said here once more, as the contract and
//! docs/pipeline-step.md say it, and held against the step. In process, since there are thousands.

use kratix_wasm::author::{Author, Bindings, Config, Policy};
use kratix_wasm::contract::{
    self, Contents, Declarations, Description, File, Generator, GeneratorName, Input, Line, Output, Quantity, Request,
    Seen,
};
use kratix_wasm::error::Error;
use kratix_wasm::kratix::{Environment, Found, Object};
use kratix_wasm::limits::{Clock, Limits};
use kratix_wasm::step::{End, Given, OnInvalid, Rules, Step, Task};
use serde_json::{Value, json};

/// A generator with one input, which makes a file of it.
struct Declares(Quantity);

impl Generator for Declares {
    fn shown(&self) -> &'static str {
        "a test"
    }

    fn rename(&mut self, _: &str) {}

    fn describe(&self, _: &mut Vec<Line>) -> Result<Description, Error> {
        let (key, kind, purpose) = ("key".into(), "Team.a.io".into(), "For tests.".into());
        Ok(Description {
            name: GeneratorName::parse("test".into()).unwrap(),
            version: "1".into(),
            summary: "Tests.".into(),
            kinds: vec!["Promise".into()],
            config_schema: None,
            declarations: Declarations {
                inputs: vec![Input { key, kind, quantity: self.0, purpose }],
                may_hold_deletion: false,
            },
        })
    }

    fn sees_earlier(&self) -> bool {
        false
    }

    fn generate(&self, _: Clock, _: Request, seen: Seen, _: &mut Vec<Line>) -> Result<contract::Answer, Error> {
        let count = seen.inputs["key"].len();
        assert!(self.0 == Quantity::Many || count < 2, "it is given {count}");
        let status = Some(json!({ "given": count, "message": format!("{count} given") }).to_string());
        let files = vec![File { path: "made".into(), contents: Contents::Bytes(Vec::new()) }];
        Ok(Ok(contract::Outcome::Complete(Output { files, status, ..Output::default() })))
    }
}

/// A way in which an input can be there or not.
#[expect(clippy::struct_excessive_bools, reason = "each is a question that has two answers")]
#[derive(Debug, Clone)]
struct Case {
    quantity: Quantity,
    /// None where nobody was asked.
    found: Option<Found>,
    may_be_empty: bool,
    waits: bool,
    is_file: bool,
    is_chosen: bool,
    is_delete: bool,
    is_promise: bool,
    is_dry: bool,
    fails_invalid: bool,
}

/// What becomes of it.
#[derive(Debug, PartialEq, Eq)]
enum Becomes {
    /// The step isn't made, for this reason.
    Wrong(&'static str),
    /// It fails, for this reason.
    Fails(&'static str),
    /// It suspends and is tried again.
    Waits,
    /// It suspends, for the requester.
    Invalid,
    /// The generator is given so many.
    Gives(usize),
}
use Becomes::{Fails, Gives, Invalid, Waits, Wrong};

fn cases() -> Vec<Case> {
    let team = |name: &str| {
        let metadata = json!({"name": name, "namespace": "c", "labels": {"for": "all"}});
        json!({"apiVersion": "a.io/v1", "kind": "Team", "metadata": metadata})
    };
    let objects = |names: &[&str]| Some(Found::Objects(names.iter().map(|name| team(name)).collect()));
    let founds = [
        None,
        Some(Found::Absent),
        Some(Found::NoResource),
        objects(&[]),
        objects(&["alpha"]),
        objects(&["alpha", "beta"]),
    ];
    let mut cases = Vec::new();
    for quantity in [Quantity::One, Quantity::Optional, Quantity::Many] {
        for found in &founds {
            for bits in 0..1_u32 << 8 {
                let is = |bit: u32| bits >> bit & 1 == 1;
                cases.push(Case {
                    quantity,
                    found: found.clone(),
                    may_be_empty: is(0),
                    waits: is(1),
                    is_file: is(2),
                    is_chosen: is(3),
                    is_delete: is(4),
                    is_promise: is(5),
                    is_dry: is(6),
                    fails_invalid: is(7),
                });
            }
        }
    }
    cases
}

impl Case {
    fn expected(&self) -> Becomes {
        let Self { quantity, may_be_empty, waits, is_file, is_promise, .. } = *self;
        // When the step is made.
        if is_file && waits {
            return Wrong("inputs-invalid");
        }
        if quantity != Quantity::Many && may_be_empty || quantity == Quantity::Optional && waits {
            return Wrong("input-unfit");
        }
        let Some(found) = &self.found else { return if self.is_delete { Gives(0) } else { Fails("input-not-read") } };
        let count = if let Found::Objects(objects) = found { objects.len() } else { 0 };
        if count > 1 && quantity != Quantity::Many {
            return Fails("input-ambiguous");
        }
        if self.is_delete || count > 0 {
            return Gives(count);
        }
        // Empty is only what a server that knows the resource said isn't there, and where none may be.
        let has_answered = *found != Found::NoResource && !(is_file && *found == Found::Absent);
        let may_be_none = match quantity {
            Quantity::One => false,
            Quantity::Optional => !is_file,
            Quantity::Many => may_be_empty,
        };
        if has_answered && may_be_none {
            return Gives(0);
        }
        let is_requesters = self.is_chosen && !is_file && !is_promise && *found != Found::NoResource;
        match (waits, is_requesters) {
            (true, _) if is_promise => Fails("input-missing"),
            (true, _) => Waits,
            (false, true) if self.is_dry || self.fails_invalid => Fails("request-invalid"),
            (false, true) => Invalid,
            (false, false) => Fails("input-missing"),
        }
    }

    fn actual(&self) -> Becomes {
        let mut binding = if self.is_file {
            json!({"file": "/brought"})
        } else {
            let name = if self.is_chosen { "{spec.team}" } else { "alpha" };
            json!({
                "apiVersion": "a.io/v1", "kind": "Team", "resource": "teams", "name": name, "namespace": "c",
                "required-label": {"for": "all"},
            })
        };
        let mut set = |key: &str, value: Value| drop(binding.as_object_mut().unwrap().insert(key.to_owned(), value));
        if self.may_be_empty {
            set("may-be-empty", json!(true));
        }
        if self.waits {
            set("when-missing", json!("wait"));
        }
        let bindings = match Bindings::read("a test", json!({ "key": binding }).to_string().as_bytes(), false) {
            Ok(bindings) => bindings,
            Err(error) => return wrong(&error),
        };
        let limits = Limits::default();
        let on_invalid = if self.fails_invalid { OnInvalid::Fail } else { OnInvalid::Suspend };
        let rules = Rules { kind: None, deletions_only: false, on_invalid, overwrite: false, limits: limits.clone() };
        let author = Author { config: Config::empty(), bindings, policy: Policy::default() };
        let step =
            Step::new(vec![Box::new(Declares(self.quantity))], author, rules, Clock::start(&limits), &mut |_, _| ());
        let step = match step {
            Ok(step) => step,
            Err(error) => return wrong(&error),
        };
        let environment = Environment::read(|name| {
            let said = match name {
                "KRATIX_WORKFLOW_ACTION" if self.is_delete => Some("delete"),
                "KRATIX_WORKFLOW_TYPE" if self.is_promise => Some("promise"),
                "KRATIX_DRY_RUN" if self.is_dry => Some("true"),
                _ => None,
            };
            Ok(said.map(ToOwned::to_owned))
        });
        let object =
            "{apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: a}, spec: {team: alpha}}";
        let task = Task::new(environment.unwrap(), Object::read(object.as_bytes()).unwrap());
        let wanted = step.wanted(&task);
        assert_eq!(wanted.len(), 1, "{self:?}");
        let given: Given = self.found.iter().map(|found| (wanted[0].id.clone(), found.clone())).collect();
        let outcome = match step.answer(&task.with(given, step.clock()), &mut |_, _| ()) {
            Ok(outcome) => outcome,
            Err(error) => return Fails(error.reason().to_owned().leak()),
        };
        let is_suspended = outcome.texts.control.is_some();
        assert_eq!(is_suspended, outcome.end.hold().is_some(), "{self:?}");
        match &outcome.end {
            End::Complete { files, .. } => assert_eq!(files.len(), 1, "{self:?}"),
            End::Suspended(hold) => {
                assert!(!self.is_delete && hold.retry_after_seconds.is_some(), "{self:?}");
                return Waits;
            }
            End::Invalid(problems, hold) => {
                assert!(!self.is_delete && hold.retry_after_seconds.is_none(), "{self:?}");
                assert!(
                    problems.summary().starts_with("spec.team names what can't be used: "),
                    "{}",
                    problems.summary()
                );
                return Invalid;
            }
            End::Deleted(None) => assert!(self.is_delete, "{self:?}"),
            End::Fault(..) | End::Deleted(Some(_)) => panic!("{self:?}: {outcome:?}"),
        }
        let message = outcome.status["message"].as_str().unwrap();
        Gives(message.strip_suffix(" given").unwrap().parse().unwrap())
    }
}

fn wrong(error: &Error) -> Becomes {
    Wrong(error.reason().to_owned().leak())
}

#[test]
fn what_becomes_of_an_input_is_what_was_said() {
    let cases = cases();
    assert_eq!(cases.len(), 3 * 6 * 256);
    for case in &cases {
        assert_eq!(case.actual(), case.expected(), "{case:?}");
    }
    // Each of these comes of some, so none is said in vain.
    for becomes in [
        Wrong("input-unfit"),
        Wrong("inputs-invalid"),
        Fails("input-not-read"),
        Fails("input-ambiguous"),
        Fails("input-missing"),
        Fails("request-invalid"),
        Waits,
        Invalid,
        Gives(0),
        Gives(1),
        Gives(2),
    ] {
        assert!(cases.iter().any(|case| case.expected() == becomes), "{becomes:?}");
    }
}
