//! From tokens to events: where documents begin and end.

use super::cursor::Fault;
use super::parser::{Parser, State};
use super::token::{Kind, Token};

impl Parser<'_> {
    /// Takes the beginning of a document. False at the end of the text.
    pub(super) fn document_start(&mut self, is_first: bool) -> Result<bool, Fault> {
        while !is_first && matches!(self.kind()?, Kind::DocumentEnd) {
            self.scanner.take();
        }
        if matches!(self.kind()?, Kind::StreamEnd) {
            return Ok(false);
        }
        let is_explicit = !is_first || self.is_at_document_border()?;
        self.directives()?;
        self.states.push(State::DocumentEnd);
        self.state = State::Node;
        if is_explicit {
            if !matches!(self.kind()?, Kind::DocumentStart) {
                return Err(self.fault("a document begins with ---; or what stands here is indented wrongly"));
            }
            self.scanner.take();
            self.state = State::DocumentContent;
        }
        Ok(true)
    }

    pub(super) fn document_end(&mut self) -> Result<(), Fault> {
        if matches!(self.kind()?, Kind::DocumentEnd) {
            self.scanner.take();
        }
        self.tags.clear();
        self.state = State::DocumentStart { is_first: false };
        Ok(())
    }

    pub(super) fn is_at_document_border(&mut self) -> Result<bool, Fault> {
        Ok(match self.kind()? {
            Kind::Version { .. } | Kind::TagDirective { .. } => true,
            kind => matches!(kind, Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd),
        })
    }

    fn directives(&mut self) -> Result<(), Fault> {
        let mut has_version = false;
        while matches!(self.kind()?, Kind::Version { .. } | Kind::TagDirective { .. }) {
            let Token { kind, at } = self.scanner.take();
            match kind {
                Kind::Version { major: 1, minor: 1 } if !has_version => has_version = true,
                Kind::TagDirective { handle, prefix } if self.tags.iter().all(|(known, _)| *known != handle) => {
                    self.tags.push((handle, prefix));
                }
                Kind::Version { .. } => return Err(Fault::new(at, "the only version is %YAML 1.1, said once")),
                _ => return Err(Fault::new(at, "a handle is explained twice")),
            }
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if self.tags.iter().all(|(known, _)| known != handle) {
                self.tags.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }
}
