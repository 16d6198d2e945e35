//! Components: any bytes are compiled or refused with words that a terminal can show.
#![no_main]

use kratix_wasm::sandbox::{Kind, Tier, Uncompiled, compile_here, kind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if kind(bytes) == Kind::Component
        && let Err(Uncompiled::Refused(words)) = compile_here(bytes, Tier::Quick)
    {
        assert!(!words.is_empty() && !words.contains(char::is_control), "{words:?}");
    }
});
