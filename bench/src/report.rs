//! The result, for people and programs.

use std::fs;

use serde_json::{Value, json};

use crate::Result;
use crate::figures::{Figures, max, median, min, show, times};
use crate::subject::Subject;

/// A part of the precompiled step.
#[derive(Debug)]
pub(crate) struct Part {
    name: String,
    milliseconds: Vec<f64>,
}

impl Part {
    /// Adds a run of `team-phases`, which prints nanoseconds and names.
    pub(crate) fn add(parts: &mut Vec<Self>, printed: &str) -> Result<()> {
        for line in printed.lines() {
            let parsed = line.split_once(' ').and_then(|(number, name)| Some((number.parse::<f64>().ok()?, name)));
            let (nanoseconds, name) = parsed.ok_or_else(|| format!("team-phases printed {line:?}"))?;
            let milliseconds = nanoseconds / 1e6;
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
    /// The steps in the order of the table, then what explains them.
    pub(crate) measured: Vec<(Subject, Figures)>,
    pub(crate) parts: Vec<Part>,
}

/// What the product is meant to reach; told, never enforced, since a busy machine would decide.
struct Aim {
    text: &'static str,
    measured: f64,
    unit: &'static str,
    met: bool,
}

impl Report {
    pub(crate) fn to_text(&self) -> Result<String> {
        let mut lines = self.setting()?;
        lines.push(String::new());
        lines.extend(self.steps()?);
        lines.push(String::new());
        for Aim { text, measured, unit, met } in self.aims()? {
            let met = if met { "met" } else { "not met" };
            lines.push(format!("Aim: {text}: {met}, {}{unit}", show(measured)));
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
            value["key"] = subject.key.into();
            value["name"] = subject.name.into();
            value
        });
        let aims = self.aims()?.into_iter();
        let aims = aims.map(|aim| json!({"aim": aim.text, "measured": aim.measured, "met": aim.met}));
        let parts = self.parts.iter().map(|part| json!({"name": part.name, "ms": part.milliseconds}));
        Ok(json!({
            "machine": {"processor": processor(), "processors": processors(), "kernel": kernel()},
            "python": python(),
            "rounds": self.rounds,
            "filesystem": self.filesystem,
            "driverPeakMiB": driver_peak()?,
            "measured": measured.collect::<Vec<_>>(),
            "parts": parts.collect::<Vec<_>>(),
            "aims": aims.collect::<Vec<_>>(),
        }))
    }

    fn setting(&self) -> Result<Vec<String>> {
        let (processors, processor, kernel) = (processors(), processor(), kernel());
        Ok(vec![
            format!("One Team step as a process, {} rounds in turn, files on {}", self.rounds, self.filesystem),
            format!("{processors} × {processor}, Linux {kernel}, Python {}", python()),
            format!("Peaks below {} MiB, that of the driver, can't be seen", show(driver_peak()?)),
        ])
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
        if let (Ok(precompiled), Ok(native)) = (self.of("precompiledInMemory"), self.of("nativeInMemory")) {
            lines.push(line("The whole step with its files in memory", median(&precompiled.wall)));
            lines.push(line("Native Rust with its files in memory", median(&native.wall)));
            lines.push(line("How many times the second the first is", times(&precompiled.wall, &native.wall)));
        }
        Ok(lines)
    }

    fn aims(&self) -> Result<Vec<Aim>> {
        let precompiled = self.of("precompiled")?;
        let over_native = times(&precompiled.wall, &self.of("native")?.wall);
        let under_sdk = times(&self.of("pythonSdk")?.wall, &precompiled.wall);
        let peak = max(&precompiled.peak);
        Ok(vec![
            Aim {
                text: "precompiled takes at most twice the native step's wall time",
                measured: over_native,
                unit: " times",
                met: over_native <= 2.0,
            },
            Aim {
                text: "precompiled is 100 times faster than the kratix-sdk step",
                measured: under_sdk,
                unit: " times",
                met: under_sdk >= 100.0,
            },
            Aim { text: "its peak stays under 16 MiB", measured: peak, unit: " MiB", met: peak < 16.0 },
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
fn driver_peak() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.map(|kib| kib / 1024.0).ok_or_else(|| "Linux doesn't say how much memory this process had".into())
}
