//! What Kratix would do with manifests, without a cluster: which files land in which Git repository.
//!
//! It is a small Kratix of values. A workflow makes Works ([`work`]), a Work is scheduled to Destinations ([`schedule`]), each
//! placement is laid out in the repository of its Destination ([`placement`]) and committed there ([`store`]).

pub mod admission;
pub mod alike;
pub mod api;
pub mod assumed;
mod canary;
pub mod cores;
pub mod difference;
pub mod found;
pub mod git;
pub mod hash;
pub mod ignored;
pub mod impact;
pub mod manifests;
pub mod mask;
pub mod name;
mod notices;
pub mod path;
pub mod placement;
pub mod platform;
pub mod progress;
pub mod promise;
pub mod rendered;
pub mod schedule;
pub mod status;
pub mod store;
pub mod unified;
pub mod work;
pub mod workflow;
