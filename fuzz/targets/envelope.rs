//! Envelopes of precompiled code: nothing but what an envelope vouches for gets out of it.
#![no_main]

use kratix_wasm::digest::Digest;
use kratix_wasm::sandbox::Envelope;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((envelope, code)) = Envelope::read(bytes) {
        assert_eq!((code.len(), Digest::of(code)), (envelope.length, envelope.code));
        assert!(bytes.starts_with(code));
    }
});
