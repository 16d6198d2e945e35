//! The syntax of names, labels and annotations: all problems of a text, in the words of apimachinery
//! (`pkg/api/validate/content`).

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const KEY: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/// Kubernetes counts bytes, and calls them characters in names.
fn too_long(text: &str, most: usize, unit: &str) -> Option<String> {
    (text.len() > most).then(|| format!("must be no more than {most} {unit}"))
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(|byte| is_lower(*byte)))
        && bytes.iter().all(|byte| is_lower(*byte) || *byte == b'-')
}

fn is_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// A label of the DNS, such as a namespace's name.
pub(in super::super) fn label(text: &str) -> Vec<String> {
    let mut problems = Vec::from_iter(too_long(text, 63, "characters"));
    if !is_label(text) {
        problems.push(if text.split('.').all(is_label) {
            "must not contain dots".to_owned()
        } else {
            format!(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and \
                 end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')"
            )
        });
    }
    problems
}

/// A name of most objects.
pub(in super::super) fn subdomain(text: &str) -> Vec<String> {
    subdomain_in(text, "characters")
}

fn subdomain_in(text: &str, unit: &str) -> Vec<String> {
    let mut problems = Vec::from_iter(too_long(text, 253, unit));
    if !text.split('.').all(is_label) {
        problems.push(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start \
             and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{SUBDOMAIN}')"
        ));
    }
    problems
}

/// A name of a kind of object.
pub(in super::super) fn dns1035(text: &str) -> Vec<String> {
    let mut problems = Vec::from_iter(too_long(text, 63, "characters"));
    if !is_label(text) || text.starts_with(|c: char| c.is_ascii_digit()) {
        problems.push(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, \
             and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is \
             '[a-z]([-a-z0-9]*[a-z0-9])?')"
                .to_owned(),
        );
    }
    problems
}

/// A key of labels, annotations and finalizers.
pub(in super::super) fn qualified(text: &str) -> Vec<String> {
    let must = format!(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character \
         (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{KEY}')"
    );
    let mut problems = Vec::new();
    let mut parts = text.split('/');
    let (first, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    if third.is_some() {
        let prefix = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        return vec![format!("a valid label key {must} {prefix}")];
    }
    let name = second.unwrap_or(first);
    if second.is_some() {
        if first.is_empty() {
            problems.push("prefix part must be non-empty".to_owned());
        } else {
            problems.extend(subdomain_in(first, "bytes").into_iter().map(|problem| format!("prefix part {problem}")));
        }
    }
    if name.is_empty() {
        problems.push("name part must be non-empty".to_owned());
    }
    problems.extend(too_long(name, 63, "bytes").map(|problem| format!("name part {problem}")));
    if !is_key(name) {
        problems.push(format!("name part {must}"));
    }
    problems
}

/// A value of a label.
pub(in super::super) fn label_value(text: &str) -> Vec<String> {
    let mut problems = Vec::from_iter(too_long(text, 63, "bytes"));
    if !text.is_empty() && !is_key(text) {
        problems.push(format!(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start \
             and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation \
             is '({KEY})?')"
        ));
    }
    problems
}
