//! Every bound, in one table: what may be said with `--limit`, what errors and `docs/limits.md` say, what is in force.
//! `wit/0.1/generator.wit` tells authors the ones that they can meet.

mod bound;
mod clock;
mod setting;

use std::time::Duration;

pub use bound::{Bound, Unit};
pub use clock::Clock;
pub(crate) use clock::Time;
pub use setting::help;

use bound::Amount;

use crate::error::Error;
use crate::exit::Exit;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;
const DAY: u64 = 24 * 60 * 60;

/// Makes the fields of [`Limits`], a constant for each, and the table of all.
macro_rules! limits {
    ($(
        #[doc = $what:literal]
        $field:ident: $type:ty, $constant:ident = $unit:ident, $default:expr, $least:expr, $most:expr;
    )+) => {
        /// What a step may use and return.
        #[derive(Debug, Clone)]
        pub struct Limits {
            $(#[doc = $what] pub $field: $type,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: <$type>::of($default),)+ }
            }
        }

        $(
            #[doc = $what]
            pub const $constant: Bound = Bound {
                field: stringify!($field),
                what: $what,
                unit: Unit::$unit,
                default: $default,
                least: $least,
                most: $most,
                get: |limits| limits.$field.number(),
                set: |limits, number| limits.$field = <$type>::of(number),
            };
        )+

        /// All bounds.
        pub const BOUNDS: &[Bound] = &[$($constant),+];
    };
}

limits! {
    /// Linear memory of a generator, over all its memories
    memory_bytes: usize, MEMORY_BYTES = Bytes, 64 * MIB, 64 * KIB, 4 * GIB;
    /// Elements of tables of a generator, over all its tables
    table_elements: usize, TABLE_ELEMENTS = Count, 100_000, 0, 10_000_000;
    /// Core instances of a generator, and as many memories and tables
    instances: usize, INSTANCES = Count, 64, 1, 10_000;
    /// What the host keeps of a generator's instances: globals, references to functions, state of component instances
    instance_bytes: usize, INSTANCE_BYTES = Bytes, MIB, 64 * KIB, GIB;
    /// Things that a generator holds at one time: the host's, such as streams and timers, and resources of its own
    handles: usize, HANDLES = Count, 10_000, 16, 1_000_000;
    /// Stack of a generator
    stack_bytes: usize, STACK_BYTES = Bytes, 512 * KIB, 64 * KIB, 64 * MIB;
    /// Instructions of one call, and bytes that the host copies for it: the same on every machine
    fuel: u64, FUEL = Count, 4_000_000_000, 1, 1_000_000_000_000_000;
    /// Time of one call by the clock: the backstop for what fuel doesn't see
    time: Duration, TIME = Seconds, 60, 1, DAY;
    /// Time of a step by the clock, until its files are put in their places
    step_time: Duration, STEP_TIME = Seconds, 15 * 60, 1, DAY;
    /// What the host copies out of a generator at one time: an answer, or a message
    hostcall_bytes: usize, HOSTCALL_BYTES = Bytes, 24 * MIB, 64 * KIB, 4 * GIB;
    /// Log of each call of a generator, so that none silences another; the rest is left out with a note
    log_bytes: usize, LOG_BYTES = Bytes, 64 * KIB, 0, 64 * MIB;
    /// All files of a step; of YAML also the JSON that it is made of
    output_bytes: usize, OUTPUT_BYTES = Bytes, 16 * MIB, 1, GIB;
    /// Files of a step
    files: usize, FILES = Count, 10_000, 1, 1_000_000;
    /// Directories of a step
    directories: usize, DIRECTORIES = Count, 10_000, 1, 1_000_000;
    /// Labels by which a generator sends files, over all its destinations; a destination without any counts as one
    labels: usize, LABELS = Count, 10_000, 1, 1_000_000;
    /// Levels of nesting of a document that is to be YAML
    document_depth: usize, DOCUMENT_DEPTH = Count, 64, 1, 100;
    /// Values, keys included, of a document that is to be YAML: memory is taken for each
    document_values: usize, DOCUMENT_VALUES = Count, 250_000, 1, 10_000_000;
    /// The status that a generator returns, as JSON and as YAML
    status_bytes: usize, STATUS_BYTES = Bytes, 64 * KIB, 2, MIB;
    /// Problems that are shown; the rest is counted
    problems: usize, PROBLEMS = Count, 50, 1, 1_000;
    /// Characters of a message, a field or a hint; the rest is cut
    message_chars: usize, MESSAGE_CHARS = Count, 1_024, 16, 64 * KIB;
    /// The request's object, as YAML
    object_bytes: usize, OBJECT_BYTES = Bytes, 4 * MIB, 1, 64 * MIB;
    /// All inputs of a step, as the API server or files have them
    input_bytes: usize, INPUT_BYTES = Bytes, 4 * MIB, 1, 64 * MIB;
    /// Values of all inputs of a step, keys included, before anything is left out of them: memory is taken for each
    input_values: usize, INPUT_VALUES = Count, 250_000, 1, 10_000_000;
    /// Objects that are inputs of a step
    inputs: usize, INPUTS = Count, 1_000, 1, 100_000;
    /// Time of one question to the API server by the clock; another try may succeed, so it ends with 69
    input_time: Duration, INPUT_TIME = Seconds, 10, 1, 10 * 60;
    /// A config as YAML, and the schema of one
    config_bytes: usize, CONFIG_BYTES = Bytes, 64 * KIB, 1, 16 * MIB;
    /// A component
    component_bytes: usize, COMPONENT_BYTES = Bytes, 32 * MIB, 1, GIB;
    /// Machine code, precompiled or just compiled: about twice its component
    code_bytes: usize, CODE_BYTES = Bytes, 64 * MIB, 1, 4 * GIB;
    /// Machine code of all generators of a step: all are loaded before the first gets the request
    step_code_bytes: usize, STEP_CODE_BYTES = Bytes, 96 * MIB, 1, 4 * GIB;
    /// Memory of the process that compiles a component
    compile_memory_bytes: usize, COMPILE_MEMORY_BYTES = Bytes, GIB, 64 * MIB, 64 * GIB;
    /// CPU time of the process that compiles a component; by the clock it may take ten times as long
    compile_time: Duration, COMPILE_TIME = Seconds, 60, 1, DAY;
}

impl Limits {
    /// The error for a bound that was reached: `what` happened, which bound it is, its value, and how to raise it.
    #[must_use]
    pub fn reached(&self, bound: &Bound, what: impl Into<String>) -> Error {
        let value = bound.of(self);
        let reached = Error::new(format!("bound-{}", bound.name()), Exit::Limit, what);
        let reached = reached.because(format!("{} is {}", bound.name(), bound.unit.show(value)));
        match bound.doubled(value).map(|more| format!("{}={}", bound.name(), bound.unit.show(more))) {
            Some(more) => reached
                .hint(format!("the same request reaches it again; to allow more, --limit {more} or KRATIX_WASM_LIMITS"))
                .hint_in_pod(format!("the same request reaches it again; to allow more, {more} in KRATIX_WASM_LIMITS")),
            None => reached.hint("the same request reaches it again, and this is the most that can be allowed"),
        }
    }
}
