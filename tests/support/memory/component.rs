//! A component that answers as a shape says, written by hand: no toolchain would make one like it.
//!
//! What it answers isn't in it, but made when it runs: a template many times over, with numbers and pointers in it. Texts
//! may share their bytes; the host gives each its own.

use std::fmt::Write as _;

use wasm_encoder::{ComponentSection as _, DataSection, Module, ModuleSection};

use super::json::{DIGITS, Json};
use super::shape::Answer;

/// Where what is fixed begins; below it is nothing.
const FIXED: u32 = 1024;
/// Where what is made begins.
const MADE: u32 = 64 * 1024;
const MOST: u32 = 64 << 20;

/// A text in memory: where, and its length as the ABI counts it.
type Text = (u32, u32);

/// The component.
pub(super) fn component(name: &str, answer: &Answer) -> Result<Vec<u8>, wat::Error> {
    let mut image = Image::new(answer);
    let description = image.description(name);
    let outcome = image.outcome();
    let generate = image.generate(outcome);
    let encoding = ["utf8", "latin1+utf16", "utf16"][answer.encoding as usize];
    let functions: String = (0..answer.functions).map(|_| function(answer.additions)).collect();
    let fixed: Vec<String> = image.fixed.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let text = TEMPLATE
        .replace("ENCODING", encoding)
        .replace("FIXED", &format!("(data (i32.const {FIXED}) \"{}\")", fixed.concat()))
        .replace("DESCRIPTION", &description.to_string())
        .replace("GENERATE", &generate)
        .replace("FUNCTIONS", &functions);
    let mut bytes = wat::parse_str(text)?;
    if answer.data > 0 {
        ModuleSection(&module(answer.data as usize * 1024)).append_to_component(&mut bytes);
    }
    Ok(bytes)
}

/// A core module of its own that has nothing but data, in binary: megabytes of text would take long to read.
fn module(data: usize) -> Module {
    let mut segments = DataSection::new();
    segments.passive(vec![b'x'; data]);
    let mut module = Module::new();
    module.section(&segments);
    module
}

fn function(additions: u32) -> String {
    format!("(func (param i32) (result i32) local.get 0 {})", "local.get 0 i32.add ".repeat(additions as usize))
}

struct Image<'a> {
    answer: &'a Answer,
    /// Bytes of a unit of text.
    width: u32,
    fixed: Vec<u8>,
    /// The end of what is made.
    end: u32,
    code: String,
}

impl<'a> Image<'a> {
    fn new(answer: &'a Answer) -> Self {
        let width = if answer.encoding == 2 { 2 } else { 1 };
        Self { answer, width, fixed: Vec::new(), end: MADE, code: String::new() }
    }

    /// Puts bytes down.
    fn fix(&mut self, bytes: &[u8]) -> u32 {
        let at = FIXED + u32::try_from(self.fixed.len()).expect("it is little");
        self.fixed.extend(bytes);
        self.fixed.resize(self.fixed.len().next_multiple_of(4), 0);
        assert!(at + 4096 < MADE, "what is fixed is little");
        at
    }

    /// Puts 32-bit numbers down.
    fn record(&mut self, words: &[u32]) -> u32 {
        self.fix(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>())
    }

