//! What the tests share: a step in directories of its own, trees as maps, golden files; programs, documents, Gitea's people.

pub mod address;
mod command;
pub mod console;
pub mod corpus;
mod describing;
mod gitea;
mod golden;
pub mod memory;
mod mounts;
mod peak;
mod played;
mod random;
mod step;
mod tree;
mod wait;

use std::path::{Path, PathBuf};

pub use command::{fail, run, run_and_hear, starting};
pub use describing::{code_describing, describing};
pub use gitea::{Answer, Person, REPOSITORY, STATUS};
pub use golden::{assert_golden, assert_golden_tree};
pub use mounts::in_mounts;
pub use played::play;
pub use random::Random;
pub use step::{Outcome, Step, TEST};
pub use tree::{Tree, tree};
pub use wait::eventually;

/// The root of the repository.
///
/// # Panics
///
/// Never.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository")
}

/// What `just dev` built: the host, the components, their precompiled forms.
///
/// # Panics
///
/// When it isn't there.
#[must_use]
pub fn built(name: &str) -> PathBuf {
    let path = root().join("target/dev").join(name);
    assert!(path.exists(), "{} is not there: run the tests with `./x test`, which builds it", path.display());
    path
}
