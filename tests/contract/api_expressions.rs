//! Expressions that are made up, of about the types that a type checker lets pass.

use kratix_wasm_tests::Random;

/// An expression of a type: `bool`, `int`, `string` or a list of texts.
pub(crate) fn expression(random: &mut Random, kind: &str, depth: usize) -> String {
    let part = |random: &mut Random, kind: &str| expression(random, kind, depth.saturating_sub(1));
    let pick = |random: &mut Random, options: &[&str]| (*random.pick(options)).to_owned();
    match (kind, if depth == 0 { 0 } else { random.below(9) }) {
        ("bool", 0) => pick(random, &["true", "false", "self.is", "has(self.text)", "has(self.count)"]),
        ("bool", 1) => format!("({} && {})", part(random, "bool"), part(random, "bool")),
        ("bool", 2) => format!("({} || !{})", part(random, "bool"), part(random, "bool")),
        ("bool", 3) => format!(
            "{} {} {}",
            part(random, "int"),
            random.pick(&["==", "!=", "<", "<=", ">", ">="]),
            part(random, "int")
        ),
        ("bool", 4) => {
            format!("{} {} {}", part(random, "string"), random.pick(&["==", "!=", "<", ">="]), part(random, "string"))
        }
        ("bool", 5) => {
            let method = *random.pick(&["contains", "startsWith", "endsWith"]);
            format!("{}.{method}({})", part(random, "string"), part(random, "string"))
        }
        ("bool", 6) => {
            let name = *random.pick(&["all", "exists", "exists_one"]);
            format!("{}.{name}(n, n == {} || {})", part(random, "list"), part(random, "string"), part(random, "bool"))
        }
        ("bool", 7) => format!("{} in {}", part(random, "string"), part(random, "list")),
        ("bool", _) => format!("({} ? {} : {})", part(random, "bool"), part(random, "bool"), part(random, "bool")),
        ("int", 0) => pick(random, &["0", "1", "-1", "2", "self.count", "self.most", "9223372036854775807", "0x10"]),
        ("int", 1 | 2) => {
            format!("({} {} {})", part(random, "int"), random.pick(&["+", "-", "*", "/", "%"]), part(random, "int"))
        }
        ("int", 3 | 4) => format!("size({})", part(random, "string")),
        ("int", 5) => format!("{}.size()", part(random, "list")),
        ("int", 6) => format!("{}.indexOf({})", part(random, "string"), part(random, "string")),
        ("int", 7) => format!("int({})", part(random, "string")),
        ("int", _) => format!("({} ? {} : {})", part(random, "bool"), part(random, "int"), part(random, "int")),
        ("string", 0) => {
            pick(random, &["''", "'a'", "\"b\"", "'ab'", "self.text", "self.other", "self.with", "'\\n'", "'é'"])
        }
        ("string", 1) => format!("({} + {})", part(random, "string"), part(random, "string")),
        ("string", 2) => format!("string({})", part(random, "int")),
        ("string", 3) => format!("{}.substring({})", part(random, "string"), part(random, "int")),
        ("string", 4) => format!("{}.charAt({})", part(random, "string"), part(random, "int")),
        ("string", 5) => {
            format!("{}.replace({}, {})", part(random, "string"), part(random, "string"), part(random, "string"))
        }
        ("string", 6) => format!("{}[{}]", part(random, "list"), part(random, "int")),
        ("string", 7) => format!("{}.join({})", part(random, "list"), part(random, "string")),
        ("string", _) => format!("{}.{}()", part(random, "string"), random.pick(&["trim", "lowerAscii", "upperAscii"])),
        (_, 0) => pick(random, &["self.names", "['a', 'ab']", "self.set", "['']"]),
        (_, 1) => format!("({} + {})", part(random, "list"), part(random, "list")),
        (_, 2 | 3) => format!("{}.filter(n, {})", part(random, "list"), part(random, "bool")),
        (_, 4) => format!("{}.map(n, n + {})", part(random, "list"), part(random, "string")),
        (_, 5) => format!("[{}, {}]", part(random, "string"), part(random, "string")),
        _ => format!("{}.split({})", part(random, "string"), part(random, "string")),
    }
}
