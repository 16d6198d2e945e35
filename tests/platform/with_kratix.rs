//! The whole platform with a real Kratix: the stages' own scripts, then what must hold of what they built. `./x platform-test`
//! runs them when Kratix' image and manifests are given. They share one node, one Gitea and one Kratix; the modules run in the
//! order of their names, so that the first sees the platform as it was built, and the last takes it down.

#[path = "with_kratix/again.rs"]
mod again;
#[path = "with_kratix/docs.rs"]
mod docs;
#[path = "with_kratix/machine.rs"]
mod machine;
#[path = "with_kratix/mistakes.rs"]
mod mistakes;
#[path = "with_kratix/requests.rs"]
mod requests;
#[path = "with_kratix/reviewer.rs"]
mod reviewer;
mod shape;
#[path = "with_kratix/trouble.rs"]
mod trouble;
#[path = "with_kratix/undone.rs"]
mod undone;
