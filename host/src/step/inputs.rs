//! The inputs of a step: what is to be read for a task, and what was found, given to each generator before any is asked.
//!
//! Output is the complete state, so an input that is read as empty by mistake deletes files. Empty is only what is bound to
//! nothing, or what a server said isn't there. In a deletion whatever is missing is absent: it is not what keeps the object.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Task;
use super::answer::{Problems, Stop};
use super::asked::Asked;
use super::error::StepError;
use super::hold::Why;
use crate::author::{Binding, BoundInput, Place, Unfilled, WhenMissing};
use crate::contract::{GeneratorName, Input, Inputs, Problem, Quantity};
use crate::error::Error;
use crate::kratix::status::Status;
use crate::kratix::{Action, Found, Kind, Workflow};
use crate::text::clean;

/// Objects of an input that a status names.
const MAX_NAMED: usize = 20;

/// An input that has to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Whose it is.
    pub id: InputId,
    /// The kind of its objects, as the generator declares it.
    pub kind: String,
    /// How many it takes.
    pub quantity: Quantity,
    /// Where they are.
    pub place: Place,
}

/// An input of a generator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputId {
    /// The generator.
    pub generator: GeneratorName,
    /// The key.
    pub key: String,
}

impl Wanted {
    /// Whether a generator may see an object that was found there.
    #[must_use]
    pub fn shows(&self, object: &Value) -> bool {
        carries(object, &self.place)
    }
}

/// What was found for each input that was wanted.
pub type Given = BTreeMap<InputId, Found>;

/// What generators see of it, by their names, and what of that is told.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) inputs: BTreeMap<GeneratorName, Inputs>,
    /// For the status: `{key: "name@resourceVersion"}`, below the generators' names where there are several. None where no
    /// generator declares an input.
    pub(super) read: Option<Map<String, Value>>,
}

/// Why no generator is asked.
#[derive(Debug, Default)]
struct Missing {
    /// For the requester.
    problems: Vec<Problem>,
    /// For the Promise author: of each input, what is missing.
    faults: Vec<String>,
    /// What is waited for.
    awaited: Vec<String>,
}

/// What has to be read for a task. What a requester has to mend first is left out.
pub(super) fn wanted(generators: &[Asked], task: &Task) -> Vec<Wanted> {
    let object = task.spec_for(generators.iter().flat_map(Asked::inputs));
    let requested = task.requested(&object);
    let mut wanted: Vec<Wanted> = Vec::new();
    for generator in generators {
        for BoundInput { input, binding } in generator.inputs() {
            let id = InputId { generator: generator.name().clone(), key: input.key.clone() };
            // A generator may be in a step twice.
            if wanted.iter().any(|wanted| wanted.id == id) {
                continue;
            }
            let place = binding.as_ref().and_then(|binding| binding.place(&requested).ok());
            wanted.extend(place.map(|place| Wanted { id, kind: input.kind.clone(), quantity: input.quantity, place }));
        }
    }
    wanted
}

/// Gives each generator what was found for it; beside, why none is to be asked.
///
/// # Errors
///
/// [`Exit::Config`](crate::exit::Exit::Config) for what is missing or is more than one by the Promise author's binding.
pub(super) fn gather(generators: &[Asked], task: &Task) -> Result<(Gathered, Option<(Stop, Why)>), Error> {
    let object = task.spec_for(generators.iter().flat_map(Asked::inputs));
    let requested = task.requested(&object);
    let is_delete = task.environment().action == Action::Delete;
    let (mut gathered, mut missing) = (Gathered::default(), Missing::default());
    for generator in generators {
        let mut read = Map::new();
        for bound in generator.inputs() {
            let id = InputId { generator: generator.name().clone(), key: bound.input.key.clone() };
            let place = bound.binding.as_ref().map(|binding| binding.place(&requested));
            let objects = match place {
                Some(Ok(place)) => take(bound, &id, &place, task, is_delete, &mut missing)?,
                Some(Err(unfilled)) if !is_delete => {
                    missing.add_unfilled(unfilled, &bound.input, task);
                    &[]
                }
                Some(Err(_)) | None => &[],
            };
            read.insert(id.key.clone(), named(bound.input.quantity, objects));
            let texts = objects.iter().map(|object| object.to_string().into()).collect();
            gathered.inputs.entry(id.generator).or_default().insert(id.key, texts);
        }
        if generator.declares_inputs() {
            let all = gathered.read.get_or_insert_default();
            if generators.len() > 1 { drop(all.insert(generator.name().to_string(), read.into())) } else { *all = read }
        }
    }
    Ok((gathered, missing.stop(task)?))
}

