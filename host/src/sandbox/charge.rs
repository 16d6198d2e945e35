//! What a generator has the host do for it costs fuel, too, and time. The engine counts only the generator's own
//! instructions, and the clock is looked at only between them: a loop of calls that copy megabytes would be cheap, and
//! its end late by minutes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use wasmtime::{AsContextMut, Store, Trap};

use super::state::State;

/// What a call costs whatever it does: about as much as it takes, in instructions.
const CALL: u64 = 500;

/// Fuel that is owed for work of the host. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Charges(Arc<AtomicU64>);

impl Charges {
    /// Charges for a call that copies this many bytes: one unit a byte, as for a copy within the generator's memory.
    pub(super) fn add(&self, bytes: usize) {
        self.0.fetch_add(CALL.saturating_add(bytes as u64), Ordering::Relaxed);
    }

    /// What is owed, which is settled then.
    pub(super) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Why a call of the host was the last one.
#[derive(Debug, thiserror::Error)]
#[error("the time is over")]
pub(super) struct Overdue;

/// Has every call of the host paid for when it returns, and ends the one during which, or before which, the time is over.
pub(super) fn settle(store: &mut Store<State>, deadline: Instant) {
    store.call_hook(move |mut context, _| {
        let mut context = context.as_context_mut();
        match context.data().charges.take() {
            0 => {}
            owed => {
                let left = context.get_fuel()?.checked_sub(owed).ok_or(Trap::OutOfFuel)?;
                context.set_fuel(left)?;
            }
        }
        if Instant::now() < deadline { Ok(()) } else { Err(Overdue.into()) }
    });
}
