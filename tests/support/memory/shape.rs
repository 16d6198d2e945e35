//! A step's shape: all that it is handed and that its generators answer, as numbers. Zero everywhere is a step that is
//! handed little and answers nothing but one small file.

use std::fmt;
use std::str::FromStr;

/// Makes a struct of numbers, with the most that each may be.
macro_rules! knobs {
    ($(#[$doc:meta])* $name:ident { $(#[doc = $what:literal] $field:ident: $most:expr;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name { $(#[doc = $what] pub $field: u32,)+ }

        impl $name {
            fn knobs(&mut self) -> Vec<Knob<'_>> {
                vec![$(Knob { name: stringify!($field).to_owned(), value: &mut self.$field, most: $most }),+]
            }
        }
    };
}

knobs! {
    /// What one generator is and answers.
    Answer {
        /// MiB of linear memory that it writes to
        memory: 64;
        /// KiB of data segments
        data: 62 * 1024;
        /// Functions that nobody calls
        functions: 2_000;
        /// Additions in each of them
        additions: 2_000;
        /// 0 for UTF-8, 1 for Latin-1, 2 for UTF-16
        encoding: 2;
        /// KiB of a message that is logged
        log: 32 * 1024;
        /// Messages of 64 bytes that are logged
        logs: 5_000;
        /// How often the list of earlier files is asked for
        lists: 4;
        /// How often the first earlier file is read
        reads: 4;
        /// KiB of a path that is asked for and isn't there
        asks: 32 * 1024;
        /// 0 complete, 1 suspend, 2 invalid, 3 misconfigured, 4 internal
        outcome: 4;
        /// Files of bytes
        files: 1_000_000;
        /// Bytes of each
        bytes: 32 << 20;
        /// Bytes of each path
        path: 512;
        /// Parts of each path
        parts: 16;
        /// 1 when each file has directories of its own
        apart: 1;
        /// Files of YAML
        yaml: 1_000_000;
        /// Documents of each
        documents: 2_000_000;
        /// What is in a document: see `json`
        kind: 12;
        /// How often it is
        count: 8_000_000;
        /// Levels of it
        depth: 62;
        /// Destinations
        destinations: 1_000_000;
        /// Labels of each
        labels: 1_000_000;
        /// 1 when each has the directory of a file
        directed: 1;
        /// What is in the status: see `json`
        status_kind: 12;
        /// How often it is
        status_count: 60_000;
        /// Problems
        problems: 1_000_000;
        /// KiB of the text of each, or of the message of what doesn't complete
        text: 32 * 1024;
    }
}

knobs! {
    /// What a step is handed beside its generators.
    Handed {
        /// 1 for two generators
        several: 1;
        /// 1 for components that have to be compiled
        compiled: 1;
        /// 1 for `--format json`
        json: 1;
        /// 1 for `--overwrite`
        overwrite: 1;
        /// 1 for a deletion
        deletes: 1;
        /// What is in the request: see `json`
        request_kind: 12;
        /// How often it is
        request_count: 4_000_000;
        /// Levels of it
        request_depth: 90;
        /// How often an alias repeats it
        request_aliases: 100_000;
        /// What is in the config: see `json`
        config_kind: 12;
        /// How often it is
        config_count: 60_000;
        /// Levels of it
        config_depth: 90;
        /// How often an alias repeats it
        config_aliases: 20_000;
        /// What an earlier container left in the status: see `json`
        status_kind: 12;
        /// How often it is
        status_count: 1_000_000;
        /// Levels of it
        status_depth: 90;
        /// How often an alias repeats it
        status_aliases: 100_000;
        /// Destinations that an earlier container left
        selectors: 60_000;
    }
}

/// A step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// What it is handed.
    pub handed: Handed,
    /// What its generators answer; the second is left out unless there are several.
    pub answers: [Answer; 2],
}

/// One of the numbers.
struct Knob<'a> {
    name: String,
    value: &'a mut u32,
    most: u32,
}

impl Shape {
    /// The generators.
    pub fn generators(&self) -> &[Answer] {
        &self.answers[..=self.handed.several.min(1) as usize]
    }

    fn knobs(&mut self) -> Vec<Knob<'_>> {
        let Self { handed, answers: [first, second] } = self;
        let mut all = handed.knobs();
        for (prefix, answer) in [("first", first), ("second", second)] {
            all.extend(answer.knobs().into_iter().map(|knob| Knob { name: format!("{prefix}.{}", knob.name), ..knob }));
        }
        all
    }

    /// The same without the knobs whose names have one of these words in them.
    #[must_use]
    pub fn without(mut self, words: &[&str]) -> Self {
        for knob in self.knobs().into_iter().filter(|knob| words.iter().any(|word| knob.name.contains(word))) {
            *knob.value = 0;
        }
        self
    }

    /// Another shape near this one; the same each time for the same seed.
    #[must_use]
    pub fn mutated(mut self, seed: u32) -> Self {
        let mut dice = u64::from(seed) | 1 << 40;
        let mut roll = |sides: u64| {
            // Knuth's constants for a linear congruential generator.
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) % sides
        };
        for _ in 0..=roll(3) {
            let mut knobs = self.knobs();
            let which = usize::try_from(roll(knobs.len() as u64)).expect("there are few");
            let Knob { value, most, .. } = &mut knobs[which];
            let (now, most) = (u64::from(**value), u64::from(*most));
            let next = match roll(7) {
                0 => 0,
                1 => most,
                2 => now * 2,
                3 => now / 2,
                4 => now + 1 + now / 8 * roll(2),
                5 => now - now / 8,
                // As often a small number as a large one.
                _ => most >> roll(u64::from(64 - most.leading_zeros())),
            };
            **value = u32::try_from(next.min(most)).expect("the most is one");
        }
        self
    }
}

/// `several=1 first.files=3`: what isn't named is zero.
impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut shape = Self::default();
        for word in text.split_whitespace() {
            let (name, number) = word.split_once('=').ok_or(format!("{word} has no value"))?;
            let mut knobs = shape.knobs();
            let knob = knobs.iter_mut().find(|knob| knob.name == name).ok_or(format!("there is no {name}"))?;
            let number: u32 = number.parse().map_err(|error| format!("{word}: {error}"))?;
            *knob.value = number.min(knob.most);
        }
        Ok(shape)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut copy = *self;
        let set = copy.knobs().into_iter().filter(|knob| *knob.value != 0);
        let words: Vec<String> = set.map(|knob| format!("{}={}", knob.name, knob.value)).collect();
        f.write_str(&words.join(" "))
    }
}
