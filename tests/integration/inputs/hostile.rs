//! Requests that nobody would write but an attacker, by the thousand: nothing of them gets into an address but names.

use kratix_wasm::author::{Bindings, Place, Requested};
use kratix_wasm::kratix::Which;
use kratix_wasm_tests::Random;
use kratix_wasm_tests::address::{assert_well_formed, is_name, is_namespace};
use serde_json::{Value, json};

const REQUESTS: usize = 8_000;

/// What values are put together from: what means something in a path, a query, a template or a terminal, and names.
const PIECES: &[&str] = &[
    "a",
    "b",
    "alpha",
    "kube-system",
    "0",
    "9",
    "-",
    "-",
    ".",
    "..",
    "...",
    "/",
    "//",
    "/../",
    "%2f",
    "%2F",
    "%2e%2e",
    "%00",
    "%",
    "?",
    "?watch=true",
    "?labelSelector=",
    "&limit=1",
    "&",
    "#",
    ";",
    ":",
    "@",
    "=",
    ",",
    "+",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "A",
    "É",
    "ü",
    "ß",
    "ａ",
    "．",
    "／",
    "x",
    "з",
    "İ",
    "ſ",
    "{",
    "}",
    "{name}",
    "{namespace}",
    "{spec.team}",
    "{{",
    "*",
    "\\",
    "'",
    "\"",
    "$",
    "`",
    "|",
    "~",
    "_",
    "status",
    "secrets",
    "log",
    "proxy",
    "namespaces",
    "namespaces/kube-system/secrets/x",
    "api",
    "apis",
    "v1",
    "default",
    "c",
    "null",
    "true",
];

/// Which, the field that says the name, the field that says the namespace, and whether it needs a label: `-` is what nobody
/// chooses, and a text without braces what the author wrote.
const BINDINGS: &[(&str, &str, &str, bool)] = &[
    ("name: '{spec.team}'", "{spec.team}", "{namespace}", false),
    ("name: '{spec.deep.er}'", "{spec.deep.er}", "{namespace}", false),
    ("name: '{name}'", "{name}", "{namespace}", false),
    ("name: '{namespace}'", "{namespace}", "{namespace}", false),
    ("name: alpha", "alpha", "{namespace}", false),
    ("name: alpha, namespace: c", "alpha", "c", false),
    ("name: '{spec.team}', namespace: '{namespace}'", "{spec.team}", "{namespace}", false),
    ("name: '{spec.team}', namespace: c", "{spec.team}", "c", true),
    ("name: '{name}', namespace: c", "{name}", "c", true),
    ("name: alpha, namespace: '{spec.place}'", "alpha", "{spec.place}", true),
    ("name: alpha, namespace: '{name}'", "alpha", "{name}", true),
    ("name: '{spec.team}', namespace: '{spec.place}'", "{spec.team}", "{spec.place}", true),
    ("name: '{spec.team}', scope: Cluster", "{spec.team}", "-", true),
    ("name: '{name}', scope: Cluster", "{name}", "-", true),
    ("matchLabels: {x.io/a: b, c: ''}", "-", "{namespace}", false),
    ("matchLabels: {}", "-", "{namespace}", false),
    ("matchLabels: {a: b}, namespace: '{spec.place}'", "-", "{spec.place}", false),
    ("matchLabels: {a: b}, namespace: '{name}'", "-", "{name}", false),
    ("matchLabels: {a: b}, scope: Cluster", "-", "-", false),
];

fn text(random: &mut Random) -> String {
    match random.below(8) {
        0 => String::new(),
        1 => ["a", "a.b-c", "a-1", "kube-system", "x.y"][random.below(5)].to_owned(),
        2 => PIECES[random.below(PIECES.len())].repeat([60, 64, 250, 254, 20_000][random.below(5)]),
        3 => char::from_u32(u32::try_from(random.below(0x11_0000)).unwrap())
            .map_or("\u{fffd}".into(), |c| format!("a{c}b")),
        _ => (0..=random.below(6)).map(|_| *random.pick(PIECES)).collect(),
    }
}

