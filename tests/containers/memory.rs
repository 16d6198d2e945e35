//! The worst shapes of a step that `just fuzz` found, in a container with the memory limit that docs/limits.md promises to
//! be enough.

use kratix_wasm_tests::memory::{Laid, found, promised};
use kratix_wasm_tests::root;

use crate::image::Image;
use crate::pod::bounded;

#[test]
fn the_worst_steps_fit_the_memory_limit_that_the_docs_promise() {
    let host = root().join("target/dist/kratix-wasm");
    let mut killed = Vec::new();
    for (name, shape) in found() {
        let laid = Laid::new(shape, &host).unwrap();
        laid.lay().unwrap();
        let step = laid.command();
        let mut container = bounded(&format!("{}m", promised()));
        // At the same paths: they are part of what tells a step from others. As the user that the earlier runs were.
        let volume = |name: &str| format!("--volume={0}/{name}:{0}/{name}", laid.root().display());
        container.args([format!("--volume={0}:{0}:ro", laid.root().display()), volume("output"), volume("metadata")]);
        container.args(["--user=0:0", "--cpus=2"]);
        // Where podman's helper leaves a file when the kernel kills a container.
        container.current_dir(laid.root());
        for (name, value) in step.get_envs() {
            container.arg("--env").arg(format!("{}={}", name.to_str().unwrap(), value.unwrap().to_str().unwrap()));
        }
        let done = container.arg(Image::host().id()).args(step.get_args()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        match done.status.code() {
            Some(0 | 65 | 70 | 75 | 78) if !said.contains("the compiler was killed") => {}
            code => killed.push(format!("{name}: exit {code:?}: {said}\n  {shape}")),
        }
    }
    assert!(killed.is_empty(), "with {} MiB:\n{}", promised(), killed.join("\n"));
}
