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

use std::collections::BTreeMap;
use std::fs;

use crate::root;

/// The worst shapes that were found, by name: what `just fuzz` begins with.
///
/// # Panics
///
/// When one can't be read.
pub fn found() -> BTreeMap<String, Shape> {
    let folder = root().join("fuzz/seeds/memory");
    let files = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it can be read").path());
    files
        .map(|file| {
            let name = file.file_name().and_then(|name| name.to_str()).expect("names are UTF-8").to_owned();
            let shape = fs::read_to_string(&file).expect("it is text").parse();
            (name, shape.unwrap_or_else(|error| panic!("{}: {error}", file.display())))
        })
        .collect()
}

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
