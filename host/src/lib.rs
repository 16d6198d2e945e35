//! The host: runs generators of Kratix Promises as pipeline steps.
//!
//! Data flows one way. What Kratix hands in ([`kratix`]) becomes a request; generators ([`source`]) answer it in a
//! sandbox ([`sandbox`], in the types of [`contract`]) with the config they take ([`author`]); the answers are
//! checked ([`step`]); only then is anything written ([`pod::transaction`]).

pub mod author;
pub mod cli;
pub mod commands;
pub mod console;
pub mod contract;
pub mod digest;
pub mod error;
pub mod exit;
mod files;
pub mod kratix;
pub mod limits;
mod machine;
mod nearest;
pub mod pod;
pub mod process;
pub mod sandbox;
pub mod source;
pub mod step;
pub mod text;
pub mod yaml;
