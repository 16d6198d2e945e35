//! The result, for people and programs.

use std::fs;

use kratix_wasm_bench::figures::{Figures, max, median, min, show, times};
use serde_json::{Value, json};

use crate::Result;
use crate::subject::Subject;

/// A part of the precompiled step.
#[derive(Debug)]
pub(crate) struct Part {
    name: String,
    milliseconds: Vec<f64>,
}

impl Part {
    /// Adds a run of the step with `--verbose`, which says how long its parts took.
    pub(crate) fn add(parts: &mut Vec<Self>, said: &str) -> Result<()> {
        for line in said.lines().filter_map(|line| line.strip_prefix("debug: ")) {
            let parsed = line.split_once(" ms: ").and_then(|(number, name)| Some((number.parse::<f64>().ok()?, name)));
            let (milliseconds, name) = parsed.ok_or_else(|| format!("the step said {line:?}"))?;
            match parts.iter_mut().find(|part| part.name == name) {
                Some(part) => part.milliseconds.push(milliseconds),
                None => parts.push(Self { name: name.to_owned(), milliseconds: vec![milliseconds] }),
            }
        }
        Ok(())
    }
}

/// Everything measured.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) rounds: u32,
    pub(crate) filesystem: String,
    /// In MiB; smaller peaks than the driver's own can't be seen.
    pub(crate) driver_peak: f64,
    /// The steps in the order of the table, then what explains them.
    pub(crate) measured: Vec<(Subject, Figures)>,
    pub(crate) parts: Vec<Part>,
    /// Milliseconds that a small file took to reach the disk.
    pub(crate) syncs: Vec<f64>,
}

/// What the product is meant to reach; told, never enforced, since a busy machine would decide.
struct Aim {
    text: &'static str,
    /// Where the files were, and what was measured there.
    measured: Vec<(String, f64)>,
    is_met: fn(f64) -> bool,
}

/// Files in memory, where no sync hides what else differs: behind the key of a step.
pub(crate) const IN_MEMORY: &str = "InMemory";

impl Report {
    pub(crate) fn to_text(&self) -> Result<String> {
        let mut lines = self.setting();
        lines.push(String::new());
        lines.extend(self.steps()?);
        lines.push(String::new());
        for Aim { text, measured, is_met } in self.aims()? {
            let show = |(place, number): &(String, f64)| {
                format!("{} {place} ({})", if is_met(*number) { "met" } else { "not met" }, show(*number))
            };
            let measured: Vec<String> = measured.iter().map(show).collect();
            lines.push(format!("Aim: {text}: {}", measured.join(", ")));
        }
        if !self.parts.is_empty() {
            lines.push(String::new());
            lines.extend(self.parts()?);
        }
        Ok(lines.join("\n") + "\n")
    }

    pub(crate) fn to_json(&self) -> Result<Value> {
        let measured = self.measured.iter().map(|(subject, figures)| {
            let mut value = figures.to_json();
            value["key"] = subject.key.as_str().into();
            value["name"] = subject.name.into();
            value
        });
        let aims = self.aims()?.into_iter();
        let aims = aims.map(|aim| {
            let measured = aim.measured.iter();
            let measured =
                measured.map(|(at, number)| json!({"at": at, "value": number, "met": (aim.is_met)(*number)}));
            json!({"aim": aim.text, "measured": measured.collect::<Vec<_>>()})
        });
        let parts = self.parts.iter().map(|part| json!({"name": part.name, "ms": part.milliseconds}));
        Ok(json!({
            "machine": {"processor": processor(), "processors": processors(), "kernel": kernel()},
            "python": python(),
            "rounds": self.rounds,
            "filesystem": self.filesystem,
            "driverPeakMiB": self.driver_peak,
            "measured": measured.collect::<Vec<_>>(),
            "parts": parts.collect::<Vec<_>>(),
            "syncMs": self.syncs,
            "aims": aims.collect::<Vec<_>>(),
        }))
    }

    fn setting(&self) -> Vec<String> {
        let (processors, processor, kernel) = (processors(), processor(), kernel());
        vec![
            format!("One Team step as a process, {} rounds in turn, files on {}", self.rounds, self.filesystem),
            format!("{processors} × {processor}, Linux {kernel}, Python {}", python()),
            format!("Peaks below {} MiB, that of the driver, can't be seen", show(self.driver_peak)),
        ]
    }

