//! What other containers leave in destination-selectors.yaml: what is taken is written as it was understood.
#![no_main]

use kratix_wasm::kratix::selectors::Selectors;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(selectors) = Selectors::read(text) else { return };
    // What was written in short can be too long when it is written out.
    let Ok(written) = selectors.write() else { return };
    assert_eq!(Selectors::read(written.as_bytes()), Ok(selectors));
});
