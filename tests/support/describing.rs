//! The hostile component, told how to describe itself: what `describe` says can't come from a config.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::command::run;
use crate::{built, root};

/// Its bytes, with this word for `describe` and `declarations` (guest/hostile has them).
///
/// # Panics
///
/// When it isn't built, or the word is too long.
#[must_use]
pub fn describing(word: &str) -> Vec<u8> {
    // Of every build, for this machine or another.
    let path = root().join("target/components/hostile.wasm");
    let mut bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mark = b"<describe:";
    let at = bytes.windows(mark.len()).position(|window| window == mark).expect("it has the mark") + mark.len();
    let padded = format!("{word:21}");
    assert_eq!(padded.len(), 21, "{word} is too long");
    bytes[at..at + padded.len()].copy_from_slice(padded.as_bytes());
    bytes
}

/// The same precompiled: once for all tests of a program.
///
/// # Panics
///
/// When it can't be compiled.
#[must_use]
pub fn code_describing(word: &str) -> Arc<[u8]> {
    static CODE: Mutex<BTreeMap<String, Arc<[u8]>>> = Mutex::new(BTreeMap::new());
    let mut code = CODE.lock().expect("nobody panics with it");
    if let Some(code) = code.get(word) {
        return Arc::clone(code);
    }
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (component, made) = (folder.path().join("hostile.wasm"), folder.path().join("hostile.cwasm"));
    std::fs::write(&component, describing(word)).expect("a file can be written");
    let mut compile = Command::new(built("kratix-wasm"));
    run(compile.current_dir(root()).arg("compile").arg(component).arg("--output").arg(&made));
    let made: Arc<[u8]> = std::fs::read(made).expect("it was made").into();
    code.insert(word.to_owned(), Arc::clone(&made));
    made
}
