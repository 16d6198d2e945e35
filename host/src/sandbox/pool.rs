//! Where the instances of a generator live: a pool of wasmtime's, as large as the bounds.
//!
//! What a store is asked for while it runs, [`meter`](super::meter) counts: memories, tables, core instances. What an
//! instance has beside these it is never asked for: globals, references to functions, and the state of each component
//! instance, of which a kilobyte of WebAssembly can ask for millions. wasmtime knows a bound on that for its pooling
//! allocator alone, which checks it when code is loaded.

use std::num::NonZeroU32;

use rustix::process::{Resource, getrlimit};
use wasmtime::{Enabled, PoolingAllocationConfig};

use crate::limits::{self, Bound, Limits};

/// Address space that wasmtime reserves for one memory, its guard included: more than 4 GiB, so that code needs no check.
const RESERVED: u64 = (4 << 30) + (64 << 20);

/// The addresses of a process on the machines of today, without `ulimit -v`.
const ADDRESSES: u64 = 1 << 47;

/// A pool for so many calls at one time. Only what nothing else bounds is bounded here; what [`meter`](super::meter) counts
/// has room, so that it is the meter who refuses.
pub(super) fn pool(limits: &Limits, calls: NonZeroU32) -> PoolingAllocationConfig {
    let each = u32::try_from(limits.instances).unwrap_or(u32::MAX);
    let all = each.saturating_mul(calls.get());
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls.get())
        .total_stacks(calls.get())
        .total_core_instances(all)
        .total_tables(all)
        .total_memories(all.min(memories_within_the_address_space()))
        .max_memories_per_module(each)
        .max_tables_per_module(each)
        .table_elements(limits.table_elements)
        .max_core_instance_size(limits.instance_bytes)
        .max_component_instance_size(limits.instance_bytes);
    if calls > NonZeroU32::MIN {
        // Many requests follow each other: what a call used is wiped for the next, where giving it back and faulting it in again
        // costs more. A step in a pod gives it back at once, since its files need the room.
        pool.linear_memory_keep_resident(KEPT).table_keep_resident(KEPT).pagemap_scan(Enabled::Auto);
    }
    pool
}

/// Bytes of a memory, or of a table, that a slot keeps from call to call, at most: more than a generator in Rust touches.
const KEPT: usize = 1024 * 1024;

/// Half of it is left to all else. Without `ulimit -v` that is more than one call can have.
fn memories_within_the_address_space() -> u32 {
    let most = getrlimit(Resource::As).current.unwrap_or(ADDRESSES).min(ADDRESSES);
    u32::try_from(most / 2 / RESERVED).unwrap_or(u32::MAX).max(1)
}

/// The bound over which the pool refused code. Its words are all that it gives: for each of these `tests/integration/attacks.rs`
/// has a component that is refused so.
pub(super) fn refused(words: &str) -> Option<&'static Bound> {
    let says = |text| words.contains(text);
    if says("instance size does not fit in pooling allocator requirements") {
        Some(&limits::INSTANCE_BYTES)
    } else if says("module table does not fit in pooling allocator requirements") {
        // More tables than instances, or one that is too large.
        Some(if says("tables count") { &limits::INSTANCES } else { &limits::TABLE_ELEMENTS })
    } else if says("defined memories count") {
        Some(&limits::INSTANCES)
    } else {
        None
    }
}
