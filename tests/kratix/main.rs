//! The whole platform with a real Kratix: the stages' own scripts, then what must hold of what they built. `./x platform-test`
//! runs it when Kratix' image and manifests are given, on a node, with a Gitea and a Kratix of its own.
//!
//! It is one test, since each step finds the platform as those before it left it. With `STEPS='docs:: undone::'` only those are
//! done whose name has one of these words. `STEPS=fidelity::` needs Kratix alone, without the other stages.

mod again;
mod deletions;
mod docs;
mod fidelity;
mod inputs;
mod machine;
mod mistakes;
mod requests;
mod reviewer;
#[path = "../kubernetes/shape.rs"]
mod shape;
mod trial;
mod trouble;
mod undone;

use std::panic::{AssertUnwindSafe, catch_unwind};

use machine::Machine;

/// What it is called, and what it does.
type Step = (&'static str, fn(&Machine));

macro_rules! steps {
    ($($step:path,)+) => { [$((stringify!($step), $step as fn(&Machine))),+] };
}

#[test]
fn the_whole_platform_from_up_to_down() {
    let wanted = std::env::var("STEPS").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    let is_wanted = |(name, _): &Step| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    // First, since they find Kratix without the platform.
    let alone: Vec<Step> =
        steps![fidelity::kratix_writes_what_the_corpus_says,].into_iter().filter(is_wanted).collect();
    let steps: Vec<Step> = steps![
        // Before others, since they find what only `up` has made.
        again::another_gitea_than_before_is_refused,
        again::credentials_for_a_login_are_shown_of_its_own_gitea_alone,
        again::secrets_are_in_secrets_alone,
        again::up_again_changes_nothing_that_runs,
        again::verify_prints_the_commands_and_logs_what_pods_have_said,
        // Before there are other Teams, since a plan has all that wait.
        docs::a_reader_gets_a_key_as_the_page_on_gitops_says,
        docs::the_tutorial_comes_true,
        deletions::a_deleted_promise_waits_for_every_request_and_a_dry_run_for_none,
        deletions::one_that_waits_is_let_go_without_being_asked_by_a_quota_a_changed_spec_or_a_deleted_namespace,
        deletions::one_that_waits_keeps_its_files_and_is_asked_again_until_it_is_approved,
        inputs::a_request_waits_for_another_promises_object_and_says_what_it_read,
        mistakes::a_dry_run_of_a_wrong_request_ends_as_failed_and_of_a_good_one_is_written,
        mistakes::an_authors_mistake_is_found_before_any_request_is_touched,
        mistakes::the_label_wakes_all_at_once,
        mistakes::what_only_a_request_shows_is_said_by_each_and_gone_with_the_corrected_promise,
        requests::a_bad_request_says_so_in_its_own_status_and_restarts_nothing,
        requests::a_second_team_with_a_taken_id_is_named_in_the_plan_and_stops_nobody,
        requests::kratix_makes_jobs_and_rights_of_the_shape_that_a_script_plays,
        requests::twenty_teams_at_once_all_arrive,
        // After the twenty Teams, which it deletes.
        trouble::a_killed_manager_and_a_gitea_that_is_away_lose_nothing,
        trouble::a_new_version_of_the_promise_runs_every_team_again_and_commits_nothing_where_the_output_is_equal,
        trouble::a_rotation_replaces_all_tokens_and_keys_and_stops_nothing,
        trouble::the_step_has_no_token_of_the_cluster,
        // Last, since it takes the platform down.
        undone::down_removes_what_up_made_and_nothing_else,
    ]
    .into_iter()
    .filter(is_wanted)
    .collect();
    assert!(!(alone.is_empty() && steps.is_empty()), "no step is called like one of {wanted:?}");

    let mut failed = Vec::new();
    if !alone.is_empty() {
        let machine = Machine::with_kratix_alone();
        take(alone, &machine, &mut failed);
        if !steps.is_empty() {
            machine.without_kratix();
        }
    }
    if !steps.is_empty() {
        take(steps, &Machine::build(), &mut failed);
    }
    assert!(failed.is_empty(), "these steps failed: {failed:#?}");
}

fn take(steps: Vec<Step>, machine: &Machine, failed: &mut Vec<&str>) {
    for (name, step) in steps {
        println!("step {name}");
        // Most of the others can be done all the same.
        if catch_unwind(AssertUnwindSafe(|| step(machine))).is_err() {
            println!("step {name}: FAILED");
            failed.push(name);
        }
    }
}
