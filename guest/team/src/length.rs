//! How long a text may be.

use kratix_wasm_sdk::Problem;

/// Counts as the API server does: characters, not bytes.
pub(crate) fn ensure_length(field: &str, text: &str, most: usize) -> Result<(), Problem> {
    let length = text.chars().count();
    if length > most {
        return Err(Problem::new(field, format!("has {length} characters; at most {most} are possible")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_and_not_bytes() {
        assert_eq!(ensure_length("spec.name", "üüü", 3), Ok(()));
        let problem = Problem::new("spec.name", "has 3 characters; at most 2 are possible");
        assert_eq!(ensure_length("spec.name", "üüü", 2), Err(problem));
    }
}
