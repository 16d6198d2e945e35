//! What a generator had better not do.

use kratix_wasm_sdk::bindings::exports::kratix_wasm::generator::generation::{Contents, File, Request};
use kratix_wasm_sdk::{log, workspace};
use serde::Deserialize;

/// Something to do before answering.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Misdeed {
    /// Compute for ever.
    Loop,
    /// Ask for more memory for ever.
    Allocate,
    /// Ask for memory and give it back for ever.
    Churn,
    /// Call itself for ever.
    Recurse,
    /// Sleep for a century.
    Sleep,
    /// Panic.
    Panic,
    /// Trap without a word.
    Trap,
    /// Exit the process.
    Exit,
    /// Log without end.
    LogFlood,
    /// Make a large file; a later generator reads it without end.
    ReadFlood,
    /// Return more bytes than anybody wants.
    HugeFile,
    /// Return JSON so deep that its YAML is mostly indentation: 8 MB that would be 480 MB.
    DeepYaml,
    /// Return more bytes than there is memory for.
    GigabyteFile,
    /// Return a million files.
    ManyFiles,
    /// Return a path that is not UTF-8, as the ABI has it.
    BadText,
    /// Log at every level and print to stdout and stderr, with an escape sequence.
    Log,
    /// Tell in files what there is of environment, arguments, clocks, randomness and directories.
    Look,
    /// Tell in a file what earlier generators made.
    Workspace,
    /// Tell in a file what was asked.
    Echo,
}

impl Misdeed {
    /// Does it, and returns files that tell of it.
    pub(crate) fn commit_and_tell(self, request: &Request) -> Vec<File> {
        let tell = |path: &str, text: String| vec![File { path: path.into(), contents: Contents::Bytes(text.into()) }];
        match self {
            Self::Look => tell("seen.txt", look()),
            Self::Workspace => {
                let files = workspace::list().into_iter().map(|path| {
                    let text = workspace::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                    format!("{path}: {}\n", text.unwrap_or_default())
                });
                let nothing = workspace::read("../object.yaml").is_none();
                tell("workspace.txt", files.collect::<String>() + &format!("outside: {nothing}\n"))
            }
            Self::Echo => tell(
                "request.txt",
                format!(
                    "{:?} {:?} promise={} pipeline={}\n{}\n{}\n",
                    request.action, request.workflow, request.promise, request.pipeline, request.object, request.config
                ),
            ),
            Self::HugeFile => vec![File { path: "huge".into(), contents: Contents::Bytes(vec![b'x'; 60 << 20]) }],
            Self::DeepYaml => {
                let json = format!("{}{}1{}", "[".repeat(60), "1,".repeat(200_000), "]".repeat(60));
                vec![File { path: "deep.yaml".into(), contents: Contents::Yaml(vec![json; 20]) }]
            }
            Self::GigabyteFile => {
                vec![File { path: "huge".into(), contents: Contents::Bytes(vec![b'x'; 1 << 30]) }]
            }
            Self::ManyFiles => {
                let file = |_| File { path: String::new(), contents: Contents::Bytes(Vec::new()) };
                (0..1_000_000).map(file).collect()
            }
            Self::BadText => vec![File { path: bad_text(), contents: Contents::Bytes(Vec::new()) }],
            Self::ReadFlood if workspace::list().is_empty() => {
                vec![File { path: "large".into(), contents: Contents::Bytes(vec![b'x'; 10 << 20]) }]
            }
            _ => {
                self.commit();
                Vec::new()
            }
        }
    }

    /// Does it.
    pub(crate) fn commit(self) {
        match self {
            Self::Loop => {
                let mut turn = 0_u64;
                loop {
                    turn = std::hint::black_box(turn.wrapping_add(1));
                }
            }
            Self::Allocate => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(std::hint::black_box(vec![1_u8; 1 << 20]));
                }
            }
            Self::Churn => loop {
                std::hint::black_box(vec![1_u8; 1 << 20]);
            },
            Self::Recurse => {
                recurse(0);
            }
            Self::Sleep => std::thread::sleep(std::time::Duration::from_hours(876_000)),
            Self::Panic => panic!("no \u{1b}[31mway"),
            Self::Trap => std::process::abort(),
            Self::Exit => std::process::exit(3),
            Self::LogFlood => {
                for line in 0..100_000 {
                    log::info(format!("line {line}"));
                    println!("printed {line}");
                }
            }
            Self::ReadFlood => loop {
                std::hint::black_box(workspace::read("large"));
            },
            Self::Log => {
                log::debug("a debug message");
                log::info("an info \u{1b}[31mmessage\nin two lines");
                log::warn("a warning");
                log::error("an error");
                println!("printed");
                eprint!("without a line end");
            }
            // These are told in files.
            Self::HugeFile
            | Self::DeepYaml
            | Self::GigabyteFile
            | Self::ManyFiles
            | Self::BadText
            | Self::Look
            | Self::Workspace
            | Self::Echo => {}
        }
    }
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: u64) -> u64 {
    // Nothing on Rust's own stack, which lies in linear memory and has another end.
    recurse(depth.wrapping_add(1)).rotate_left(7) ^ depth
}

/// No Rust program may have such a string; what crosses the border is bytes.
fn bad_text() -> String {
    unsafe { String::from_utf8_unchecked(b"a\xff\xfe\xed\xa0\x80".to_vec()) }
}

fn look() -> String {
    let start = std::time::Instant::now();
    std::thread::sleep(std::time::Duration::from_hours(1));
    let slept = start.elapsed().as_secs();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map(|time| time.as_secs());
    let random = std::collections::hash_map::RandomState::new();
    let random = std::hash::BuildHasher::hash_one(&random, 1_u8);
    format!(
        "environment: {:?}\narguments: {:?}\nnow: {now:?}\nslept: {slept}\nrandom: {random:x}\nroot: {:?}\nstdin: {:?}\n",
        std::env::vars().collect::<Vec<_>>(),
        std::env::args().collect::<Vec<_>>(),
        std::fs::read_dir("/").map(|_| "open").map_err(|error| error.kind()),
        std::io::read_to_string(std::io::stdin()).map_err(|error| error.kind()),
    )
}
