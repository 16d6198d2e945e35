//! The driver of the benchmark: makes sure that all ways to write the step do the same, then measures them in turn.
//!
//! It keeps small, since Linux gives a process at least the peak of the one that started it.

mod report;
mod subject;
mod tree;

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser as _;
use kratix_wasm_bench::figures::{self, Figures};

use report::{Part, Report};
use subject::{Place, Subject};

/// What went wrong, for the person who runs the benchmark.
type Result<T> = std::result::Result<T, String>;

/// Compare one Team step with other ways to write it
///
/// Run it with `just bench`, in the root of the repository: that builds all that is compared.
#[derive(Debug, clap::Parser)]
#[command(name = "just bench", max_term_width = 100)]
struct Args {
    /// How often each is run, in turn, after once to warm up
    #[arg(long, value_name = "N", default_value = "30", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Where all figures go, as JSON
    #[arg(long, value_name = "FILE", default_value = "target/bench/result.json")]
    json: PathBuf,
    /// Where the steps write: the default is on a disk, as the directories of a pod are
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    directory: PathBuf,
    /// Leave out where the time of the precompiled step goes
    #[arg(long)]
    no_parts: bool,
}

/// In memory, for comparison; not on every system.
const MEMORY: &str = "/dev/shm";
const REQUEST: &str = "promises/team/example-resource.yaml";
const HOST: &str = "target/dist/kratix-wasm";
const PRECOMPILED: &str = "target/dist/team.cwasm";
const PYTHON: &str = "target/bench/venv/bin/python";

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let disk = Place::make(&args.directory, Path::new(REQUEST))?;
    let memory = match Place::make(Path::new(MEMORY), Path::new(REQUEST)) {
        Ok(memory) if !args.no_parts && disk.filesystem != memory.filesystem => Some(memory),
        _ => None,
    };
    let steps = steps()?;
    ensure_same(&steps, &disk)?;
    let parts_of = ["run", "--verbose", "--precompiled", PRECOMPILED];
    let verbose = Subject::host("parts", "the precompiled step in parts", Path::new(HOST), &parts_of);

    let version = Subject::other("version", "kratix-wasm version", Path::new(HOST), &["version"]);
    let mut runs: Vec<(Subject, &Place)> = steps.iter().map(|step| (step.clone(), &disk)).collect();
    if !args.no_parts {
        runs.push((version, &disk));
    }
    if let Some(memory) = &memory {
        let explaining =
            steps.iter().filter(|step| ["precompiled", "native", "pythonSdk"].contains(&step.key.as_str()));
        runs.extend(explaining.map(|step| (step.in_memory(), memory)));
    }
    let mut measured: Vec<Figures> = runs.iter().map(|_| Figures::default()).collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut syncs = Vec::new();
    for round in 0..=args.rounds {
        for ((subject, place), figures) in runs.iter().zip(&mut measured) {
            let cost = subject.measure(place)?;
            if round > 0 {
                figures.add(cost);
            }
        }
        if !args.no_parts && round > 0 {
            Part::add(&mut parts, &verbose.say(&disk)?)?;
            syncs.push(figures::milliseconds(disk.sync_a_file()?));
        }
    }
    let measured = runs.into_iter().map(|(subject, _)| subject).zip(measured).collect();
    let (rounds, filesystem) = (args.rounds, disk.filesystem.clone());
    let report = Report { rounds, filesystem, driver_peak: report::driver_peak()?, measured, parts, syncs };
    let text = report.to_text()? + &format!("\nAll figures: {}\n", args.json.display());
    let json = format!("{:#}\n", report.to_json()?);
    std::fs::write(&args.json, json).map_err(|error| format!("cannot write {}: {error}", args.json.display()))?;
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever was reading has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("cannot write to stdout: {error}")),
        _ => Ok(()),
    }
}

/// What is compared; all else is a multiple of the first.
fn steps() -> Result<Vec<Subject>> {
    let (host, python) = (Path::new(HOST), Path::new(PYTHON));
    let steps = vec![
        Subject::host("precompiled", "kratix-wasm, precompiled", host, &["run", "--precompiled", PRECOMPILED]),
        Subject::host("compiling", "kratix-wasm, compiling", host, &["run", "target/dist/team.wasm"]),
        Subject::step("native", "native Rust", &beside("team-native")?, &[]),
        Subject::step("python", "Python, PyYAML + Jinja2", python, &["bench/python/plain.py"]),
        Subject::step("pythonSdk", "Python, kratix-sdk", python, &["bench/python/sdk.py"]),
    ];
    Ok(steps)
}

/// A program that is built with this one.
fn beside(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
    Ok(this.with_file_name(name))
}

/// Steps that do different things are not worth comparing.
fn ensure_same(steps: &[Subject], place: &Place) -> Result<()> {
    let mut expected = None;
    for subject in steps {
        subject.say(place)?;
        let tree = place.tree()?;
        match &expected {
            None => expected = Some(tree),
            Some(expected) if subject.key.starts_with("python") => {
                tree::ensure_equivalent(subject.name, expected, &tree)?;
            }
            Some(expected) => tree::ensure_identical(subject.name, expected, &tree)?,
        }
    }
    Ok(())
}
