//! An expression as a tree.

use std::sync::Arc;

use super::super::super::pattern::{Pattern, Refusal};

/// An expression.
#[derive(Debug, Clone)]
pub(in super::super) enum Expression {
    Literal(Literal),
    Name(String),
    /// A field; `.?` makes it optional.
    Field {
        of: Box<Expression>,
        name: String,
        is_optional: bool,
    },
    /// Whether a field is there.
    Has {
        of: Box<Expression>,
        name: String,
    },
    Index {
        of: Box<Expression>,
        index: Box<Expression>,
        is_optional: bool,
    },
    Call {
        name: String,
        target: Option<Box<Expression>>,
        arguments: Vec<Expression>,
    },
    /// Whether a text matches a pattern that is known.
    Matches {
        of: Box<Expression>,
        pattern: Result<Arc<Pattern>, Refusal>,
    },
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary {
        operator: Operator,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    If {
        condition: Box<Expression>,
        then: Box<Expression>,
        otherwise: Box<Expression>,
    },
    Each(Box<Each>),
}

/// A macro that goes through a list or a map.
#[derive(Debug, Clone)]
pub(in super::super) struct Each {
    pub(super) kind: EachKind,
    pub(super) range: Expression,
    pub(super) variable: Arc<str>,
    pub(super) condition: Option<Expression>,
    pub(super) body: Expression,
}

/// Such macros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum EachKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    /// With the value of an optional, where it has one.
    OptMap,
    OptFlatMap,
}

/// A value that is written.
#[derive(Debug, Clone)]
pub(in super::super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// Operators between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Operator {
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Expression {
    /// Whether it uses a variable.
    pub(in super::super) fn uses(&self, variable: &str) -> bool {
        match self {
            Self::Literal(_) => false,
            Self::Name(name) => name == variable,
            Self::Field { of, .. } | Self::Has { of, .. } | Self::Matches { of, .. } => of.uses(variable),
            Self::Index { of, index, .. } => of.uses(variable) || index.uses(variable),
            Self::Call { target, arguments, .. } => {
                target.iter().any(|target| target.uses(variable)) || arguments.iter().any(|each| each.uses(variable))
            }
            Self::List(items) | Self::And(items) | Self::Or(items) => items.iter().any(|item| item.uses(variable)),
            Self::Map(items) => items.iter().any(|(key, value)| key.uses(variable) || value.uses(variable)),
            Self::Not(inner) | Self::Negative(inner) => inner.uses(variable),
            Self::Binary { left, right, .. } => left.uses(variable) || right.uses(variable),
            Self::If { condition, then, otherwise } => {
                [condition, then, otherwise].iter().any(|each| each.uses(variable))
            }
            Self::Each(each) => {
                each.range.uses(variable)
                    || each.body.uses(variable)
                    || each.condition.as_ref().is_some_and(|condition| condition.uses(variable))
            }
        }
    }
}
