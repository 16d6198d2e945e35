//! Answers of generators: what is taken lies inside the output, is within the bounds, and its YAML says what the JSON said.
#![no_main]

use arbitrary::Arbitrary;
use kratix_wasm::kratix::status;
use kratix_wasm::limits::Limits;
use kratix_wasm::contract::{Contents, File, GeneratorName};
use kratix_wasm::step::render::render;
use kratix_wasm::yaml;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[derive(Debug, Arbitrary)]
struct Answer {
    bytes: Vec<(String, Vec<u8>)>,
    documents: Vec<(String, Vec<String>)>,
    status: String,
}

fuzz_target!(|answer: Answer| {
    let limits = Limits { output_bytes: 100_000, files: 20, ..Limits::default() };
    let Answer { bytes, documents, status } = answer;
    let given: Vec<(String, Option<String>)> =
        documents.iter().map(|(path, json)| (path.clone(), (json.len() == 1).then(|| json[0].clone()))).collect();
    let bytes = bytes.into_iter().map(|(path, bytes)| File { path, contents: Contents::Bytes(bytes) });
    let documents = documents.into_iter().map(|(path, json)| File { path, contents: Contents::Yaml(json) });
    let name = GeneratorName::parse("fuzz".into()).expect("it is one");
    if let Ok(files) = render(&name, bytes.chain(documents).collect(), &limits) {
        assert!(files.len() <= limits.files);
        assert!(files.values().map(|bytes| bytes.len()).sum::<usize>() <= limits.output_bytes);
        for (path, text) in &files {
            assert!(path.as_str().split('/').all(|part| !part.is_empty() && !part.starts_with('.')));
            let Some(json) = given.iter().find_map(|(p, json)| json.as_ref().filter(|_| p == path.as_str())) else {
                continue;
            };
            let value: Value = serde_json::from_str(json).expect("it was taken as JSON");
            if !value.is_null() {
                let read = yaml::read(text).expect("what the host writes it can read");
                assert!(is_same(&read, &value), "{read} {value}");
            }
        }
    }
    if let Ok(status) = status::from_generator(&status, limits.status_bytes) {
        let text = status::write(&status).expect("a checked status can be written");
        let read = status::read(text.as_bytes()).expect("what the host writes it can read");
        assert!(is_same(&read.into(), &status.into()), "{text}");
    }
});

/// As Go has it, a float that is whole is read back as an integer.
fn is_same(read: &Value, given: &Value) -> bool {
    match (read, given) {
        (Value::Number(read), Value::Number(given)) => read == given || read.as_f64() == given.as_f64(),
        (Value::Array(read), Value::Array(given)) => {
            read.len() == given.len() && read.iter().zip(given).all(|(read, given)| is_same(read, given))
        }
        (Value::Object(read), Value::Object(given)) => {
            read.len() == given.len()
                && read.iter().zip(given).all(|((k, read), (l, given))| k == l && is_same(read, given))
        }
        _ => read == given,
    }
}
