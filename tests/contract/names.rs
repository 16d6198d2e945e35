//! A request's name and namespace are put into paths: the host takes those that the API server takes, and no others.

use kratix_wasm::kratix::Object;
use serde_json::{Value, json};

use crate::checkers::request;
use crate::judges::api_of_objects;

#[test]
fn the_api_and_the_host_agree_on_names() {
    let long = |length: usize| "x".repeat(length);
    let plain = "a 0 a-b a--b a.b a.0.b-c -a a- - . .. a. .a a..b a.-b a-.b A aB a_b a/b /a a/ ../a a%2Fb a* a? [a] {name} \
                 {namespace} a,b a:b a@b a+b a~b a\\b é ａ ١ 中文 🚀 true 1e3 null";
    let odd = ["a b", " a", "a ", "a\t", "a\n", "a\nb", "a\u{200B}", "\u{200B}", "a\u{0}"];
    // Kratix bounds a request's name to 63 characters; that a host holds that, too, tests/integration shows.
    let names: Vec<String> =
        plain.split(' ').chain(odd).map(str::to_owned).chain([long(63), format!("{0}.{0}", long(31))]).collect();
    let namespaces = names.iter().cloned().chain([long(64), format!("a.{}", long(60))]);
    let called = |field: &str, name: &String| {
        let mut object = request(&json!({"id": "a", "name": "A"}));
        object["metadata"][field] = name.as_str().into();
        object
    };
    let mut objects: Vec<Value> = names.iter().map(|name| called("name", name)).collect();
    objects.extend(namespaces.map(|name| called("namespace", &name)));
    for (object, refusals) in objects.iter().zip(api_of_objects(&objects)) {
        let text = kratix_wasm::text::escaped(&object.to_string());
        assert_eq!(Object::read(text.as_bytes()).is_ok(), refusals.is_empty(), "{}: {refusals:?}", object["metadata"]);
    }
}
