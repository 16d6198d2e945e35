//! Numbers, as Go's JSON decoder has them and its `strconv` writes them.

use serde_json::Number;

/// The digits of a number: of an integer all, of a float as few as mean the same.
pub(super) fn number(number: &Number) -> String {
    number.as_i64().map_or_else(|| float(number.as_f64().unwrap_or_default()), |number| number.to_string())
}

/// With an exponent where it is below -4 or above 5.
fn float(float: f64) -> String {
    // Of two texts that are as short and as near, JSON has the even one, as Go has; Rust's own hasn't.
    let json = Number::from_f64(float).map(|number| number.to_string()).unwrap_or_default();
    let (sign, json) = json.strip_prefix('-').map_or(("", &*json), |json| ("-", json));
    let (mantissa, exponent) = json.split_once('e').unwrap_or((json, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let zeros = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0');
    let [point, zeros, shift] = [whole.len(), zeros, 1].map(|length| i32::try_from(length).unwrap_or_default());
    let exponent = exponent.parse::<i32>().unwrap_or_default() + point - zeros - shift;
    match digits.split_at_checked(1) {
        None => format!("{sign}0"),
        Some((first, rest)) if !(-4..=5).contains(&exponent) => {
            let point = if rest.is_empty() { "" } else { "." };
            let direction = if exponent < 0 { '-' } else { '+' };
            format!("{sign}{first}{point}{rest}e{direction}{:02}", exponent.abs())
        }
        // So few digits that Rust writes them alike.
        Some(_) => format!("{sign}{}", json.strip_suffix(".0").unwrap_or(json)),
    }
}
