//! A page that has room for so much: what doesn't fit is counted.

/// A page.
pub(super) struct Page {
    text: String,
    room: usize,
}

impl Page {
    /// One with so much room, in bytes.
    pub(super) fn new(room: usize) -> Self {
        Self { text: String::new(), room }
    }

    /// How much is left.
    pub(super) fn left(&self) -> usize {
        self.room.saturating_sub(self.text.len())
    }

    /// Adds a text that fits; tells whether it does.
    pub(super) fn add(&mut self, text: &str) -> bool {
        let fits = text.len() <= self.left();
        if fits {
            self.text.push_str(text);
        }
        fits
    }

    /// Adds a heading with as many of the parts below it as fit, and take no more than `most`; none, where not even the first
    /// does. Tells how many of the parts aren't there.
    pub(super) fn section(&mut self, heading: &str, parts: &[String], most: usize) -> usize {
        let Some(first) = parts.first() else { return 0 };
        let end = self.text.len() + most.min(self.left());
        if self.text.len() + heading.len() + first.len() > end {
            return parts.len();
        }
        self.text.push_str(heading);
        let fitting = parts.iter().take_while(|part| {
            let fits = self.text.len() + part.len() <= end;
            if fits {
                self.text.push_str(part);
            }
            fits
        });
        parts.len() - fitting.count()
    }

    /// All of it.
    pub(super) fn end(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let parts = ["1234".to_owned(), "5678".to_owned(), "9".to_owned()];
        let mut page = Page::new(12);
        assert!(page.add("ab") && !page.add("more than fits"));
        // Nothing is passed over for what is shorter.
        assert_eq!(page.section("#", &parts, 8), 2);
        assert_eq!(page.left(), 5);
        assert_eq!(page.section("##", &parts, 99), 3);
        assert_eq!(page.section("##", &[], 99), 0);
        assert_eq!(page.end(), "ab#1234");
    }
}
