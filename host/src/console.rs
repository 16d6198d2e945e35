//! The one door to people. What goes through it is made fit for a terminal and a log here, whoever says it and whatever
//! it quotes: a line stays one, and has nothing that moves a cursor, reorders or hides text. stdout is for results, stderr
//! for what generators say, what was done, what went wrong.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::contract::{Level, Line};
use crate::error::Error;
use crate::exit::Exit;
use crate::text::{escaped, one_line};

/// Writes to stderr; in colour on a terminal, unless `NO_COLOR` says otherwise (<https://no-color.org>).
#[derive(Debug, Clone, Copy)]
pub struct Console {
    verbose: bool,
}

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default();

impl Console {
    /// With `verbose`, debug messages of generators are shown.
    #[must_use]
    pub fn new(verbose: bool) -> Self {
        Self { verbose }
    }

    /// Shows what a generator said.
    pub fn said(self, generator: &str, line: &Line) {
        if line.level > Level::Debug || self.verbose {
            write(&text(generator, line));
        }
    }

    /// The line that is shown of what a generator said to whoever doesn't ask for debug messages.
    #[must_use]
    pub fn line(generator: &str, line: &Line) -> Option<String> {
        (line.level > Level::Debug).then(|| text(generator, line))
    }

    /// Shows how long a part of the step took, among debug messages.
    pub fn took(self, part: &str, time: Duration) {
        if self.verbose {
            write(&one_line(&format!("debug: {:.3} ms: {part}", time.as_secs_f64() * 1e3)));
        }
    }

    /// Shows something odd.
    pub fn warning(text: &str) {
        write(&format!("{} {}", paint(YELLOW, "warning:"), one_line(text)));
    }

    /// Shows what was done.
    pub fn summary(lines: &[String]) {
        for line in lines {
            write(&one_line(line));
        }
    }

    /// Shows an error: what happened, the cause, what to do.
    pub fn error(error: &Error) {
        for (word, text) in error.lines() {
            let word = match word {
                "error:" => paint(RED, word),
                "  hint:" => format!("  {}", paint(CYAN, word.trim())),
                _ => word.to_owned(),
            };
            write(&format!("{word} {text}"));
        }
    }

    /// Shows what is wrong with the command line, as it was laid out.
    pub fn usage(lines: &str) {
        for line in lines.trim_end().lines() {
            match line.strip_prefix("error:") {
                Some(what) => write(&format!("{}{}", paint(RED, "error:"), one_line(what))),
                None => write(&one_line(line)),
            }
        }
    }
}

/// Work of which a line on stderr says how far it is, when it takes long, until it is over or this is dropped. Only on a
/// terminal: a log wants to know what came of it.
#[derive(Debug)]
pub struct Working(Option<(Sender<()>, JoinHandle<()>)>);

/// When work takes long.
const LONG: Duration = Duration::from_secs(1);
/// How long a line of progress stays.
const STAYS: Duration = Duration::from_millis(250);

impl Working {
    /// Work begins; `line` says how far it is.
    pub fn begin(line: impl Fn() -> String + Send + 'static) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let (ends, ended) = mpsc::channel();
        let show = move || {
            let (mut wait, mut width) = (LONG, 0);
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let line = one_line(&line());
                overwrite(&line, width);
                (wait, width) = (STAYS, line.chars().count());
            }
            if width > 0 {
                overwrite("", width);
            }
        };
        // Without a thread for it nothing is shown.
        Self(thread::Builder::new().spawn(show).ok().map(|thread| (ends, thread)))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Some((ends, thread)) = self.0.take() {
            drop(ends);
            // It only shows something.
            let _ = thread.join();
        }
    }
}

/// Writes a line over one of this width, and leaves the cursor where the line begins.
fn overwrite(line: &str, width: usize) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "\r{line:width$}\r").and_then(|()| stderr.flush());
}

fn text(generator: &str, line: &Line) -> String {
    one_line(&format!("{generator}: {}: {}", line.level.word(), line.text))
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes a line, without its colours where they aren't wanted.
fn write(line: &str) {
    // When even stderr is gone, the exit code is all that is left to say.
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Prints a result for people, line by line, to stdout, where nothing else goes.
///
/// # Errors
///
/// [`Exit::Machine`] when it can't be written.
pub fn print(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Result<(), Error> {
    let lines = lines.into_iter().map(|line| one_line(line.as_ref()) + "\n");
    to_stdout(&lines.collect::<String>())
}

/// How a line of a result is shown on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// What counts for all below it.
    Heading,
    /// What is new.
    Added,
    /// What is gone.
    Removed,
    /// What is otherwise.
    Changed,
}

/// Prints a result for people, as [`print`] does; in colour on a terminal, unless `NO_COLOR` says otherwise.
///
/// # Errors
///
/// As [`print`].
pub fn print_toned(lines: impl IntoIterator<Item = (Tone, String)>) -> Result<(), Error> {
    let mut text = String::new();
    for (tone, line) in lines {
        let line = one_line(&line);
        let style = match tone {
            Tone::Plain => None,
            Tone::Heading => Some(Style::new().bold()),
            Tone::Added => Some(AnsiColor::Green.on_default()),
            Tone::Removed => Some(AnsiColor::Red.on_default()),
            Tone::Changed => Some(CYAN),
        };
        text += &style.map_or_else(|| line.clone(), |style| paint(style, &line));
        text.push('\n');
    }
    to(&mut anstream::stdout().lock(), &text)
}

/// Prints a result for programs.
///
/// # Errors
///
/// As [`print`].
pub fn print_json(value: &serde_json::Value) -> Result<(), Error> {
    to_stdout(&(escaped(&format!("{value:#}")) + "\n"))
}

fn to_stdout(text: &str) -> Result<(), Error> {
    to(&mut std::io::stdout().lock(), text)
}

fn to(stdout: &mut impl std::io::Write, text: &str) -> Result<(), Error> {
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // Whoever was reading has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|error| Error::new("stdout", Exit::Machine, "cannot write to stdout").because_of(&error)),
    }
}
