//! Where a rule says that its refusal belongs: a path of fields below its own, such as `.spec['x.y']`.

use std::fmt::Write as _;

use super::super::schema::Schema;

/// The path as refusals write it; nothing where the schema has no such field.
pub(in super::super) fn normalized(path: &str, schema: &Schema) -> Option<String> {
    let mut rest = path;
    let mut schema = schema;
    let mut out = String::new();
    while !rest.is_empty() {
        let name;
        if let Some(quoted) = rest.strip_prefix("['") {
            let mut unescaped = String::new();
            let mut characters = quoted.char_indices();
            let end = loop {
                match characters.next()? {
                    (at, '\'') => break at,
                    (_, '\\') => unescaped.push(match characters.next()?.1 {
                        'a' => '\u{7}',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        'v' => '\u{b}',
                        same @ ('\'' | '\\') => same,
                        _ => return None,
                    }),
                    (_, character) => unescaped.push(character),
                }
            };
            rest = quoted[end + 1..].strip_prefix(']')?;
            name = unescaped;
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(['.', '[', ']']).unwrap_or(after.len());
            name = after[..end].to_owned();
            rest = &after[end..];
            if name.is_empty() {
                return None;
            }
        }
        if schema.properties.is_empty() {
            schema = schema.additional_schema()?;
            write!(out, "[{name}]").expect("a string takes all that is written");
        } else {
            schema = schema.properties.get(&name)?;
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&name);
        }
    }
    Some(out)
}
