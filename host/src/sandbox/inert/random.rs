//! Randomness from a fixed seed: good for the order of a hash table, and for no password.

use wasmtime_wasi::p2::bindings::random::{insecure, insecure_seed, random};

use super::View;
use crate::sandbox::charge::Charges;

/// The one source behind all of them.
#[derive(Debug)]
pub(super) struct Dice {
    state: u64,
    charges: Charges,
}

impl Dice {
    pub(super) fn new(charges: Charges) -> Self {
        Self { state: 0x6b72_6174_6978, charges }
    }

    fn roll(&mut self) -> u64 {
        self.charges.add(8);
        self.next()
    }

    /// SplitMix64: <https://prng.di.unimi.it/splitmix64.c>, which is in the public domain.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn fill(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        // As much as wasmtime's own default allows, and far more than a seed needs.
        let length = usize::try_from(length).ok().filter(|length| *length <= 1 << 20);
        let length = length.ok_or_else(|| wasmtime::format_err!("asked for more than 1 MiB of randomness at once"))?;
        self.charges.add(length);
        let mut bytes = Vec::with_capacity(length + 7);
        while bytes.len() < length {
            bytes.extend(self.next().to_le_bytes());
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

impl random::Host for View<'_> {
    fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.inert.dice.fill(length)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.inert.dice.roll())
    }
}

impl insecure::Host for View<'_> {
    fn get_insecure_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.inert.dice.fill(length)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.inert.dice.roll())
    }
}

impl insecure_seed::Host for View<'_> {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.inert.dice.roll(), self.inert.dice.roll()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_charged_for() {
        let charges = Charges::default();
        let mut dice = Dice::new(charges.clone());
        let _ = dice.roll();
        assert_eq!(charges.take(), 508);
        assert_eq!(dice.fill(1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(charges.take(), 500 + (1 << 20));
        assert!(dice.fill((1 << 20) + 1).is_err());
    }
}
