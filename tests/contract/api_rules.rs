//! Rules of an API: typical ones of real APIs, on values that meet them and others, and generated ones.

use kratix_wasm_tests::Random;
use serde_json::{Value, json};

use crate::api_judge::{Question, agree_with, definition, kubernetes, thing};

/// The schema that rules are about, with bounds by which an API server knows their cost.
fn spec() -> Value {
    let text = json!({"type": "string", "maxLength": 40});
    json!({
        "type": "object",
        "properties": {
            "text": text, "other": text,
            "count": {"type": "integer"}, "most": {"type": "integer"}, "ratio": {"type": "number"},
            "is": {"type": "boolean"},
            "port": {"x-kubernetes-int-or-string": true, "maxLength": 10},
            "span": {"type": "string", "format": "duration", "maxLength": 20},
            "day": {"type": "string", "format": "date", "maxLength": 20},
            "time": {"type": "string", "format": "date-time", "maxLength": 40},
            "names": {"type": "array", "maxItems": 8, "items": text},
            "set": {"type": "array", "maxItems": 8, "x-kubernetes-list-type": "set", "items": text},
            "numbers": {"type": "array", "maxItems": 8, "items": {"type": "integer"}},
            "labels": {"type": "object", "maxProperties": 8, "additionalProperties": text},
            "x-y": text,
            "namespace": text,
            "maybe": {"type": "string", "nullable": true, "maxLength": 10},
            "with": {"type": "string", "default": "d", "maxLength": 10},
            "nested": {"type": "object", "properties": {"a": text, "b": {"type": "integer"}}},
            "parts": {
                "type": "array", "maxItems": 8, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"],
                "items": {"type": "object", "required": ["key"], "properties": {"key": text, "size": {"type": "integer"}}},
            },
        },
    })
}

const TEXTS: &[&str] =
    &["", "a", "ab", "abc", "A-b", "é😀", "10", "1.5", "true", " a ", "a,b,c", "a.b", "xabx", "ab12"];

fn values(random: &mut Random) -> Value {
    let mut spec = json!({});
    let text = |random: &mut Random| Value::from(*random.pick(TEXTS));
    let texts =
        |random: &mut Random| (0..random.below(4)).map(|_| Value::from(*random.pick(TEXTS))).collect::<Vec<_>>();
    let number = |random: &mut Random| json!([0, 1, 2, 3, 5, -1, 10, 100][random.below(8)]);
    for field in ["text", "other", "x-y", "namespace", "with"] {
        if random.below(4) > 0 {
            spec[field] = text(random);
        }
    }
    for field in ["count", "most"] {
        if random.below(4) > 0 {
            spec[field] = number(random);
        }
    }
    if random.below(3) > 0 {
        spec["ratio"] = json!([0.0, 0.5, 1.0, 2.25, 3.0][random.below(5)]);
        spec["is"] = json!(random.below(2) == 0);
        spec["port"] = json!([json!(80), json!("80%"), json!("http"), json!(-1)][random.below(4)]);
        spec["span"] = json!(["1h", "90m", "1s", "0s", "25h"][random.below(5)]);
        spec["day"] = json!(["2024-02-29", "2020-01-01"][random.below(2)]);
        spec["time"] =
            json!(["2024-02-29T10:00:00Z", "2024-02-29T11:00:00+01:00", "2020-01-01T00:00:00.5Z"][random.below(3)]);
    }
    if random.below(4) > 0 {
        spec["names"] = texts(random).into();
        let mut set = texts(random);
        set.sort_by_key(ToString::to_string);
        set.dedup();
        if random.below(2) == 0 {
            set.reverse();
        }
        spec["set"] = set.into();
        spec["numbers"] = (0..random.below(4)).map(|_| number(random)).collect::<Vec<_>>().into();
    }
    if random.below(3) > 0 {
        spec["labels"] = json!({*random.pick(TEXTS): "v", "app": *random.pick(TEXTS)});
        spec["maybe"] = if random.below(2) == 0 { Value::Null } else { text(random) };
        spec["nested"] =
            if random.below(2) == 0 { json!({"a": "x"}) } else { json!({"b": 3, "a": *random.pick(TEXTS)}) };
        let mut keys = texts(random);
        keys.sort_by_key(ToString::to_string);
        keys.dedup();
        let part = |random: &mut Random, key: &Value| {
            if random.below(3) == 0 { json!({"key": key}) } else { json!({"key": key, "size": random.below(5)}) }
        };
        spec["parts"] = keys.iter().map(|key| part(random, key)).collect::<Vec<_>>().into();
    }
    spec
}

