//! `$(NAME)` in what a Promise gives a container: Kubernetes puts the variable's value there before the container starts
//! (<https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>).

/// A text as a container gets it, for variables as `value` knows them. One that it doesn't know stays as it is written,
/// and `$$` is a dollar sign.
#[must_use]
pub fn expand(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            expanded.push('$');
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|reference| reference.split_once(')')) {
            match value(name) {
                Some(value) => expanded.push_str(&value),
                None => expanded.extend(["$(", name, ")"]),
            }
            rest = after;
        } else {
            expanded.push('$');
        }
    }
    expanded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_put_in_and_all_else_stays() {
        let value = |name: &str| match name {
            "A" => Some("1".to_owned()),
            "B" => Some("$(A)$$".to_owned()),
            _ => None,
        };
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("$(A)", "1"),
            ("x$(A)y$(A)z", "x1y1z"),
            ("$$(A)", "$(A)"),
            ("$$$(A)", "$1"),
            ("$$$$", "$$"),
            ("$(B)", "$(A)$$"),
            ("$(C)", "$(C)"),
            ("$(A", "$(A"),
            ("$", "$"),
            ("$A ${A} $", "$A ${A} $"),
            ("$()", "$()"),
            ("$($(A))", "$($(A))"),
            ("é$(A)é", "é1é"),
        ] {
            assert_eq!(expand(text, value), expected, "{text}");
        }
    }
}