    fn encode(&self, text: &str) -> Vec<u8> {
        match self.answer.encoding {
            0 => text.as_bytes().to_vec(),
            1 if text.chars().all(|c| u32::from(c) < 256) => text.chars().map(|c| c as u8).collect(),
            // One that isn't Latin-1 has to be UTF-16, which the bit in its length would say; nothing is lost without.
            1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0xff)).collect(),
            _ => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }

    fn text(&mut self, text: &str) -> Text {
        let bytes = self.encode(text);
        let length = u32::try_from(bytes.len()).expect("it is short") / self.width;
        (self.fix(&bytes), length)
    }

    /// Makes room.
    fn make(&mut self, bytes: u64) -> u32 {
        let at = self.end;
        self.end = u32::try_from((u64::from(at) + bytes).next_multiple_of(8)).unwrap_or(u32::MAX).min(MOST * 2);
        at
    }

    /// A template many times over.
    fn repeat(&mut self, template: u32, length: u32, count: u32) -> u32 {
        let at = self.make(u64::from(length) * u64::from(count));
        if count > 0 {
            let _ = writeln!(self.code, "(call $repeat {})", constants(&[at, template, length, count]));
        }
        at
    }

    /// Writes decimal numbers into each of what was repeated.
    fn number(&mut self, at: u32, stride: u32, count: u32) {
        let digits = u32::try_from(DIGITS).expect("they are few");
        let _ = writeln!(self.code, "(call $number {})", constants(&[at, stride, count, digits, self.width]));
    }

    /// Writes pointers into each of what was repeated.
    fn point(&mut self, at: u32, stride: u32, count: u32, to: u32, step: u32) {
        let _ = writeln!(self.code, "(call $point {})", constants(&[at, stride, count, to, step]));
    }

    /// A text of the bytes that all memory is full of: these are no ASCII where the encoding makes more of them.
    fn filler(&self, bytes: u32) -> Text {
        let memory = self.memory().min(MOST);
        let bytes = bytes.min(memory - MADE) & !1;
        (memory - bytes, bytes / self.width)
    }

    fn memory(&self) -> u32 {
        (self.answer.memory << 20).max(MADE * 2)
    }

    fn json(&mut self, json: &Json, count: u32) -> Text {
        let (head, unit, tail) = (self.encode(&json.head), self.encode(&json.unit), self.encode(&json.tail));
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("it is short");
        let (head_at, unit_at, tail_at) = (self.fix(&head), self.fix(&unit), self.fix(&tail));
        let all = u64::from(length(&unit)) * u64::from(count) + u64::from(length(&head)) + u64::from(length(&tail));
        let at = self.make(all);
        let middle = at + length(&head);
        let end = middle.saturating_add(length(&unit).saturating_mul(count));
        let _ = writeln!(self.code, "(call $repeat {})", constants(&[at, head_at, length(&head), 1]));
        let _ = writeln!(self.code, "(call $repeat {})", constants(&[middle, unit_at, length(&unit), count]));
        let _ = writeln!(self.code, "(call $repeat {})", constants(&[end, tail_at, length(&tail), 1]));
        if let Some(offset) = json.number {
            let offset = u32::try_from(offset).expect("it is short") * self.width;
            self.number(middle + offset, length(&unit), count);
        }
        (at, u32::try_from(all).unwrap_or(u32::MAX) / self.width)
    }

    fn description(&mut self, name: &str) -> u32 {
        let [name, version, summary, kind] = [name, "1.0.0", "Takes memory.", "Test"].map(|text| self.text(text));
        let schema = self.text(r#"{"type":"object","x-kubernetes-preserve-unknown-fields":true}"#);
        let kinds = self.record(&[kind.0, kind.1]);
        self.record(&[name.0, name.1, version.0, version.1, summary.0, summary.1, kinds, 1, 1, schema.0, schema.1])
    }

    /// Paths: where the first is, how long each is, how far apart they are.
    fn paths(&mut self, count: u32, directory: char) -> (u32, u32, u32) {
        let digits = u32::try_from(DIGITS).expect("they are few");
        let parts = self.answer.parts.max(3);
        let length = self.answer.path.clamp(digits + 1 + 2 * (parts - 1), 512);
        let each = (length - digits - 1 - 2) / parts;
        let number = "0".repeat(DIGITS);
        let mut path = String::new();
        let mut directories = Vec::new();
        for _ in 2..parts {
            directories.push("x".repeat(each.saturating_sub(1).clamp(1, 250) as usize));
        }
        let offset = if self.answer.apart == 1 {
            let _ = write!(path, "{directory}{number}/{}", directories.join("/"));
            1
        } else {
            let _ = write!(path, "{directory}/{}/{number}", directories.join("/"));
            u32::try_from(path.len()).expect("it is short") - digits
        };
        let bytes = self.encode(&path);
        let stride = u32::try_from(bytes.len()).expect("it is short");
        let template = self.fix(&bytes);
        // A million paths that are refused anyway needn't differ.
        let differ = if count <= 10_000 { count } else { 1 };
        let at = self.repeat(template, stride, differ);
        self.number(at + offset * self.width, stride, differ);
        (at, stride / self.width, if differ == count { stride } else { 0 })
    }

    /// Files, so many of each kind of contents: where their records are, and how many.
    fn files(&mut self, kinds: [(u32, [u32; 3]); 2]) -> (u32, u32) {
        let all: u32 = kinds.iter().map(|(count, _)| count).sum();
        let start = self.make(u64::from(all) * 20);
        let mut at = start;
        for ((count, [contents, where_, length]), directory) in kinds.into_iter().zip(['b', 'y']) {
            if count > 0 {
                let (path, path_length, step) = self.paths(count, directory);
                let template = self.record(&[path, path_length, contents, where_, length]);
                let _ = writeln!(self.code, "(call $repeat {})", constants(&[at, template, 20, count]));
                self.point(at, 20, count, path, step);
            }
            at = at.saturating_add(count.saturating_mul(20));
        }
        (start, all)
    }

    fn complete(&mut self) -> Vec<u32> {
        let answer = *self.answer;
        let documents = if answer.yaml == 0 {
            (0, 0)
        } else {
            let text = self.json(&Json::new(answer.kind, answer.depth.max(1)), answer.count);
            let template = self.record(&[text.0, text.1]);
            (self.repeat(template, 8, answer.documents.max(1)), answer.documents.max(1))
        };
        let bytes = answer.bytes.min(MOST - MADE);
        let filler = self.memory().saturating_sub(bytes).max(MADE);
        // One small file at least, without which nothing is complete.
        let small = u32::from(answer.files == 0 && answer.yaml == 0);
        let files =
            self.files([(answer.files + small, [0, filler, bytes]), (answer.yaml, [1, documents.0, documents.1])]);
        let destinations = self.destinations();
        let status = self.status();
        vec![files.0, files.1, destinations.0, destinations.1, status[0], status[1], status[2], 1]
    }

    fn destinations(&mut self) -> (u32, u32) {
        let answer = *self.answer;
        let (key, value) = (self.text("a"), self.text("b"));
        let label = self.record(&[key.0, key.1, value.0, value.1]);
        let labels = self.repeat(label, 16, answer.labels.max(1));
        let directory = self.text(if answer.apart == 1 { "b0000000" } else { "b" });
        let template = self.record(&[answer.directed, directory.0, directory.1, labels, answer.labels.max(1)]);
        (self.repeat(template, 20, answer.destinations), answer.destinations)
    }

    fn status(&mut self) -> [u32; 3] {
        if self.answer.status_count == 0 {
            return [0; 3];
        }
        let json = Json::new(self.answer.status_kind, self.answer.depth.clamp(1, 28)).in_map();
        let text = self.json(&json, self.answer.status_count);
        [1, text.0, text.1]
    }

    fn problems(&mut self) -> (u32, u32) {
        let text = match self.answer.text {
            0 => self.text("a"),
            kib => self.filler(kib * 1024),
        };
        let template = self.record(&[1, text.0, text.1, text.0, text.1, 1, text.0, text.1]);
        let count = self.answer.problems.max(1);
        (self.repeat(template, 32, count), count)
    }

    /// The `result<outcome, failure>`.
    fn outcome(&mut self) -> u32 {
        let message = self.filler(self.answer.text.max(1) * 1024);
        let words = match self.answer.outcome {
            0 => [vec![0, 0], self.complete()].concat(),
            1 => {
                let [is, at, length] = self.status();
                vec![0, 1, message.0, message.1, 0, 0, is, at, length]
            }
            2 | 3 => {
                let (at, count) = self.problems();
                vec![1, self.answer.outcome - 2, at, count]
            }
            _ => vec![1, 2, message.0, message.1],
        };
        self.record(&words)
    }

    /// The body of `generate`.
    fn generate(&mut self, outcome: u32) -> String {
        let answer = *self.answer;
        let memory = self.memory().max(self.end.saturating_add(MADE)).min(MOST);
        let filler = if answer.encoding == 1 { 0xe9 } else { 0x78 };
        let mut code = format!("(call $grow {})\n", constants(&[memory]));
        let rest = memory.saturating_sub(MADE);
        let _ = writeln!(code, "(memory.fill {})", constants(&[MADE, filler, rest]));
        let _ = writeln!(code, "(call $reset {})", constants(&[self.end]));
        let few = self.filler(64);
        for _ in 0..answer.log.min(1) {
            let message = self.filler(answer.log * 1024);
            let _ = writeln!(code, "(call $log {})", constants(&[1, message.0, message.1]));
        }
        if answer.logs > 0 {
            let _ = writeln!(code, "(call $logs {})", constants(&[answer.logs, few.0, few.1]));
        }
        for _ in 0..answer.lists {
            let _ = writeln!(code, "(call $list {}) (call $reset {})", constants(&[512]), constants(&[self.end]));
        }
        if answer.asks > 0 {
            let path = self.filler(answer.asks * 1024);
            let _ = writeln!(code, "(call $read {})", constants(&[path.0, path.1, 512]));
        }
        for _ in 0..answer.reads {
            // Of the list's first.
            let _ = writeln!(
                code,
                "(call $list {}) (if (i32.load {}) (then (call $read (i32.load (i32.load {})) \
                 (i32.load offset=4 (i32.load {})) {})))",
                constants(&[512]),
                constants(&[516]),
                constants(&[512]),
                constants(&[512]),
                constants(&[520])
            );
        }
        code + &self.code + &constants(&[outcome])
    }
}

fn constants(numbers: &[u32]) -> String {
    numbers.iter().map(|number| format!("(i32.const {})", number.cast_signed())).collect::<Vec<_>>().join(" ")
}

const TEMPLATE: &str = include_str!("component.wat");
