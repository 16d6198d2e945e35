//! The Common Expression Language as far as rules of APIs use it, with the meaning that cel-go and Kubernetes' libraries give
//! it: a reader of its own, since values are typed by a schema, and since each step is counted.

mod ast;
mod compare;
mod convert;
mod eval;
mod functions;
mod lexer;
mod lists;
mod macros;
mod parser;
mod strings;
mod value;

pub(super) use ast::Expression;
pub(super) use eval::{Evaluation, Fault};
pub(super) use parser::parse;
pub(super) use value::{Typed, Val, of_data};
