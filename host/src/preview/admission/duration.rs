//! Durations as Go's `time.ParseDuration` reads them: `10m`, `1h30m`, `1.5h`.

use super::decode::quoted;

/// A duration in nanoseconds.
///
/// # Errors
///
/// In Go's words.
pub(super) fn parse(text: &str) -> Result<i128, String> {
    let invalid = || format!("time: invalid duration {}", quoted(text));
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return Ok(0);
    }
    if unsigned.is_empty() {
        return Err(invalid());
    }
    let (mut rest, mut sum) = (unsigned, 0_i128);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, after) = rest.split_at(digits);
        let fraction = after.strip_prefix('.').map(|after| {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            after.split_at(digits)
        });
        let (fraction, after) = fraction.unwrap_or(("", after));
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let (unit, after) = after.split_at(after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len()));
        let nanoseconds: i128 = match unit {
            "" => return Err(format!("time: missing unit in duration {}", quoted(text))),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(format!("time: unknown unit {} in duration {}", quoted(unit), quoted(text))),
        };
        let number = |text: &str| if text.is_empty() { Ok(0) } else { text.parse::<i128>().map_err(|_| invalid()) };
        // Smaller parts than nanoseconds are cut.
        let fraction = &fraction[..fraction.len().min(18)];
        let power = 10_i128.pow(u32::try_from(fraction.len()).unwrap_or_default());
        let part =
            number(whole)?.checked_mul(nanoseconds).ok_or_else(invalid)? + number(fraction)? * nanoseconds / power;
        sum = sum.checked_add(part).filter(|sum| *sum <= i128::from(i64::MAX)).ok_or_else(invalid)?;
        rest = after;
    }
    Ok(if text.starts_with('-') { -sum } else { sum })
}

/// A duration of whole seconds as Go writes it: `59s`, `1m0s`, `1h0m0s`; with a fraction where it has one.
pub(super) fn text(nanoseconds: i128) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let nanoseconds = nanoseconds.unsigned_abs();
    let fraction = |nanoseconds: u128, unit: u128, width: usize| {
        let rest = format!("{:0width$}", nanoseconds % unit);
        let rest = rest.trim_end_matches('0');
        if rest.is_empty() { String::new() } else { format!(".{rest}") }
    };
    let seconds = nanoseconds / 1_000_000_000;
    let short = match nanoseconds {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanoseconds}ns"),
        1_000..1_000_000 => format!("{}{}µs", nanoseconds / 1_000, fraction(nanoseconds, 1_000, 3)),
        1_000_000..1_000_000_000 => format!("{}{}ms", nanoseconds / 1_000_000, fraction(nanoseconds, 1_000_000, 6)),
        _ => {
            let hours = if seconds < 3600 { String::new() } else { format!("{}h", seconds / 3600) };
            let minutes = if seconds < 60 { String::new() } else { format!("{}m", seconds / 60 % 60) };
            format!("{hours}{minutes}{}{}s", seconds % 60, fraction(nanoseconds, 1_000_000_000, 9))
        }
    };
    format!("{sign}{short}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        for (given, read, written) in [
            ("1m", 60_000_000_000, "1m0s"),
            ("1h30m", 5_400_000_000_000, "1h30m0s"),
            ("1.5s", 1_500_000_000, "1.5s"),
            ("-.5m", -30_000_000_000, "-30s"),
            ("0", 0, "0s"),
            ("1500us", 1_500_000, "1.5ms"),
            ("10ns", 10, "10ns"),
        ] {
            assert_eq!(parse(given), Ok(read), "{given}");
            assert_eq!(text(read), written);
        }
        for (given, wrong) in [
            ("", "time: invalid duration \"\""),
            ("1", "time: missing unit in duration \"1\""),
            ("1d", "time: unknown unit \"d\" in duration \"1d\""),
            ("1m x", "time: unknown unit \"m x\" in duration \"1m x\""),
            (".m", "time: invalid duration \".m\""),
            ("-", "time: invalid duration \"-\""),
            ("99999999999h", "time: invalid duration \"99999999999h\""),
        ] {
            assert_eq!(parse(given), Err(wrong.to_owned()));
        }
    }
}
