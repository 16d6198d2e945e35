//! A generator as a value: loaded once, asked many times.

use std::fs::{self, File};
use std::num::NonZeroU32;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use kratix_wasm::contract::{Contents, Generator as _, Outcome, Request, Seen};
use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::kratix::{Action, Workflow};
use kratix_wasm::limits::{Clock, Limits};
use kratix_wasm::sandbox::{Generator, Sandbox};
use kratix_wasm_tests::built;

fn hostile(calls: u32) -> Generator {
    let sandbox = Sandbox::new(Limits::default(), NonZeroU32::new(calls).unwrap()).unwrap();
    sandbox.load("hostile", &File::open(built("hostile.cwasm")).unwrap()).unwrap()
}

/// What it puts into its one file, which is to be called by that number.
fn ask(generator: &Generator, clock: Clock, misdeed: Option<&str>, number: usize) -> Result<Vec<u8>, Error> {
    let misdeed = misdeed.map_or_else(String::new, |misdeed| format!(r#""misdeed": "{misdeed}", "#));
    let request = Request {
        action: Action::Configure,
        workflow: Workflow::Resource,
        promise: "tests".into(),
        pipeline: "test".into(),
        object: r#"{"apiVersion": "v1", "kind": "Test", "metadata": {"name": "a"}}"#.into(),
        config: format!(r#"{{{misdeed}"files": [["f{number}", "{number}"]]}}"#),
    };
    let answer = generator.generate(clock, request, Seen::default(), &mut Vec::new())?;
    let Ok(Outcome::Complete(output)) = answer else { panic!("{answer:?}") };
    let file = output.files.into_iter().last().expect("it has a file");
    match file.contents {
        Contents::Bytes(bytes) => Ok([file.path.into_bytes(), b"=".to_vec(), bytes].concat()),
        Contents::Yaml(documents) => panic!("{documents:?}"),
    }
}

fn minute() -> Clock {
    Clock::of(Duration::from_mins(1))
}

#[test]
fn several_threads_ask_one_generator_at_once() {
    let generator = &hostile(4);
    let start = &Barrier::new(4);
    thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                start.wait();
                for number in (thread * 100)..(thread * 100 + 50) {
                    let answer = ask(generator, minute(), None, number).unwrap();
                    assert_eq!(String::from_utf8(answer).unwrap(), format!("f{number}={number}"));
                    // It says the same of itself whenever it is asked.
                    assert_eq!(generator.describe(&mut Vec::new()).unwrap().name.as_str(), "hostile");
                }
            });
        }
    });
}

/// Memory, a clock, a seed: nothing is left of a call, nor of one that failed.
#[test]
fn a_call_leaves_nothing_to_the_next() {
    let generator = hostile(1);
    let seen = |generator: &Generator| ask(generator, minute(), Some("look"), 0).unwrap();
    let first = seen(&generator);
    for misdeed in ["panic", "allocate", "recurse", "loop"] {
        let error = ask(&generator, minute(), Some(misdeed), 0).unwrap_err();
        assert!(matches!(error.exit(), Exit::Misbehaved | Exit::Limit), "{misdeed}: {error}");
        assert_eq!(seen(&generator), first, "{misdeed}");
    }
}

/// The clock of an answer is its own, whatever building took.
#[test]
fn each_answer_has_the_time_that_it_is_given() {
    let limits = Limits { step_time: Duration::ZERO, ..Limits::default() };
    let sandbox = Sandbox::new(limits.clone(), NonZeroU32::MIN).unwrap();
    let generator = sandbox.load("hostile", &File::open(built("hostile.cwasm")).unwrap()).unwrap();
    let over = |error: Error| assert!(error.to_string().ends_with("reached the bound step-time"), "{error}");
    over(generator.describe(&mut Vec::new()).unwrap_err());
    over(ask(&generator, sandbox.clock(), None, 1).unwrap_err());
    assert_eq!(ask(&generator, minute(), None, 1).unwrap(), b"f1=1");
    assert!(sandbox.ensure_in_time("go on").is_err() && minute().ensure_running(&limits, "go on").is_ok());
}

/// The pages that run are those of the file, for every process that runs it.
#[test]
fn code_runs_where_the_file_is_mapped() {
    let generator = hostile(1);
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let code = built("hostile.cwasm").canonicalize().unwrap();
    let is_code = |line: &&str| line.contains(" r-xp ") && line.ends_with(code.to_str().unwrap());
    assert!(maps.lines().any(|line| is_code(&line)), "{maps}");
    assert_eq!(ask(&generator, minute(), None, 1).unwrap(), b"f1=1");
}

/// What is compiled once runs wherever the same program does.
#[test]
fn code_serves_any_bounds_and_any_number_of_calls() {
    let code = File::open(built("hostile.cwasm")).unwrap();
    for (calls, stack_bytes, instances, memory_bytes) in
        [(1, 64 << 10, 16, 4 << 20), (2, 64 << 20, 64, 4 << 30), (64, 512 << 10, 10_000, 64 << 20)]
    {
        let limits = Limits { stack_bytes, instances, memory_bytes, ..Limits::default() };
        let sandbox = Sandbox::new(limits, NonZeroU32::new(calls).unwrap()).unwrap();
        let generator = sandbox.load("hostile", &code).unwrap();
        assert_eq!(ask(&generator, minute(), None, 1).unwrap(), b"f1=1", "{calls} calls");
    }
}

#[test]
fn a_call_for_which_there_is_no_room_says_so() {
    let (generator, start) = (&hostile(1), &Barrier::new(2));
    let mut exits = thread::scope(|scope| {
        let call = || {
            start.wait();
            ask(generator, minute(), Some("loop"), 0).unwrap_err().exit()
        };
        let calls = [scope.spawn(call), scope.spawn(call)];
        calls.map(|call| call.join().unwrap())
    });
    exits.sort_by_key(|exit| *exit as u8);
    assert_eq!(exits, [Exit::Machine, Exit::Limit]);
}
