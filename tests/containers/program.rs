//! What the shipped program can't do, whatever runs in it, and what it can do without.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::{Step, in_mounts, root};

/// How glibc makes a system call: the number into a register, then the trap.
fn call(number: u32) -> Vec<u8> {
    if cfg!(target_arch = "x86_64") {
        [&[0xb8][..], &number.to_le_bytes(), &[0x0f, 0x05]].concat()
    } else {
        [(0xd280_0008 | number << 5).to_le_bytes(), 0xd400_0001_u32.to_le_bytes()].concat()
    }
}

fn numbers(x86_64: [u32; 4], aarch64: [u32; 4]) -> [u32; 4] {
    if cfg!(target_arch = "x86_64") { x86_64 } else { aarch64 }
}

/// `socket` itself is there: glibc brings the state of its resolver along for every thread, and with it code that lists
/// network interfaces, which nothing calls. What it takes to reach the API server is, by its address; what it
/// takes to be reached, or to look a name up, is not.
#[test]
fn it_connects_by_address_and_takes_no_connections() {
    let program = fs::read(root().join("target/dist/kratix-wasm")).unwrap();
    let has = |bytes: &[u8]| program.windows(bytes.len()).any(|window| window == bytes);
    let [exit_group, socketpair, getpid, pipe2] = numbers([231, 53, 39, 293], [94, 199, 172, 59]);
    let [connect, listen, accept, accept4] = numbers([42, 50, 43, 288], [203, 201, 202, 242]);
    // To the API server, for inputs.
    for number in [exit_group, socketpair, getpid, pipe2, connect] {
        assert!(has(&call(number)), "system call {number} is not found: are calls made in another way?");
    }
    for number in [listen, accept, accept4] {
        assert!(!has(&call(number)), "system call {number} is linked");
    }
    assert!(!has(b"/etc/gai.conf"), "getaddrinfo is linked");
}

/// Real randomness above all: a static program has none but by a device, since its libraries look the system call up by name.
#[test]
#[ignore = "needs mounts"]
fn it_needs_no_device() {
    for (generator, trusted) in [("team.cwasm", true), ("team.wasm", false)] {
        let shipped = root().join("target/dist");
        let object = fs::read(root().join("promises/team/example-resource.yaml")).unwrap();
        let step = Step::new().file("input/object.yaml", object);
        let step = step.file(&format!("generators/{generator}"), fs::read(shipped.join(generator)).unwrap());
        let path = step.path(&format!("generators/{generator}")).to_str().unwrap().to_owned();
        let step = if trusted { step.arg("--precompiled") } else { step }.arg(path);
        let tested = step.command();
        let mut command = Command::new(shipped.join("kratix-wasm"));
        command.args(tested.get_args()).envs(tested.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let script = "mount -t tmpfs -o ro tmpfs /dev; ls -A /dev; exec \"$@\"";
        let said = in_mounts(&command, script, &[]);
        assert!(said.starts_with("wrote backstage/"), "{generator}: {said}");
    }
}
