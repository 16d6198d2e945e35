//! The whole platform with a real Kratix: the stages' own scripts, then what must hold of what they built. `./x platform-test`
//! runs them when Kratix' image and manifests are given; they share one node, one Gitea and one Kratix, and have an order.

#[path = "with_kratix/machine.rs"]
mod machine;
#[path = "with_kratix/scenarios.rs"]
mod scenarios;