/// Written after what rules of real APIs look like.
const TYPICAL: &[&str] = &[
    "self.count <= self.most",
    "!has(self.count) || !has(self.most) || self.count <= self.most",
    "has(self.text) == has(self.other)",
    "has(self.text) != has(self.other)",
    "(has(self.text) ? 1 : 0) + (has(self.other) ? 1 : 0) <= 1",
    "[has(self.text), has(self.other), has(self.count)].exists_one(x, x)",
    "[has(self.text), has(self.other)].filter(x, x == true).size() == 1",
    "!has(self.is) || !self.is || has(self.text)",
    "has(self.is) && self.is ? has(self.text) && self.text != '' : true",
    "self.text.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    "!has(self.text) || self.text.matches(r'^\\w+$')",
    "size(self.text) > 2",
    "self.text.size() <= 3 && self.other.size() >= 1",
    "self.text.startsWith('a') || self.text.endsWith('b')",
    "self.text.contains('b') && !self.text.contains(' ')",
    "self.text in ['a', 'ab', 'abc']",
    "!(self.text in ['a', 'ab'])",
    "self.names.all(n, n.startsWith('a'))",
    "self.names.exists(n, n == self.text)",
    "self.names.all(n, self.names.exists_one(m, m == n))",
    "self.names.map(n, n.lowerAscii()).exists(n, n == 'a-b')",
    "self.names.filter(n, n.size() > 1).size() < 3",
    "self.names.map(n, n.size() > 1, n + '!').all(n, n.endsWith('!'))",
    "self.names == self.set",
    "self.set == self.names",
    "self.set == ['ab', 'a']",
    "self.set + ['a'] == self.set",
    "(self.set + self.names).size() < 5",
    "self.set.isSorted()",
    "self.numbers.isSorted() && self.numbers.sum() < 10",
    "self.numbers.size() == 0 || self.numbers.max() - self.numbers.min() < 5",
    "self.numbers.indexOf(1) == -1",
    "self.numbers.lastIndexOf(1) > 0",
    "self.numbers.all(n, n > 0)",
    "self.numbers[0] == 1",
    "self.names.size() > 0 && self.names[0] == 'a'",
    "self.labels.all(k, k.size() < 3)",
    "self.labels.exists(k, self.labels[k] == 'abc')",
    "'app' in self.labels && self.labels['app'] != ''",
    "self.labels.app == 'a'",
    "has(self.labels.app)",
    "has(self.labels) && has(self.labels.nope)",
    "size(self.labels) == 1",
    "self.x__dash__y == 'a'",
    "has(self.x__dash__y)",
    "self.__namespace__ != 'a'",
    "self.with == 'd'",
    "has(self.with)",
    "has(self.maybe)",
    "has(self.maybe) && self.maybe.size() > 1",
    "has(self.nested.b)",
    "has(self.nested) && has(self.nested.b) && self.nested.b > 2",
    "self.parts.all(p, p.key != '')",
    "self.parts.exists(p, has(p.size) && p.size > 2)",
    "self.parts.filter(p, p.key == 'a').all(p, has(p.size))",
    "self.parts.map(p, p.key).isSorted()",
    "self.parts.all(p, self.names.exists(n, n == p.key))",
    "self.parts.exists_one(p, p.key == 'a')",
    "type(self.port) == int ? self.port > 0 : self.port.endsWith('%')",
    "type(self.port) == string || self.port >= 80",
    "self.port == 80 || self.port == '80%'",
    "self.ratio > 0.5",
    "self.ratio >= 1",
    "self.ratio == 1.0",
    "double(self.count) < self.ratio",
    "self.count % 2 == 0",
    "self.count / self.most > 0",
    "self.count * 9223372036854775807 > 0",
    "self.count - 5 < -5 || self.count + 5 > 6",
    "-self.count < 0",
    "int(self.text) > 5",
    "string(self.count) == '10'",
    "self.text == string(self.count) + self.other",
    "duration('1h') <= self.span",
    "self.span < duration('24h') && self.span != duration('0s')",
    "self.span.getMinutes() == 90",
    "self.day == timestamp('2024-02-29T00:00:00Z')",
    "self.time > self.day",
    "self.time - self.day < duration('11h')",
    "self.time == timestamp('2024-02-29T10:00:00Z')",
    "self.text.indexOf('b') == 1",
    "self.text.lastIndexOf('b') > 1",
    "self.text.indexOf('b', 2) == -1",
    "self.text.substring(1) == 'b'",
    "self.text.substring(0, 1) == 'a'",
    "self.text.charAt(0) == 'a'",
    "self.text.replace('a', 'x').startsWith('x')",
    "self.text.replace('b', '', 1) == 'a'",
    "self.text.split(',').size() == 3",
    "self.text.split('', 2) == ['a', 'bc']",
    "self.text.split(',').all(p, p.trim() == p)",
    "self.text.trim() == self.text",
    "self.text.upperAscii() == 'AB'",
    "self.names.join('-') == 'a-ab'",
    "self.text.find('[0-9]+') == '12'",
    "self.text.findAll('[a-z]').size() == 2",
    "self.text < self.other",
    "self.text >= 'ab'",
    "self.?text.orValue('none') != 'none'",
    "self.?nested.?b.hasValue()",
    "self.?labels['app'].orValue('') == 'abc'",
    "self.?count.optMap(c, c > 1).orValue(true)",
    "self.names[?1].hasValue()",
    "sets.contains(self.names, ['a'])",
    "sets.intersects(self.names, self.set)",
    "sets.equivalent(self.names, self.set)",
    "!has(self.names) || self.names.distinct().size() == self.names.size()",
    "!has(self.numbers) || self.numbers.sort() == self.numbers",
    "true || self.nested.b == 3",
    "self.nested.b == 3 || true",
    "false && self.count / 0 == 1",
    "self.names.exists(n, int(n) > 1)",
    "self.names.all(n, int(n) > 1)",
    "self.count == 1 ? self.text == 'a' : self.count == 2 ? self.text == 'ab' : true",
    "self.text == \"\\u00e9\\U0001F600\"",
    "self.text.size() == 2 && self.text.endsWith('\u{1f600}')",
    "self.text + 'x' == r'a\\x' || self.text == '''ab'''",
    "bytes(self.text).size() > 2",
    "dyn(self.count) == 1.0",
    "[1, 2, 3].exists(x, x == self.count)",
    "{'a': 1, 'ab': 2}[self.text] == self.count",
    "self.text in {'a': 1}",
    "self.count in self.numbers",
    "[self.names].all(all, all.all(n, all.exists_one(m, m == n)))",
    "cidr('10.0.0.0/8').containsIP(self.text) || true",
    "isURL(self.text)",
    "quantity('1Gi').isGreaterThan(quantity('1Mi'))",
];

