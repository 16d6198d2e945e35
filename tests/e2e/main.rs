//! As a new user: what the documents show is run, and must come out as shown.

mod console;
mod excerpts;
