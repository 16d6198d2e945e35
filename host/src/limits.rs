//! Every bound, in one place. `wit/generator.wit` tells authors the ones that they can meet.

use std::time::Duration;

/// What a step may use and return.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a component.
    pub component_bytes: usize,
    /// Bytes of machine code, precompiled or just compiled.
    pub code_bytes: usize,
    /// Bytes of address space of the process that compiles a component.
    pub compile_memory_bytes: usize,
    /// CPU time of the process that compiles a component; on the clock it may take ten times as long.
    pub compile_time: Duration,
    /// Bytes of the request's object, as YAML.
    pub object_bytes: usize,
    /// Bytes of a config, as YAML or as JSON Schema.
    pub config_bytes: usize,
    /// Bytes of linear memory of a generator, over all its memories.
    pub memory_bytes: usize,
    /// Elements of tables of a generator, over all its tables.
    pub table_elements: usize,
    /// Core instances of a generator.
    pub instances: usize,
    /// Units of fuel for one call, about one a WebAssembly instruction: the same on every machine.
    pub fuel: u64,
    /// Wall time of one call, whatever it waits for: the backstop for what fuel doesn't see.
    pub time: Duration,
    /// Bytes of stack of a generator.
    pub stack_bytes: usize,
    /// Bytes that one call may have the host copy out of a generator.
    pub hostcall_bytes: usize,
    /// Bytes of all files of a step; of YAML also the bytes of the JSON that it is made of.
    pub output_bytes: usize,
    /// Levels of nesting of a document that is to be YAML.
    pub document_depth: usize,
    /// Values, keys included, of a document that is to be YAML: memory is taken for each.
    pub document_values: usize,
    /// Files of a step.
    pub files: usize,
    /// Bytes of a status.
    pub status_bytes: usize,
    /// Problems that are shown; the rest is counted.
    pub problems: usize,
    /// Characters of a message.
    pub message_chars: usize,
    /// Bytes of log of each generator, so that none silences another; the rest is left out with a note.
    pub log_bytes: usize,
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes: 64 * MIB,
            // Code has about twice the bytes of its component.
            code_bytes: 256 * MIB,
            // A Python interpreter as a component, 18 MB, is the largest of the usual kind: 300 MiB and 13 s.
            compile_memory_bytes: 1024 * MIB,
            compile_time: Duration::from_mins(1),
            object_bytes: 4 * MIB,
            config_bytes: 64 * KIB,
            memory_bytes: 128 * MIB,
            table_elements: 100_000,
            instances: 64,
            fuel: 4_000_000_000,
            time: Duration::from_mins(1),
            stack_bytes: 512 * KIB,
            hostcall_bytes: 32 * MIB,
            output_bytes: 16 * MIB,
            document_depth: 64,
            document_values: 250_000,
            files: 10_000,
            status_bytes: 64 * KIB,
            problems: 50,
            message_chars: 1024,
            log_bytes: 64 * KIB,
        }
    }
}
