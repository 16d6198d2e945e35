//! The host: runs generators of Kratix Promises as pipeline steps.
//!
//! A [`step::Step`] is a value: made of generators, a config and a policy ([`author`]), it answers a [`step::Task`] with a
//! [`step::Outcome`], in the types of [`contract`] and the texts of [`kratix`]. A [`pod::Pod`] reads the task from Kratix'
//! directories and commits the outcome: all of it or nothing. Whatever a step may use has a bound ([`limits`]), and whatever
//! goes wrong is an [`error::Error`].

pub mod author;
pub mod contract;
pub mod error;
pub mod exit;
pub mod kratix;
pub mod limits;
pub mod pod;
pub mod step;

// The program itself, and what its tests, fuzz targets and benchmark take apart.
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod commands;
#[doc(hidden)]
pub mod console;
#[doc(hidden)]
pub mod digest;
#[doc(hidden)]
pub mod inputs;
#[cfg(feature = "preview")]
#[doc(hidden)]
pub mod preview;
#[doc(hidden)]
pub mod process;
#[doc(hidden)]
pub mod sandbox;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod yaml;

mod files;
mod machine;
mod nearest;
