//! What is in the images.

use std::fs;
use std::process::Command;

use kratix_wasm_tests::root;
use serde_json::json;
use tempfile::TempDir;

use crate::image::Image;

/// A line a file: mode, owner and group, size, time, name.
fn listed(image: &Image) -> Vec<String> {
    let layer = TempDir::new().unwrap();
    let path = layer.path().join("layer.tar.gz");
    fs::write(&path, image.layer()).unwrap();
    let tar = Command::new("tar")
        .args(["--list", "--verbose", "--numeric-owner", "--utc", "--full-time", "--gzip", "--file"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(tar.status.success(), "{}", String::from_utf8_lossy(&tar.stderr));
    let lines = String::from_utf8(tar.stdout).unwrap();
    lines.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The same without sizes, each with the time of nothing.
#[track_caller]
fn assert_holds(image: &Image, expected: &[&str]) {
    let without_sizes = |line: &String| {
        let [mode, owner, _, day, time, name] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!((day, time), ("1970-01-01", "00:00:00"), "{line}");
        format!("{mode} {owner} {}", name.trim_end_matches('/'))
    };
    assert_eq!(listed(image).iter().map(without_sizes).collect::<Vec<_>>(), expected);
}

const HOST: &[&str] = &[
    "drwxr-xr-x 0/0 etc",
    "-rw-r--r-- 0/0 etc/group",
    "-rw-r--r-- 0/0 etc/passwd",
    "drwxr-xr-x 0/0 etc/ssl",
    "drwxr-xr-x 0/0 etc/ssl/certs",
    "-rw-r--r-- 0/0 etc/ssl/certs/ca-certificates.crt",
    "drwxr-xr-x 0/0 home",
    "drwxr-xr-x 65532/65532 home/nonroot",
    "drwxrwxrwt 0/0 tmp",
    "drwxr-xr-x 0/0 usr",
    "drwxr-xr-x 0/0 usr/local",
    "drwxr-xr-x 0/0 usr/local/bin",
    "-rwxr-xr-x 0/0 usr/local/bin/kratix-wasm",
];

#[test]
fn the_images_have_exactly_these_files() {
    assert_holds(&Image::host(), HOST);
    let mut step = HOST.to_vec();
    let at = step.iter().position(|line| line.ends_with(" home")).unwrap();
    step.splice(at..at, ["drwxr-xr-x 0/0 generators", "-rw-r--r-- 0/0 generators/team.cwasm"]);
    assert_holds(&Image::step(), &step);
    assert_holds(&Image::component(), &["-rw-r--r-- 0/0 team.wasm"]);
}

#[test]
fn the_images_say_what_they_are_and_run_as_nobody() {
    let labels = |title: &str| {
        json!({
            "org.opencontainers.image.description": "Runs generators of Kratix Promises as sandboxed WebAssembly components",
            "org.opencontainers.image.licenses": "Apache-2.0",
            "org.opencontainers.image.source": "https://github.com/kratix-wasm/kratix-wasm",
            "org.opencontainers.image.title": title,
            "org.opencontainers.image.version": env!("CARGO_PKG_VERSION"),
        })
    };
    for (image, title) in [(Image::host(), "kratix-wasm"), (Image::step(), "kratix-wasm-team")] {
        let config = image.config();
        assert_eq!(config["os"], "linux");
        let mut config = config["config"].clone();
        config["Env"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
        assert_eq!(
            config,
            json!({
                "User": "65532:65532",
                "Env": [
                    "HOME=/home/nonroot",
                    "PATH=/usr/local/bin",
                    "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
                ],
                "Entrypoint": ["kratix-wasm"],
                "Cmd": ["run"],
                "WorkingDir": "/home/nonroot",
                "Labels": labels(title),
            })
        );
    }
}

#[test]
fn the_images_are_within_their_budget() {
    for image in [Image::host(), Image::step()] {
        let unpacked: u64 =
            listed(&image).iter().map(|line| line.split(' ').nth(2).unwrap().parse::<u64>().unwrap()).sum();
        let packed = fs::metadata(&image.archive).unwrap().len();
        assert!(unpacked <= 13_000_000 && packed <= 6_000_000, "{}: {unpacked}, {packed}", image.archive.display());
    }
}

/// The same files give the same image wherever they lie, whenever they were made, whatever the umask.
#[test]
fn an_image_is_the_same_from_another_checkout() {
    let elsewhere = TempDir::new().unwrap();
    let script = "umask 077; cp -R \"$0/image\" \"$0/Cargo.toml\" . && mkdir -p target/pod && cp \"$0/target/dist/pod/kratix-wasm\" target/pod/ && \
                  image/build host \"$(uname -m)\" target";
    let done = Command::new("bash").args(["-ec", script]).arg(root()).current_dir(elsewhere.path()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let again = Image { archive: elsewhere.path().join("target/kratix-wasm.oci.tar") };
    assert_eq!(again.digest(), Image::host().digest());
}
