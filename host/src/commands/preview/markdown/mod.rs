//! What a preview has to say as a comment on a pull request: what counts most comes first, and what is too long is cut.

mod escape;
mod files;
mod page;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use escape::{code, html_code};
use page::Page;

use super::count::{self, Counts};
use crate::preview::impact::Impact;
use crate::preview::mask::Masks;
use crate::preview::rendered::{KRATIX, Outcome, Rendered, Told};

/// Room that is kept for what is said at the end of what was cut.
const END_BYTES: usize = 400;
/// Most characters of a name, and of a sentence.
const NAME: usize = 120;
const SENTENCE: usize = 600;
/// Most problems that are shown of one request.
const PROBLEMS: usize = 20;
/// Names of things that are the same otherwise.
const NAMED: usize = 3;

/// All of it, in no more than `max_bytes`.
pub(super) fn page(rendered: &Rendered, max_bytes: usize) -> String {
    let mut page = Page::new(max_bytes - END_BYTES);
    let mut cut = Vec::new();
    let mut note = |count: usize, what: &str| {
        if count > 0 {
            cut.push(format!("{} {what}", count::grouped(count)));
        }
    };
    summary(rendered, &mut page);
    note(repositories(rendered, &mut page), "repositories");
    if rendered.ignored > 0 {
        page.add(&format!(
            "\nLeft out by `--ignore-path`: {}.\n",
            count::of(rendered.ignored, "change of a file", "changes of files")
        ));
    }
    for (name, impact) in &rendered.impacts {
        page.add(&impact_list(name, impact));
    }
    let notices: Vec<String> =
        rendered.notices.iter().map(|notice| format!("- {}\n", code(notice, SENTENCE))).collect();
    let most = page.left() / 3;
    note(page.section("\n## Notices\n\n", &notices, most), "notices");
    let objects = objects(rendered);
    let parts: Vec<String> = objects.iter().map(|(_, part)| part.clone()).collect();
    let most = page.left() / 2;
    let missing = page.section("\n## Not as it should be\n\n", &parts, most);
    note(objects.iter().rev().take(missing).map(|(count, _)| count).sum(), "objects that are not as they should be");
    let alike = files::all(rendered, &mut Masks::default(), max_bytes / 4);
    let parts: Vec<String> = alike.iter().map(|(_, part)| part.clone()).collect();
    let missing = page.section("\n## Files\n\n", &parts, usize::MAX);
    note(alike.iter().rev().take(missing).map(|(count, _)| count).sum(), "files");
    let mut text = page.end();
    if !cut.is_empty() {
        let cut = cut.join(", ");
        let _ = write!(text, "\n---\n\nCut to {} bytes, so not shown: {cut}.\n", count::grouped(max_bytes));
    }
    text
}

/// What came of how many requests, and what becomes of how many files.
fn summary(rendered: &Rendered, page: &mut Page) {
    page.add("# What Kratix would do\n\n");
    let Counts { outcomes, files, .. } = Counts::of(rendered);
    let files: Vec<String> = files.iter().map(|(word, count)| format!("{} {word}", count::grouped(*count))).collect();
    let files = if files.is_empty() { "No file changes".to_owned() } else { format!("Files: {}", files.join(" · ")) };
    page.add(&format!("**{files}** (Kratix {KRATIX})\n"));
    if !outcomes.is_empty() {
        page.add("\n| Requests | |\n|---|---:|\n");
        for (outcome, count) in outcomes {
            page.add(&format!("| {outcome} | {} |\n", count::grouped(count)));
        }
    }
}

/// What a change does to the requests of a Promise.
fn impact_list(name: &str, impact: &Impact) -> String {
    let mut list = format!("\n## Requests of {}\n\n", code(name, NAME));
    for (what, keys) in impact.lists().into_iter().filter(|(_, keys)| !keys.is_empty()) {
        let names = named(keys.iter().map(|key| code(&key.to_string(), NAME)), keys.len());
        let _ = writeln!(list, "- **{}** {what}: {names}", count::grouped(keys.len()));
    }
    for (key, why) in impact.no_longer_taken.iter().take(NAMED) {
        let _ =
            writeln!(list, "- the new API no longer takes {}: {}", code(&key.to_string(), NAME), code(why, SENTENCE));
    }
    list
}

/// What changes in each repository; tells how many aren't shown.
fn repositories(rendered: &Rendered, page: &mut Page) -> usize {
    let row = |repository| {
        let files = Counts::of_files(repository);
        let count = |word| files.get(word).map_or_else(String::new, |count| count::grouped(*count));
        let [new, changed, removed, renamed] = ["new", "changed", "removed", "renamed"].map(count);
        let name = html_code(&repository.store.name, NAME);
        format!("| {name} | {new} | {changed} | {removed} | {renamed} |\n")
    };
    let rows: Vec<String> = rendered.repositories.iter().map(row).collect();
    let head = "\n| Repository | ➕ New | 📝 Changed | ➖ Removed | 🔀 Renamed |\n|---|---:|---:|---:|---:|\n";
    page.section(head, &rows, page.left() / 2)
}

/// What isn't simply done, each with of how many objects it is. What is wrong in the same way is said once.
fn objects(rendered: &Rendered) -> Vec<(usize, String)> {
    let mut order = Vec::new();
    let mut alike: BTreeMap<(&str, Vec<&str>), Vec<&Told>> = BTreeMap::new();
    for told in rendered.promises.iter().chain(&rendered.requests).chain(&rendered.refused) {
        if told.outcome != Outcome::Complete || !told.warnings.is_empty() {
            let same = alike.entry((told.outcome.name(), said(told))).or_default();
            if same.is_empty() {
                order.push((told.outcome.name(), said(told)));
            }
            same.push(told);
        }
    }
    let part = |key: &(&str, Vec<&str>)| {
        let (outcome, said) = key;
        let objects = &alike[key];
        let names = named(objects.iter().map(|told| code(&told.key.to_string(), NAME)), objects.len());
        let mut part = format!("- {names}: **{outcome}**\n");
        for line in said.iter().take(PROBLEMS) {
            let _ = writeln!(part, "  - {}", code(line, SENTENCE));
        }
        if said.len() > PROBLEMS {
            let _ = writeln!(part, "  - and {} more", said.len() - PROBLEMS);
        }
        (objects.len(), part)
    };
    order.iter().map(part).collect()
}

/// What is said of an object: its problems, or else the message, and its warnings.
fn said(told: &Told) -> Vec<&str> {
    let message = told.message.iter().filter(|_| told.problems.is_empty());
    message.chain(&told.problems).chain(&told.warnings).map(String::as_str).collect()
}

/// The first names of several, and how many there are.
fn named(names: impl Iterator<Item = String>, count: usize) -> String {
    let first = names.take(NAMED).collect::<Vec<_>>().join(", ");
    let more = count.saturating_sub(NAMED);
    if more == 0 { first } else { format!("{first} and {} more", count::grouped(more)) }
}

#[cfg(test)]
mod tests;
