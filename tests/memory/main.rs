//! Prints how much memory each shape takes: those of fuzz/seeds/memory, or what is given. `just memory` runs it.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use kratix_wasm_tests::memory::{Laid, Shape, promised};
use kratix_wasm_tests::root;

fn main() -> ExitCode {
    let host = env::var_os("KRATIX_WASM_HOST").map_or_else(|| root().join("target/dist/kratix-wasm"), PathBuf::from);
    let given: Vec<(String, String)> = env::args().skip(1).map(|text| ("given".to_owned(), text)).collect();
    let shapes = if given.is_empty() { seeds() } else { given };
    println!("MiB: limit without a kill, limit without a kill of the step itself, charged. The docs promise {}.", promised());
    for (name, text) in shapes {
        let line = text.parse::<Shape>().and_then(|shape| measure(shape, &host).map_err(|error| error.to_string()));
        match line {
            Ok(line) => println!("{line}  {name}: {}", text.trim()),
            Err(error) => println!("{name}: {error}"),
        }
    }
    ExitCode::SUCCESS
}

fn measure(shape: Shape, host: &std::path::Path) -> std::io::Result<String> {
    let laid = Laid::new(shape, host)?;
    let free = laid.run(8192)?;
    let whole = laid.smallest(|figure| figure.victims > 0)?;
    let host = if shape.handed.compiled == 1 { laid.smallest(|figure| figure.killed)? } else { whole };
    let said = free.said.lines().find(|line| line.starts_with("error")).unwrap_or_default();
    Ok(format!("{whole:5} {host:5} {:5}  exit {:?} {said}\n        ", free.charged, free.code))
}

fn seeds() -> Vec<(String, String)> {
    let mut seeds: Vec<(String, String)> = fs::read_dir(root().join("fuzz/seeds/memory"))
        .expect("it is there")
        .flatten()
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, fs::read_to_string(entry.path()).ok()?)))
        .collect();
    seeds.sort();
    seeds
}
