//! The Team step with a generator in native Rust: all else is the host's own.

use std::path::PathBuf;
use std::process::ExitCode;

use kratix_wasm::author::{Author, Bindings, Config, Policy};
use kratix_wasm::console::Console;
use kratix_wasm::contract::Generator;
use kratix_wasm::error::Error;
use kratix_wasm::exit::Exit;
use kratix_wasm::kratix::Environment;
use kratix_wasm::limits::{Clock, Limits};
use kratix_wasm::pod::{Directories, Pod};
use kratix_wasm::step::{Given, OnError, OnFault, OnInvalid, Rules, Step};
use kratix_wasm_bench::{NativeTeam, ended};

fn main() -> ExitCode {
    ended(run())
}

fn run() -> Result<(), Error> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [input, output, metadata] = arguments
        .try_into()
        .map_err(|_| Error::new("benchmark", Exit::Usage, "3 paths are wanted; the benchmark's driver gives them"))?;
    let environment = Environment::read(|name| Ok(std::env::var(name).ok()))?;
    let pod = Pod { environment, input, directories: Directories { output, metadata } };
    let (limits, on_invalid, overwrite) = (Limits::default(), OnInvalid::Suspend, false);
    let clock = Clock::start(&limits);
    let policy = Policy::read("the benchmark", b"destinations: [{}]")?;
    let on_fault = OnFault { on_error: OnError::Fail, on_invalid, deletion_may_wait: false };
    let report = pod.run(
        &limits,
        on_fault,
        |kind, _, said| {
            let kind = Some(kind.clone());
            let rules = Rules { kind, deletions_only: false, on_invalid, overwrite, limits: limits.clone() };
            let generators: Vec<Box<dyn Generator>> = vec![Box::new(NativeTeam)];
            Step::new(
                generators,
                Author { config: Config::empty(), bindings: Bindings::none(false), policy },
                rules,
                clock,
                said,
            )
        },
        |_, _, _| Ok(Given::new()),
        &mut |_, _| (),
    )?;
    Console::summary(&report.lines());
    Ok(())
}
