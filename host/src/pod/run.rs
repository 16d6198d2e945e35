//! A step in a pod: reads its task, answers it, and puts what comes of it where Kratix looks.

use super::input::read_object;
use super::transaction::Opened;
use super::{Pod, Report, Spans};
use crate::contract::Said;
use crate::error::Error;
use crate::kratix::Kind;
use crate::kratix::metadata::Texts;
use crate::limits::{Clock, Limits};
use crate::step::{Given, OnFault, Remedy, Step, Task, Wanted};

impl Pod {
    /// Runs a step: `build` makes it for the kind of object that was read, once the directories are locked, and `read` gets what
    /// is bound to its inputs. What generators say goes to `said`.
    ///
    /// # Errors
    ///
    /// Any [`Exit`](crate::exit::Exit) but `Ok`; the directories are then as they were.
    pub fn run(
        &self,
        limits: &Limits,
        on_fault: OnFault,
        build: impl FnOnce(&Kind, &mut Spans, Said<'_>) -> Result<Step, Error>,
        read: impl FnOnce(&[Wanted], &Task, Clock) -> Result<Given, Error>,
        said: Said<'_>,
    ) -> Result<Report, Error> {
        let mut spans = Spans::begin();
        let opened = read_object(&self.input, &self.environment, limits).and_then(|object| {
            let task = Task::new(self.environment.clone(), object);
            spans.end("read the request");
            Ok((task, self.directories.open()?))
        });
        let (task, opened) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.fail(error, on_fault),
        };
        spans.end("open the directories, see that they can be written");
        let done = build(task.kind(), &mut spans, said).and_then(|step| {
            let wanted = step.wanted(&task);
            let task = if wanted.is_empty() {
                task
            } else {
                let clock = step.clock();
                let given = read(&wanted, &task, clock)?;
                spans.end("read the inputs");
                task.with(given, clock)
            };
            answer(&opened, step, task, &mut spans, said)
        });
        match done {
            Ok(report) => Ok(Report { spans: spans.into_parts(), ..report }),
            Err(error) => self.suspend(error, on_fault, || Ok(opened)),
        }
    }

    /// Ends a step that failed before its directories were opened.
    ///
    /// # Errors
    ///
    /// The same error where the container has to fail, or that the workflow can't be suspended.
    pub fn fail(&self, error: Error, on_fault: OnFault) -> Result<Report, Error> {
        self.suspend(error, on_fault, || self.directories.open())
    }

    /// Suspends the workflow with the reason of an error, where that is wanted.
    fn suspend(
        &self,
        error: Error,
        on_fault: OnFault,
        open: impl FnOnce() -> Result<Opened, Error>,
    ) -> Result<Report, Error> {
        let place = self.environment.place();
        let error = error.at(place);
        // What tells this step from others of the pod may be just what can't be read.
        let identity = format!("error {}", error.in_one_line());
        let blame = match on_fault.remedy(error, &self.environment)? {
            Remedy::GoOn(outcome) => return Ok(Report::of(*outcome)),
            Remedy::Suspend(blame) => blame,
        };
        let hold = || {
            let object = read_object(&self.input, &self.environment, &Limits::default()).ok();
            let opened = open()?;
            let transaction = opened.begin(&identity)?;
            let left = transaction.left()?;
            let outcome = blame.suspended(&self.environment, object.as_ref(), &left)?;
            // There are no files that could take another's place.
            let committed = transaction.commit(outcome.end.files(), &outcome.texts, &left, false)?;
            Ok(Report { outcome, left, committed, spans: Vec::new() })
        };
        hold().map_err(|error: Error| error.at(place))
    }
}

/// Answers the task and commits what comes of it.
fn answer(opened: &Opened, step: Step, task: Task, spans: &mut Spans, said: Said<'_>) -> Result<Report, Error> {
    let transaction = opened.begin(step.identity())?;
    // What a generator finds wrong counts for more than what can't be read beside it.
    let (left, unreadable) = match transaction.left() {
        Ok(left) => (left, None),
        // Whoever looks at the status so far would take it for one that says nothing.
        Err(error) if step.sees_earlier() => return Err(error),
        Err(error) => (Texts::default(), Some(error)),
    };
    let task = task.after(left);
    let outcome = step.answer(&task, said)?;
    if let Some(error) = unreadable {
        return Err(error);
    }
    spans.end("answer");
    let overwrite = step.overwrites();
    // Machine code takes room in memory that the files may need.
    drop(step);
    let committed = transaction.commit(outcome.end.files(), &outcome.texts, task.left(), overwrite)?;
    spans.end("put the files in their places");
    Ok(Report { outcome, left: task.left().clone(), committed, spans: Vec::new() })
}
