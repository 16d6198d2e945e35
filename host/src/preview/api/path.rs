//! Where a value stands in an object: a chain on the stack, which costs nothing until somebody has to be told.

use std::fmt::Write as _;

/// A place, and the one that it is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    part: Part<'p>,
}

#[derive(Debug, Clone, Copy)]
enum Part<'p> {
    Root,
    Field(&'p str),
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// The object itself.
    pub(super) const ROOT: Path<'static> = Path { parent: None, part: Part::Root };

    /// A field that the schema names.
    pub(super) const fn field(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), part: Part::Field(name) }
    }

    /// A key of a map, whose names are free.
    pub(super) const fn key(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), part: Part::Key(name) }
    }

    /// An item of a list.
    pub(super) const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), part: Part::Index(index) }
    }

    fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let mut place = Some(self);
        while let Some(here) = place {
            if !matches!(here.part, Part::Root) {
                parts.push(here.part);
            }
            place = here.parent;
        }
        parts.reverse();
        parts
    }

    /// As Kubernetes writes it: `spec.members[0]`, and `spec.labels[app]` in a map. Its word for the object itself is
    /// `<nil>`.
    pub(super) fn with_keys(&self) -> String {
        self.written(true)
    }

    /// As its schema validator writes it, which has a dot before a map's key, too.
    pub(super) fn dotted(&self) -> String {
        self.written(false)
    }

    /// Whether this is the object itself.
    pub(super) const fn is_root(&self) -> bool {
        matches!(self.part, Part::Root)
    }

    fn written(&self, with_keys: bool) -> String {
        let mut text = String::new();
        for part in self.parts() {
            let written = match part {
                Part::Root => Ok(()),
                Part::Key(name) if with_keys => write!(text, "[{name}]"),
                Part::Field(name) | Part::Key(name) => write!(text, "{}{name}", if text.is_empty() { "" } else { "." }),
                Part::Index(index) => write!(text, "[{index}]"),
            };
            written.expect("a string takes all that is written");
        }
        if text.is_empty() && with_keys { "<nil>".to_owned() } else { text }
    }
}
