//! Requests: whatever is taken has what every object has, and is the same once written and read again.
#![no_main]

use kratix_wasm::kratix::Object;
use kratix_wasm::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(object) = Object::read(text) else { return };
    assert!(!object.kind.name.is_empty());
    assert_eq!(object.value["metadata"]["name"], object.name);
    assert!(object.value["metadata"].get("managedFields").is_none());
    let mut writer = yaml::Writer::new(64 << 20);
    if writer.add(&object.value).is_ok() {
        let again = Object::read(writer.finish().as_bytes()).expect("what the host writes it can read");
        assert_eq!(object, again);
    }
});
