//! Tells the crate what it is built for, with and from: the architecture, the version of wasmtime in the lock file, and an
//! id of the source.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

const LOCK: &str = "../Cargo.lock";

/// All that decides what code is made and run: the sandbox, the contract, and by their versions what these depend on.
const SOURCE: &[&str] = &["src/sandbox", "build.rs", "Cargo.toml", "../wit", "../Cargo.toml", LOCK];

fn main() {
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").expect("cargo sets it for every build script");
    println!("cargo::rustc-env=KRATIX_WASM_ARCH={arch}");

    let text = fs::read_to_string(LOCK).expect("the workspace has a lock file");
    let entry = text.split("[[package]]").find(|entry| entry.contains("name = \"wasmtime\"\n"));
    let version = entry.and_then(|entry| entry.split('"').nth(3)).expect("wasmtime is in the lock file");
    println!("cargo::rustc-env=KRATIX_WASM_WASMTIME={version}");

    println!("cargo::rustc-env=KRATIX_WASM_BUILD={}", build_id());
    for path in SOURCE {
        println!("cargo::rerun-if-changed={path}");
    }
}

/// The same for the same source, wherever it lies, whenever and with whichever compiler it is built.
fn build_id() -> String {
    let mut files = Vec::new();
    for path in SOURCE {
        collect(Path::new(path), &mut files);
    }
    files.sort_unstable();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(&file).expect("the source can be read");
        for part in [file.to_str().expect("names in the source are UTF-8").as_bytes(), &bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    let digest = hash.finalize();
    format!("{:016x}", u64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes")))
}

/// The files of a folder and below, less what editors and systems leave there.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        return files.push(path.to_owned());
    }
    for entry in path.read_dir().expect("the source can be listed") {
        let path = entry.expect("the source can be listed").path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() || matches!(extension, Some("rs" | "wit")) {
            collect(&path, files);
        }
    }
}
