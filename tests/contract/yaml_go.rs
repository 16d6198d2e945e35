//! What the host writes for a Promise's dependencies is byte for byte what Kratix writes: Go's `gopkg.in/yaml.v2` v2.4.0 is
//! asked about strings of all kinds in all places, numbers, generated values, and manifests of other people.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kratix_wasm::yaml;
use kratix_wasm_tests::{Random, root};
use serde_json::{Map, Value, json};

use crate::checkers::{ask, characters, documents_written_by_go};
use crate::yaml_round_trip::{PARTS, number_like};
use crate::yaml_written::{STRINGS, long_strings};

/// Asserts that each list of documents is written alike.
#[track_caller]
fn assert_alike(lists: &[Vec<Value>]) {
    let mut differing = Vec::new();
    for (documents, go) in lists.iter().zip(documents_written_by_go(lists)) {
        let here = yaml::go::write(documents);
        let go = go.unwrap_or_else(|error| panic!("{error}: {documents:?}"));
        if here != go && documents.iter().all(|document| yaml::go::chance(document).is_none()) {
            let at = here.lines().zip(go.lines()).find(|(here, go)| here != go);
            differing.push(format!("{at:?}"));
        }
    }
    let few = &differing[..differing.len().min(20)];
    assert!(differing.is_empty(), "{} of {}:\n{}", differing.len(), lists.len(), few.join("\n"));
}

/// A text in all places where how it is written may differ.
fn places(text: &str) -> Vec<Vec<Value>> {
    let places = [
        json!({"key": text}),
        json!({text: 1}),
        json!({text: [text], "a": {text: {text: [{text: text}, [[text]]]}}}),
        json!({"a": {"b": {"c": {"d": {"e": {"f": {"g": [text, [text, "x"]]}}}}}}}),
        json!([text, text]),
        json!(text),
    ];
    let alone = places.iter().map(|place| vec![place.clone()]);
    alone.chain([places.to_vec(), vec![json!(text), json!(null), json!(text)]]).collect()
}

#[test]
fn awkward_strings_are_written_alike() {
    let near_width = (70..90).flat_map(|length| {
        let words = ["x", "ab ", "a  b", "é ", "'a ", "😀 ", "# ", "\" ", "a: ", " \u{2028}b", "\tc ", "yes "];
        words.map(|word| word.chars().cycle().take(length).chain("end of it".chars()).collect::<String>())
    });
    let strings = STRINGS.iter().map(|text| (*text).to_owned()).chain(long_strings()).chain(near_width);
    assert_alike(&strings.flat_map(|text| places(&text)).collect::<Vec<_>>());
}

#[test]
fn strings_that_are_nearly_numbers_or_times_are_written_alike() {
    let mut random = Random(4);
    let time = |random: &mut Random| -> String {
        let parts = [
            "0", "2", "9", "13", "24", "28", "29", "30", "31", "60", "007", "-", "-", ":", ":", "T", "t", " ", "Z",
            "+", ".", ",",
        ];
        let rest: String = (0..random.below(12)).map(|_| *random.pick(&parts)).collect();
        let day =
            *random.pick(&["2024-2-29", "2023-02-29", "1900-2-29", "2000-2-29", "2026-12-31", "2026-4-31", "2026-"]);
        let clock = *random.pick(&["", "", "T1:2:3", "t01:02:03.5", " 23:59:59", "  1:2:3", "T24:00:00", "T1:2:3,99"]);
        let zone = *random.pick(&["", "", "Z", "z", "+01:00", "-24:60", "+25:00", "+0100", " ", "+1:00", ".Z"]);
        match random.below(4) {
            0 => format!("{day}{rest}"),
            1 => format!("2026-{rest}"),
            2 => format!("{day}{clock}{rest}"),
            _ => format!("{day}{clock}{zone}"),
        }
    };
    let sexagesimal = |random: &mut Random| -> String {
        (0..random.below(9)).map(|_| *random.pick(&["1", "5", "6", "9", "_", ":", ":", ".", "+", "-", "0"])).collect()
    };
    let texts: Vec<String> =
        (0..10_000).flat_map(|_| [time(&mut random), number_like(&mut random), sexagesimal(&mut random)]).collect();
    let quoted = texts.iter().filter(|text| yaml::go::write(&[json!(text)]).starts_with('"')).count();
    assert!((5_000..25_000).contains(&quoted), "{quoted}");
    assert_alike(&[vec![json!(texts)]]);
}

#[test]
fn every_character_is_written_alike_in_every_place() {
    let characters = characters();
    let texts = |place: fn(char) -> String| characters.iter().map(|c| place(*c)).collect::<Vec<_>>();
    let places: [fn(char) -> String; 9] = [
        |c| format!("{c}"),
        |c| format!("{c}a"),
        |c| format!("a{c}b"),
        |c| format!("a{c}"),
        |c| format!("a {c}"),
        |c| format!("a {c} b\n{c}"),
        |c| format!("{c}\nb"),
        |c| format!("\u{FEFF}{c}"),
        |c| format!("{}{c} {c}x", "word ".repeat(16)),
    ];
    assert_alike(&places.map(|place| vec![json!(texts(place))]));
}

