//! Bounds: what is documented, how they are set, what they leave possible. `bounds` reaches each of them.

use std::fs;
use std::process::Command;

use kratix_wasm::kratix::PathError;
use kratix_wasm::limits::BOUNDS;
use kratix_wasm_tests::{Step, TEST, built, root, run, starting};

/// A step of the component itself, which has to be compiled.
fn compiled(component: impl AsRef<[u8]>) -> Step {
    Step::new().request(TEST).generator_of("x.wasm", component)
}

#[test]
fn the_documentation_has_the_table_of_the_code() {
    let file = root().join("docs/limits.md");
    let text = fs::read_to_string(&file).unwrap();
    let head = "| name | default | from | to | what it bounds |\n|---|---|---|---|---|\n";
    let start = text.find(head).expect("there is a table") + head.len();
    let end = start + text[start..].find("\n\n").map_or(0, |end| end + 1);
    let rows: Vec<String> = BOUNDS
        .iter()
        .map(|bound| {
            let [default, least, most] = [bound.default, bound.least, bound.most].map(|number| bound.unit.show(number));
            format!("| {} | {default} | {least} | {most} | {} |\n", bound.name(), bound.what())
        })
        .collect();
    let rows = rows.concat();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, format!("{}{rows}{}", &text[..start], &text[end..])).unwrap();
    } else {
        assert!(text[start..end] == rows, "docs/limits.md has another table; `just bless` takes this:\n{rows}");
    }
    // What is fixed lies where others read it, too.
    assert!(PathError::TooLong.to_string().contains("512 bytes, 255 a part and 16 parts"));
    assert!(text.contains("| 512 bytes, 255 a part, 16 parts |"));
}

/// A directory for each file, and a Destination for each directory.
#[test]
fn as_much_as_the_bounds_allow_is_written() {
    let bounds = "--limit=files=1000,directories=1000,labels=1000";
    let (files, destinations): (Vec<String>, Vec<String>) =
        (0..1000).map(|number| (format!("[d{number}/f, x]"), format!("[d{number}, [[e, p]]]"))).unzip();
    let spec = format!("{{files: [{}], destinations: [{}]}}", files.join(", "), destinations.join(", "));
    let outcome = Step::hostile("{}").spec(&spec).arg(bounds).run().exits(0);
    assert_eq!(outcome.output.len(), 1000);
    assert_eq!(outcome.metadata("destination-selectors.yaml").matches("directory: d").count(), 1000);
}

/// A file system is written through to the disk as a whole where that is one wait instead of thousands.
#[test]
#[ignore = "needs strace"]
fn many_files_are_not_synced_one_by_one() {
    for (count, least, most) in [(10, 12, 20), (300, 0, 10)] {
        let files: Vec<String> = (0..count).map(|number| format!("[f{number}, x]")).collect();
        let step = Step::hostile("{}").spec(&format!("{{files: [{}]}}", files.join(", ")));
        let (command, trace) = (step.command(), step.path("trace"));
        let mut strace = Command::new("strace");
        run(starting(strace.args(["-f", "-e", "trace=fdatasync,syncfs", "-o"]).arg(&trace), &command));
        let trace = fs::read_to_string(trace).unwrap();
        let syncs = trace.matches("fdatasync(").count();
        assert!((least..=most).contains(&syncs), "{count} files: {trace}");
        assert_eq!(trace.matches("syncfs(").count(), usize::from(count > 200), "{trace}");
    }
}

/// Thousands of patterns for thousands of files: by hours more than any step has.
#[test]
fn what_comes_after_the_call_is_within_the_steps_time() {
    let patterns: Vec<String> = (0..3000).map(|number| format!("'**/*a*{number}x'")).collect();
    // The last one allows them all.
    let policy = format!("paths: [{}, '**']", patterns.join(", "));
    let part = "a".repeat(200);
    let files: Vec<String> = (0..3000).map(|number| format!("[{part}/{part}/{number}, x]")).collect();
    let step = Step::hostile("{}").spec(&format!("{{files: [{}]}}", files.join(", "))).policy(&policy);
    let outcome = step.arg("--limit=step-time=3s").run().exits(75);
    let outcome = outcome.says("the step reached the bound step-time before it could check where its files go\n");
    assert!(outcome.output.is_empty() && outcome.metadata.is_empty(), "something was written");
}

#[test]
fn what_the_host_does_for_a_generator_costs_fuel_and_time() {
    let step = || Step::hostile("{hostile: {misdeed: read-flood}}").generator("hostile.cwasm");
    let _ = step().arg("--limit=fuel=100000000").run().exits(75).says("reached the bound fuel\n");
    let step = step().arg("--limit=fuel=1000000000000").arg("--limit=time=2");
    let start = std::time::Instant::now();
    let _ = step.run().exits(75).says("reached the bound time\n");
    assert!(start.elapsed().as_secs() < 6, "{:?}", start.elapsed());
}

#[test]
fn the_same_request_costs_the_same_fuel_each_time() {
    // Enough to end in the midst of the work, and not of a loop that never ends.
    let step = || Step::hostile("{misdeed: log-flood}").arg("--limit=fuel=3000000");
    let outcome = step().run().exits(75).says("reached the bound fuel\n").says("hostile: info: line 1\n");
    assert_eq!(step().env("TZ", "Asia/Tokyo").run(), outcome.clone().exits(75));
    let compiled = compiled(fs::read(built("hostile.wasm")).unwrap());
    let compiled = compiled.arg("--config={misdeed: log-flood}").arg("--limit=fuel=3000000").run().exits(75);
    assert_eq!(compiled.stderr.lines().count(), outcome.stderr.lines().count());
}

#[test]
fn an_option_counts_for_more_than_the_environment() {
    let step = || Step::hostile("{files: [[a, x], [b, x]]}").env("KRATIX_WASM_LIMITS", "time=9s,files=1\n");
    let _ = step().run().exits(75).says("files is 1\n");
    let _ = step().arg("--limit=files=2").run().exits(0);
    let _ = step().arg("--limit").arg("files=2,time=9").arg("--limit=files=1").run().exits(75);
}

#[test]
fn a_bound_that_there_is_not_names_the_nearest() {
    let outcome = Step::hostile("{}").arg("--limit=fule=1").run().exits(2);
    assert_eq!(outcome.stderr, "error: --limit: there is no bound \"fule\"\n  hint: did you mean fuel?\n");
    let outcome = Step::hostile("{}").env("KRATIX_WASM_LIMITS", "time=1h").run().exits(2);
    assert_eq!(
        outcome.stderr,
        "error: KRATIX_WASM_LIMITS: time can't be \"1h\"\n  \
         caused by: it is a number of seconds, for example 90, 90s or 2m\n"
    );
}