/// Rules about a change.
const TRANSITIONS: &[&str] = &[
    "self == oldSelf",
    "self.text == oldSelf.text",
    "!has(oldSelf.text) || has(self.text)",
    "self.count >= oldSelf.count",
    "oldSelf.names.all(n, n in self.names)",
    "self.set == oldSelf.set",
    "self.parts == oldSelf.parts",
    "self.labels == oldSelf.labels",
    "has(self.text) == has(oldSelf.text) && self.?text == oldSelf.?text",
    "self.nested == oldSelf.nested",
];

fn api(rules: &Value) -> Value {
    let mut spec = spec();
    spec["x-kubernetes-validations"] = rules.clone();
    definition(&json!({"type": "object", "properties": {"spec": spec}}))
}

/// The questions whose rules an API server takes, with its answers, and how many others there are: rules that may cost it too
/// much, or that its type checker refuses, which only it can say.
pub(crate) fn accepted(questions: Vec<Question>) -> (Vec<Question>, Vec<Value>, usize) {
    let asked = questions.len();
    let answers = kubernetes(&questions);
    let good = questions.into_iter().zip(answers).filter(|(_, answer)| answer["api"] == json!([]));
    let (good, answers): (Vec<Question>, Vec<Value>) = good.unzip();
    let refused = asked - good.len();
    (good, answers, refused)
}

