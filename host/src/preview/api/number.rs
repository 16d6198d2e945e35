//! Numbers as an API server has them in memory: an integer of 64 bits where JSON has one, else a float.

use serde_json::Number;

/// A number of JSON, decoded as Kubernetes does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Decoded {
    /// One without a fraction or an exponent, within 64 bits with a sign.
    Integer(i64),
    /// Any other.
    Float(f64),
}

/// Decodes a number.
pub(super) fn decoded(number: &Number) -> Decoded {
    number.as_i64().map_or_else(|| Decoded::Float(number.as_f64().unwrap_or(f64::NAN)), Decoded::Integer)
}

impl Decoded {
    /// As a float.
    #[expect(clippy::cast_precision_loss, reason = "as Go converts it")]
    pub(super) fn float(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
        }
    }
}

/// Whether a float is so near to an integer that kube-openapi's validator takes it for one
/// (go-openapi's `swag.IsFloat64AJSONInteger`).
#[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "as Go computes it")]
pub(super) fn is_nearly_integer(float: f64) -> bool {
    const MOST: f64 = ((1_i64 << 53) - 1) as f64;
    if !float.is_finite() || !(-MOST..=MOST).contains(&float) {
        return false;
    }
    let whole = float.trunc();
    // It goes through a number without a sign, and so is exact where that is lost.
    if float < 0.0 || whole == 0.0 {
        return float == whole;
    }
    (float - whole) / (float + whole) < 1e-9
}
