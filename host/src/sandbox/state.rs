//! Everything that a generator can reach while it runs: the `T` in `Store<T>`.

use wasmtime::component::ResourceTable;

use super::charge::Charges;
use super::inert::Inert;
use super::log::Log;
use super::meter::Meter;
use super::v0_1::{earlier, inputs, log, workspace};
use crate::contract::Seen;
use crate::limits::Limits;
use crate::text::clean;

/// One call's world.
pub(super) struct State {
    pub(super) table: ResourceTable,
    pub(super) inert: Inert,
    pub(super) meter: Meter,
    pub(super) log: Log,
    /// What is owed for the work of the host.
    pub(super) charges: Charges,
    seen: Seen,
}

/// A generator asked for an input that it doesn't declare.
#[derive(Debug, thiserror::Error)]
#[error("it asks for input \"{}\", which it doesn't declare", clean(.0, 80))]
pub(super) struct Undeclared(String);

impl State {
    pub(super) fn new(limits: &Limits, log: Log, seen: Seen) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        let charges = Charges::default();
        Self { table, inert: Inert::new(&log, &charges), meter: Meter::new(limits), log, charges, seen }
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
        self.charges.add(self.seen.workspace.keys().map(String::len).sum());
        self.seen.workspace.keys().cloned().collect()
    }

    fn read(&mut self, path: String) -> Option<Vec<u8>> {
        let file = self.seen.workspace.get(&path);
        self.charges.add(path.len() + file.map_or(0, |file| file.len()));
        file.map(|file| file.to_vec())
    }
}

impl inputs::Host for State {
    fn get(&mut self, key: String) -> wasmtime::Result<Vec<String>> {
        self.charges.add(key.len());
        let Some(objects) = self.seen.inputs.get(&key) else { return Err(Undeclared(key).into()) };
        self.charges.add(objects.iter().map(|object| object.len()).sum());
        Ok(objects.iter().map(|object| object.as_ref().to_owned()).collect())
    }
}

impl earlier::Host for State {
    fn status(&mut self) -> String {
        self.charges.add(self.seen.earlier.len());
        match self.seen.earlier.as_str() {
            "" => "{}".to_owned(),
            status => status.to_owned(),
        }
    }
}
