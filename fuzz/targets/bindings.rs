//! Bindings and a request, both YAML and apart by a line of `+++`: whatever is taken leads to one object or to one list and to
//! nothing else, and beyond the request's own namespace to nothing that the request chooses and that carries no label.
#![no_main]

use kratix_wasm::author::{Bindings, Place, Requested};
use kratix_wasm::kratix::{Object, Which};
use kratix_wasm_tests::address::assert_well_formed;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &[u8]| {
    let mark = b"\n+++\n";
    let Some(at) = text.windows(mark.len()).position(|window| window == mark) else { return };
    let (bindings, request) = (&text[..at], &text[at + mark.len()..]);
    let Ok(object) = Object::read(request) else { return };
    // What another request has everywhere.
    let other = json!({"spec": replaced(&object.value["spec"])});
    for several in [false, true] {
        let Ok(bindings) = Bindings::read("a test", bindings, several) else { continue };
        for (_, binding) in bindings.all() {
            let namespace = Some(object.namespace.as_deref().unwrap_or("default"));
            let ours = binding.place(&Requested { name: &object.name, namespace, object: &object.value });
            let theirs = binding.place(&Requested { name: "other", namespace: Some("other"), object: &other });
            let Ok(Place::Cluster { address, required }) = ours else { continue };
            assert_well_formed(&address);
            let Ok(Place::Cluster { address: theirs, .. }) = theirs else { continue };
            let is_elsewhere =
                address.namespace.as_deref() != namespace || theirs.namespace.as_deref() != Some("other");
            let is_open = match &address.which {
                Which::Named(_) => required.is_empty(),
                Which::Labelled(labels) => labels.is_empty() && address.namespace != theirs.namespace,
            };
            assert!(!(is_elsewhere && is_open && address != theirs), "{address:?} is the request's to choose");
        }
    }
});

/// The same shape with another name in it.
fn replaced(value: &Value) -> Value {
    match value {
        Value::String(_) => "other".into(),
        Value::Array(items) => items.iter().map(replaced).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), replaced(value))).collect(),
        scalar => scalar.clone(),
    }
}
