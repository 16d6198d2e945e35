//! When Kratix is to try a suspended workflow again.

use crate::digest::Digest;
use crate::kratix::{Environment, Object};

/// Seconds until the first retry; it doubles with each. All requests of a Promise share one worker of Kratix, so retries
/// are rare (kratix-contract 5.3).
const FIRST: u32 = 30;
/// Seconds until a retry at most.
pub(super) const LAST: u32 = 15 * 60;

/// Seconds until a retry that a generator may ask for in a deletion.
pub(super) const LONGEST: u32 = 24 * 60 * 60;

/// Seconds until the next try of a pipeline for an object.
pub(super) fn of(object: &Object, environment: &Environment) -> u32 {
    after(object.attempts(environment), object.namespace.as_deref(), &object.name)
}

/// Seconds until the next try after so many: longer each time, and not the same for all requests of a Promise.
pub(super) fn after(attempts: u64, namespace: Option<&str>, name: &str) -> u32 {
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(LAST.ilog2());
    let most = FIRST.saturating_mul(1 << doublings).min(LAST);
    let name = format!("{}/\"{name}\"", namespace.unwrap_or_default());
    let share = u32::from(Digest::of(name.as_bytes()).bytes()[0]);
    // Up to a quarter sooner.
    most - most * share / 1024
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn environment(action: &'static str) -> Environment {
        let said = |name: &str| match name {
            "KRATIX_PIPELINE_NAME" => Some("p".to_owned()),
            "KRATIX_WORKFLOW_ACTION" => Some(action.to_owned()),
            _ => None,
        };
        Environment::read(|name| Ok(said(name))).unwrap()
    }

    fn object(name: &str, workflows: &str) -> Object {
        let text = format!(
            "{{apiVersion: v1, kind: A, metadata: {{name: {name}, namespace: b}}, status: {{kratix: {{workflows: {workflows}}}}}}}"
        );
        Object::read(text.as_bytes()).unwrap()
    }

    fn tried(name: &str, attempts: &str) -> u32 {
        of(&object(name, &format!("{{pipelines: [{{name: p, attempts: {attempts}}}]}}")), &environment("configure"))
    }

    #[test]
    fn retries_become_rarer_and_differ_by_request() {
        let mut before = 0;
        for (attempts, most) in [("0", 30), ("1", 60), ("2", 120), ("4", 480), ("5", 900), ("99", 900)] {
            let seconds = tried("a", attempts);
            assert!((most - most / 4..=most).contains(&seconds) && seconds >= before, "{attempts}: {seconds}");
            before = seconds;
        }
        for odd in ["-1", "18446744073709551615", "x", "null"] {
            let seconds = tried("a", odd);
            assert!((22..=900).contains(&seconds), "{odd}: {seconds}");
        }
        let some: BTreeSet<u32> = (0..40).map(|number| tried(&format!("team-{number}"), "5")).collect();
        assert!(some.len() > 30, "{some:?}");
    }

    #[test]
    fn only_the_tries_of_the_pipeline_and_its_action_count() {
        let of = |workflows: &str, action| of(&object("a", workflows), &environment(action));
        let none = tried("a", "0");
        assert_eq!(of("{pipelines: [{name: another, attempts: 3}]}", "configure"), none);
        let apart = "{configure: {pipelines: [{name: p, attempts: 3}]}, delete: {pipelines: [{name: p, attempts: 1}]}}";
        assert_eq!(of(apart, "configure"), tried("a", "3"));
        assert_eq!(of(apart, "delete"), tried("a", "1"));
        assert_eq!(of("{configure: {pipelines: [{name: p, attempts: 3}]}}", "delete"), none);
    }
}