#[test]
fn typical_rules_are_judged_as_by_kubernetes() {
    let mut random = Random(21);
    let mut questions = Vec::new();
    for rule in TYPICAL.iter().chain(TRANSITIONS) {
        let objects = (0..16).map(|_| {
            let old = TRANSITIONS.contains(rule).then(|| thing(&values(&mut random)));
            let same = random.below(4) == 0;
            let new = old.clone().filter(|_| same).unwrap_or_else(|| thing(&values(&mut random)));
            (new, old)
        });
        questions.push(Question { api: api(&json!([{"rule": rule}])), objects: objects.collect() });
    }
    let (good, answers, refused) = accepted(questions);
    assert!(refused < 5, "{refused}");
    let agreement = agree_with(&good, answers);
    assert!(agreement.taken > 500 && agreement.refused > 500, "{agreement:?}");
    assert!(agreement.not_checked < 120, "{agreement:?}");
}

#[test]
fn messages_reasons_paths_and_correlation_are_those_of_kubernetes() {
    let mut random = Random(22);
    let rules = json!([
        {"rule": "self.count > 1", "message": " too small ", "reason": "FieldValueRequired", "fieldPath": ".count"},
        {"rule": "self.most > 1", "messageExpression": "self.most == 0 ? 'zero' : 'more'", "reason": "FieldValueForbidden"},
        {"rule": "self.text != 'a'", "messageExpression": "self.other", "message": "not a", "fieldPath": "['x-y']"},
        {"rule": "self.names.size() != 1", "reason": "FieldValueDuplicate", "fieldPath": ".nested.a"},
        {"rule": "oldSelf.hasValue() || self.count == 1", "optionalOldSelf": true, "message": "one at first"},
        {"rule": "oldSelf.optMap(o, o.count == self.count).orValue(true)", "optionalOldSelf": true, "message": "as before"},
    ]);
    let mut api = api(&rules);
    let properties = &mut api["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"];
    properties["parts"]["items"]["x-kubernetes-validations"] = json!([
        {"rule": "!has(oldSelf.size) || has(self.size) && self.size >= oldSelf.size", "message": "it shrinks"},
        {"rule": "self.key != 'ab'"},
    ]);
    properties["parts"]["items"]["properties"]["size"]["x-kubernetes-validations"] = json!([{"rule": "self != 3"}]);
    properties["text"]["x-kubernetes-validations"] = json!([{"rule": "self == oldSelf"}, {"rule": "self != 'abc'"}]);
    properties["labels"]["additionalProperties"]["x-kubernetes-validations"] =
        json!([{"rule": "self != 'v' || self == oldSelf"}, {"rule": "self.size() < 2"}]);
    properties["port"]["x-kubernetes-validations"] = json!([{"rule": "self != 80", "reason": "FieldValueDuplicate"}]);
    properties["numbers"]["items"]["x-kubernetes-validations"] = json!([{"rule": "self != 5"}]);
    let objects = (0..600).map(|round| {
        let old = thing(&values(&mut random));
        let mut new = thing(&values(&mut random));
        for field in ["parts", "labels", "text", "names"] {
            if random.below(2) == 0 {
                new["spec"][field] = old["spec"][field].clone();
            }
        }
        (new, (round % 3 > 0).then_some(old))
    });
    let questions = [Question { api, objects: objects.collect() }];
    let answers = kubernetes(&questions);
    assert_eq!(answers[0]["api"], json!([]));
    let agreement = agree_with(&questions, answers);
    assert!(agreement.refused > 300 && agreement.not_checked == 0, "{agreement:?}");
}

