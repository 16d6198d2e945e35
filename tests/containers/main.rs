//! The images, and steps in real containers: as Kratix runs them, by podman and runc.

mod contents;
mod image;
mod memory;
mod pod;
mod program;
mod steps;
mod trouble;
