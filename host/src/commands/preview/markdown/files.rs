//! Files with what differs in them, each to be opened: those that change alike are shown once.

use super::escape::{block, html_code};
use super::{NAME, count, named};
use crate::preview::alike::{Alike, alike};
use crate::preview::difference::Kind;
use crate::preview::mask::Masks;
use crate::preview::rendered::Rendered;

/// Most characters of a line.
const LINE: usize = 400;

/// All of them, each with how many files it is of; of one no more than `most` bytes of lines are shown.
pub(super) fn all(rendered: &Rendered, masks: &mut Masks, most: usize) -> Vec<(usize, String)> {
    alike(rendered, masks).iter().map(|one| (one.paths.len(), details(one, most))).collect()
}

fn details(Alike { kind, paths, lines }: &Alike<'_>, most: usize) -> String {
    let word = match kind {
        Kind::New => "➕ New",
        Kind::Changed => "📝 Changed",
        Kind::Removed => "➖ Removed",
        Kind::Renamed(_) => "🔀 Renamed",
    };
    let names = named(paths.iter().map(|path| html_code(path, NAME)), paths.len());
    let alike = match (paths.len(), kind) {
        (1, _) | (_, Kind::Renamed(_)) => String::new(),
        (count, _) => format!(", {} files alike", count::grouped(count)),
    };
    let shown: Vec<String> = lines.iter().map(|line| cut(&line.text)).collect();
    let mut room = most;
    let fitting = shown.iter().take_while(|line| {
        let fits = line.len() < room;
        room = room.saturating_sub(line.len() + 1);
        fits
    });
    let count = fitting.count();
    let block = block("diff", shown[..count].iter().map(String::as_str));
    let more = match shown.len() - count {
        0 => String::new(),
        more => format!("\nand {} more\n", count::of(more, "line", "lines")),
    };
    format!("<details><summary>{word}{alike}: {names}</summary>\n\n{block}{more}\n</details>\n\n")
}

/// A line that isn't too long, with the spaces that it begins with.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
