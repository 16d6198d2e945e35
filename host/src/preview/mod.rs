//! What Kratix would do with manifests, without a cluster: which files land in which Git repository.

pub mod admission;
pub mod hash;
