//! Reads Go's syntax of patterns (<https://pkg.go.dev/regexp/syntax>, with the flags of `regexp.Compile`), character by
//! character and without recursion, so that no pattern exhausts a stack.

use regex_syntax::hir::{Class, ClassUnicode, Dot, Hir, Look, Repetition};

use super::escape::{counts, escaped};
use super::{Refusal, class};

/// The most that a repetition may count, also in all of a nest together.
const MAX_REPEAT: u32 = 1000;
/// Levels of groups and repetitions.
const MAX_HEIGHT: usize = 1000;

#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the syntax")]
struct Flags {
    fold: bool,
    lines: bool,
    dot_all: bool,
    ungreedy: bool,
}

/// A piece of a pattern, with what Go bounds of it.
#[derive(Debug)]
struct Piece {
    syntax: Hir,
    /// How much its repetitions multiply at most.
    repeats: u32,
    height: usize,
}

/// What is open: the pattern itself, or a group in it.
#[derive(Debug, Default)]
struct Group {
    /// The flags outside, which hold again behind it.
    flags: Flags,
    /// Alternatives that are complete.
    done: Vec<Piece>,
    /// The pieces of the alternative that is being read.
    pieces: Vec<Piece>,
}

struct Reader<'p> {
    rest: &'p str,
    flags: Flags,
    group: Group,
    outer: Vec<Group>,
}

/// The syntax of a pattern.
pub(super) fn read(pattern: &str) -> Result<Hir, Refusal> {
    let mut reader = Reader { rest: pattern, flags: Flags::default(), group: Group::default(), outer: Vec::new() };
    let mut after_repeat = false;
    while let Some(first) = reader.rest.chars().next() {
        after_repeat = reader.step(first, after_repeat)?;
    }
    if !reader.outer.is_empty() {
        return Err(invalid("missing closing )", pattern));
    }
    Ok(reader.group.close()?.syntax)
}

pub(super) fn invalid(problem: &str, at: &str) -> Refusal {
    let shown: String = at.chars().take(60).collect();
    Refusal::Invalid(format!("{problem}: `{shown}`"))
}

impl Group {
    fn close(mut self) -> Result<Piece, Refusal> {
        self.end_alternative();
        let height = self.done.iter().map(|piece| piece.height).max().unwrap_or(0) + usize::from(self.done.len() > 1);
        let repeats = self.done.iter().map(|piece| piece.repeats).max().unwrap_or(1);
        if height > MAX_HEIGHT {
            return Err(Refusal::Invalid("expression nests too deeply".to_owned()));
        }
        let syntax = Hir::alternation(self.done.into_iter().map(|piece| piece.syntax).collect());
        Ok(Piece { syntax, repeats, height })
    }

    fn end_alternative(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        let height = pieces.iter().map(|piece| piece.height).max().unwrap_or(1) + usize::from(pieces.len() > 1);
        let repeats = pieces.iter().map(|piece| piece.repeats).max().unwrap_or(1);
        let syntax = Hir::concat(pieces.into_iter().map(|piece| piece.syntax).collect());
        self.done.push(Piece { syntax, repeats, height });
    }
}

impl<'p> Reader<'p> {
    /// Reads what begins with `first`; returns whether that was a repetition.
    fn step(&mut self, first: char, after_repeat: bool) -> Result<bool, Refusal> {
        match first {
            '(' if self.rest.starts_with("(?") => self.open_special()?,
            '(' => {
                self.rest = &self.rest[1..];
                self.open(self.flags)?;
            }
            '|' => {
                self.rest = &self.rest[1..];
                self.group.end_alternative();
            }
            ')' => self.end_group()?,
            '^' => self.take(1, Hir::look(if self.flags.lines { Look::StartLF } else { Look::Start })),
            '$' => self.take(1, Hir::look(if self.flags.lines { Look::EndLF } else { Look::End })),
            '.' => self.take(1, Hir::dot(if self.flags.dot_all { Dot::AnyChar } else { Dot::AnyCharExceptLF })),
            '[' => self.bracket()?,
            '*' => return self.repeat(1, 0, None, after_repeat),
            '+' => return self.repeat(1, 1, None, after_repeat),
            '?' => return self.repeat(1, 0, Some(1), after_repeat),
            '{' => {
                if let Some((length, least, most)) = counts(self.rest) {
                    let (Some(least), Ok(most)) = (least, most) else {
                        return Err(invalid("invalid repeat count", &self.rest[..length]));
                    };
                    if least > MAX_REPEAT || most.is_some_and(|most| most > MAX_REPEAT || most < least) {
                        return Err(invalid("invalid repeat count", &self.rest[..length]));
                    }
                    return self.repeat(length, least, most, after_repeat);
                }
                self.character('{', 1);
            }
            '\\' => self.escape()?,
            _ => self.character(first, first.len_utf8()),
        }
        Ok(false)
    }

