//! Through the binary, with real components.

mod attacks;
mod cases;
mod check_promise;
mod command_line;
mod components;
mod config;
mod directories;
mod faults;
mod generator;
mod generators;
mod hints;
mod left_out;
mod limits;
mod machine;
mod made;
mod needs;
mod obstacles;
mod outcomes;
mod platform;
mod policy;
mod precompiled;
mod printing;
mod requests;
mod retries;
mod sandbox;
mod volumes;
