//! The Common Expression Language as far as rules of APIs use it, with the meaning that cel-go and Kubernetes' libraries give
//! it: a reader of its own, since values are typed by a schema, and since each step is counted
//! (docs/design/0012-rules-are-evaluated-here.md).

mod ast;
mod calls;
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::super::pattern::Pattern;
    use super::super::super::schema::Schema;
    use super::{Evaluation, Fault, Typed, Val, of_data, parse};

    /// What an expression says of a text `self`, or why it says nothing.
    fn judge(text: &str, steps: u64) -> Result<bool, String> {
        let schema = Schema { kind: "string".to_owned(), ..Schema::default() };
        let value = json!("ab");
        let typed = Typed { schema: &schema, is_resource: false };
        let expression = parse(text, &mut |pattern| Pattern::new(pattern).map(Arc::new))?;
        let mut evaluation = Evaluation::new(steps, vec![("self".into(), of_data(&value, typed))]);
        match evaluation.value(&expression) {
            Ok(Val::Bool(bool)) => Ok(bool),
            Ok(other) => Err(format!("{other:?}")),
            Err(Fault::Error(why)) => Err(format!("fails: {why}")),
            Err(Fault::Unknown(why)) => Err(why),
        }
    }

    #[test]
    fn what_is_read_and_evaluated_is_bounded() {
        let numbers = format!("[{}]", vec!["1"; 100].join(","));
        let around =
            |text: &str, count: usize, wrap: &dyn Fn(String, usize) -> String| (0..count).fold(text.to_owned(), wrap);
        let loops = |text: String, level: usize| format!("{numbers}.all(x{level}, {text})");
        let lists = |text: String, level: usize| format!("{numbers}.map(x{level}, {text})");
        let doubled = |text: String, _: usize| format!("[{text}].map(x, x + x)[0]");
        let replaced = |text: String, _: usize| format!("{text}.replace('a', 'aaaaaaaaaaaaaaaa')");
        for (rule, why) in [
            (format!("{}true{}", "(".repeat(100_000), ")".repeat(100_000)), "it nests too deeply"),
            (format!("{}1{} == []", "[".repeat(1000), "]".repeat(1000)), "it nests too deeply"),
            (format!("{}1", "!!(!!!!!!(!!!!(((((!!(!!(!!!!((".repeat(5)), "it nests too deeply"),
            (format!("{} > 0", vec!["1"; 20_000].join("+")), "it nests too deeply"),
            (format!("self{} == 'a'", ".trim()".repeat(20_000)), "it nests too deeply"),
            (format!("self{}", ".a".repeat(20_000)), "it nests too deeply"),
            (format!("{}true", "true ? true : ".repeat(1000)), "it nests too deeply"),
            ("(".repeat(10_000), "it nests too deeply"),
            (around("true", 5, &loops), "it takes more steps than are made here"),
            (around("1", 5, &lists) + " == []", "it takes more steps than are made here"),
            (around("'aaaaaaaaaaaaaaaa'", 25, &doubled) + " == ''", "it takes more steps than are made here"),
            (around("'aaaaaaaaaaaaaaaa'", 10, &replaced) + " == ''", "it takes more steps than are made here"),
        ] {
            let judged = judge(&rule, 1_000_000);
            assert_eq!(judged, Err(why.to_owned()), "{}", rule.chars().take(100).collect::<String>());
        }
    }

    #[test]
    fn long_chains_of_conditions_are_read() {
        let rule = vec!["self == 'nothing'"; 2000].join(" || ");
        assert_eq!(judge(&rule, 1_000_000), Ok(false));
        assert_eq!(judge(&format!("{}true", "!".repeat(10_000)), 1_000_000), Ok(true));
    }

    #[test]
    fn what_fails_counts_only_where_nothing_else_decides() {
        for (rule, judged) in [
            ("1 / 0 == 1 || self == 'ab'", Ok(true)),
            ("1 / 0 == 1 || self == 'a'", Err("fails: division by zero")),
            ("self == 'a' && 1 / 0 == 1", Ok(false)),
            ("1 / 0 == 1 && self == 'a'", Ok(false)),
            ("[0, 1].exists(n, 1 / n == 1)", Ok(true)),
            ("[0, 1].all(n, 1 / n == 1)", Err("fails: division by zero")),
            ("[0, 2].all(n, 1 / n == 1)", Ok(false)),
            ("[0, 1].exists_one(n, 1 / n == 1)", Err("fails: division by zero")),
            ("self == 'ab' ? true : 1 / 0 == 1", Ok(true)),
            ("ip(self) == 1 || self == 'ab'", Ok(true)),
            ("ip(self) == 1 || self == 'a'", Err("the function ip isn't evaluated here")),
            ("nobody == 1", Err("undeclared reference to 'nobody'")),
        ] {
            assert_eq!(judge(rule, 1000), judged.map_err(str::to_owned), "{rule}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for rule in [
            "",
            "self ==",
            "(self",
            "self)",
            "'a",
            "'a\n",
            "'\\z'",
            "b'\\u0041'",
            "1..2",
            "self.",
            "self.in",
            "a b",
            "#",
            "18446744073709551616",
            "9223372036854775808",
            "-9223372036854775809",
            "[1",
            "{1}",
            "has(self)",
            "[1].all(1, true)",
            "'\\ud800'",
            "'\\x4'",
            "?",
            "self ? true",
        ] {
            assert!(parse(rule, &mut |pattern| Pattern::new(pattern).map(Arc::new)).is_err(), "{rule}");
        }
    }
}
