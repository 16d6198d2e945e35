//! The files of an answer, made ready to be written: YAML of JSON, and never more than the bounds allow.

use serde_json::Value;

use super::error::{Refused, refused};
use crate::contract::{Contents, File, GeneratorName};
use crate::error::Error;
use crate::kratix::{Files, OutputPath};
use crate::limits::{Bound, DOCUMENT_DEPTH, DOCUMENT_VALUES, FILES, Limits, OUTPUT_BYTES};
use crate::yaml;

/// Checks the files that a generator returned, and writes as YAML what is to be YAML.
///
/// # Errors
///
/// [`Exit::Limit`](crate::exit::Exit::Limit) over a bound, [`Exit::Misbehaved`](crate::exit::Exit::Misbehaved) for what the
/// contract doesn't allow.
pub fn render(generator: &GeneratorName, files: Vec<File>, limits: &Limits) -> Result<Files, Error> {
    if files.len() > limits.files {
        return Err(limits.reached(&FILES, format!("generator {generator} returned {} files", files.len())));
    }
    let too_much = || limits.reached(&OUTPUT_BYTES, format!("generator {generator} returned too much output"));
    if files.iter().map(given_bytes).sum::<usize>() > limits.output_bytes {
        return Err(too_much());
    }
    let mut left = limits.output_bytes;
    let mut rendered = Files::new();
    for file in files {
        let path = OutputPath::parse(&file.path).map_err(|error| {
            refused(Refused::Path, generator, format!("returned a path {} that {error}", OutputPath::show(&file.path)))
        })?;
        let bytes = match file.contents {
            Contents::Bytes(bytes) => bytes,
            Contents::Yaml(documents) => to_yaml(documents, left, limits).map_err(|flaw| match flaw {
                Flaw::TooMuch => too_much(),
                Flaw::Wrong(what) => refused(Refused::Document, generator, format!("returned {path} with {what}")),
                Flaw::Bound { what, bound } => {
                    limits.reached(bound, format!("generator {generator} returned {path} with a document that {what}"))
                }
            })?,
        };
        left = left.checked_sub(bytes.len()).ok_or_else(too_much)?;
        let shown = path.to_string();
        if rendered.insert(path, bytes.into()).is_some() {
            return Err(refused(Refused::Path, generator, format!("returned {shown} twice")));
        }
    }
    Ok(rendered)
}

/// What is wrong with the documents of a file.
#[derive(Debug)]
enum Flaw {
    TooMuch,
    /// To be read after "with".
    Wrong(String),
    Bound {
        what: &'static str,
        bound: &'static Bound,
    },
}

fn given_bytes(file: &File) -> usize {
    match &file.contents {
        Contents::Bytes(bytes) => bytes.len(),
        Contents::Yaml(documents) => documents.iter().map(String::len).sum(),
    }
}

/// Document after document, so that only one of them is in memory as values.
fn to_yaml(documents: Vec<String>, left: usize, limits: &Limits) -> Result<Vec<u8>, Flaw> {
    if documents.is_empty() {
        return Err(Flaw::Wrong("no YAML document".into()));
    }
    let mut writer = yaml::Writer::new(left);
    for json in documents {
        ensure_measured(&json, limits)?;
        let document: Value = serde_json::from_str(&json)
            .map_err(|error| Flaw::Wrong(format!("a document that is not JSON: {error}")))?;
        writer.add(&document).map_err(|yaml::TooLong| Flaw::TooMuch)?;
    }
    Ok(writer.finish().into_bytes())
}

/// Bounds depth and number of values by a look at the text, before memory is taken for them.
fn ensure_measured(json: &str, limits: &Limits) -> Result<(), Flaw> {
    let (mut depth, mut values) = (0_usize, 1_usize);
    let (mut in_string, mut escaped, mut opened) = (false, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > limits.document_depth {
                    return Err(Flaw::Bound { what: "is too deep", bound: &DOCUMENT_DEPTH });
                }
            }
            // One more than there are commas and colons, unless it is empty.
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                values += usize::from(!opened);
            }
            b',' | b':' => values += 1,
            _ => {}
        }
        opened = if byte.is_ascii_whitespace() { opened } else { !in_string && matches!(byte, b'[' | b'{') };
    }
    if values > limits.document_values {
        return Err(Flaw::Bound { what: "has too many values", bound: &DOCUMENT_VALUES });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> GeneratorName {
        GeneratorName::parse("g".into()).unwrap()
    }

    fn file(path: &str, documents: &[&str]) -> File {
        let documents = documents.iter().map(|json| (*json).to_owned()).collect();
        File { path: path.into(), contents: Contents::Yaml(documents) }
    }

    #[track_caller]
    fn fails(files: Vec<File>, limits: Limits, says: &str) {
        let error = render(&name(), files, &limits).unwrap_err();
        assert_eq!(format!("{error}: {}", error.cause().unwrap_or_default()), says);
    }

    #[test]
    fn what_is_left_is_shared_by_all_files_and_documents() {
        let limits = |output_bytes| Limits { output_bytes, ..Limits::default() };
        let files = || vec![file("a.yaml", &["[[1]]", "2"]), file("b.yaml", &["{\"---a\":1}"])];
        let rendered = render(&name(), files(), &limits(28)).unwrap();
        let texts: Vec<_> = rendered.values().map(|bytes| std::str::from_utf8(bytes).unwrap()).collect();
        assert_eq!(texts, ["- - 1\n---\n2\n", "? ---a\n: 1\n"]);
        for bound in 0..28 {
            if texts.concat().len() <= bound {
                continue;
            }
            let says = format!("generator g returned too much output: output-bytes is {bound}");
            fails(files(), limits(bound), &says);
        }
    }

    #[test]
    fn json_is_measured_before_it_is_read() {
        let limits = || Limits { document_depth: 2, document_values: 5, ..Limits::default() };
        for fits in ["[[1, 2, 3]]", r#"{"[[[{{{,,,,,,": "\\\"[[[,,,,::::"}"#, r#"["\\", [1]]"#, "[[], {}, [ ], []]"] {
            assert!(render(&name(), vec![file("a", &[fits, fits])], &limits()).is_ok(), "{fits}");
        }
        let deep = "generator g returned a with a document that is too deep: document-depth is 2";
        fails(vec![file("a", &["1", "[[[1]]]"])], limits(), deep);
        fails(vec![file("a", &[r#"["\\", {"a": {}}]"#])], limits(), deep);
        let many = "generator g returned a with a document that has too many values: document-values is 5";
        fails(vec![file("a", &["[1, 2, 3, 4, 5]"])], limits(), many);
    }
}