    fn steps(&self) -> Result<Vec<String>> {
        let base = self.of("precompiled")?;
        let mut lines = vec![
            format!("{:25}{:>15}{:>15}{:>15}{:>25}", "", "wall, ms", "CPU, ms", "peak, MiB", "times the precompiled"),
            format!("{:25}{}{:>9}{:>8}{:>8}", "", "    min  median".repeat(3), "wall", "CPU", "peak"),
        ];
        for (subject, figures) in self.measured.iter().filter(|(subject, _)| subject.is_step) {
            let figures_of = |values| format!("{:>7}{:>8}", show(min(values)), show(median(values)));
            let [wall, cpu, peak] = [&figures.wall, &figures.cpu, &figures.peak].map(|values| figures_of(values));
            let times = [(&figures.wall, &base.wall), (&figures.cpu, &base.cpu), (&figures.peak, &base.peak)]
                .map(|(values, base)| show(times(values, base)));
            let [wall_times, cpu_times, peak_times] = times;
            lines.push(format!("{:25}{wall}{cpu}{peak}{wall_times:>9}{cpu_times:>8}{peak_times:>8}", subject.name));
        }
        Ok(lines)
    }

    fn parts(&self) -> Result<Vec<String>> {
        let line = |name: &str, number: f64| format!("{name:60}{:>8}", show(number));
        let start = median(&self.of("version")?.wall);
        let parts: Vec<f64> = self.parts.iter().map(|part| median(&part.milliseconds)).collect();
        let mut lines = vec!["Where the time of the precompiled step goes, median wall time in ms".to_owned()];
        lines.push(line("  start and end of the process (kratix-wasm version)", start));
        lines.extend(self.parts.iter().zip(&parts).map(|(part, median)| line(&format!("  {}", part.name), *median)));
        lines.push(line("  together", start + parts.iter().sum::<f64>()));
        lines.push(line("The whole step, as above", median(&self.of("precompiled")?.wall)));
        lines.push(line("Writing one small file through to the disk", median(&self.syncs)));
        for (key, name) in [("precompiled", "The whole step"), ("native", "Native Rust"), ("pythonSdk", "kratix-sdk")] {
            if let Ok(figures) = self.of(&format!("{key}{IN_MEMORY}")) {
                lines.push(line(&format!("{name}, its files in memory"), median(&figures.wall)));
            }
        }
        Ok(lines)
    }

    fn aims(&self) -> Result<Vec<Aim>> {
        let (mut over_native, mut under_sdk, mut peak) = (Vec::new(), Vec::new(), Vec::new());
        for (suffix, place) in [("", format!("on {}", self.filesystem)), (IN_MEMORY, "in memory".to_owned())] {
            let of = |key: &str| self.of(&format!("{key}{suffix}"));
            let Ok(precompiled) = of("precompiled") else { continue };
            over_native.push((place.clone(), times(&precompiled.wall, &of("native")?.wall)));
            under_sdk.push((place.clone(), times(&of("pythonSdk")?.wall, &precompiled.wall)));
            peak.push((place, max(&precompiled.peak)));
        }
        Ok(vec![
            Aim { text: "at most twice the time of native Rust", measured: over_native, is_met: |times| times <= 2.0 },
            Aim { text: "100 times faster than kratix-sdk", measured: under_sdk, is_met: |times| times >= 100.0 },
            Aim { text: "at most 16 MiB", measured: peak, is_met: |mib| mib <= 16.0 },
        ])
    }

    fn of(&self, key: &str) -> Result<&Figures> {
        let found = self.measured.iter().find(|(subject, _)| subject.key == key);
        found.map(|(_, figures)| figures).ok_or_else(|| format!("{key} was not measured"))
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, model)| model.trim().to_owned())
}

fn kernel() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    release.split('-').next().unwrap_or_default().trim().to_owned()
}

fn python() -> String {
    let config = fs::read_to_string("target/bench/venv/pyvenv.cfg").unwrap_or_default();
    let version = config.lines().find_map(|line| line.strip_prefix("version = "));
    version.unwrap_or("of unknown version").to_owned()
}

/// The most memory that this process had, in MiB: what a child's peak starts from.
pub(crate) fn driver_peak() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.map(|kib| kib / 1024.0).ok_or_else(|| "Linux doesn't say how much memory this process had".into())
}
