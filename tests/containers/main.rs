//! The images, and what is in them.

mod contents;
mod image;
mod program;
