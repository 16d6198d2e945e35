//! Write a generator for a Kratix Promise: a function from a request to the files that it needs.
//!
//! This is a whole one. `cargo build --target wasm32-wasip2` makes a component of it (the crate's type is `cdylib`;
//! with `rlib` beside it, `cargo test` runs its tests natively), and `kratix-wasm run` runs that as a pipeline step.
//!
//! ```
//! use kratix_wasm_sdk::{Description, Generator, Output, Problem, Request, Stop};
//! use serde::Deserialize;
//! use serde_json::json;
//!
//! struct Buckets;
//!
//! /// The parts of the custom resource that matter here.
//! #[derive(Deserialize)]
//! struct Bucket { metadata: Metadata, spec: Spec }
//! #[derive(Deserialize)]
//! struct Metadata { name: String }
//! #[derive(Deserialize)]
//! struct Spec { size: u32 }
//!
//! /// What the Promise author may set.
//! #[derive(Deserialize)]
//! struct Config { #[serde(default = "eu")] region: String }
//! fn eu() -> String { "eu".into() }
//!
//! impl Generator for Buckets {
//!     type Object = Bucket;
//!     type Config = Config;
//!
//!     fn describe() -> Description {
//!         Description::new("buckets", env!("CARGO_PKG_VERSION"), "A bucket for each request")
//!             .kind("Bucket.storage.example.org")
//!             .config_schema(r#"{"type": "object", "properties": {"region": {"type": "string", "enum": ["eu", "us"]}}}"#)
//!     }
//!
//!     fn generate(request: Request<Bucket, Config>) -> Result<Output, Stop> {
//!         let Bucket { metadata: Metadata { name }, spec: Spec { size } } = request.object;
//!         if size == 0 {
//!             return Err(Problem::new("spec.size", "a bucket can't be empty").hint("ask for 1 or more").into());
//!         }
//!         let claim = json!({
//!             "apiVersion": "s3.example.org/v1", "kind": "Claim",
//!             "metadata": {"name": name}, "spec": {"gigabytes": size, "region": request.config.region},
//!         });
//!         Ok(Output::new()
//!             .yaml(format!("claims/{name}.yaml"), &claim)
//!             .send("claims", [("team", "storage")])
//!             .status(&json!({"message": "claim committed", "region": request.config.region})))
//!     }
//! }
//!
//! kratix_wasm_sdk::export!(Buckets);
//!
//! // Tests call the same function that the host calls, with the same JSON:
//! # fn main() {
//! let output = kratix_wasm_sdk::call::<Buckets>(
//!     &Request::configure(json!({"metadata": {"name": "logs"}, "spec": {"size": 5}})),
//! ).unwrap();
//! assert_eq!(output.read("claims/logs.yaml").unwrap(), r#"{"apiVersion":"s3.example.org/v1","kind":"Claim","metadata":{"name":"logs"},"spec":{"gigabytes":5,"region":"eu"}}"#);
//!
//! let Err(Stop::Invalid(problems)) = kratix_wasm_sdk::call::<Buckets>(
//!     &Request::configure(json!({"metadata": {"name": "logs"}, "spec": {"size": 0}})),
//! ) else { panic!("an empty bucket was accepted") };
//! assert_eq!(problems[0].field.as_deref(), Some("spec.size"));
//! # }
//! ```
//!
//! What a field means, and what the host refuses, is said where it counts: in `wit/0.1/generator.wit`.

mod adapter;
mod declarations;
pub mod earlier;
pub mod inputs;
mod json;
pub mod log;
mod output;
mod problem;
mod request;
pub mod workspace;

#[doc(hidden)]
pub use adapter::Adapter;
pub use adapter::call;
pub use declarations::{Declares, Input};
pub use output::Output;
pub use problem::{Problem, Stop};
pub use request::{Action, Request, Workflow};

#[doc(hidden)]
#[allow(missing_docs, unreachable_pub, clippy::pedantic, reason = "generated from wit/")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit/0.1",
        world: "generator",
        pub_export_macro: true,
        default_bindings_module: "kratix_wasm_sdk::bindings",
    });
}

/// What only some generators import and export: a world of its own, so that all others run on hosts of 0.1.0.
#[doc(hidden)]
#[allow(missing_docs, unreachable_pub, clippy::pedantic, reason = "generated from wit/")]
pub mod declaring {
    wit_bindgen::generate!({
        inline: "
            package kratix-wasm:sdk;
            world declaring {
                import kratix-wasm:generator/inputs@0.1.1;
                import kratix-wasm:generator/earlier@0.1.1;
                export kratix-wasm:generator/declarations@0.1.1;
            }
        ",
        path: "../../wit/0.1",
        world: "kratix-wasm:sdk/declaring",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "export_declarations",
        default_bindings_module: "kratix_wasm_sdk::declaring",
    });
}

/// The Rust that the documents show is run by the doc tests.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/generators.md")]
    mod generators {}
}

/// A generator: what it is, and the pure function that it computes.
pub trait Generator {
    /// The object, or just the fields of it that matter. An object that doesn't fit is the requester's mistake. It is read
    /// from a [`serde_json::Value`], so it can't hold a `RawValue`, and a list is no struct.
    type Object: serde::de::DeserializeOwned;
    /// What the Promise author may set; `{}` when nothing is set, so give every field a default. A config that doesn't
    /// fit is the Promise author's mistake.
    type Config: serde::de::DeserializeOwned;

    /// Says what this generator is.
    fn describe() -> Description;

    /// Answers a request with the complete set of files for it, for [`Action::Delete`] with a status alone.
    ///
    /// # Errors
    ///
    /// A [`Stop`]: the request is wrong, the config is wrong, or something has to be waited for. Name *all* problems
    /// that there are: a person mends them in one go.
    fn generate(request: Request<Self::Object, Self::Config>) -> Result<Output, Stop>;
}

/// What a generator says about itself; limits are in `wit/0.1/generator.wit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) kinds: Vec<String>,
    pub(crate) config_schema: Option<String>,
}

impl Description {
    /// A name (lower case letters, digits and `-`), a semantic version, and one sentence.
    pub fn new(name: impl Into<String>, version: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            summary: summary.into(),
            kinds: Vec::new(),
            config_schema: None,
        }
    }

    /// Adds a kind that the generator answers: `Team` or `Team.platform.kratix.io`.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kinds.push(kind.into());
        self
    }

    /// Sets the JSON Schema of the config, as JSON text. Without one, nothing can be set.
    #[must_use]
    pub fn config_schema(mut self, schema: impl Into<String>) -> Self {
        self.config_schema = Some(schema.into());
        self
    }
}

/// Makes a [`Generator`] what the component exports. Once a crate. One that [`Declares`] something says so:
/// `export!(Buckets, declarations)`.
#[macro_export]
macro_rules! export {
    ($generator:ty) => {
        // Natively there is nothing to export, and a native linker doesn't take the names of a component's exports.
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Exported = $crate::Adapter<$generator>;
    $crate::bindings::export!(Exported with_types_in $crate::bindings);
        };
    };
    ($generator:ty, declarations) => {
        $crate::export!($generator);
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Declaring = $crate::Adapter<$generator>;
    $crate::declaring::export_declarations!(Declaring with_types_in $crate::declaring);
        };
        // Natively, too, what is said to be declared is.
        const _: fn() = || {
            fn declares<G: $crate::Declares>() {}
            declares::<$generator>();
        };
    };
}
