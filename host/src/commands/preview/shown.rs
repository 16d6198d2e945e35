//! How what a preview found is shown: the same options for all commands.

use std::collections::BTreeMap;
use std::path::PathBuf;

use glob::Pattern;

use super::{dir, json, markdown, text};
use crate::commands::Format;
use crate::console::{print, print_json, print_toned};
use crate::error::Error;
use crate::exit::Exit;
use crate::preview::ignored;
use crate::preview::rendered::Rendered;

/// Options of what is printed.
#[derive(Debug, Clone, clap::Args)]
pub struct Shown {
    /// How to show what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Form,
    /// Where --format=dir writes: a folder that is empty, or that isn't there
    #[arg(long, value_name = "DIR", required_if_eq("format", "dir"))]
    output: Option<PathBuf>,
    /// Show below the trees of --format=text what differs in each file
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    contents: Option<bool>,
    /// Leave out files whose path in the repository matches, such as '.kratix/**' or 'STORE/**/*.md': * is for a name or part of
    /// one, ** for any number of directories; to be given as often as needed
    #[arg(long = "ignore-path", value_name = "GLOB", value_parser = ignored::pattern)]
    ignored: Vec<Pattern>,
    /// The length to which --format=markdown is cut, from 2000 on
    #[arg(long, value_name = "BYTES", default_value_t = 65_000, value_parser = clap::value_parser!(u32).range(2_000..))]
    max_bytes: u32,
}

/// In which form it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For programs
    Json,
    /// Files as they would be in each repository, byte for byte and with what Secrets hold: DIR/STORE/PATH
    Dir,
    /// For a comment on a pull request
    Markdown,
}

impl Shown {
    /// In which form what went wrong is told.
    #[must_use]
    pub fn format(&self) -> Format {
        if self.format == Form::Json { Format::Json } else { Format::Text }
    }

    /// Refuses options that don't fit, before any work is done.
    ///
    /// # Errors
    ///
    /// [`Exit::Usage`].
    pub fn ensure_fit(&self) -> Result<(), Error> {
        match &self.output {
            Some(_) if self.format != Form::Dir => {
                let what = "--output is for --format=dir alone";
                Err(Error::new("output-unused", Exit::Usage, what).hint("add --format=dir, or leave it out"))
            }
            Some(output) => dir::ensure_empty(output),
            None => Ok(()),
        }
    }

    /// Shows it, without what is to be ignored: that is taken out. `taken` has the generators' files; the contents of files
    /// are shown in text as asked, or else `by_default`.
    ///
    /// # Errors
    ///
    /// Where it can't be printed or written.
    pub fn show(
        &self,
        rendered: &mut Rendered,
        taken: &BTreeMap<String, PathBuf>,
        by_default: bool,
    ) -> Result<(), Error> {
        ignored::leave_out(&self.ignored, rendered);
        match (self.format, &self.output) {
            (Form::Json, _) => print_json(&json::value(rendered, taken)),
            (Form::Markdown, _) => print(markdown::page(rendered, self.max_bytes as usize).lines()),
            (Form::Dir, Some(output)) => {
                dir::write(rendered, output)?;
                print_toned(text::written(rendered, output))
            }
            // clap sees to it that a directory is given.
            (Form::Text | Form::Dir, _) => print_toned(text::lines(rendered, self.contents.unwrap_or(by_default))),
        }
    }
}
