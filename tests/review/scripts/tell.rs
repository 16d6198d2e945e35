//! What the comment about a plan says of those left out.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::origin::scripts;

fn told(left_out: &[Value], kept: &[Value]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, contents: String| fs::write(folder.path().join(name), contents).unwrap();
    let nothing = ["created", "updated", "imported", "destroyed", "transferred", "words"].map(|kind| (kind, json!([])));
    write("guard.json", json!(std::collections::BTreeMap::from(nothing)).to_string());
    write("selected.json", json!({"accepted": [], "left_out": left_out, "kept": kept}).to_string());
    write("tfplan.txt", "No changes.".into());
    write("tfplan", String::new());
    write("credentials", String::new());
    let output = Command::new(scripts().join("tell"))
        .arg("0".repeat(40))
        .current_dir(folder.path())
        .envs([("CREDENTIALS", "credentials"), ("REPOSITORY", "platform/infrastructure")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn however_many_are_left_out_the_comment_can_be_read() {
    let team = |number: usize| json!({"request": format!("a/t{number}"), "reason": "for a reason"});
    let left_out: Vec<Value> = (0..102).map(team).collect();
    let all = told(&left_out[..100], &[]);
    assert_eq!(all.matches(": for a reason\n").count(), 100);
    assert!(!all.contains("more"), "{all}");
    let some = told(&left_out, &[]);
    assert_eq!(some.matches(": for a reason\n").count(), 100);
    assert!(some.contains("- a/t99: for a reason\n- … and 2 more, see `left out:` in the log of the job\n"), "{some}");
}

/// What is held for a Team that can't be read is said with that Team.
#[test]
fn only_what_belongs_to_nobody_is_kept() {
    let held = json!({"id": "held", "held": true});
    let kept = json!({"id": "kept", "held": false, "count": 3});
    assert!(!told(&[], std::slice::from_ref(&held)).contains("Kept"));
    let both = told(&[], &[held, kept]);
    assert!(both.contains("**Kept**, though their Teams are gone:\n\n- kept: it still has 3 repositories."), "{both}");
    assert!(!both.contains("- held"), "{both}");
}
