//! The images.

mod contents;
mod image;
