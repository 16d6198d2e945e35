//! What becomes of many figures.

use std::time::Duration;

use serde_json::{Value, json};

use crate::child::Cost;

/// What a program took, a run each; at least one.
#[derive(Debug, Default)]
pub struct Figures {
    /// Milliseconds.
    pub wall: Vec<f64>,
    /// Milliseconds.
    pub cpu: Vec<f64>,
    /// MiB.
    pub peak: Vec<f64>,
}

impl Figures {
    /// Adds a run.
    pub fn add(&mut self, cost: Cost) {
        self.wall.push(milliseconds(cost.wall));
        self.cpu.push(milliseconds(cost.cpu));
        self.peak.push(f64::from(cost.peak_kib) / 1024.0);
    }

    /// For programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"wallMs": self.wall, "cpuMs": self.cpu, "peakMiB": self.peak})
    }
}

/// In milliseconds.
#[must_use]
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The least.
#[must_use]
pub fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The most; 0 of none.
#[must_use]
pub fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// The one in the middle; of an even number, what is between the two.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

/// How many times the second the first is. Both of a pair come from one round, so that what slows the machine for a
/// while slows both.
#[must_use]
pub fn times(first: &[f64], second: &[f64]) -> f64 {
    let ratios: Vec<f64> = first.iter().zip(second).map(|(first, second)| first / second).collect();
    median(&ratios)
}

/// About three digits.
#[must_use]
pub fn show(number: f64) -> String {
    let digits = match number {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{number:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_round_does_not_move_a_median() {
        assert!((median(&[3.0, 1.0, 900.0]) - 3.0).abs() < 1e-9);
        assert!((median(&[4.0, 1.0, 2.0, 900.0]) - 3.0).abs() < 1e-9);
        assert!((times(&[2.0, 40.0, 6.0], &[1.0, 20.0, 1.0]) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_figure_has_about_three_digits() {
        assert_eq!([0.1234, 9.876, 12.34, 387.4].map(show), ["0.12", "9.88", "12.3", "387"]);
    }
}