fn value(random: &mut Random) -> Value {
    match random.below(14) {
        0 => Value::Null,
        1 => json!(random.below(1000)),
        2 => json!([text(random)]),
        3 => json!({ text(random): text(random), "er": text(random) }),
        4 => json!(random.below(2) == 0),
        5 => json!([[{"er": text(random)}]]),
        6 => json!(1e300),
        _ => json!(text(random)),
    }
}

/// The value at a field, where it is a text.
fn filled(field: &str, requested: &Requested<'_>) -> Option<String> {
    match field {
        "{name}" => Some(requested.name.to_owned()),
        "{namespace}" => requested.namespace.map(ToOwned::to_owned),
        _ if field.starts_with('{') => {
            let path = field.trim_matches(['{', '}']).replace('.', "/");
            requested.object.pointer(&format!("/{path}")).and_then(Value::as_str).map(ToOwned::to_owned)
        }
        literal => Some(literal.to_owned()),
    }
}

#[test]
fn nothing_of_a_request_gets_into_an_address_but_names() {
    let bindings: Vec<Bindings> = BINDINGS
        .iter()
        .map(|(which, .., needs_label)| {
            let read = |more: &str| {
                let text = format!(
                    "{{one: {{apiVersion: platform.kratix.io/v1, kind: Team, resource: teams, {which}{more}}}}}"
                );
                Bindings::read("a test", text.as_bytes(), false)
            };
            assert_eq!(read("").is_err(), *needs_label, "{which}");
            read(if *needs_label { ", required-label: {for: all}" } else { "" }).unwrap()
        })
        .collect();
    let mut random = Random(17);
    let (mut taken, mut refused) = ([0; BINDINGS.len()], [0; BINDINGS.len()]);
    for _ in 0..REQUESTS {
        let object =
            json!({"spec": {"team": value(&mut random), "place": value(&mut random), "deep": value(&mut random)}});
        let (name, namespace) = (text(&mut random), text(&mut random));
        let namespace = (random.below(9) > 0).then_some(&*namespace);
        let requested = Requested { name: &name, namespace, object: &object };
        for (index, (which, by_name, by_namespace, needs_label)) in BINDINGS.iter().enumerate() {
            let (_, binding) = bindings[index].all().next().unwrap();
            let place = binding.place(&requested);
            let name = filled(by_name, &requested).filter(|name| *by_name == "-" || is_name(name));
            let namespace = filled(by_namespace, &requested).filter(|name| *by_namespace == "-" || is_namespace(name));
            let (Some(name), Some(namespace)) = (name, namespace) else {
                let unfilled = place.unwrap_err();
                let fields = [by_name, by_namespace].map(|field| match *field {
                    "{name}" | "{namespace}" => format!("metadata.{}", field.trim_matches(['{', '}'])),
                    field => field.trim_matches(['{', '}']).to_owned(),
                });
                assert!(fields.contains(&unfilled.field), "{which}: {unfilled:?}");
                assert!(
                    unfilled.message.chars().count() < 250 && !unfilled.message.contains(char::is_control),
                    "{unfilled:?}"
                );
                refused[index] += 1;
                continue;
            };
            let Ok(Place::Cluster { address, required }) = place else { panic!("{which}: {place:?}") };
            assert_well_formed(&address);
            let root = if *by_namespace == "-" { String::new() } else { format!("/namespaces/{namespace}") };
            let end = match &address.which {
                Which::Named(_) => format!("/{name}"),
                Which::Labelled(labels) if labels.is_empty() => String::new(),
                Which::Labelled(labels) => {
                    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                    format!("?labelSelector={}", labels.join("%2C"))
                }
            };
            assert_eq!(address.path(), format!("/apis/platform.kratix.io/v1{root}/teams{end}"), "{which}");
            assert_eq!(matches!(address.which, Which::Named(_)), *by_name != "-", "{which} became a list");
            assert_eq!(required.is_empty(), !needs_label, "{which}");
            taken[index] += 1;
        }
    }
    for (index, (which, by_name, by_namespace, _)) in BINDINGS.iter().enumerate() {
        let is_chosen = format!("{by_name}{by_namespace}").contains('{');
        assert!(
            taken[index] > 5 && (refused[index] > 1000) == is_chosen,
            "{which}: {} and {}",
            taken[index],
            refused[index]
        );
    }
}
