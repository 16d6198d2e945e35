//! The config's schema: the structural subset of JSON Schema that Kubernetes takes for custom resources
//! (<https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema>),
//! without `$ref`.
//!
//! A schema comes from a generator that nobody trusts, so it is bounded when it is read ([`structural`]) and again in the
//! work that a check may cost ([`check()`]). Unlike Kubernetes, which drops a property that no schema names, a config with
//! one is refused: it is a typing mistake far more often than anything else.

pub mod check;
pub mod structural;

pub use check::{Violation, check};
pub use structural::Schema;
