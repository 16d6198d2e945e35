//! Counts what a generator takes over all its memories and tables, and remembers what was refused.

use wasmtime::ResourceLimiter;

use super::machine;
use crate::limits::{self, Bound, Limits};

/// The bounds of one store.
#[derive(Debug)]
pub(super) struct Meter {
    memory: Allowance,
    tables: Allowance,
    instances: usize,
    /// What was in the way first: a guest seldom says why it gave up.
    pub(super) refused: Option<Refused>,
}

/// Why a generator didn't get what it asked for.
#[derive(Debug)]
pub(super) enum Refused {
    /// A bound of ours.
    ByBound(&'static Bound),
    /// The machine had none left, and says this.
    ByMachine(wasmtime::Error),
}

/// What is left of a bound.
#[derive(Debug)]
struct Allowance {
    bound: &'static Bound,
    left: usize,
}

impl Allowance {
    fn new(bound: &'static Bound, left: usize) -> Self {
        Self { bound, left }
    }

    /// Takes what something grows by, or leaves everything as it is and says which bound is in the way.
    ///
    /// Growth that was granted and then failed is not given back: it fails when the machine has no memory left, and a
    /// generator that goes on asking then meets its bound sooner, never later.
    fn take(&mut self, now: usize, wanted: usize) -> Result<(), &'static Bound> {
        self.left = self.left.checked_sub(wanted.saturating_sub(now)).ok_or(self.bound)?;
        Ok(())
    }
}

impl Meter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            memory: Allowance::new(&limits::MEMORY_BYTES, limits.memory_bytes),
            tables: Allowance::new(&limits::TABLE_ELEMENTS, limits.table_elements),
            instances: limits.instances,
            refused: None,
        }
    }

    fn grant(&mut self, taken: Result<(), &'static Bound>) -> bool {
        if let Err(bound) = taken {
            self.refused.get_or_insert(Refused::ByBound(bound));
        }
        taken.is_ok()
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, now: usize, wanted: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let taken = self.memory.take(now, wanted);
        Ok(self.grant(taken))
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        // Growth beyond what the memory itself allows fails, too, and that is what its author wanted.
        if machine::is_behind(&error) {
            self.refused.get_or_insert(Refused::ByMachine(error));
        }
        Ok(())
    }

    fn table_growing(&mut self, now: usize, wanted: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let taken = self.tables.take(now, wanted);
        Ok(self.grant(taken))
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        self.instances
    }
}
