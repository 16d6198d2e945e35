//! Components that no toolchain would make.

use std::fs;

use kratix_wasm_tests::built;
use wasm_encoder::{ComponentInstanceSection, ComponentSection as _, ComponentSectionId, RawSection};
use wasmparser::{Parser, Payload};

/// A component in text form.
pub(crate) fn component(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {text})")).unwrap()
}

/// The hostile component with a core module that is instantiated so often before anything of it is called.
pub(crate) fn hostile_with(module: &str, instances: usize) -> Vec<u8> {
    let instances = "(core instance (instantiate $m))".repeat(instances);
    hostile_beside(&format!("(core module $m {module}) {instances}"))
}

/// The hostile component with another, which is instantiated before anything of it is called.
pub(crate) fn hostile_beside(inner: &str) -> Vec<u8> {
    let mut bytes = fs::read(built("hostile.wasm")).unwrap();
    let index = nested_components(&bytes);
    // Sections can follow in any order.
    RawSection { id: ComponentSectionId::Component.into(), data: &component(inner) }.append_to_component(&mut bytes);
    let mut instances = ComponentInstanceSection::new();
    instances.instantiate::<_, &str>(index, []);
    instances.append_to_component(&mut bytes);
    bytes
}

/// How many components a component has: the index of the next.
fn nested_components(component: &[u8]) -> u32 {
    let (mut depth, mut count) = (0, 0);
    for payload in Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentSection { .. } if depth == 1 => count += 1,
            _ => {}
        }
    }
    count
}

/// A few kilobytes that keep the compiler busy for minutes: each local lives through each loop.
pub(crate) fn slow_to_compile() -> Vec<u8> {
    let mut body = "loop ".repeat(500);
    for local in 0..500 {
        body += &format!("local.get {local} i32.const 1 i32.add local.set {local} ");
    }
    body += &"local.get 0 br_if 0 end ".repeat(500);
    let locals = "i32 ".repeat(500);
    component(&format!("(core module (func (local {locals}) {body}))"))
}