/// Expressions of about the types that a type checker lets pass.
fn expression(random: &mut Random, kind: &str, depth: usize) -> String {
    let part = |random: &mut Random, kind: &str| expression(random, kind, depth.saturating_sub(1));
    let pick = |random: &mut Random, options: &[&str]| (*random.pick(options)).to_owned();
    match (kind, if depth == 0 { 0 } else { random.below(9) }) {
        ("bool", 0) => pick(random, &["true", "false", "self.is", "has(self.text)", "has(self.count)"]),
        ("bool", 1) => format!("({} && {})", part(random, "bool"), part(random, "bool")),
        ("bool", 2) => format!("({} || !{})", part(random, "bool"), part(random, "bool")),
        ("bool", 3) => format!(
            "{} {} {}",
            part(random, "int"),
            random.pick(&["==", "!=", "<", "<=", ">", ">="]),
            part(random, "int")
        ),
        ("bool", 4) => {
            format!("{} {} {}", part(random, "string"), random.pick(&["==", "!=", "<", ">="]), part(random, "string"))
        }
        ("bool", 5) => {
            let method = *random.pick(&["contains", "startsWith", "endsWith"]);
            format!("{}.{method}({})", part(random, "string"), part(random, "string"))
        }
        ("bool", 6) => {
            let name = *random.pick(&["all", "exists", "exists_one"]);
            format!("{}.{name}(n, n == {} || {})", part(random, "list"), part(random, "string"), part(random, "bool"))
        }
        ("bool", 7) => format!("{} in {}", part(random, "string"), part(random, "list")),
        ("bool", _) => format!("({} ? {} : {})", part(random, "bool"), part(random, "bool"), part(random, "bool")),
        ("int", 0) => pick(random, &["0", "1", "-1", "2", "self.count", "self.most", "9223372036854775807", "0x10"]),
        ("int", 1 | 2) => {
            format!("({} {} {})", part(random, "int"), random.pick(&["+", "-", "*", "/", "%"]), part(random, "int"))
        }
        ("int", 3 | 4) => format!("size({})", part(random, "string")),
        ("int", 5) => format!("{}.size()", part(random, "list")),
        ("int", 6) => format!("{}.indexOf({})", part(random, "string"), part(random, "string")),
        ("int", 7) => format!("int({})", part(random, "string")),
        ("int", _) => format!("({} ? {} : {})", part(random, "bool"), part(random, "int"), part(random, "int")),
        ("string", 0) => {
            pick(random, &["''", "'a'", "\"b\"", "'ab'", "self.text", "self.other", "self.with", "'\\n'", "'é'"])
        }
        ("string", 1) => format!("({} + {})", part(random, "string"), part(random, "string")),
        ("string", 2) => format!("string({})", part(random, "int")),
        ("string", 3) => format!("{}.substring({})", part(random, "string"), part(random, "int")),
        ("string", 4) => format!("{}.charAt({})", part(random, "string"), part(random, "int")),
        ("string", 5) => {
            format!("{}.replace({}, {})", part(random, "string"), part(random, "string"), part(random, "string"))
        }
        ("string", 6) => format!("{}[{}]", part(random, "list"), part(random, "int")),
        ("string", 7) => format!("{}.join({})", part(random, "list"), part(random, "string")),
        ("string", _) => format!("{}.{}()", part(random, "string"), random.pick(&["trim", "lowerAscii", "upperAscii"])),
        (_, 0) => pick(random, &["self.names", "['a', 'ab']", "self.set", "['']"]),
        (_, 1) => format!("({} + {})", part(random, "list"), part(random, "list")),
        (_, 2 | 3) => format!("{}.filter(n, {})", part(random, "list"), part(random, "bool")),
        (_, 4) => format!("{}.map(n, n + {})", part(random, "list"), part(random, "string")),
        (_, 5) => format!("[{}, {}]", part(random, "string"), part(random, "string")),
        _ => format!("{}.split({})", part(random, "string"), part(random, "string")),
    }
}

#[test]
fn generated_rules_are_judged_as_by_kubernetes() {
    let mut random = Random(23);
    let mut questions = Vec::new();
    for _ in 0..150 {
        let rule = expression(&mut random, "bool", 3);
        let objects = (0..8).map(|_| (thing(&values(&mut random)), None)).collect();
        questions.push(Question { api: api(&json!([{"rule": rule, "message": "no"}])), objects });
    }
    let (good, answers, _) = accepted(questions);
    assert!(good.len() > 60, "{}", good.len());
    let agreement = agree_with(&good, answers);
    assert!(agreement.taken > 100 && agreement.refused > 150 && agreement.not_checked < 60, "{agreement:?}");
}
