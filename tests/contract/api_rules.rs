//! Rules of an API: typical ones of real APIs, on values that meet them and others, and generated ones.

use kratix_wasm_tests::Random;
use serde_json::{Value, json};

use crate::api_expressions::expression;
use crate::api_judge::{Question, agree_with, kubernetes, thing};
use crate::api_rule_objects::{api, values};
use crate::api_typical_rules::{TRANSITIONS, TYPICAL};

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
