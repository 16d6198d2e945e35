//! What somebody should know of a preview: what goes nowhere, what is lost, what isn't checked.

use std::collections::{BTreeMap, BTreeSet};

use super::assumed::Lifted;
use super::placement::Placement;
use super::platform::{Key, Platform, Unscheduled, Unwritten, Why};
use super::work::{Of, WorkId};
use crate::kratix::{Kind, etcd};
use crate::text::clean;

/// How many objects a notice names.
const NAMED: usize = 3;

/// All of it, a line each.
pub(super) fn notices(platform: &Platform) -> Vec<String> {
    let unscheduled = platform.unscheduled().map(|(id, Unscheduled { directory, labels, wrong })| {
        let whose = whose(id);
        let files = if directory == "." { "the files".to_owned() } else { format!("the files of {directory}/") };
        match wrong {
            Some(wrong) => format!("{files} of {whose} are scheduled nowhere: {wrong}"),
            None if labels.is_empty() => format!(
                "{files} of {whose} are scheduled nowhere: there is no Destination for what selects by no label"
            ),
            None => {
                let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                format!("{files} of {whose} are scheduled nowhere: no Destination has {}", labels.join(","))
            }
        }
    });
    let unwritten = platform.unwritten().map(|Unwritten { placement, why }| {
        let why = match why {
            Why::Placement(why) => why.to_string(),
            Why::Blocked(why) => format!("{why}; Kratix tries again for ever"),
            Why::NoDestination => "that Destination isn't there".to_owned(),
            Why::NoStore => "the state store of that Destination isn't there".to_owned(),
            Why::Ignored(path) => format!("the repository's .gitignore has {path}; Kratix tries again for ever"),
            Why::Unknown(why) => format!("not checked: {why}"),
        };
        format!("the files of {} are not written to {}: {why}", whose(&placement.id), placement.destination)
    });
    let misplaced = platform.placements().filter(|placement| !placement.fits).map(|placement| {
        let destination = &placement.destination;
        format!(
            "{} stays at {destination}, which no longer fits: Kratix says Misplaced, and writes on",
            whose(&placement.id)
        )
    });
    unscheduled
        .chain(unwritten)
        .chain(misplaced)
        .chain(large(platform))
        .chain(lost(platform))
        .chain(dropped(platform))
        .chain(strangers(platform))
        .chain(assumed(platform))
        .chain(not_checked(platform))
        .chain(unknown(platform))
        .collect()
}

fn whose(id: &WorkId) -> String {
    let promise = &id.promise;
    match &id.of {
        Of::Dependencies => format!("the Promise {promise}, its dependencies,"),
        Of::Promise { pipeline } => format!("the Promise {promise}, pipeline {pipeline},"),
        Of::Request { name, pipeline, namespace } => {
            let namespace = namespace.as_ref().unwrap_or(&id.namespace);
            format!("{namespace}/{name} of {promise}, pipeline {pipeline},")
        }
    }
}

/// Works that an API server takes only just, or not at all.
fn large(platform: &Platform) -> impl Iterator<Item = String> {
    platform.works().filter_map(|(id, groups)| {
        let files = groups.iter().flat_map(|group| &group.files);
        let warning = etcd::warning_of(files.map(|(path, bytes)| (path.as_str(), &**bytes)))?;
        Some(format!("of {} {warning}", whose(id)))
    })
}

/// Files that a placement still has, and the repository no more.
fn lost(platform: &Platform) -> Vec<String> {
    let line = |(placement, path): (&Placement, &String)| {
        format!(
            "{} of {} is lost: Kratix removes it with what had the same path, and writes it again only when the output changes",
            clean(path, 200),
            whose(&placement.id)
        )
    };
    platform.lost().map(line).collect()
}

/// Fields that are lost, each with the objects that have it.
fn dropped(platform: &Platform) -> Vec<String> {
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, dropped) in platform.dropped() {
        for field in dropped {
            fields.entry(clean(field, 200)).or_default().push(format!("{} {}", key.kind, key.name));
        }
    }
    let line = |(field, whose): (String, Vec<String>)| {
        format!("{field} of {} is no field there: an API server drops it, and kubectl refuses it", some(&whose))
    };
    fields.into_iter().map(line).collect()
}

/// Rules that can't be evaluated here, each with the objects that they are for.
fn not_checked(platform: &Platform) -> Vec<String> {
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, all) in platform.not_checked() {
        for one in all {
            let rule = clean(&format!("{}, {}: {}", one.path, one.rule, one.reason), 300);
            rules.entry(rule).or_default().push(key.name.clone());
        }
    }
    rules.into_iter().map(|(rule, whose)| format!("not checked for {}: {rule}", some(&whose))).collect()
}

/// What is in repositories and of nothing that is given.
fn strangers(platform: &Platform) -> Option<String> {
    let names = platform.strangers();
    let works = if names.len() == 1 { "a Work" } else { "Works" };
    (!names.is_empty()).then(|| {
        format!(
            "the repositories have files of {works} of nothing that is given: {}; they stay, as if what they are of were there \
             and unchanged",
            some(&names)
        )
    })
}

/// Workflows that went on since that is assumed, and what is assumed in vain.
fn assumed(platform: &Platform) -> Vec<String> {
    let mut lifted: BTreeMap<(Lifted, &str), Vec<String>> = BTreeMap::new();
    let mut unused: BTreeSet<&Key> = platform.assumed().keys().collect();
    let promises = platform.promises().map(|(promise, live)| (Key::of(&promise.value), live));
    let requests = platform.requests().map(|(key, live)| (key.clone(), live));
    for (key, live) in promises.chain(requests) {
        for (pipeline, how) in &live.lifted {
            unused.remove(&key);
            lifted.entry((*how, pipeline)).or_default().push(key.name.clone());
        }
    }
    let line = |((how, pipeline), whose): (&(Lifted, &str), &Vec<String>)| {
        let whose = some(whose);
        match how {
            Lifted::ByStatus => {
                format!("assumed: with the status that is given, pipeline {pipeline} no longer suspends {whose}")
            }
            Lifted::PassedOver => format!(
                "assumed: {whose} went on after pipeline {pipeline}, which suspends also with the status that is given: what it \
                 would write then isn't shown"
            ),
        }
    };
    let mut lines: Vec<String> = lifted.iter().map(line).collect();
    if lifted.is_empty() && platform.assumed().is_of_all() {
        lines.push("nothing is suspended that could go on with the status that is assumed".to_owned());
    }
    lines.extend(unused.into_iter().map(|key| {
        let key = clean(&key.to_string(), 300);
        format!("the status that is assumed of {key} isn't used: there is none that is suspended")
    }));
    lines
}

/// Objects that are nobody's requests, by kind.
fn unknown(platform: &Platform) -> Vec<String> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for key in platform.others() {
        *kinds.entry(Kind { name: key.kind.clone(), group: key.group.clone() }.to_string()).or_default() += 1;
    }
    let line = |(kind, count): (String, usize)| {
        format!(
            "{count} of the kind {} are no requests of a Promise that is given; they are looked at for inputs alone",
            clean(&kind, 300)
        )
    };
    kinds.into_iter().map(line).collect()
}

/// The first of them, and how many more there are.
fn some(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(|name| clean(name, 100)).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{shown} and {} more", names.len() - NAMED) } else { shown }
}
