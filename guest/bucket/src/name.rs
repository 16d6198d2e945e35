//! What a bucket is called, in S3 and in the cluster of Crossplane: unlike those of all other requests.

use kratix_wasm_sdk::Problem;

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
const MAX: usize = 63;

/// The two parts have no `--`, so the one between them says where the namespace ends. A dot would say it, too, but the
/// certificates of S3 don't cover names with dots.
pub(crate) fn of(prefix: &str, namespace: &str, request: &str, problems: &mut Vec<Problem>) -> String {
    for (field, part) in [("metadata.namespace", namespace), ("metadata.name", request)] {
        if !is_plain(part) {
            let message = "must consist of lower case letters and digits, with single hyphens between them";
            problems
                .push(Problem::new(field, message).hint("it becomes a part of the bucket's name, for example logs"));
        }
    }
    let name = format!("{prefix}-{namespace}--{request}");
    if name.len() > MAX {
        let message = format!("makes the bucket's name {name} longer than the {MAX} characters that S3 takes");
        problems.push(Problem::new("metadata.name", message));
    }
    name
}

fn is_plain(part: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    part.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(namespace: &str, request: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let _ = of("acme", namespace, request, &mut problems);
        problems.into_iter().filter_map(|problem| problem.field).collect()
    }

    #[test]
    fn no_two_requests_share_a_bucket() {
        let of = |namespace, request| of("acme", namespace, request, &mut Vec::new());
        assert_eq!(of("shop", "logs"), "acme-shop--logs");
        assert_ne!(of("a", "b-c"), of("a-b", "c"));
        assert_eq!(of("a", "b--c"), of("a--b", "c"), "so both are refused");
        assert_eq!(refused("a", "b--c"), ["metadata.name"]);
        assert_eq!(refused("a--b", "c"), ["metadata.namespace"]);
    }

    #[test]
    fn a_name_is_one_that_s3_takes() {
        for name in ["a.b", "-a", "a-", "A", "", "ä"] {
            assert_eq!(refused("shop", name), ["metadata.name"], "{name}");
        }
        // `acme-shop--` has eleven.
        assert_eq!(refused("shop", &"a".repeat(52)), [""; 0]);
        assert_eq!(refused("shop", &"a".repeat(53)), ["metadata.name"]);
    }
}
