//! Everything that a generator can reach while it runs: the `T` in `Store<T>`.

use wasmtime::component::ResourceTable;

use super::charge::Charges;
use super::inert::Inert;
use super::log::Log;
use super::meter::Meter;
use super::v0_1::{log, workspace};
use crate::contract::Workspace;
use crate::limits::Limits;

/// One call's world.
pub(super) struct State {
    pub(super) table: ResourceTable,
    pub(super) inert: Inert,
    pub(super) meter: Meter,
    pub(super) log: Log,
    /// What is owed for the work of the host.
    pub(super) charges: Charges,
    /// What earlier generators of the step made.
    workspace: Workspace,
}

impl State {
    pub(super) fn new(limits: &Limits, log: Log, workspace: Workspace) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        let charges = Charges::default();
        Self { table, inert: Inert::new(&log, &charges), meter: Meter::new(limits), log, charges, workspace }
    }
}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) {
        self.charges.add(message.len());
        self.log.add(level.into(), &message);
    }
}

impl workspace::Host for State {
    fn list(&mut self) -> Vec<String> {
        self.charges.add(self.workspace.keys().map(String::len).sum());
        self.workspace.keys().cloned().collect()
    }

    fn read(&mut self, path: String) -> Option<Vec<u8>> {
        let file = self.workspace.get(&path);
        self.charges.add(path.len() + file.map_or(0, |file| file.len()));
        file.map(|file| file.to_vec())
    }
}
