//! The whole platform with a real Kratix: the stages' own scripts, then what must hold of what they built. `./x platform-test`
//! runs them when Kratix' image and manifests are given. They share one node, one Gitea and one Kratix; the modules run in the
//! order of their names, so that the first sees the platform as it was built, and the last takes it down.

mod again;
mod docs;
mod machine;
mod mistakes;
mod requests;
mod reviewer;
#[path = "../kubernetes/shape.rs"]
mod shape;
mod trouble;
mod undone;
