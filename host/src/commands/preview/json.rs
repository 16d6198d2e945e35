//! What a preview has to say, for programs: docs/schema/preview.json says what there is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::count::{Counts, word};
use crate::exit::Exit;
use crate::preview::difference::{Change, Kind};
use crate::preview::impact::Impact;
use crate::preview::mask::Masks;
use crate::preview::placement::Placement;
use crate::preview::platform::Key;
use crate::preview::rendered::{KRATIX, Outcome, Rendered, Told};

/// The version of the form: another number where something that was there is otherwise.
const VERSION: u32 = 1;

/// All of it; `taken` has the generators' files.
pub(super) fn value(rendered: &Rendered, taken: &BTreeMap<String, PathBuf>) -> Value {
    let mut masks = Masks::default();
    let repositories = rendered.repositories.iter().map(|repository| {
        let commits = repository.commits.iter().map(|commit| json!({"subject": commit.subject, "paths": commit.paths}));
        json!({
            "kind": repository.store.kind.name(),
            "name": repository.store.name,
            "files": repository.changes.iter().map(|change| file(change, &mut masks)).collect::<Vec<_>>(),
            "commits": commits.collect::<Vec<_>>(),
        })
    });
    let repositories: Vec<Value> = repositories.collect();
    let Counts { outcomes, files } = Counts::of(rendered);
    let mut value = json!({
        "version": VERSION,
        "kratix": KRATIX,
        "counts": {"requests": outcomes, "files": files, "ignored": rendered.ignored},
        "generators": taken.iter().map(|(path, file)| json!({"path": path, "file": file})).collect::<Vec<_>>(),
        "repositories": repositories,
        "promises": rendered.promises.iter().map(told).collect::<Vec<_>>(),
        "requests": rendered.requests.iter().map(told).collect::<Vec<_>>(),
        "refused": rendered.refused.iter().map(told).collect::<Vec<_>>(),
        "notices": rendered.notices,
    });
    if !rendered.impacts.is_empty() {
        value["impact"] = rendered.impacts.iter().map(|(name, impact)| of_promise(name, impact)).collect();
    }
    value
}

/// What a change does to the requests of a Promise.
fn of_promise(name: &str, impact: &Impact) -> Value {
    let named = |keys: &[Key]| keys.iter().map(Key::to_string).collect::<Vec<_>>();
    let Impact { changed, status, unchanged, failing, asleep, wedged, pinned, no_longer_taken } = impact;
    let refused = no_longer_taken.iter().map(|(key, why)| json!({"request": key.to_string(), "why": why}));
    json!({
        "promise": name, "changed": named(changed), "statusOnly": named(status), "unchanged": named(unchanged),
        "failing": named(failing), "asleep": named(asleep), "wedged": named(wedged), "pinned": named(pinned),
        "noLongerTaken": refused.collect::<Vec<_>>(),
    })
}

fn file(change: &Change, masks: &mut Masks) -> Value {
    let mut text = |bytes: Option<&[u8]>| {
        let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        text.map(|text| masks.hide(text).unwrap_or_else(|| text.to_owned()))
    };
    json!({
        "path": change.path,
        "change": word(&change.kind),
        "from": if let Kind::Renamed(from) = &change.kind { Some(from) } else { None },
        "bytes": change.after.as_ref().map(|bytes| bytes.len()),
        // What isn't text is not shown.
        "before": text(change.before.as_deref()),
        "after": text(change.after.as_deref()),
    })
}

fn told(told: &Told) -> Value {
    let Told { key, outcome, message, problems, status, placements, warnings } = told;
    let placement = |placement: &Placement| {
        let Placement { name, directory, destination, misplaced, .. } = placement;
        json!({"name": name, "directory": directory, "destination": destination, "misplaced": misplaced})
    };
    let fault = if let Outcome::Fault(exit) = outcome { Some(Exit::name(*exit)) } else { None };
    json!({
        "group": key.group, "kind": key.kind, "namespace": key.namespace, "name": key.name,
        "outcome": outcome.name(), "fault": fault, "message": message, "problems": problems,
        "status": status.to_value(), "warnings": warnings,
        "placements": placements.iter().map(placement).collect::<Vec<_>>(),
    })
}
