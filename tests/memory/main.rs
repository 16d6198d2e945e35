//! Prints how much memory shapes of a step take: the worst that were found, or what is given. `just memory` runs it.

use std::path::{Path, PathBuf};
use std::{env, io};

use kratix_wasm_tests::memory::{Laid, Shape, found, promised};
use kratix_wasm_tests::root;

fn main() {
    let host = env::var_os("KRATIX_WASM_HOST").map_or_else(|| root().join("target/dist/kratix-wasm"), PathBuf::from);
    let given: Vec<String> = env::args().skip(1).collect();
    println!("docs/limits.md promises {} MiB. In MiB: the smallest limit under which", promised());
    println!("nothing | the step isn't killed | charged with files, when there is no limit");
    let found = found().into_iter();
    let shapes: Vec<(String, Result<Shape, String>)> = match given.as_slice() {
        [] => found.map(|(name, shape)| (name, Ok(shape))).collect(),
        given => given.iter().map(|text| (text.clone(), text.parse())).collect(),
    };
    for (name, shape) in shapes {
        match shape.and_then(|shape| measure(&shape, &host).map_err(|error| error.to_string())) {
            Ok(line) => println!("{line}  {name}"),
            Err(error) => println!("{name}: {error}"),
        }
    }
}

fn measure(shape: &Shape, host: &Path) -> io::Result<String> {
    let laid = Laid::new(*shape, host)?;
    let free = laid.run(8192)?;
    // What is charged without a limit is enough.
    let enough = u32::try_from(free.charged).unwrap_or(u32::MAX) + 1;
    let nothing = laid.smallest(1, enough, |figure| figure.victims > 0)?;
    // Only a compiler is another process.
    let step = if shape.handed.compiled == 1 { laid.smallest(1, enough, |figure| figure.killed)? } else { nothing };
    let code = free.code.map_or_else(|| "killed".to_owned(), |code| format!("exit {code}"));
    Ok(format!("{nothing:7} | {step:22} | {:4}  {code:7}", free.charged))
}