#[test]
fn every_character_is_sorted_alike() {
    let unassigned: HashSet<u32> = serde_json::from_value(ask("unassigned", &[]).unwrap()).unwrap();
    let characters = characters().into_iter().filter(|c| !unassigned.contains(&u32::from(*c)));
    let characters: Vec<char> = characters.collect();
    assert!(characters.len() > 20_000, "{}", characters.len());
    let keys: [fn(char) -> String; 2] = [|c| format!("{c}"), |c| format!("a{c}b")];
    let keys = keys.map(|key| vec![characters.iter().map(|c| (key(*c), 1.into())).collect::<Map<_, _>>().into()]);
    for keys in &keys {
        // Not asked whether it is certain: there are too many.
        let go = documents_written_by_go(std::slice::from_ref(keys)).remove(0).unwrap();
        let here = yaml::go::write(keys);
        let differing = go.lines().zip(here.lines()).find(|(go, here)| go != here);
        assert_eq!(differing, None);
    }
}

#[test]
fn numbers_are_written_alike() {
    let mut random = Random(5);
    let exact = [
        0.0,
        -0.0,
        1.0,
        0.1,
        1e5,
        123_456.0,
        999_999.0,
        1e6,
        1e-4,
        1e-5,
        1e20,
        1e21,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
    ];
    let bits = |random: &mut Random| (0..8).fold(0_u64, |bits, _| bits << 8 | random.below(256) as u64);
    let floats = (0..20_000).map(|_| f64::from_bits(bits(&mut random))).filter(|float| float.is_finite());
    let mut numbers: Vec<Value> = exact.into_iter().chain(floats).map(Value::from).collect();
    numbers.extend((0..2_000).map(|index| json!(f64::from(index) * 1234.5)));
    numbers.extend((0..5_000).map(|_| bits(&mut random).into()));
    numbers.extend([json!(i64::MIN), json!(i64::MAX), json!(u64::MAX), json!(i64::MAX as u64 + 1)]);
    assert_alike(&[vec![json!(numbers)]]);
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 9 }) {
        0 => [json!(null), json!(true), json!(false), json!(7), json!(-1.5)][random.below(5)].clone(),
        1..=4 => text(random).into(),
        5..=6 => (0..random.below(4)).map(|_| value(random, depth - 1)).collect(),
        _ => (0..random.below(5)).map(|_| (text(random), value(random, depth - 1))).collect::<Map<_, _>>().into(),
    }
}

fn text(random: &mut Random) -> String {
    match random.below(5) {
        0 => number_like(random),
        1 => (*random.pick(STRINGS)).to_owned(),
        2 => (0..random.below(20)).map(|_| *random.pick(PARTS)).collect(),
        _ => (0..random.below(6)).map(|_| *random.pick(PARTS)).collect(),
    }
}

#[test]
fn values_of_every_shape_are_written_alike() {
    let mut random = Random(6);
    let lists: Vec<Vec<Value>> =
        (0..20_000).map(|_| (0..=random.below(2)).map(|_| value(&mut random, 5)).collect()).collect();
    assert_alike(&lists);
}

#[test]
fn keys_are_in_the_same_order() {
    let mut random = Random(7);
    let parts = ["a", "b", "Z", "é", "0", "00", "1", "2", "9", "10", "٣", "-", "_", ".", "/", "99999999999999999999"];
    let maps: Vec<Vec<Value>> = (0..10_000)
        .map(|_| {
            let key = |random: &mut Random| (0..=random.below(5)).map(|_| *random.pick(&parts)).collect::<String>();
            let keys = (0..=random.below(12)).map(|_| (key(&mut random), Value::Null));
            vec![keys.collect::<Map<_, _>>().into()]
        })
        .collect();
    let certain = maps.iter().filter(|map| yaml::go::chance(&map[0]).is_none()).count();
    assert!((8_000..10_000).contains(&certain), "{certain}");
    assert_alike(&maps);
}

/// Go makes another text of the same map from time to time, and only of such a map.
#[test]
fn keys_without_an_order_are_written_by_chance() {
    let map = vec![json!({"1a": 1, "2": 1, "10": 1})];
    let written = documents_written_by_go(&vec![map.clone(); 200]);
    assert!(yaml::go::chance(&map[0]).is_some() && written.iter().any(|text| *text != written[0]));
    assert!(written.contains(&Ok(yaml::go::write(&map))));
}

/// All YAML of the repository, and the custom resource definitions in a module of Kubernetes.
fn manifests() -> Vec<PathBuf> {
    let lines = |directory: &Path, program: &str, arguments: &[&str]| -> Vec<PathBuf> {
        let ended = Command::new(program).args(arguments).current_dir(directory).output().expect("it can be started");
        String::from_utf8(ended.stdout).expect("text").lines().map(|line| directory.join(line)).collect()
    };
    let mut files = lines(root(), "git", &["ls-files", "*.yaml"]);
    let module = ["list", "-m", "-f", "{{.Dir}}", "k8s.io/apiextensions-apiserver"];
    let modules = lines(&root().join("tests/contract/go"), "go", &module);
    let mut folders = modules;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "yaml" => files.push(path),
                _ => {}
            }
        }
    }
    files
}

#[test]
fn manifests_are_written_alike() {
    let files = manifests();
    let read = |file: &PathBuf| yaml::read_all(&fs::read(file).expect("it can be read")).ok();
    let lists: Vec<Vec<Value>> = files.iter().filter_map(read).collect();
    assert!(lists.len() > 100, "{}", lists.len());
    assert_alike(&lists);
}
