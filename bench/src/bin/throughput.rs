//! How many requests a second one step answers in memory: from the parsed object to rendered files, an instance a call.
//!
//! Beside it the same step with its generator in native Rust, so the difference is what WebAssembly costs.

use std::num::NonZeroU32;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use kratix_wasm::author::{Author, Bindings, Config, Policy};
use kratix_wasm::console::print;
use kratix_wasm::contract::Generator;
use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::kratix::{Environment, Object};
use kratix_wasm::limits::{Clock, Limits};
use kratix_wasm::sandbox::Sandbox;
use kratix_wasm::step::{OnInvalid, Rules, Step, Task};
use kratix_wasm_bench::{NativeTeam, ended};

/// Precompiled by the same sources.
const PRECOMPILED: &str = "target/dist/team.cwasm";
const POLICY: &[u8] =
    b"{paths: ['backstage/{namespace}.{name}.yaml', 'terraform/{namespace}.{name}.tf.json'], destinations: [{}]}";
/// Requests of a short round; a long one has ten times as many.
const REQUESTS: usize = 2_000;
/// Each is measured so often, in turn; the best counts, since all else is somebody else's work on the machine.
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    ended(run())
}

/// What is measured.
struct Row {
    generator: &'static str,
    threads: usize,
    requests: usize,
    /// The best round.
    best: Duration,
}

impl Row {
    fn per_second_and_core(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "there are thousands")]
        let (requests, threads) = (self.requests as f64, self.threads as f64);
        requests / self.best.as_secs_f64() / threads
    }
}

fn run() -> Result<(), Error> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let code = std::fs::File::open(PRECOMPILED).map_err(|error| {
        Error::new("benchmark", Exit::Usage, format!("{PRECOMPILED}: run `just build` first")).because_of(&error)
    })?;
    let limits = Limits::default();
    let sandbox = Sandbox::new(limits.clone(), NonZeroU32::new(2).expect("two are some"))?;
    let wasm = step(Box::new(sandbox.load("team", &code)?), &limits, sandbox.clock())?;
    let native = step(Box::new(NativeTeam), &limits, Clock::start(&limits))?;
    let mut rows: Vec<(Row, &Step)> = Vec::new();
    for (generator, step) in [("WebAssembly", &wasm), ("native", &native)] {
        for threads in [1, 2].into_iter().filter(|threads| *threads <= cores) {
            for requests in [REQUESTS, 10 * REQUESTS] {
                rows.push((Row { generator, threads, requests, best: Duration::MAX }, step));
            }
        }
    }
    let objects: Vec<Object> = (0..10 * REQUESTS).map(object).collect::<Result<_, _>>()?;
    for _ in 0..ROUNDS {
        for (row, step) in &mut rows {
            row.best = row.best.min(measure(step, &objects[..row.requests], row.threads)?);
        }
    }
    report(&rows.into_iter().map(|(row, _)| row).collect::<Vec<_>>())
}

fn step(generator: Box<dyn Generator>, limits: &Limits, clock: Clock) -> Result<Step, Error> {
    let rules = Rules {
        kind: None,
        deletions_only: false,
        on_invalid: OnInvalid::Fail,
        overwrite: false,
        limits: limits.clone(),
    };
    let policy = Policy::read("the benchmark", POLICY)?;
    Step::new(
        vec![generator],
        Author { config: Config::empty(), bindings: Bindings::none(false), policy },
        rules,
        clock,
        &mut |_, _| (),
    )
}

fn object(number: usize) -> Result<Object, Error> {
    let text = format!(
        "apiVersion: platform.kratix.io/v1alpha1\nkind: Team\nmetadata: {{name: team-{number}, namespace: default}}\n\
         spec: {{id: team-{number}, name: Team {number}, email: team-{number}@example.org}}\n"
    );
    Object::read(text.as_bytes())
        .map_err(|error| Error::new("benchmark", Exit::Usage, "the request is wrong").because(error))
}

/// The time in which all are answered, each thread its share.
fn measure(step: &Step, objects: &[Object], threads: usize) -> Result<Duration, Error> {
    let environment = Environment::read(|_| Ok(None))?;
    let start = Instant::now();
    std::thread::scope(|scope| {
        let environment = &environment;
        let share = objects.len().div_ceil(threads);
        let answering: Vec<_> = objects
            .chunks(share)
            .map(|objects| {
                scope.spawn(move || {
                    objects.iter().try_for_each(|object| {
                        let task = Task::new(environment.clone(), object.clone());
                        let outcome = step.answer(&task, &mut |_, _| ())?;
                        assert!(!outcome.end.files().is_empty(), "a Team has files");
                        Ok::<_, Error>(())
                    })
                })
            })
            .collect();
        answering.into_iter().try_for_each(|thread| thread.join().expect("no thread panics"))
    })?;
    Ok(start.elapsed())
}

fn report(rows: &[Row]) -> Result<(), Error> {
    let shown = rows.iter().map(|row| {
        let Row { generator, threads, requests, best } = row;
        format!(
            "{generator:12} {threads} thread{} {requests:6} requests {:9.1} ms {:8.0} a second and core",
            if *threads == 1 { " " } else { "s" },
            best.as_secs_f64() * 1e3,
            row.per_second_and_core()
        )
    });
    let growth = rows.chunks(2).map(|pair| {
        let times = pair[1].best.as_secs_f64() / pair[0].best.as_secs_f64();
        format!(
            "{:12} {} threads: ten times the requests in {times:.1} times the time",
            pair[0].generator, pair[0].threads
        )
    });
    let cost = rows.iter().zip(&rows[rows.len() / 2..]).map(|(wasm, native)| {
        let times = native.per_second_and_core() / wasm.per_second_and_core();
        format!("{} threads, {} requests: native answers {times:.1} times as many", wasm.threads, wasm.requests)
    });
    print(shown.chain(growth).chain(cost))
}