    fn take(&mut self, length: usize, syntax: Hir) {
        self.rest = &self.rest[length..];
        self.group.pieces.push(Piece { syntax, repeats: 1, height: 1 });
    }

    fn take_class(&mut self, length: usize, class: ClassUnicode) {
        self.take(length, Hir::class(Class::Unicode(class)));
    }

    fn character(&mut self, character: char, length: usize) {
        let class = class::folded(class::ranges(&[(character, character)]), self.flags.fold);
        self.take_class(length, class);
    }

    fn open(&mut self, outside: Flags) -> Result<(), Refusal> {
        if self.outer.len() >= MAX_HEIGHT {
            return Err(Refusal::Invalid("expression nests too deeply".to_owned()));
        }
        let inner = Group { flags: outside, ..Group::default() };
        self.outer.push(std::mem::replace(&mut self.group, inner));
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), Refusal> {
        let Some(outer) = self.outer.pop() else { return Err(invalid("unexpected )", self.rest)) };
        self.rest = &self.rest[1..];
        let inner = std::mem::replace(&mut self.group, outer);
        self.flags = inner.flags;
        let mut piece = inner.close()?;
        piece.height += 1;
        self.group.pieces.push(piece);
        Ok(())
    }

    /// What begins with `(?`: a named group, or flags.
    fn open_special(&mut self) -> Result<(), Refusal> {
        let whole = self.rest;
        let named = if whole.starts_with("(?P<") && whole.len() > 4 {
            Some(4)
        } else {
            (whole.starts_with("(?<") && whole.len() > 3).then_some(3)
        };
        if let Some(start) = named {
            let end = whole.find('>').ok_or_else(|| invalid("invalid named capture", whole))?;
            let name = &whole[start..end];
            if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return Err(invalid("invalid named capture", whole));
            }
            self.rest = &whole[end + 1..];
            return self.open(self.flags);
        }
        let outside = self.flags;
        let (mut on, mut seen) = (true, false);
        for (position, letter) in whole.char_indices().skip(2) {
            let flag = match letter {
                'i' => &mut self.flags.fold,
                'm' => &mut self.flags.lines,
                's' => &mut self.flags.dot_all,
                'U' => &mut self.flags.ungreedy,
                '-' if on => {
                    (on, seen) = (false, false);
                    continue;
                }
                ':' | ')' if on || seen => {
                    self.rest = &whole[position + 1..];
                    return if letter == ':' { self.open(outside) } else { Ok(()) };
                }
                _ => break,
            };
            *flag = on;
            seen = true;
        }
        Err(invalid("invalid or unsupported Perl syntax", whole))
    }

    fn repeat(&mut self, length: usize, min: u32, max: Option<u32>, after_repeat: bool) -> Result<bool, Refusal> {
        let at = self.rest;
        self.rest = &self.rest[length..];
        let mut greedy = !self.flags.ungreedy;
        if let Some(rest) = self.rest.strip_prefix('?') {
            self.rest = rest;
            greedy = !greedy;
        }
        if after_repeat {
            return Err(invalid("invalid nested repetition operator", at));
        }
        let Some(piece) = self.group.pieces.pop() else {
            return Err(invalid("missing argument to repetition operator", at));
        };
        let is_counted = at.starts_with('{');
        let times = if is_counted { max.unwrap_or(min) } else { 1 };
        let repeats =
            if is_counted && times == 0 && max == Some(0) { 1 } else { times.max(1).saturating_mul(piece.repeats) };
        if is_counted && times >= 2 && repeats > MAX_REPEAT {
            return Err(invalid("invalid repeat count", at));
        }
        let height = piece.height + 1;
        let syntax = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(piece.syntax) });
        self.group.pieces.push(Piece { syntax, repeats, height });
        Ok(true)
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        let letter = self.rest.chars().nth(1);
        match letter {
            Some('A') => self.take(2, Hir::look(Look::Start)),
            Some('z') => self.take(2, Hir::look(Look::End)),
            Some('b') => self.take(2, Hir::look(Look::WordAscii)),
            Some('B') => self.take(2, Hir::look(Look::WordAsciiNegate)),
            Some('Q') => {
                let (literal, rest) = self.rest[2..].split_once("\\E").unwrap_or((&self.rest[2..], ""));
                for character in literal.chars() {
                    self.character(character, 0);
                }
                self.rest = rest;
            }
            Some(letter) => {
                if let Some((class, length)) = self.named_class(letter)? {
                    self.take_class(length, class);
                } else {
                    let (character, rest) = escaped(self.rest)?;
                    self.character(character, 0);
                    self.rest = rest;
                }
            }
            None => return Err(Refusal::Invalid("trailing backslash at end of expression: ``".to_owned())),
        }
        Ok(())
    }

    /// A class that an escape names, and how long its name is.
    fn named_class(&self, letter: char) -> Result<Option<(ClassUnicode, usize)>, Refusal> {
        if matches!(letter, 'p' | 'P') {
            let name = &self.rest[2..];
            let (name, length) = if let Some(inner) = name.strip_prefix('{') {
                let end = inner.find('}').ok_or_else(|| invalid("invalid character class range", self.rest))?;
                (&inner[..end], end + 4)
            } else {
                let first = name.chars().next().ok_or_else(|| invalid("invalid character class range", self.rest))?;
                (&name[..first.len_utf8()], 2 + first.len_utf8())
            };
            let class = class::unicode(name, self.flags.fold, letter == 'P')?;
            return Ok(Some((class, length)));
        }
        Ok(class::perl(letter, self.flags.fold).map(|class| (class, 2)))
    }

    fn bracket(&mut self) -> Result<(), Refusal> {
        let whole = self.rest;
        self.rest = &self.rest[1..];
        let negate = self.rest.starts_with('^');
        if negate {
            self.rest = &self.rest[1..];
        }
        let mut set = class::ranges(&[]);
        let mut ranges = Vec::new();
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            first = false;
            if let Some(inner) = self.rest.strip_prefix("[:")
                && let Some(end) = inner.find(":]")
            {
                let named = class::posix(&inner[..end], self.flags.fold);
                set.union(&named.ok_or_else(|| invalid("invalid character class range", self.rest))?);
                self.rest = &inner[end + 2..];
                continue;
            }
            if self.rest.starts_with('\\')
                && let Some(letter) = self.rest.chars().nth(1)
                && let Some((named, length)) = self.named_class(letter)?
            {
                set.union(&named);
                self.rest = &self.rest[length..];
                continue;
            }
            let low = self.in_bracket(whole)?;
            let mut high = low;
            if self.rest.len() >= 2 && self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.rest = &self.rest[1..];
                high = self.in_bracket(whole)?;
            }
            if high < low {
                return Err(invalid("invalid character class range", whole));
            }
            ranges.push((low, high));
        }
        set.union(&class::folded(class::ranges(&ranges), self.flags.fold));
        self.take_class(1, class::negated(set, negate));
        Ok(())
    }

    fn in_bracket(&mut self, whole: &'p str) -> Result<char, Refusal> {
        let character = self.rest.chars().next().ok_or_else(|| invalid("missing closing ]", whole))?;
        if character == '\\' {
            let (character, rest) = escaped(self.rest)?;
            self.rest = rest;
            return Ok(character);
        }
        self.rest = &self.rest[character.len_utf8()..];
        Ok(character)
    }
}
