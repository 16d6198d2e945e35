//! Texts of JSON, which are YAML as well: something small, many times.

/// A text that is mostly one thing repeated.
#[derive(Debug)]
pub(super) struct Json {
    pub(super) head: String,
    pub(super) unit: String,
    pub(super) tail: String,
    /// Where in a unit its number is.
    pub(super) number: Option<usize>,
}

/// Digits of a number that tells apart what must differ.
pub(super) const DIGITS: usize = 7;

impl Json {
    /// What there is of each kind: what takes how much memory as values is for the search to find.
    pub(super) fn new(kind: u32, depth: u32) -> Self {
        let depth = depth as usize;
        let of = |head: &str, unit: &str, tail: &str| Self {
            head: head.into(),
            unit: unit.into(),
            tail: tail.into(),
            number: None,
        };
        match kind {
            0 => of("[", "", "1]"),
            1 => of("[", "0,", "0]"),
            2 => of("[", "\"\",", "0]"),
            3 => of("[", "\"a\",", "0]"),
            4 => of("[", &format!("{}0{},", "[".repeat(depth), "]".repeat(depth)), "0]"),
            5 => of("[", &format!("{}0{},", "{\"a\":".repeat(depth), "}".repeat(depth)), "0]"),
            6 => of("[", "{\"a\":0},", "0]"),
            7 => of("[", "{},", "0]"),
            8 => {
                let unit = format!("\"{}\":0,", "0".repeat(DIGITS));
                Self { number: Some(1), ..of("{", &unit, "\"x\":0}") }
            }
            9 => of("\"", "x", "\""),
            10 => of("\"", "é", "\""),
            11 => of("[", "1.5,", "0]"),
            // What YAML has to write with an escape sequence.
            _ => of("\"", "\u{feff}", "\""),
        }
    }

    /// The same as a map, for what has to be one.
    pub(super) fn in_map(mut self) -> Self {
        self.head.insert_str(0, "{\"a\":");
        self.tail.push('}');
        self
    }

    pub(super) fn text(&self, count: u32) -> String {
        let mut text = self.head.clone();
        for index in 0..count {
            let start = text.len();
            text.push_str(&self.unit);
            if let Some(number) = self.number {
                text.replace_range(start + number..start + number + DIGITS, &format!("{index:0DIGITS$}"));
            }
        }
        text + &self.tail
    }
}
