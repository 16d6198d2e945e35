//! Corners of the language that rules are written in, each held against Kubernetes' own evaluator: where numbers, texts, lists,
//! times, optionals and failures meet.

use serde_json::json;

use crate::api_corner_rules::{LISTS, NUMBERS, OTHERS, TEXTS};
use crate::api_judge::{Question, agree_with, definition, thing};
use crate::api_rules::accepted;

#[test]
fn corners_of_the_language_are_judged_as_by_kubernetes() {
    let text = json!({"type": "string", "maxLength": 12});
    let integer = json!({"type": "integer"});
    let texts = json!({"type": "array", "maxItems": 4, "items": text});
    let mut set = texts.clone();
    set["x-kubernetes-list-type"] = json!("set");
    let object = json!({
        "one": 1, "half": 0.5, "text": "abcd", "wide": "a\u{e9}\u{1f600}", "pattern": "a(", "zero": "0", "large": "9223372036854775808", "blank": "", "names": ["a", "b", "a"], "empty": [],
        "set": ["x", "y"], "numbers": [1, 2, 3], "labels": {"app": "web", "x.y/z": "x"}, "nothing": null, "mixed": "mixed",
        "parts": [{"key": "k", "size": 2}, {"key": "l", "size": 1}], "nested": {"deep": {"a": "A"}, "other": {"a": "B"}},
        "x-y": 1, "x.y": 2, "x/y": 3, "x__y": 4, "in": 5, "x_y": 6, "span": "1h30m", "day": "2020-12-31",
        "time": "2024-02-29T10:11:12.5Z", "all": {"exists": 1}, "map": {"has": 2}, "size": 3, "type": 4, "has": 5, "matches": 6,
    });
    let inner = json!({"type": "object", "properties": {"a": text, "b": integer}});
    let spec = json!({
        "type": "object",
        "properties": {
            "one": integer, "half": {"type": "number"}, "text": text, "wide": text, "pattern": text, "zero": text, "large": {"type": "string", "maxLength": 19}, "blank": text, "missing": text,
            "names": texts, "empty": texts, "set": set,
            "numbers": {"type": "array", "maxItems": 4, "items": integer},
            "labels": {"type": "object", "maxProperties": 4, "additionalProperties": text},
            "nothing": {"type": "string", "nullable": true, "maxLength": 4},
            "mixed": {"x-kubernetes-int-or-string": true, "maxLength": 8},
            "parts": {
                "type": "array", "maxItems": 4, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"],
                "items": {"type": "object", "required": ["key"], "properties": {"key": text, "size": integer}},
            },
            "nested": {"type": "object", "properties": {"deep": inner, "other": inner}},
            "x-y": integer, "x.y": integer, "x/y": integer, "x__y": integer, "in": integer, "x_y": integer,
            "span": {"type": "string", "format": "duration", "maxLength": 20},
            "day": {"type": "string", "format": "date", "maxLength": 20},
            "time": {"type": "string", "format": "date-time", "maxLength": 40},
            "all": {"type": "object", "properties": {"exists": integer}},
            "map": {"type": "object", "properties": {"has": integer}},
            "size": integer, "type": integer, "has": integer, "matches": integer,
        },
    });
    let question = |rule: &&str| {
        let mut spec = spec.clone();
        spec["x-kubernetes-validations"] = json!([{"rule": rule, "message": "no"}]);
        let api = definition(&json!({"type": "object", "properties": {"spec": spec}}));
        Question { api, objects: vec![(thing(&object), None)] }
    };
    let rules = [NUMBERS, TEXTS, LISTS, OTHERS].concat();
    let (good, answers, refused) = accepted(rules.iter().map(question).collect());
    assert_eq!(refused, 0);
    let agreement = agree_with(&good, answers);
    assert!(agreement.taken > 100 && agreement.refused > 60 && agreement.not_checked < 40, "{agreement:?}");
}
