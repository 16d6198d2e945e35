//! A step is a value: it answers any number of requests, on any number of threads, where no file can be opened.
//!
//! A test program of its own, since what keeps files from being opened holds for all of a process.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::thread;

use kratix_wasm::author::{Author, Bindings, Config, Policy};
use kratix_wasm::kratix::{Environment, Object};
use kratix_wasm::limits::Limits;
use kratix_wasm::sandbox::Sandbox;
use kratix_wasm::step::{End, OnInvalid, Outcome, Rules, Step, Task};
use kratix_wasm_tests::built;
use rustix::process::{Resource, Rlimit, setrlimit};

const REQUESTS: usize = 10_000;

#[test]
fn ten_thousand_requests_on_two_threads_and_on_one_give_the_same_and_touch_no_file() {
    let step = team();
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Nofile, none).unwrap();
    assert!(fs::File::open("/dev/null").is_err(), "a file can be opened");

    let one = answers(&step, 1);
    let two = answers(&step, 2);
    assert_eq!(one.len(), REQUESTS);
    assert!(one == two, "they differ");
    assert_eq!(one.iter().collect::<BTreeSet<_>>().len(), REQUESTS, "requests have the same answer");
    assert!(one[7].contains("default.team-7.yaml") && one[7].contains("displayName: Team 7\n"), "{}", one[7]);
}

fn team() -> Step {
    let limits = Limits::default();
    let sandbox = Sandbox::new(limits.clone(), NonZeroU32::new(2).unwrap()).unwrap();
    let generator = sandbox.load("team", &fs::File::open(built("team.cwasm")).unwrap()).unwrap();
    let policy = Policy::read(
        "a test",
        b"{paths: ['backstage/{namespace}.{name}.yaml', 'terraform/{namespace}.{name}.tf.json'], destinations: [{}]}",
    );
    let rules = Rules { kind: None, deletions_only: false, on_invalid: OnInvalid::Fail, overwrite: false, limits };
    Step::new(
        vec![Box::new(generator)],
        Author { config: Config::empty(), bindings: Bindings::none(false), policy: policy.unwrap() },
        rules,
        sandbox.clock(),
        &mut |_, _| (),
    )
    .unwrap()
}

/// What becomes of each request, as text; each thread takes every so manyth.
fn answers(step: &Step, threads: usize) -> Vec<String> {
    let answers = Mutex::new(vec![String::new(); REQUESTS]);
    thread::scope(|scope| {
        for first in 0..threads {
            let answers = &answers;
            scope.spawn(move || {
                for number in (first..REQUESTS).step_by(threads) {
                    let text = text(&step.answer(&task(number), &mut |_, _| ()).unwrap());
                    answers.lock().unwrap()[number] = text;
                }
            });
        }
    });
    answers.into_inner().unwrap()
}

fn task(number: usize) -> Task {
    let object = format!(
        "{{apiVersion: platform.kratix.io/v1alpha1, kind: Team, metadata: {{name: team-{number}, namespace: default}}, \
         spec: {{id: team-{number}, name: Team {number}, email: team-{number}@example.org}}}}"
    );
    let environment = Environment::read(|_| Ok(None)).unwrap();
    Task::new(environment, Object::read(object.as_bytes()).unwrap())
}

fn text(outcome: &Outcome) -> String {
    let End::Complete { files, .. } = &outcome.end else { panic!("{outcome:?}") };
    let files = files.iter().map(|(path, bytes)| format!("{path}\n{}", str::from_utf8(bytes).unwrap()));
    let texts = outcome.texts.each().map(|(name, text)| format!("{name}\n{}", text.unwrap_or_default()));
    files.chain(texts).collect()
}
