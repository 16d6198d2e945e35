//! Shapes of a step: none takes more memory than the container limit that docs/limits.md promises to be enough.
//!
//! An input is a shape as text, and a run of it one of the real program, `./x build`, or KRATIX_WASM_HOST, in a memory cgroup.
//! What guides the search is memory, not coverage: each MiB more is something new. KRATIX_WASM_MEMORY_LINE is another
//! line in MiB, with a very high one the search goes on from what it found; KRATIX_WASM_MEMORY_WITHOUT has words, and
//! knobs with one of them in their names stay zero. `just memory` measures a shape that was found.
#![no_main]

use std::cell::UnsafeCell;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::{env, str};

use kratix_wasm_tests::memory::{Figure, Laid, Shape, promised};
use kratix_wasm_tests::root;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

/// A counter for each MiB, where libFuzzer looks for them: <https://llvm.org/docs/LibFuzzer.html>, "extra counters".
#[repr(transparent)]
struct Counters(UnsafeCell<[u8; 2048]>);

// SAFETY: libFuzzer calls the target in one thread and looks when that returns.
unsafe impl Sync for Counters {}

#[unsafe(link_section = "__libfuzzer_extra_counters")]
static CHARGED: Counters = Counters(UnsafeCell::new([0; 2048]));

static LINE: LazyLock<u32> =
    LazyLock::new(|| env::var("KRATIX_WASM_MEMORY_LINE").map_or_else(|_| promised(), |line| line.parse().unwrap()));
static WITHOUT: LazyLock<String> = LazyLock::new(|| env::var("KRATIX_WASM_MEMORY_WITHOUT").unwrap_or_default());
static HOST: LazyLock<PathBuf> = LazyLock::new(|| {
    env::var_os("KRATIX_WASM_HOST").map_or_else(|| root().join("target/dist/kratix-wasm"), PathBuf::from)
});
/// The worst so far: the smallest limit under which it isn't killed.
static WORST: Mutex<Option<(u32, Shape)>> = Mutex::new(None);

fuzz_target!(|text: &[u8]| {
    let Some(shape) = read(text) else { return };
    // One that doesn't compile takes nothing.
    let Ok(laid) = Laid::new(shape, &HOST) else { return };
    let figure = laid.run(*LINE).expect("a memory cgroup: on Linux, as root");
    assert!(figure.victims == 0, "killed with {} MiB: {shape}", *LINE);
    let charged = usize::try_from(figure.charged).unwrap_or(usize::MAX).min(2047);
    // SAFETY: nobody else looks at them meanwhile.
    let counters = unsafe { &mut *CHARGED.0.get() };
    counters[..=charged].fill(1);
    let mut worst = WORST.lock().unwrap_or_else(PoisonError::into_inner);
    let most = worst.map_or(16, |(most, _)| most);
    // What is cached of files is charged as well, but kills nobody.
    let is_over = |figure: &Figure| figure.victims > 0;
    if figure.charged > u64::from(most) && laid.run(most).is_ok_and(|figure| is_over(&figure)) {
        let enough = u32::try_from(figure.charged).unwrap_or(u32::MAX) + 1;
        let smallest = laid.smallest(most, enough, is_over).expect("there was a cgroup just now");
        eprintln!("{smallest} MiB: {shape}");
        *worst = Some((smallest, shape));
    }
});

fuzz_mutator!(|text: &mut [u8], size: usize, most: usize, seed: u32| {
    let worst = WORST.lock().unwrap_or_else(PoisonError::into_inner).map(|(_, shape)| shape);
    // Mostly from the worst: what libFuzzer keeps may be new in how it was made alone.
    let from = worst.filter(|_| seed % 4 != 0).or_else(|| read(&text[..size])).unwrap_or_default();
    let next = from.mutated(seed / 4).to_string();
    let length = next.len().min(most);
    text[..length].copy_from_slice(&next.as_bytes()[..length]);
    length
});

fn read(text: &[u8]) -> Option<Shape> {
    let words: Vec<&str> = WITHOUT.split_whitespace().collect();
    str::from_utf8(text).ok()?.parse::<Shape>().ok().map(|shape| shape.without(&words))
}
