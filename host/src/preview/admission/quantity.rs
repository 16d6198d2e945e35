//! Quantities of resources: `100m`, `1.5Gi`, `1e3`
//! (<https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>).

use serde_json::Value;

/// Kubernetes' words for a text that is none.
pub(super) const NO_QUANTITY: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const NO_SUFFIX: &str = "unable to parse quantity's suffix";

/// Why a text is no quantity.
///
/// # Errors
///
/// In Kubernetes' words.
pub(super) fn check(text: &str) -> Result<(), String> {
    let (_, _, suffix) = split(text).ok_or(NO_QUANTITY)?;
    scale(suffix).map(|_| ()).ok_or_else(|| NO_SUFFIX.to_owned())
}

/// The amount that a value stands for, in billionths; null is none at all.
pub(super) fn amount(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => billionths(text.trim()),
        Value::Number(number) => billionths(&number.to_string()),
        Value::Null => Some(0),
        _ => None,
    }
}

/// The amount in billionths, or the largest that fits; none where it is no quantity.
fn billionths(text: &str) -> Option<i128> {
    let (number, is_negative, suffix) = split(text)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    // None that long fits.
    let digits = if digits.is_empty() { 0 } else { digits.parse::<i128>().unwrap_or(i128::MAX) };
    let (factor, exponent) = scale(suffix)?;
    let places = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
    let exponent = exponent.saturating_add(9).saturating_sub(places);
    let power = 10_i128.saturating_pow(exponent.unsigned_abs());
    let amount = digits.saturating_mul(factor);
    // Kubernetes rounds what is smaller up.
    let amount = if exponent < 0 { amount.saturating_add(power - 1) / power } else { amount.saturating_mul(power) };
    Some(if is_negative { -amount } else { amount })
}

/// A number without its sign, whether it is below zero, and its suffix.
fn split(text: &str) -> Option<(&str, bool, &str)> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(unsigned);
    if unsigned[end..].starts_with('.') {
        end += 1 + digits(&unsigned[end + 1..]);
    }
    let (number, suffix) = unsigned.split_at(end);
    let letters = suffix.bytes().take_while(|byte| b"eEinumkKMGTP".contains(byte)).count();
    let exponent = &suffix[letters..];
    let is_exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent).bytes().all(|byte| byte.is_ascii_digit());
    (!text.is_empty() && is_exponent).then_some((number, text.starts_with('-'), suffix))
}

/// What a suffix stands for: a factor, and a power of ten.
fn scale(suffix: &str) -> Option<(i128, i32)> {
    let binary = |power: u32| Some((1_i128 << (10 * power), 0));
    match suffix {
        "n" => Some((1, -9)),
        "u" => Some((1, -6)),
        "m" => Some((1, -3)),
        "" => Some((1, 0)),
        "k" => Some((1, 3)),
        "M" => Some((1, 6)),
        "G" => Some((1, 9)),
        "T" => Some((1, 12)),
        "P" => Some((1, 15)),
        "E" => Some((1, 18)),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        // Go takes any exponent of 64 bits.
        _ => suffix
            .strip_prefix(['e', 'E'])?
            .parse::<i64>()
            .ok()
            .map(|exponent| (1, i32::try_from(exponent).unwrap_or(if exponent < 0 { i32::MIN } else { i32::MAX }))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_those_of_kubernetes() {
        let unit = Some(1_000_000_000_i128);
        for (text, amount) in [
            ("1", unit),
            ("1000m", unit),
            ("1e0", unit),
            ("+1.0", unit),
            (".001k", unit),
            ("1Ki", unit.map(|unit| unit * 1024)),
            ("-5", unit.map(|unit| unit * -5)),
            ("0.1n", Some(1)),
            ("", None),
            ("1e999999999999", Some(i128::MAX)),
            ("1e-999999999999", Some(1)),
            ("0e99999", Some(0)),
        ] {
            assert_eq!(billionths(text), amount, "{text}");
        }
        for (text, wrong) in [
            ("1x", Some(NO_QUANTITY)),
            ("", Some(NO_QUANTITY)),
            ("a", Some(NO_QUANTITY)),
            ("1 ", Some(NO_QUANTITY)),
            ("1e", Some(NO_SUFFIX)),
            ("1KiB", Some(NO_QUANTITY)),
            ("1K", Some(NO_SUFFIX)),
            ("1m5", Some(NO_SUFFIX)),
            ("1e+30", None),
            ("+", None),
            (".", None),
        ] {
            assert_eq!(check(text).err().as_deref(), wrong, "{text}");
        }
    }
}
