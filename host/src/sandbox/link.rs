//! All that a generator can import, and what it gets then.

use wasmtime::Engine;
use wasmtime::component::{HasData, HasSelf, Linker, ResourceTable};
use wasmtime_wasi::filesystem::WasiFilesystem;
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, io, random};

use super::inert::{View, no_files};
use super::state::State;
use super::v0_1::{earlier, inputs, log, workspace};

/// The status that others leave.
pub(super) const EARLIER: &str = "earlier";
/// Our own optional imports: each is a permission.
pub(super) const PERMISSIONS: &[&str] = &[EARLIER, "inputs", "log", "workspace"];

/// WASI that is always there and gives nothing away: see [`inert`](super::inert).
pub(super) const INERT: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

/// A linker that has just these.
pub(super) fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut all = Linker::new(engine);
    let linker = &mut all;
    log::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    workspace::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    inputs::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    earlier::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    io::error::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    io::poll::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    io::streams::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    cli::environment::add_to_linker::<_, View>(linker, View::of)?;
    cli::exit::add_to_linker::<_, View>(linker, View::of)?;
    cli::stdin::add_to_linker::<_, View>(linker, View::of)?;
    cli::stdout::add_to_linker::<_, View>(linker, View::of)?;
    cli::stderr::add_to_linker::<_, View>(linker, View::of)?;
    cli::terminal_input::add_to_linker::<_, View>(linker, View::of)?;
    cli::terminal_output::add_to_linker::<_, View>(linker, View::of)?;
    cli::terminal_stdin::add_to_linker::<_, View>(linker, View::of)?;
    cli::terminal_stdout::add_to_linker::<_, View>(linker, View::of)?;
    cli::terminal_stderr::add_to_linker::<_, View>(linker, View::of)?;
    filesystem::preopens::add_to_linker::<_, WasiFilesystem>(linker, no_files)?;
    filesystem::types::add_to_linker::<_, WasiFilesystem>(linker, no_files)?;
    clocks::monotonic_clock::add_to_linker::<_, View>(linker, View::of)?;
    clocks::wall_clock::add_to_linker::<_, View>(linker, View::of)?;
    random::random::add_to_linker::<_, View>(linker, View::of)?;
    random::insecure::add_to_linker::<_, View>(linker, View::of)?;
    random::insecure_seed::add_to_linker::<_, View>(linker, View::of)?;
    Ok(all)
}

struct Table;
impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}
