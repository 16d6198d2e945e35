//! What a preview has to say, for people: a tree of files for each repository, and every object that isn't as it should be.

use std::collections::BTreeMap;
use std::path::Path;

use super::count::{self, Counts};
use crate::console::Tone;
use crate::preview::alike::{Alike, alike};
use crate::preview::difference::{Change, Kind};
use crate::preview::impact::Impact;
use crate::preview::mask::Masks;
use crate::preview::platform::Key;
use crate::preview::rendered::{KRATIX, Outcome, Rendered, Repository, Told};
use crate::preview::unified::{self, Part, unified};

type Line = (Tone, String);

/// How many requests a line names.
const NAMED: usize = 3;

/// All of it; with `contents`, what differs in each file, too.
pub(super) fn lines(rendered: &Rendered, contents: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut masks = Masks::default();
    if !rendered.impacts.is_empty() {
        // Of thousands of requests most change alike, and no tree of their files says that.
        for Alike { paths, lines: diff, .. } in alike(rendered, &mut masks).into_iter().filter(|_| contents) {
            let more = if paths.len() > 1 { format!(", and {} more like it", paths.len() - 1) } else { String::new() };
            lines.push((Tone::Heading, format!("{}{more}", paths[0])));
            lines.extend(diff.into_iter().map(toned));
            lines.push((Tone::Plain, String::new()));
        }
        lines.extend(rest(rendered));
        return lines;
    }
    for repository in &rendered.repositories {
        lines.extend(repository_lines(repository));
        lines.push((Tone::Plain, String::new()));
        for change in repository.changes.iter().filter(|_| contents) {
            lines.extend(unified(change, &mut masks).into_iter().map(toned));
            lines.push((Tone::Plain, String::new()));
        }
    }
    lines.extend(rest(rendered));
    lines
}

/// What to say where trees were written into a folder.
pub(super) fn written(rendered: &Rendered, root: &Path) -> Vec<Line> {
    let repository = |Repository { store, tree, .. }: &Repository| {
        let files = count::of(tree.len(), "file", "files");
        (Tone::Plain, format!("{}: {files}", root.join(&store.name).display()))
    };
    rendered.repositories.iter().map(repository).chain(rest(rendered)).collect()
}

/// All but the files.
fn rest(rendered: &Rendered) -> Vec<Line> {
    let told = rendered.promises.iter().chain(&rendered.requests).chain(&rendered.refused);
    let mut lines: Vec<Line> = told.flat_map(told_lines).collect();
    lines.extend(rendered.notices.iter().map(|notice| (Tone::Changed, format!("notice: {notice}"))));
    lines.extend(rendered.impacts.iter().flat_map(|(name, impact)| impact_lines(name, impact)));
    lines.push((Tone::Plain, summary(rendered)));
    lines
}

/// What a change does to the requests of a Promise.
fn impact_lines(name: &str, impact: &Impact) -> Vec<Line> {
    let lists = impact.lists();
    let total: usize = lists.iter().map(|(_, keys)| keys.len()).sum();
    let mut lines = vec![(Tone::Heading, format!("{name}: of {}", count::of(total, "request", "requests")))];
    for (what, keys) in lists.into_iter().filter(|(_, keys)| !keys.is_empty()) {
        let named: Vec<String> = keys.iter().take(NAMED).map(Key::to_string).collect();
        let more = keys.len() - named.len();
        let more = if more > 0 { format!(" and {} more", count::grouped(more)) } else { String::new() };
        lines.push((Tone::Plain, format!("  {} {what}: {}{more}", count::grouped(keys.len()), named.join(", "))));
    }
    let refused = impact.no_longer_taken.iter().take(NAMED);
    lines.extend(
        refused.map(|(key, why)| (Tone::Removed, format!("  the new API no longer takes {key} as it is: {why}"))),
    );
    let more = impact.no_longer_taken.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push((Tone::Removed, format!("  nor {} more", count::grouped(more))));
    }
    lines
}