/// The objects of an input.
fn take<'a>(
    BoundInput { input, binding }: &BoundInput,
    id: &InputId,
    place: &Place,
    task: &'a Task,
    is_delete: bool,
    missing: &mut Missing,
) -> Result<&'a [Value], Error> {
    let Some(binding) = binding else { return Ok(&[]) };
    let found = match task.given().get(id) {
        Some(found) => found,
        None if is_delete => return Ok(&[]),
        None => return Err(StepError::InputNotRead { input, place: shown(place) }.into()),
    };
    // That the cluster has no such resource is never a requester's to mend, and a Promise has no requester.
    let is_requesters = task.environment().workflow == Workflow::Resource && *found != Found::NoResource;
    let field = binding.chosen_by().filter(|_| is_requesters);
    let (objects, what) = match found {
        // What lacks the label isn't there for a requester, who else could ask for names of what others have.
        Found::Objects(objects) if objects.iter().all(|object| carries(object, place)) => {
            (objects.as_slice(), missing_at(place))
        }
        Found::Objects(_) if is_delete => return Ok(&[]),
        Found::Objects(_) => {
            missing.add(binding, input, missing_at(place), field);
            return Ok(&[]);
        }
        Found::Absent => (&[][..], missing_at(place)),
        Found::NoResource => (&[][..], format!("the cluster has no resource for {}", shown(place))),
    };
    // What a cluster gave has been compared with the binding, what a file has not.
    if let Some(other) = objects.iter().find(|object| !input.takes(&Kind::of(object))) {
        let kind = clean(other["kind"].as_str().unwrap_or_default(), 80);
        return Err(StepError::InputOfOtherKind { input, place: shown(place), kind }.into());
    }
    let is_file = matches!(place, Place::File(_));
    let is_enough = match (input.quantity, objects.len(), found) {
        (Quantity::One | Quantity::Optional, 1, _) | (Quantity::Many, 1.., _) => true,
        (Quantity::One | Quantity::Optional, 2.., _) => {
            return Err(StepError::InputAmbiguous { key: &id.key, count: objects.len(), place: shown(place) }.into());
        }
        // A resource that a cluster doesn't have may be a misspelt one: it is no answer to the question.
        (Quantity::Optional, 0, Found::NoResource) | (Quantity::One, 0, _) => false,
        // Nobody answers for a file: whoever should have brought it may have failed to.
        (Quantity::Optional, 0, _) => !is_file,
        (Quantity::Many, 0, Found::Absent) => binding.may_be_empty && !is_file,
        (Quantity::Many, 0, found) => binding.may_be_empty && *found != Found::NoResource,
    };
    if !is_enough && !is_delete {
        missing.add(binding, input, what, field);
    }
    Ok(objects)
}

impl Missing {
    /// What a request says isn't fit for an address. A Promise has nobody else to mend it than its author, who wrote the
    /// binding, too.
    fn add_unfilled(&mut self, Unfilled { field, message }: Unfilled, input: &Input, task: &Task) {
        match task.environment().workflow {
            Workflow::Resource => self.problems.push(Problem { field: Some(field), message, hint: None }),
            Workflow::Promise => self.faults.push(format!("input {}: {field} {message}", input.key)),
        }
    }

    /// Who has to do something about it: a requester who named the object in a field, or else the Promise author.
    fn add(&mut self, binding: &Binding, input: &Input, what: String, field: Option<String>) {
        match (binding.when_missing, field) {
            (WhenMissing::Wait, _) => self.awaited.push(format!("input {}: {what}", input.key)),
            (WhenMissing::Fail, Some(field)) => {
                self.problems.push(Problem {
                    field: Some(field),
                    message: format!("names what can't be used: {what}"),
                    hint: None,
                });
            }
            (WhenMissing::Fail, None) => {
                self.faults.push(format!("input {}: {what}; it is for this: {}", input.key, input.purpose));
            }
        }
    }

    /// What comes of it: mistakes count for more than what is only late.
    fn stop(self, task: &Task) -> Result<Option<(Stop, Why)>, Error> {
        let Self { problems, mut faults, awaited } = self;
        let environment = task.environment();
        if !problems.is_empty() {
            let problems = Problems::of_host(problems);
            return Ok(Some((problems.as_stop(), Why::Invalid(problems))));
        }
        // A Promise that waited would not be available, and its status would not say why.
        if environment.workflow == Workflow::Promise {
            faults.extend(awaited.iter().cloned());
        }
        if !faults.is_empty() {
            return Err(StepError::InputMissing { what: faults }.into());
        }
        if awaited.is_empty() {
            return Ok(None);
        }
        let message = clean(&format!("waits for {}", awaited.join("; ")), 1024);
        let stop = Stop { message, retry_after_seconds: Some(task.retry()), status: Status::new() };
        Ok(Some((stop, Why::Waits { deletion: false })))
    }
}

/// Whether an object has all labels that one from this place must carry.
fn carries(object: &Value, place: &Place) -> bool {
    let Place::Cluster { required, .. } = place else { return true };
    required.lacking(&object["metadata"]["labels"]).is_none()
}

/// What isn't there.
fn missing_at(place: &Place) -> String {
    let labels = match place {
        Place::Cluster { required, .. } => required.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        Place::File(_) => Vec::new(),
    };
    let carrying = if labels.is_empty() { String::new() } else { format!(" that carries {}", labels.join(",")) };
    format!("there is no {}{carrying}", shown(place))
}

/// A place, to be read after an article.
fn shown(place: &Place) -> String {
    match place {
        Place::Cluster { address, .. } => {
            let shown = address.to_string();
            // Of several, by their labels.
            shown.strip_prefix("any ").map_or(shown.clone(), ToOwned::to_owned)
        }
        Place::File(file) => format!("object in {}", clean(file, 200)),
    }
}

/// Objects as a status names them.
fn named(quantity: Quantity, objects: &[Value]) -> Value {
    let name = |object: &Value| {
        let metadata = &object["metadata"];
        let name = metadata["name"].as_str().unwrap_or_default();
        match metadata["resourceVersion"].as_str() {
            Some(version) => clean(&format!("{name}@{version}"), 320),
            None => clean(name, 320),
        }
    };
    let mut names: Vec<String> = objects.iter().take(MAX_NAMED).map(name).collect();
    match quantity {
        Quantity::One | Quantity::Optional => json!(names.pop()),
        Quantity::Many => {
            if objects.len() > MAX_NAMED {
                names.push(format!("and {} more", objects.len() - MAX_NAMED));
            }
            json!(names)
        }
    }
}
