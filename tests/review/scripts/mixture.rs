//! What the mixed repositories are made of: files that the generator writes, files that it doesn't, and a state.

use std::collections::BTreeMap;

use kratix_wasm_sdk::Request;
use serde_json::{Value, json};

use crate::teams::with;

/// Numbers that look random, the same each time (splitmix64, <https://prng.di.unimi.it/splitmix64.c>).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// One of so many.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % count as u64).expect("it is below the count")
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// A file where a Team's would be.
pub(crate) struct File {
    /// namespace/name
    pub(crate) request: String,
    pub(crate) mode: &'static str,
    pub(crate) contents: Vec<u8>,
    pub(crate) is: Kind,
}

pub(crate) enum Kind {
    /// As the generator wrote it, for a Team with this id.
    Good(String),
    /// As no generator writes it, and why.
    Bad(&'static str),
    /// A good one, in which some bytes were changed: it may be either.
    Mangled,
}

impl File {
    pub(crate) fn path(&self) -> String {
        format!("terraform/{}.tf.json", self.request.replace('/', "."))
    }
}

pub(crate) struct Repository {
    /// The oldest first.
    pub(crate) files: Vec<File>,
    /// Ids of organizations that are in the state, and whose they are.
    pub(crate) owners: BTreeMap<String, String>,
}

const NAMES: &[&str] = &[
    "Team Alpha",
    "\u{f8ff} Platform",
    "\u{f0001}\u{10fffd} \u{e0a0} main",
    "\u{fffd}",
    "${path.root} %{if}",
    "\"quoted\" \\ 'o'brien'",
    "é中文العربية",
    "👩\u{200d}👩\u{200d}👧",
    "می\u{200c}خواهم",
    "\u{fdd0}\u{1fffe}",
];

impl Repository {
    pub(crate) fn generate(dice: &mut Dice) -> Self {
        let mut files = Vec::new();
        let mut owners = BTreeMap::new();
        let mut ids: Vec<String> = vec![];
        for number in 0..dice.below(16) {
            let (namespace, name) = (dice.pick(&["a", "default", "zz"]), format!("t{number}"));
            let request = format!("{namespace}/{name}");
            let (mut mode, mut owned) = ("100644", None);
            let (contents, is) = match dice.below(10) {
                0..5 => {
                    let wanted = if ids.is_empty() || dice.below(4) > 0 {
                        format!("id-{number}")
                    } else {
                        ids[dice.below(ids.len())].clone()
                    };
                    ids.push(wanted.clone());
                    owned = Some(wanted.clone());
                    (written(namespace, &name, &wanted, dice.pick(NAMES)), Kind::Good(wanted))
                }
                5..9 => {
                    let (file, reason, file_mode) = bad(dice);
                    mode = file_mode;
                    // Sometimes the organization is one that another asks for as well.
                    owned = Some(if ids.is_empty() || dice.below(3) > 0 {
                        format!("id-{number}")
                    } else {
                        ids[dice.below(ids.len())].clone()
                    });
                    (file, Kind::Bad(reason))
                }
                _ => {
                    let mut file = written(namespace, &name, &format!("mangled-{number}-mangled"), dice.pick(NAMES));
                    for _ in 0..=dice.below(3) {
                        let (at, byte) = (dice.below(file.len()), u8::try_from(dice.below(256)).expect("a byte"));
                        match dice.below(3) {
                            0 => file[at] = byte,
                            1 => file.insert(at, byte),
                            _ => drop(file.remove(at)),
                        }
                    }
                    (file, Kind::Mangled)
                }
            };
            if let Some(id) = owned.filter(|_| dice.below(2) == 0) {
                owners.entry(id).or_insert_with(|| request.clone());
            }
            files.push(File { request, mode, contents, is });
        }
        // Of a Team that is gone.
        owners.entry(dice.pick(&["id-0", "gone"]).to_owned()).or_insert_with(|| "a/gone".to_owned());
        Self { files, owners }
    }
}

/// What the generator writes.
fn written(namespace: &str, name: &str, id: &str, title: &str) -> Vec<u8> {
    let object = json!({
        "apiVersion": "platform.kratix.io/v1alpha1", "kind": "Team",
        "metadata": {"namespace": namespace, "name": name}, "spec": {"id": id, "name": title},
    });
    let output = kratix_wasm_sdk::call::<team::Teams>(&Request::configure(object)).expect("it is a Team");
    output.read(&format!("terraform/{namespace}.{name}.tf.json")).expect("it has a file").into_bytes()
}

/// A file, why it is refused, and its mode.
fn bad(dice: &mut Dice) -> (Vec<u8>, &'static str, &'static str) {
    let file = |attributes: &str| with(&format!(r#""name": "a"{attributes}"#)).into_bytes();
    let regular = |contents: Vec<u8>, reason| (contents, reason, "100644");
    match dice.below(24) {
        0 => (file(""), "no regular file", "100755"),
        1 => (b"/proc/self/environ".into(), "no regular file", "120000"),
        2 => (Vec::new(), "no regular file", "160000"),
        3 => regular(file(&format!(r#", "description": "{}""#, "x".repeat(17_000))), "more than 16384"),
        4 => regular(Vec::new(), "JSON value"),
        5 => regular(b"resource \"gitea_org\" \"a\" {}".into(), "Invalid"),
        6 => regular([file(""), file("")].concat(), "extra JSON values"),
        7 => regular(file(r#", "name": "a""#), "twice"),
        8 => regular([&file("")[..], b"\xff"].concat(), "not UTF-8"),
        9 => regular(b"{\"resource\": {\"gitea_org\": {\"team_a\": {\"name\": \"\xf0\x9f\"}}}}".into(), "not UTF-8"),
        10 => regular(file(r#", "description": "${file(\"/etc/passwd\")}""#), "template"),
        11 => regular(file(", \"full_name\": \"a\u{202e}b\""), "can't be seen"),
        12 => regular(file(", \"full_name\": \"a\u{fffe}b\""), "can't be seen"),
        13 => regular(file(r#", "for_each": ["x"]"#), "for_each"),
        14 => regular(file(r#", "full_name": 7"#), "not a string"),
        15 => regular(br#"{"data": {"external": {"a": {"program": ["env"]}}}}"#.into(), "\"data\""),
        16 => regular(
            br#"{"resource": {"gitea_org": {"team_a": {"name": "a"}, "team_b": {"name": "b"}}}}"#.into(),
            "2 organizations",
        ),
        17 => regular(br#"{"resource": {"gitea_org": {"team_id-0": {"name": "id-1"}}}}"#.into(), "should be called"),
        18 => regular(br#"{"resource": {"gitea_org": {"team_api": {"name": "api"}}}}"#.into(), "keeps for itself"),
        19 => regular("[".repeat(10_000).into(), "depth"),
        20 => regular([&file("")[..], b"\0"].concat(), "Invalid"),
        21 => regular([&file("")[..], b"\x1e", &file("")].concat(), "Invalid"),
        22 => regular(b"\xef\xbb\xbf".into(), "JSON value"),
        _ => regular(b"null".into(), "not an object"),
    }
}

/// What a file that was read asks for, read by another reader.
pub(crate) fn organization(contents: &[u8]) -> Option<Value> {
    let file: Value = serde_json::from_slice(contents).ok()?;
    file["resource"]["gitea_org"].as_object()?.values().next().cloned()
}
