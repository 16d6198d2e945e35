//! Evaluates the tree of an expression, step by step, of which there are only so many.

use std::rc::Rc;
use std::sync::Arc;

use super::ast::{Expression, Literal, Operator};
use super::compare::{equal, order};
use super::value::{ListKind, Val, unescaped};
use super::{convert, functions, lists};

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Fault {
    /// The expression fails, in an API server, too.
    Error(String),
    /// It can't be evaluated here.
    Unknown(String),
}

pub(super) type Result<T> = std::result::Result<T, Fault>;

/// An error that an API server has, too.
pub(super) fn error<T>(text: impl Into<String>) -> Result<T> {
    Err(Fault::Error(text.into()))
}

/// What no type checker lets pass but for values that can have several types.
pub(super) fn no_overload<T>(what: &str) -> Result<T> {
    Err(Fault::Unknown(format!("no such overload: {what}")))
}

/// An evaluation, with what is left of its steps.
#[derive(Debug)]
pub(in super::super) struct Evaluation<'v> {
    pub(in super::super) steps: u64,
    variables: Vec<(Arc<str>, Val<'v>)>,
}

impl<'v> Evaluation<'v> {
    /// One with variables.
    pub(in super::super) fn new(steps: u64, variables: Vec<(Arc<str>, Val<'v>)>) -> Self {
        Self { steps, variables }
    }

    /// Pays for work.
    pub(super) fn pay(&mut self, steps: usize) -> Result<()> {
        let left = self.steps.checked_sub(steps as u64);
        self.steps = left.unwrap_or(0);
        if left.is_none() { Err(Fault::Unknown("it takes more steps than are made here".to_owned())) } else { Ok(()) }
    }

    /// Evaluates with one more variable.
    pub(super) fn with<T>(&mut self, name: &Arc<str>, value: Val<'v>, work: impl FnOnce(&mut Self) -> T) -> T {
        self.variables.push((Arc::clone(name), value));
        let done = work(self);
        self.variables.pop();
        done
    }

    /// The value of an expression.
    pub(in super::super) fn value(&mut self, expression: &Expression) -> Result<Val<'v>> {
        self.pay(1)?;
        let value = match expression {
            Expression::Literal(literal) => of_literal(literal),
            Expression::Name(name) => self.name(name)?,
            Expression::Field { of, name, is_optional } => {
                let of = self.value(of)?;
                self.field(of, name, *is_optional)?
            }
            Expression::Has { of, name } => {
                let of = self.value(of)?;
                Val::Bool(self.has(of, name)?)
            }
            Expression::Index { of, index, is_optional } => {
                let (of, index) = (self.value(of)?, self.value(index)?);
                self.index(of, &index, *is_optional)?
            }
            Expression::Call { name, target, arguments } => functions::call(self, name, target.as_deref(), arguments)?,
            Expression::Matches { of, pattern } => {
                let Val::Text(text) = self.value(of)? else { return no_overload("matches") };
                self.pay(text.len() / 16)?;
                match pattern {
                    Ok(pattern) => Val::Bool(pattern.is_match(&text)),
                    Err(refusal) => return Err(Fault::Unknown(refusal.to_string())),
                }
            }
            Expression::List(items) => {
                let items: Result<Vec<Val<'v>>> = items.iter().map(|item| self.value(item)).collect();
                Val::List(Rc::new(items?), ListKind::Made)
            }
            Expression::Map(entries) => self.map(entries)?,
            Expression::And(parts) => Val::Bool(!self.any(parts, false)?),
            Expression::Or(parts) => Val::Bool(self.any(parts, true)?),
            Expression::Not(inner) => match self.value(inner)? {
                Val::Bool(bool) => Val::Bool(!bool),
                _ => return no_overload("!"),
            },
            Expression::Negative(inner) => match self.value(inner)? {
                Val::Int(int) => Val::Int(int.checked_neg().map_or_else(|| error("integer overflow"), Ok)?),
                Val::Double(double) => Val::Double(-double),
                Val::Duration(span) => Val::Duration(span.checked_neg().map_or_else(|| error("integer overflow"), Ok)?),
                _ => return no_overload("-"),
            },
            Expression::Binary { operator, left, right } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.binary(*operator, left, right)?
            }
            Expression::If { condition, then, otherwise } => match self.value(condition)? {
                Val::Bool(true) => self.value(then)?,
                Val::Bool(false) => self.value(otherwise)?,
                _ => return no_overload("?:"),
            },
            Expression::Each(each) => self.each(each)?,
        };
        if let Val::Broken(text) = value { error(&*text) } else { Ok(value) }
    }

    fn name(&self, name: &str) -> Result<Val<'v>> {
        if let Some((_, value)) = self.variables.iter().rev().find(|(known, _)| **known == *name) {
            return Ok(value.clone());
        }
        convert::type_named(name).map_or_else(|| Err(Fault::Unknown(format!("undeclared reference to '{name}'"))), Ok)
    }

    /// Whether one part has that value; what fails doesn't count where another has it.
    fn any(&mut self, parts: &[Expression], wanted: bool) -> Result<bool> {
        let mut fault = None;
        for part in parts {
            match self.value(part) {
                Ok(Val::Bool(bool)) if bool == wanted => return Ok(true),
                Ok(Val::Bool(_)) => {}
                Ok(_) => {
                    fault =
                        fault.or(Some(Fault::Unknown("no such overload: a condition that isn't a bool".to_owned())));
                }
                Err(other) => fault = fault.or(Some(other)),
            }
        }
        fault.map_or(Ok(false), Err)
    }

    fn map(&mut self, entries: &[(Expression, Expression)]) -> Result<Val<'v>> {
        let mut map: Vec<(Val<'v>, Val<'v>)> = Vec::new();
        for (key, value) in entries {
            let (key, value) = (self.value(key)?, self.value(value)?);
            self.pay(map.len())?;
            let mut place = None;
            for (index, (known, _)) in map.iter().enumerate() {
                if equal(self, known, &key)? {
                    place = Some(index);
                }
            }
            match place {
                Some(place) => map[place] = (key, value),
                None => map.push((key, value)),
            }
        }
        Ok(Val::Map(Rc::new(map)))
    }

    /// What is found under a key, if anything.
    pub(super) fn find(&mut self, map: &Val<'v>, key: &Val<'v>) -> Result<Option<Val<'v>>> {
        match (map, key) {
            (Val::Object(object, typed), Val::Text(name)) => {
                let real = if typed.is_struct() { unescaped(name) } else { Some(name.to_string()) };
                let found = real.and_then(|name| Some((object.get(&name)?, typed.field(&name)?)));
                let found = found.filter(|(value, _)| !(value.is_null() && typed.is_struct()));
                Ok(found.map(|(value, typed)| super::value::of_data(value, typed)))
            }
            (Val::Map(entries), key) => {
                self.pay(entries.len())?;
                for (known, value) in entries.iter() {
                    if equal(self, known, key)? {
                        return Ok(Some(value.clone()));
                    }
                }
                Ok(None)
            }
            _ => no_overload("a key of another type"),
        }
    }

    fn field(&mut self, of: Val<'v>, name: &str, is_optional: bool) -> Result<Val<'v>> {
        let key = Val::Text(name.into());
        match of {
            Val::Optional(None) => Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => Ok(Val::Optional(self.find(&inner, &key)?.map(Rc::new))),
            Val::Object(_, typed)
                if typed.is_struct() && unescaped(name).is_none_or(|name| typed.field(&name).is_none()) =>
            {
                Err(Fault::Unknown(format!("undefined field '{name}'")))
            }
            Val::Object(..) | Val::Map(_) if is_optional => Ok(Val::Optional(self.find(&of, &key)?.map(Rc::new))),
            Val::Object(..) | Val::Map(_) => match self.find(&of, &key)? {
                Some(value) => Ok(value),
                None => error(format!("no such key: {name}")),
            },
            _ => no_overload("a field of what isn't an object"),
        }
    }

    fn has(&mut self, of: Val<'v>, name: &str) -> Result<bool> {
        match of {
            Val::Optional(None) => Ok(false),
            Val::Optional(Some(inner)) => self.has((*inner).clone(), name),
            Val::Object(_, typed)
                if typed.is_struct() && unescaped(name).is_none_or(|name| typed.field(&name).is_none()) =>
            {
                Err(Fault::Unknown(format!("undefined field '{name}'")))
            }
            Val::Object(..) | Val::Map(_) => Ok(self.find(&of, &Val::Text(name.into()))?.is_some()),
            _ => no_overload("has() of what isn't an object"),
        }
    }

    fn index(&mut self, of: Val<'v>, index: &Val<'v>, is_optional: bool) -> Result<Val<'v>> {
        let (of, is_optional) = match of {
            Val::Optional(None) => return Ok(Val::Optional(None)),
            Val::Optional(Some(inner)) => ((*inner).clone(), true),
            other => (other, is_optional),
        };
        let found = match (&of, index) {
            (Val::List(_, kind), index) if !matches!((kind, index), (ListKind::Made, _) | (_, Val::Int(_))) => {
                return error(format!("unsupported index: {}", convert::shown(index)));
            }
            (Val::List(items, _), index) => {
                let place = convert::index_of(index)?;
                usize::try_from(place).ok().and_then(|place| items.get(place).cloned())
            }
            (Val::Object(..) | Val::Map(_), key) => self.find(&of, key)?,
            _ => return no_overload("[]"),
        };
        match found {
            found if is_optional => Ok(Val::Optional(found.map(Rc::new))),
            Some(found) => Ok(found),
            None if matches!(of, Val::List(..)) => error(format!("index out of bounds: {}", convert::shown(index))),
            None => error(format!("no such key: {}", convert::shown(index))),
        }
    }

    fn binary(&mut self, operator: Operator, left: Val<'v>, right: Val<'v>) -> Result<Val<'v>> {
        Ok(match operator {
            Operator::Equal => Val::Bool(equal(self, &left, &right)?),
            Operator::Unequal => Val::Bool(!equal(self, &left, &right)?),
            Operator::In => Val::Bool(match &right {
                Val::List(items, kind) => {
                    let mut found = false;
                    for item in items.iter() {
                        // It is the one on the left that says what equal means: a set takes any order.
                        let (one, other) = if matches!(kind, ListKind::Made) { (&left, item) } else { (item, &left) };
                        if equal(self, one, other)? {
                            found = true;
                            break;
                        }
                    }
                    found
                }
                map => self.find(map, &left)?.is_some(),
            }),
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
                let Some(order) = order(&left, &right)? else { return error("NaN values cannot be ordered") };
                Val::Bool(match operator {
                    Operator::Less => order.is_lt(),
                    Operator::LessEqual => order.is_le(),
                    Operator::Greater => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            Operator::Add if matches!(left, Val::List(..)) => lists::joined(self, &left, &right)?,
            _ => convert::arithmetic(self, operator, &left, &right)?,
        })
    }
}

fn of_literal<'v>(literal: &Literal) -> Val<'v> {
    match literal {
        Literal::Null => Val::Null,
        Literal::Bool(bool) => Val::Bool(*bool),
        Literal::Int(int) => Val::Int(*int),
        Literal::Uint(uint) => Val::Uint(*uint),
        Literal::Double(double) => Val::Double(*double),
        Literal::Text(text) => Val::Text(Rc::from(&*Arc::clone(text))),
        Literal::Bytes(bytes) => Val::Bytes(Rc::from(&*Arc::clone(bytes))),
    }
}
