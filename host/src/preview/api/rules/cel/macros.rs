//! Macros that go through a list or a map: what fails doesn't count where another item decides.

use std::rc::Rc;

use super::ast::{Each, EachKind};
use super::compare::entries;
use super::eval::{Evaluation, Fault, Result, no_overload};
use super::value::{ListKind, Val};

impl<'v> Evaluation<'v> {
    pub(super) fn each(&mut self, each: &Each) -> Result<Val<'v>> {
        let range = self.value(&each.range)?;
        let items = match range {
            Val::List(items, _) => items,
            Val::Optional(value) => return self.optional(each, value),
            map @ (Val::Map(_) | Val::Object(..)) => Rc::new(entries(&map).into_iter().map(|(key, _)| key).collect()),
            _ => return no_overload("a macro"),
        };
        match each.kind {
            EachKind::All => Ok(Val::Bool(!self.decides(each, &items, false)?)),
            EachKind::Exists => Ok(Val::Bool(self.decides(each, &items, true)?)),
            EachKind::ExistsOne => {
                let mut count = 0;
                for item in items.iter() {
                    count += usize::from(self.condition(each, item, &each.body)?);
                }
                Ok(Val::Bool(count == 1))
            }
            EachKind::Filter => {
                let mut kept = Vec::new();
                for item in items.iter() {
                    if self.condition(each, item, &each.body)? {
                        kept.push(item.clone());
                    }
                }
                Ok(Val::List(Rc::new(kept), ListKind::Made))
            }
            EachKind::Map => {
                let mut made = Vec::new();
                for item in items.iter() {
                    if let Some(condition) = &each.condition
                        && !self.condition(each, item, condition)?
                    {
                        continue;
                    }
                    made.push(self.with(&each.variable, item.clone(), |inner| inner.value(&each.body))?);
                }
                Ok(Val::List(Rc::new(made), ListKind::Made))
            }
            EachKind::OptMap | EachKind::OptFlatMap => no_overload("optMap"),
        }
    }

    /// Whether an item's condition has that value.
    fn decides(&mut self, each: &Each, items: &[Val<'v>], wanted: bool) -> Result<bool> {
        let mut fault = None;
        for item in items {
            match self.condition(each, item, &each.body) {
                Ok(bool) if bool == wanted => return Ok(true),
                Ok(_) => {}
                Err(Fault::Unknown(why)) if self.steps == 0 => return Err(Fault::Unknown(why)),
                Err(other) => fault = fault.or(Some(other)),
            }
        }
        fault.map_or(Ok(false), Err)
    }

    fn condition(&mut self, each: &Each, item: &Val<'v>, condition: &super::Expression) -> Result<bool> {
        match self.with(&each.variable, item.clone(), |inner| inner.value(condition))? {
            Val::Bool(bool) => Ok(bool),
            _ => no_overload("a condition that isn't a bool"),
        }
    }

    fn optional(&mut self, each: &Each, value: Option<Rc<Val<'v>>>) -> Result<Val<'v>> {
        let Some(value) = value else { return Ok(Val::Optional(None)) };
        let made = self.with(&each.variable, (*value).clone(), |inner| inner.value(&each.body))?;
        match (each.kind, made) {
            (EachKind::OptMap, made) => Ok(Val::Optional(Some(Rc::new(made)))),
            (EachKind::OptFlatMap, made @ Val::Optional(_)) => Ok(made),
            _ => no_overload("optFlatMap"),
        }
    }
}
