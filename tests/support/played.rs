//! Programs that a script plays.

use std::path::Path;
use std::process::Command;

use crate::run;

/// Makes a program of a shell script.
///
/// # Panics
///
/// When it can't be written.
pub fn play(program: &Path, script: &str) {
    // By another process: what this one has open for writing could not be run by a thread that forks meanwhile.
    let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$0\" && chmod 755 \"$0\"";
    run(Command::new("/bin/sh").args(["-c", write]).arg(program).arg(script));
}
