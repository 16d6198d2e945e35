//! What can be wrong with a component, with code, and with a call.

use std::io;

use super::component::{EXPORT, PACKAGE};
use super::kind::Kind;
use super::version::{CONTRACT, Standing};
use crate::error::Error;
use crate::exit::Exit;
use crate::text::clean;

/// Why a generator can't be loaded or compiled, or didn't answer. `shown` is what it is called in messages.
#[derive(Debug)]
pub(super) enum SandboxError<'a> {
    /// The bytes are of another kind.
    NoComponent { shown: &'a str, kind: Kind },
    /// The compiler refuses the component.
    InvalidComponent { shown: &'a str, cause: String },
    /// The component exports something else.
    NoGenerator { shown: &'a str, exports: String },
    /// The component is built for a version of the contract that this host doesn't run.
    OtherContract { shown: &'a str, version: &'a str },
    /// The component is built for a later patch of this host's track, and uses an interface that is new there.
    NewerInterface { shown: &'a str, name: &'a str, version: &'a str },
    /// The component imports what no generator gets.
    Import { shown: &'a str, name: &'a str, hint: &'a str },
    /// What the component exports or imports is not of the contract's types.
    Unfit { shown: &'a str, contract: &'a str, cause: String },
    /// This build can't compile.
    NoCompiler { shown: &'a str },
    /// The compiler died of something that is no bound.
    CompilerFailed { shown: &'a str, cause: String },
    /// The container has too little memory for the compiler; `what` says what happened.
    NoMemoryToCompile { what: String, cause: String },
    /// No process to compile can be started.
    CompilerNotStarted { shown: &'a str, cause: io::Error },
    /// There is no memory for the code of the compiler.
    NoRoomForCode { shown: &'a str, cause: io::Error },
    /// The code that the compiler left can't be read.
    CodeLost { shown: &'a str, cause: String },
    /// wasmtime doesn't load the code.
    CodeUnloadable { shown: &'a str, cause: String },
    /// The file has no whole envelope.
    CodeDamaged { shown: &'a str, cause: String },
    /// The envelope is another host's.
    CodeForeign { shown: &'a str, cause: String },
    /// The generator asks for what it didn't declare.
    Undeclared { shown: &'a str, cause: String },
    /// The generator trapped.
    Crashed { shown: &'a str, cause: String },
}

impl From<SandboxError<'_>> for Error {
    fn from(error: SandboxError<'_>) -> Self {
        use SandboxError as E;
        match error {
            E::NoComponent { shown, kind } => no_component(shown, kind),
            E::InvalidComponent { shown, cause } => {
                Self::new("component-invalid", Exit::Generator, format!("{shown} is not a valid component"))
                    .because(cause)
                    .hint("a generator is a component for WASI 0.2, without async functions: see docs/generators.md")
            }
            E::NoGenerator { shown, exports } => {
                Self::new("component-no-generator", Exit::Generator, format!("{shown} is not a generator"))
                    .because(format!("it exports {exports}, but not {PACKAGE}{EXPORT}@{}", CONTRACT[0]))
                    .hint("build it against the world of wit/0.1/generator.wit, in Rust with kratix_wasm_sdk::export!")
            }
            E::OtherContract { shown, version } => {
                let (shown_version, runs) = (clean(version, 40), CONTRACT.join(", "));
                let what = format!("{shown} is built for contract {shown_version}, and this host runs {runs}");
                let wrong = Self::new("component-contract", Exit::Generator, what);
                if Standing::of(version).is_ahead() { upgrade(wrong) } else { wrong.hint(REBUILD).hint_in_pod(REBUILD) }
            }
            E::NewerInterface { shown, name, version } => {
                let (version, newest) = (clean(version, 40), CONTRACT.last().copied().unwrap_or_default());
                let what = format!("{shown} is built for contract {version} and uses what this host of {newest} lacks");
                upgrade(Self::new("component-contract", Exit::Generator, what).because(clean(name, 80)))
            }
            E::Import { shown, name, hint } => {
                let what = format!("{shown} asks for {}, which no generator gets", clean(name, 80));
                Self::new("component-import", Exit::Generator, what).hint(hint)
            }
            E::Unfit { shown, contract, cause } => {
                Self::new("component-contract", Exit::Generator, format!("{shown} doesn't fit the contract {contract}"))
                    .because(cause)
                    .hint("build it against wit/0.1/generator.wit as this host has it")
            }
            E::NoCompiler { shown } => {
                let what = format!("{shown} has to be compiled, and this build has no compiler");
                Self::new("compiler-none", Exit::Generator, what)
                    .hint("precompile it, with a build of the same version that has one, and run it with --precompiled")
                    .hint_in_pod(
                        "put it into the image precompiled, by a build of the same version that has a compiler, and set \
                         KRATIX_WASM_PRECOMPILED to true",
                    )
            }
            E::CompilerFailed { shown, cause } => {
                Self::new("compiler-failed", Exit::Generator, format!("the compiler failed over {shown}"))
                    .because(cause)
                    .hint("report it to us, with the component")
            }
            E::NoMemoryToCompile { what, cause } => Self::new("compiler-memory", Exit::Limit, what)
                .because(cause)
                .hint("give it more memory, or compile ahead with `kratix-wasm compile`")
                .hint_in_pod(
                    "raise resources.limits.memory of the container, or put the generator into the image precompiled",
                ),
            E::CompilerNotStarted { shown, cause } => {
                let what = format!("cannot start a process to compile {shown}");
                Self::new("machine-compiler", Exit::Machine, what)
                    .because_of(&cause)
                    .hint("it runs this program again, by /proc/self/exe; precompiled code needs no compiling")
            }
            E::NoRoomForCode { shown, cause } => {
                Self::new("machine-compiler", Exit::Machine, format!("there is no room for the code of {shown}"))
                    .because_of(&cause)
                    .hint("it takes memory by memfd_create; precompiled code needs none")
            }
            E::CodeLost { shown, cause } => {
                Self::new("machine-compiler", Exit::Machine, format!("the code of {shown} can't be read back"))
                    .because(cause)
            }
            E::CodeUnloadable { shown, cause } => {
                Self::new("code-unloadable", Exit::Generator, format!("the code of {shown} can't be loaded"))
                    .because(cause)
            }
            E::CodeDamaged { shown, cause } => {
                let what = format!("{shown} is not precompiled code, or is damaged");
                Self::new("code-damaged", Exit::Generator, what)
                    .because(cause)
                    .hint("make it again with `kratix-wasm compile`")
                    .hint_in_pod("build the image again, or see whether KRATIX_WASM_GENERATOR names another file")
            }
            E::CodeForeign { shown, cause } => {
                Self::new("code-foreign", Exit::Generator, format!("{shown} was precompiled by another host"))
                    .because(cause)
                    .hint("make it again with this one's `kratix-wasm compile`, or run the .wasm")
                    .hint_in_pod("build the image with code that its own host has compiled, or run the .wasm")
            }
            E::Undeclared { shown, cause } => {
                Self::new("input-undeclared", Exit::Misbehaved, format!("generator {shown} breaks the contract"))
                    .because(cause)
                    .hint("report it to the author of the generator")
            }
            E::Crashed { shown, cause } => {
                Self::new("generator-crashed", Exit::Misbehaved, format!("generator {shown} crashed"))
                    .because(cause)
                    .hint("the same request crashes it again: report it to the author of the generator")
            }
        }
    }
}

/// What to do about a generator of a track that is over.
const REBUILD: &str = "the generator has to be upgraded: rebuild it against wit/0.1, or use a newer one";

/// The error of a generator that is ahead of this host.
fn upgrade(error: Error) -> Error {
    error
        .hint("the host has to be upgraded: use one whose `kratix-wasm version` lists that contract")
        .hint_in_pod("the host has to be upgraded: use an image whose host runs that contract, or an older generator")
}

fn no_component(shown: &str, kind: Kind) -> Error {
    let none = |what: &str| Error::new("component-none", Exit::Generator, format!("{shown} is {what}"));
    match kind {
        Kind::Module => none("a core module, not a component")
            .hint("build it for wasm32-wasip2, or make a component of it with `wasm-tools component new`"),
        Kind::Precompiled => none("precompiled code")
            .hint("only `kratix-wasm run --precompiled` takes that, from those whom you trust")
            .hint_in_pod("set KRATIX_WASM_PRECOMPILED to true where it comes with the image; trust no other"),
        Kind::Component | Kind::Unknown => none("not WebAssembly")
            .hint("a generator is a component, for example target/dist/team.wasm after `./x build`")
            .hint_in_pod("a generator is a component; see what the image or the volume has there"),
    }
}