fn toned(line: unified::Line) -> Line {
    let tone = match line.part {
        Part::Head => Tone::Heading,
        Part::Place => Tone::Changed,
        Part::Added => Tone::Added,
        Part::Removed => Tone::Removed,
        Part::Same | Part::Note => Tone::Plain,
    };
    (tone, line.text)
}

/// A repository with its tree. A directory that has nothing but one other is shown with that.
fn repository_lines(Repository { store, changes, .. }: &Repository) -> Vec<Line> {
    let mut lines = vec![(Tone::Heading, store.name.clone())];
    if changes.is_empty() {
        lines.push((Tone::Plain, "    nothing changes".to_owned()));
    }
    let mut root = Directory::default();
    for change in changes {
        root.add(change, &change.path);
    }
    root.show(0, &mut lines);
    lines
}

#[derive(Default)]
struct Directory<'a> {
    directories: BTreeMap<&'a str, Directory<'a>>,
    files: BTreeMap<&'a str, &'a Change>,
}

impl<'a> Directory<'a> {
    fn add(&mut self, change: &'a Change, path: &'a str) {
        match path.split_once('/') {
            Some((directory, rest)) => self.directories.entry(directory).or_default().add(change, rest),
            None => drop(self.files.insert(path, change)),
        }
    }

    fn show(&self, depth: usize, lines: &mut Vec<Line>) {
        let indent = "  ".repeat(depth);
        for (name, directory) in &self.directories {
            let (mut path, mut inner) = ((*name).to_owned(), directory);
            while let (true, 1, Some((name, only))) =
                (inner.files.is_empty(), inner.directories.len(), inner.directories.first_key_value())
            {
                path = format!("{path}/{name}");
                inner = only;
            }
            lines.push((Tone::Plain, format!("    {indent}{path}/")));
            inner.show(depth + 1, lines);
        }
        for (name, change) in &self.files {
            let (tone, mark, from) = match &change.kind {
                Kind::New => (Tone::Added, '+', String::new()),
                Kind::Changed => (Tone::Changed, '~', String::new()),
                Kind::Removed => (Tone::Removed, '-', String::new()),
                Kind::Renamed(from) => (Tone::Changed, '>', format!(", was {from}")),
            };
            lines.push((tone, format!("  {mark} {indent}{name}{from}")));
        }
    }
}

/// An object that isn't simply done.
fn told_lines(Told { key, outcome, message, problems, warnings, .. }: &Told) -> Vec<Line> {
    let mut lines = Vec::new();
    let tone = match outcome {
        Outcome::Complete => Tone::Plain,
        Outcome::Suspended | Outcome::Held | Outcome::Unknown => Tone::Changed,
        Outcome::Invalid | Outcome::Fault(_) | Outcome::Refused => Tone::Removed,
    };
    if *outcome != Outcome::Complete {
        let message = message.as_ref().filter(|_| problems.is_empty());
        let message = message.map_or(String::new(), |message| format!(": {message}"));
        lines.push((tone, format!("{key}: {}{message}", outcome.name())));
        lines.extend(problems.iter().map(|problem| (Tone::Plain, format!("    {problem}"))));
    }
    lines.extend(warnings.iter().map(|warning| (Tone::Changed, format!("{key}: warning: {warning}"))));
    lines
}

/// The last line: how many of what.
fn summary(rendered: &Rendered) -> String {
    let Counts { outcomes, files } = Counts::of(rendered);
    let each: Vec<String> = outcomes.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let words = ["new", "changed", "removed", "renamed"];
    let files: Vec<String> = words.iter().filter_map(|word| Some(format!("{} {word}", files.get(word)?))).collect();
    let requests = match rendered.requests.len() {
        0 => "no requests".to_owned(),
        several => format!("{}: {}", count::of(several, "request", "requests"), each.join(", ")),
    };
    let refused = match rendered.refused.len() {
        0 => String::new(),
        several => format!("; {several} refused"),
    };
    let files = if files.is_empty() { "no file changes".to_owned() } else { format!("files: {}", files.join(", ")) };
    let ignored = if rendered.ignored == 0 { String::new() } else { format!(", {} ignored", rendered.ignored) };
    format!("{requests}{refused}; {files}{ignored}; as Kratix {KRATIX} does it")
}
