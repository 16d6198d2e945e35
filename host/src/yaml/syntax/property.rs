//! Anchors, aliases, tags and directives.

use super::cursor::{Fault, is_blank, is_blank_or_end, is_line_end, is_word};
use super::scanner::Scanner;
use super::token::Kind;

impl Scanner<'_> {
    /// Takes `&name` or `*name`.
    pub(super) fn fetch_anchor(&mut self, kind: fn(String) -> Kind) -> Result<(), Fault> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        self.cursor.skip();
        let mut name = String::new();
        self.cursor.take_while(&mut name, is_word);
        let end = self.cursor.peek();
        let is_ended = is_blank_or_end(end) || matches!(end, '?' | ':' | ',' | ']' | '}' | '%' | '@' | '`');
        if name.is_empty() || !is_ended {
            let what = "the name of an anchor or alias consists of letters, digits, hyphens and underscores";
            return Err(Fault::new(start.offset, what));
        }
        self.push(start, kind(name));
        Ok(())
    }

    /// Takes `!suffix`, `!handle!suffix` or `!<the whole>`.
    pub(super) fn fetch_tag(&mut self) -> Result<(), Fault> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        let (mut handle, mut suffix) = (String::new(), String::new());
        if self.cursor.ahead(1) == '<' {
            self.cursor.skip();
            self.cursor.skip();
            self.take_uri(&mut suffix)?;
            if suffix.is_empty() || self.cursor.peek() != '>' {
                return Err(Fault::new(start.offset, "a tag lacks its end"));
            }
            self.cursor.skip();
        } else {
            self.take_handle(&mut handle);
            if handle.len() > 1 && handle.ends_with('!') {
                self.take_uri(&mut suffix)?;
                if suffix.is_empty() {
                    return Err(Fault::new(start.offset, "a tag lacks its name"));
                }
            } else {
                // It was no handle, but the beginning of the name.
                suffix.push_str(&handle[1..]);
                self.take_uri(&mut suffix)?;
                handle.truncate(1);
                if suffix.is_empty() {
                    std::mem::swap(&mut handle, &mut suffix);
                }
            }
        }
        if !is_blank_or_end(self.cursor.peek()) {
            return Err(Fault::new(start.offset, "a tag ends with a blank"));
        }
        self.push(start, Kind::Tag { handle, suffix });
        Ok(())
    }

    /// Takes a line that begins with `%`.
    pub(super) fn fetch_directive(&mut self) -> Result<(), Fault> {
        self.unroll(0);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        self.cursor.skip();
        let mut name = String::new();
        self.cursor.take_while(&mut name, is_word);
        let is_ended = is_blank_or_end(self.cursor.peek());
        self.cursor.skip_while(is_blank);
        let kind = match name.as_str() {
            "YAML" if is_ended => self.take_version(),
            "TAG" if is_ended => self.take_tag_directive()?,
            _ => None,
        };
        self.cursor.skip_comment();
        match kind {
            Some(kind) if is_line_end(self.cursor.peek()) => self.push(start, kind),
            _ => return Err(Fault::new(start.offset, "a line that begins with % is a directive, %YAML or %TAG")),
        }
        self.cursor.skip_break();
        Ok(())
    }

    fn take_version(&mut self) -> Option<Kind> {
        let major = self.take_number()?;
        if self.cursor.peek() != '.' {
            return None;
        }
        self.cursor.skip();
        Some(Kind::Version { major, minor: self.take_number()? })
    }

    fn take_number(&mut self) -> Option<u32> {
        let mut digits = String::new();
        self.cursor.take_while(&mut digits, |c| c.is_ascii_digit());
        if digits.len() > 2 { None } else { digits.parse().ok() }
    }

    fn take_tag_directive(&mut self) -> Result<Option<Kind>, Fault> {
        let (mut handle, mut prefix) = (String::new(), String::new());
        if self.cursor.peek() != '!' {
            return Ok(None);
        }
        self.take_handle(&mut handle);
        if !handle.ends_with('!') || !is_blank(self.cursor.peek()) {
            return Ok(None);
        }
        self.cursor.skip_while(is_blank);
        self.take_uri(&mut prefix)?;
        let is_whole = !prefix.is_empty() && is_blank_or_end(self.cursor.peek());
        Ok(is_whole.then_some(Kind::TagDirective { handle, prefix }))
    }

    /// Takes `!`, `!word` or `!word!`.
    fn take_handle(&mut self, handle: &mut String) {
        self.cursor.take(handle);
        self.cursor.take_while(handle, is_word);
        if self.cursor.peek() == '!' {
            self.cursor.take(handle);
        }
    }

    /// Takes what may stand in a tag. Go would decode `%41`; a tag that is written so is none of those that it knows.
    fn take_uri(&mut self, uri: &mut String) -> Result<(), Fault> {
        self.cursor.take_while(uri, |c| is_word(c) || ";/?:@&=+$,.!~*'()[]".contains(c));
        if self.cursor.peek() == '%' { Err(self.cursor.fault("a tag has no escapes here")) } else { Ok(()) }
    }
}
