//! Tells the crate what it is built for and with: the architecture, and the version of wasmtime in the lock file.

use std::path::Path;

fn main() {
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").expect("cargo sets it for every build script");
    println!("cargo::rustc-env=KRATIX_WASM_ARCH={arch}");

    let lock = Path::new("../Cargo.lock");
    let text = std::fs::read_to_string(lock).expect("the workspace has a lock file");
    let entry = text.split("[[package]]").find(|entry| entry.contains("name = \"wasmtime\"\n"));
    let version = entry.and_then(|entry| entry.split('"').nth(3)).expect("wasmtime is in the lock file");
    println!("cargo::rustc-env=KRATIX_WASM_WASMTIME={version}");

    println!("cargo::rerun-if-changed={}", lock.display());
    println!("cargo::rerun-if-changed=build.rs");
}
