//! Many requests at once: `kratix-wasm render`, beside what one does without it, which is the step of each request for itself,
//! and a chart that makes the same files.
//!
//! It keeps small, since Linux gives a process at least the peak of the one that started it.

mod place;
mod same;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::Parser as _;
use kratix_wasm_bench::child;
use kratix_wasm_bench::figures::{Figures, max, median, min, show, times};
use place::{CODE, COMPARED, COMPONENT, HELM, ONE_BY_ONE, Place};
use same::ensure_same;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, String>;

/// Compare many requests that are rendered at once with other ways to do so
///
/// Run it with `just bench`, in the root of the repository: that builds all that is compared.
#[derive(Debug, clap::Parser)]
#[command(name = "many", max_term_width = 100)]
struct Args {
    /// How often each is run, in turn, after once to warm up
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Where all figures go, as JSON
    #[arg(long, value_name = "FILE", default_value = "target/bench/many.json")]
    json: PathBuf,
}

/// Requests of a short run; a long one has ten times as many.
const REQUESTS: usize = 1_000;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Something that answers requests.
struct Way {
    key: &'static str,
    name: String,
    /// How many a run of it answers.
    requests: usize,
    command: Box<dyn Fn() -> Command>,
    figures: Figures,
}

impl Way {
    fn new(key: &'static str, name: &str, requests: usize, command: impl Fn() -> Command + 'static) -> Self {
        Self { key, name: name.to_owned(), requests, command: Box::new(command), figures: Figures::default() }
    }

    fn measure(&mut self, counts: bool) -> Result<()> {
        let mut command = (self.command)();
        let ran = child::run(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()));
        let (status, cost) = ran.map_err(|error| format!("cannot run {}: {error}", self.name))?;
        if counts {
            self.figures.add(cost);
        }
        if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", self.name)) }
    }

    /// Milliseconds of a CPU that a request takes, of each run.
    fn each(&self) -> Vec<f64> {
        self.figures.cpu.iter().map(|cpu| cpu / number(self.requests)).collect()
    }
}

fn run(args: &Args) -> Result<()> {
    let failed = |error: std::io::Error| format!("cannot work below target/bench: {error}");
    fs::create_dir_all("target/bench").map_err(failed)?;
    let place = tempfile::Builder::new().prefix("many-").tempdir_in("target/bench").map_err(failed)?;
    let place = Place::make(place.path(), &[COMPARED, REQUESTS, 10 * REQUESTS])?;
    let helm = Path::new(HELM).exists();
    ensure_same(&place, helm)?;
    let mut ways = ways(&place, helm);
    for round in 0..=args.rounds {
        for way in &mut ways {
            way.measure(round > 0)?;
        }
    }
    print!("{}", table(&ways));
    if !helm {
        println!("helm is LEFT OUT: {HELM} is missing; `just contract-tools` builds it");
    }
    let all: Vec<Value> = ways.iter().map(as_json).collect();
    let text = format!("{:#}\n", json!({"rounds": args.rounds, "ways": all}));
    fs::write(&args.json, text).map_err(|error| format!("cannot write {}: {error}", args.json.display()))
}

/// What is compared; all else is a multiple of the first.
fn ways(place: &Place, helm: bool) -> Vec<Way> {
    let mut ways = Vec::new();
    let (short, long) = (REQUESTS, 10 * REQUESTS);
    let render = |key, name: &str, count, requests: PathBuf, generator: &'static str, format: &'static str| {
        Way::new(key, name, count, move || Place::render(&requests, generator, format))
    };
    ways.push(render("render", "render, precompiled", short, place.requests(short), CODE, "text"));
    ways.push(render("renderLong", "render, precompiled", long, place.requests(long), CODE, "text"));
    ways.push(render("reading", "render, where it only reads them", long, place.others(long), CODE, "text"));
    ways.push(render("json", "render, precompiled, as JSON", long, place.requests(long), CODE, "json"));
    ways.push(render("compiling", "render, compiling", short, place.requests(short), COMPONENT, "text"));
    ways.push(render("compilingLong", "render, compiling", long, place.requests(long), COMPONENT, "text"));
    let at = place.clone();
    ways.push(Way::new("run", "run, once a request", ONE_BY_ONE, move || at.run_each()));
    if helm {
        for (key, count) in [("helm", short), ("helmLong", long)] {
            let values = place.values(&count.to_string());
            ways.push(Way::new(key, "helm template", count, move || Place::helm(&values)));
        }
        let at = place.clone();
        ways.push(Way::new("helmEach", "helm template, once a request", ONE_BY_ONE, move || at.helm_each()));
    }
    ways
}

fn table(ways: &[Way]) -> String {
    let base = &ways[0];
    let mut text = format!(
        "\nMany requests, each a Team\n{:34}{:>9}{:>10}{:>10}{:>11}{:>12}{:>12}{:>11}\n",
        "", "requests", "wall, ms", "CPU, ms", "peak, MiB", "a s + core", "CPU, times", "times ten"
    );
    for (at, way) in ways.iter().enumerate() {
        let Figures { wall, cpu, peak } = &way.figures;
        let short = at
            .checked_sub(1)
            .map(|before| &ways[before])
            .filter(|short| short.requests * 10 == way.requests && short.name == way.name);
        let growth = short.map_or(String::new(), |short| show(times(cpu, &short.figures.cpu)));
        writeln!(
            text,
            "{:34}{:>9}{:>10}{:>10}{:>11}{:>12.0}{:>12}{growth:>11}",
            way.name,
            way.requests,
            show(median(wall)),
            show(median(cpu)),
            show(max(peak)),
            1000.0 / min(&way.each()),
            show(times(&way.each(), &base.each())),
        )
        .expect("a string takes all that is written");
    }
    text + "a s + core: requests a second and core, in the best run; CPU, times: the CPU time of a request, as a multiple of the first\n\
            line's; times ten: the CPU time as a multiple of that of a tenth of the requests.\n"
}

fn as_json(way: &Way) -> Value {
    let mut value = way.figures.to_json();
    value["key"] = way.key.into();
    value["name"] = way.name.as_str().into();
    value["requests"] = way.requests.into();
    value
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
