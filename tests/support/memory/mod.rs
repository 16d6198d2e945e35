//! How much memory a step takes at most: shapes of a step as numbers, made into components and directories, and run in a
//! memory cgroup of its own. `fuzz/targets/memory.rs` looks for the worst shapes, `tests/containers/memory.rs` holds them
//! against what docs/limits.md promises.

mod cgroup;
mod component;
mod json;
mod laid;
mod shape;

pub use cgroup::{Cgroup, Figure};
pub use laid::Laid;
pub use shape::{Answer, Shape};

use std::fs;

use crate::root;

/// The container memory limit that the defaults fit, in MiB, as docs/limits.md has it.
///
/// # Panics
///
/// When it doesn't say.
pub fn promised() -> u32 {
    let text = fs::read_to_string(root().join("docs/limits.md")).expect("it is there");
    let (_, line) = text.split_once("fit a container with a memory limit of ").expect("it names the limit");
    line.split_once("Mi").and_then(|(number, _)| number.parse().ok()).expect("a number of Mi")
}
