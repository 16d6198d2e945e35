//! Counts what a generator takes over all its memories and tables, and remembers what was refused.

use wasmtime::ResourceLimiter;

use crate::limits::Limits;

/// The bounds of one store.
#[derive(Debug)]
pub(super) struct Meter {
    memory_bytes: usize,
    memory_left: usize,
    table_elements: usize,
    table_left: usize,
    instances: usize,
    /// The bound that was hit first, with its value: a guest seldom says why it gave up.
    pub(super) refused: Option<(&'static str, usize)>,
}

impl Meter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            memory_bytes: limits.memory_bytes,
            memory_left: limits.memory_bytes,
            table_elements: limits.table_elements,
            table_left: limits.table_elements,
            instances: limits.instances,
            refused: None,
        }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, now: usize, wanted: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let Some(left) = self.memory_left.checked_sub(wanted.saturating_sub(now)) else {
            self.refused.get_or_insert(("memory-bytes", self.memory_bytes));
            return Ok(false);
        };
        self.memory_left = left;
        Ok(true)
    }

    // Growth that was granted and then failed is not given back: it fails when the machine has no memory left, and a
    // generator that goes on asking then meets its bound sooner, never later.
    fn table_growing(&mut self, now: usize, wanted: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let Some(left) = self.table_left.checked_sub(wanted.saturating_sub(now)) else {
            self.refused.get_or_insert(("table-elements", self.table_elements));
            return Ok(false);
        };
        self.table_left = left;
        Ok(true)
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
