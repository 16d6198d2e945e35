//! WASI that gives nothing away: the standard libraries of Rust, Go and Python find what they import, and nothing in it.
//!
//! No arguments, environment, input, directories or sockets. Clocks are virtual, randomness comes from a fixed seed. So a
//! generator computes the same on every machine, any day. What wasmtime has ready for it would open the machine's own
//! source of randomness before anybody could say no, so only its streams and its file system without directories are used.

mod cli;
mod clocks;
mod random;

use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemCtx, WasiFilesystemCtxView};
use wasmtime_wasi::p2::bindings::{cli as wasi_cli, clocks as wasi_clocks, filesystem, io, random as wasi_random};

use self::clocks::Clock;
use self::random::Dice;
use super::bill::Bill;
use super::log::{Log, Stream};
use super::state::State;

/// The virtual machine of one call.
pub(super) struct Inert {
    clock: Clock,
    dice: Dice,
    /// stdout and stderr.
    output: Stream,
    /// Without a directory to begin with there is no descriptor, ever.
    filesystem: WasiFilesystemCtx,
    bill: Bill,
}

impl Inert {
    pub(super) fn new(log: &Log, bill: &Bill) -> Self {
        Self {
            clock: Clock::new(bill.clone()),
            dice: Dice::new(bill.clone()),
            output: log.stream(bill),
            filesystem: WasiFilesystemCtx::default(),
            bill: bill.clone(),
        }
    }
}

/// Links all of it; `component::INERT` names the same interfaces.
pub(super) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    io::error::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    io::poll::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    io::streams::add_to_linker::<_, Table>(linker, |state| &mut state.table)?;
    wasi_cli::environment::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::exit::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::stdin::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::stdout::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::stderr::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::terminal_input::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::terminal_output::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::terminal_stdin::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::terminal_stdout::add_to_linker::<_, View>(linker, View::of)?;
    wasi_cli::terminal_stderr::add_to_linker::<_, View>(linker, View::of)?;
    filesystem::preopens::add_to_linker::<_, WasiFilesystem>(linker, no_files)?;
    filesystem::types::add_to_linker::<_, WasiFilesystem>(linker, no_files)?;
    wasi_clocks::monotonic_clock::add_to_linker::<_, View>(linker, View::of)?;
    wasi_clocks::wall_clock::add_to_linker::<_, View>(linker, View::of)?;
    wasi_random::random::add_to_linker::<_, View>(linker, View::of)?;
    wasi_random::insecure::add_to_linker::<_, View>(linker, View::of)?;
    wasi_random::insecure_seed::add_to_linker::<_, View>(linker, View::of)
}

struct Table;
impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}

fn no_files(state: &mut State) -> WasiFilesystemCtxView<'_> {
    WasiFilesystemCtxView { ctx: &mut state.inert.filesystem, table: &mut state.table }
}

/// What our own interfaces need of a state.
struct View<'a> {
    inert: &'a mut Inert,
    table: &'a mut ResourceTable,
}

impl HasData for View<'static> {
    type Data<'a> = View<'a>;
}

impl View<'_> {
    fn of(state: &mut State) -> View<'_> {
        View { inert: &mut state.inert, table: &mut state.table }
    }
}
