//! The host: runs generators of Kratix Promises as pipeline steps.
//!
//! Data flows one way. What Kratix hands in ([`kratix`]) becomes a request; generators ([`source`]) answer it in a
//! sandbox ([`sandbox`], in the types of [`contract`]) with the config they take ([`config`], [`schema`]); the answers are
//! checked ([`step`]); only then is anything written ([`kratix::transaction`]).

pub mod cli;
pub mod commands;
pub mod config;
pub mod console;
pub mod contract;
pub mod digest;
pub mod error;
pub mod exit;
pub mod kratix;
pub mod limits;
mod machine;
mod nearest;
pub mod policy;
pub mod process;
pub mod sandbox;
pub mod schema;
pub mod source;
pub mod step;
pub mod text;
pub mod yaml;
