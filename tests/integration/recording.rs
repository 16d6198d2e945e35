//! docs/demo.svg, the README's recording: what `./x demo` prints, in a terminal that scrolls. It is drawn from a run, so that
//! it never shows what is no more.

use std::fmt::Write as _;
use std::process::Command;

use kratix_wasm_tests::{assert_golden, built, root, run};

/// Of the terminal. So many characters are no wider than the text of a README.
const COLUMNS: usize = 100;
const ROWS: usize = 27;

/// In pixels.
const SIZE: usize = 13;
const LEADING: usize = 18;
const MARGIN: usize = 16;
const BAR: usize = 34;

/// Seconds that a page stays before the first and for each line of it that is new.
const PAUSE: f64 = 1.5;
const READING: f64 = 0.28;
const SCROLLING: f64 = 0.6;

#[test]
fn the_recording_shows_what_the_demo_prints() {
    let folder = built("kratix-wasm");
    let folder = folder.parent().expect("it lies in a folder");
    let printed = run(Command::new(root().join("tests/demo")).arg(folder));
    assert_golden(&root().join("docs/demo.svg"), &draw("./x demo", &printed));
}

#[test]
fn a_line_is_broken_where_the_terminal_ends_and_stays_text() {
    let long = format!("1. <{}>\n", "ä".repeat(COLUMNS));
    let drawn = draw("a & b", &long);
    let end = "ä".repeat(COLUMNS - 4);
    assert!(drawn.contains("$ a &amp; b</text>"), "{drawn}");
    assert!(drawn.contains(&format!(">1. &lt;{end}</text>")) && drawn.contains(">ääää&gt;</text>"), "{drawn}");
}

/// A line of the terminal, and how it looks.
struct Row {
    class: &'static str,
    text: String,
}

/// As an SVG that needs nothing else. Without animations, or for people who want none, it shows the first page.
fn draw(command: &str, printed: &str) -> String {
    let mut rows = vec![Row { class: "prompt", text: format!("$ {command}") }];
    for line in printed.lines() {
        let class = if is_title(line) { "title" } else { "plain" };
        let characters: Vec<char> = line.chars().collect();
        // A blank line is a line, too.
        let first = characters.chunks(COLUMNS).next().unwrap_or_default();
        let rest = characters.chunks(COLUMNS).skip(1);
        rows.extend(std::iter::once(first).chain(rest).map(|part| Row { class, text: part.iter().collect() }));
    }
    let (width, height) = (2 * MARGIN + COLUMNS * SIZE * 62 / 100, BAR + ROWS * LEADING + MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\">\n<title>What {command} prints</title>\n<style>\n\
         text {{ font: {SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; \
         fill: #c9d1d9; white-space: pre }}\n\
         .title {{ font-weight: bold; fill: #ffffff }}\n.prompt {{ fill: #7ee787 }}\n{}</style>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#161b22\" stroke=\"#444c56\"/>\n",
        scrolling(&rows),
        width - 1,
        height - 1,
        command = escaped(command)
    );
    for (place, colour) in ["#ff5f57", "#febc2e", "#28c840"].iter().enumerate() {
        let (x, y) = (MARGIN + 4 + 18 * place, BAR / 2);
        let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>");
    }
    // What is outside of an inner picture is not shown.
    let _ = writeln!(
        svg,
        "<svg x=\"{MARGIN}\" y=\"{BAR}\" width=\"{}\" height=\"{}\">\n<g class=\"screen\">",
        width - MARGIN,
        ROWS * LEADING
    );
    for (place, Row { class, text }) in rows.iter().enumerate().filter(|(_, row)| !row.text.is_empty()) {
        let y = (place + 1) * LEADING - LEADING / 4;
        let text = escaped(text);
        let _ = writeln!(svg, "<text class=\"{class}\" y=\"{y}\" xml:space=\"preserve\">{text}</text>");
    }
    svg + "</g>\n</svg>\n</svg>\n"
}

/// Whether a line is one of those that tell the demo's story.
fn is_title(line: &str) -> bool {
    line.split_once(". ")
        .is_some_and(|(number, _)| number.len() == 1 && number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Each title in turn goes to the top, as far as there are lines below it, and stays to be read.
fn scrolling(rows: &[Row]) -> String {
    let last = rows.len().saturating_sub(ROWS);
    let mut pages = vec![0];
    let titles = rows.iter().enumerate().filter(|(_, row)| row.class == "title");
    for top in titles.map(|(place, _)| place.min(last)).skip(1) {
        if pages.last() != Some(&top) {
            pages.push(top);
        }
    }
    let ends = pages.iter().skip(1).copied().chain([rows.len()]);
    let times: Vec<f64> =
        pages.iter().zip(ends).map(|(top, end)| PAUSE + READING * f64::from(number(end - top))).collect();
    let whole: f64 = times.iter().map(|time| time + SCROLLING).sum();
    let (mut frames, mut now) = (String::new(), 0.0);
    for (top, time) in pages.iter().zip(times) {
        let (from, to) = (100.0 * now / whole, 100.0 * (now + time) / whole);
        let _ = writeln!(frames, "{from:.2}%, {to:.2}% {{ transform: translateY({}px) }}", -number(top * LEADING));
        now += time + SCROLLING;
    }
    format!(
        "@media (prefers-reduced-motion: no-preference) {{ .screen {{ animation: scroll {whole:.1}s infinite }} }}\n\
         @keyframes scroll {{\n{frames}}}\n"
    )
}

fn number(count: usize) -> i32 {
    i32::try_from(count).expect("a demo is short")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
