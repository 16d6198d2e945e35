//! Calls as they are read: which of them are macros, and which have a pattern that can be compiled beforehand.

use super::ast::{Each, EachKind, Expression, Literal};
use super::parser::Compile;

/// A call on a target, which may be a macro.
pub(super) fn method(
    compile: Compile<'_>,
    of: Expression,
    name: String,
    mut arguments: Vec<Expression>,
) -> Result<Expression, String> {
    let kind = match (name.as_str(), arguments.len()) {
        ("all", 2) => EachKind::All,
        ("exists", 2) => EachKind::Exists,
        ("exists_one" | "existsOne", 2) => EachKind::ExistsOne,
        ("map", 2 | 3) => EachKind::Map,
        ("filter", 2) => EachKind::Filter,
        ("optMap", 2) => EachKind::OptMap,
        ("optFlatMap", 2) => EachKind::OptFlatMap,
        ("matches", 1) => {
            if let Expression::Literal(Literal::Text(text)) = &arguments[0] {
                let pattern = compile(text);
                return Ok(Expression::Matches { of: Box::new(of), pattern });
            }
            return Ok(Expression::Call { name, target: Some(Box::new(of)), arguments });
        }
        _ => return Ok(Expression::Call { name, target: Some(Box::new(of)), arguments }),
    };
    let body = arguments.pop().ok_or("a macro without a body")?;
    let condition = if arguments.len() == 2 { arguments.pop() } else { None };
    let Some(Expression::Name(variable)) = arguments.pop() else {
        return Err("a macro whose variable isn't a name".to_owned());
    };
    Ok(Expression::Each(Box::new(Each { kind, range: of, variable: variable.into(), condition, body })))
}

/// A call on nothing.
pub(super) fn function(name: String, mut arguments: Vec<Expression>) -> Result<Expression, String> {
    if name == "has" && arguments.len() == 1 {
        return match arguments.pop() {
            Some(Expression::Field { of, name, is_optional: false }) => Ok(Expression::Has { of, name }),
            _ => Err("has() of what isn't a field".to_owned()),
        };
    }
    Ok(Expression::Call { name, target: None, arguments })
}
