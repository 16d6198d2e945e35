//! What other containers leave in destination-selectors.yaml: what is taken is written as it was understood.
#![no_main]

use kratix_wasm::kratix::selectors::Selectors;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(selectors) = Selectors::read(text) else { return };
    assert_eq!(Selectors::read(selectors.write().as_bytes()), Ok(selectors));
});
