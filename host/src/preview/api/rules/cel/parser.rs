//! Reads the tree of an expression. Its height is bounded, and with it what evaluating takes of a stack.

use std::sync::Arc;

use super::super::super::pattern::{Pattern, Refusal};
use super::ast::{Expression, Literal, Operator};
use super::calls;
use super::lexer::{Token, tokens};

/// Levels of an expression; cel-go reads some more.
const MAX_HEIGHT: usize = 150;
/// Words that name nothing.
const RESERVED: [&str; 18] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// How a pattern that is written in a rule is compiled.
pub(in super::super) type Compile<'c> = &'c mut dyn FnMut(&str) -> Result<Arc<Pattern>, Refusal>;

/// Reads an expression; or why that can't be.
pub(in super::super) fn parse(text: &str, compile: Compile<'_>) -> Result<Expression, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, nesting: 0, compile };
    let (expression, _) = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(expression),
        token => Err(format!("what follows an expression: {token:?}")),
    }
}

struct Parser<'c> {
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
    compile: Compile<'c>,
}

/// An expression and its height.
type Parsed = Result<(Expression, usize), String>;

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn next(&mut self) -> Token {
        let token = self.tokens[self.at].clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_it = matches!(self.peek(), Token::Sign(found) if *found == sign);
        if is_it {
            self.at += 1;
        }
        is_it
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.takes(sign) { Ok(()) } else { Err(format!("expected {sign}, found {:?}", self.peek())) }
    }

    fn expression(&mut self) -> Parsed {
        self.nesting += 1;
        if self.nesting > MAX_HEIGHT / 5 {
            return Err("it nests too deeply".to_owned());
        }
        let (condition, height) = self.either()?;
        let parsed = if self.takes("?") {
            let (then, second) = self.either()?;
            self.expect(":")?;
            let (otherwise, third) = self.expression()?;
            let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(otherwise));
            raised(Expression::If { condition, then, otherwise }, height.max(second).max(third))
        } else {
            Ok((condition, height))
        };
        self.nesting -= 1;
        parsed
    }

    fn either(&mut self) -> Parsed {
        self.chain("||", Self::both, Expression::Or)
    }

    fn both(&mut self) -> Parsed {
        self.chain("&&", Self::relation, Expression::And)
    }

    fn chain(&mut self, sign: &str, part: fn(&mut Self) -> Parsed, of: fn(Vec<Expression>) -> Expression) -> Parsed {
        let (first, mut height) = part(self)?;
        let mut parts = vec![first];
        while self.takes(sign) {
            let (next, other) = part(self)?;
            height = height.max(other);
            parts.push(next);
        }
        if parts.len() == 1 { Ok((parts.remove(0), height)) } else { raised(of(parts), height) }
    }

    fn binary(&mut self, part: fn(&mut Self) -> Parsed, operators: &[(&str, Operator)]) -> Parsed {
        let (mut left, mut height) = part(self)?;
        'more: loop {
            for (sign, operator) in operators {
                let is_it = match self.peek() {
                    Token::Sign(found) => found == sign,
                    Token::Name(name) => name == "in" && *sign == "in",
                    _ => false,
                };
                if is_it {
                    self.at += 1;
                    let (right, other) = part(self)?;
                    let (boxed, right) = (Box::new(left), Box::new(right));
                    let operator = *operator;
                    (left, height) = raised(Expression::Binary { operator, left: boxed, right }, height.max(other))?;
                    continue 'more;
                }
            }
            return Ok((left, height));
        }
    }

    fn relation(&mut self) -> Parsed {
        use Operator::{Equal, Greater, GreaterEqual, In, Less, LessEqual, Unequal};
        let operators = [
            ("==", Equal),
            ("!=", Unequal),
            ("<=", LessEqual),
            (">=", GreaterEqual),
            ("<", Less),
            (">", Greater),
            ("in", In),
        ];
        self.binary(Self::sum, &operators)
    }

    fn sum(&mut self) -> Parsed {
        self.binary(Self::product, &[("+", Operator::Add), ("-", Operator::Subtract)])
    }

    fn product(&mut self) -> Parsed {
        let operators = [("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Modulo)];
        self.binary(Self::unary, &operators)
    }

    fn unary(&mut self) -> Parsed {
        let (mut nots, mut minuses) = (0, 0);
        while self.takes("!") {
            nots += 1;
        }
        if nots == 0 {
            while matches!(self.peek(), Token::Sign("-")) {
                // A number takes the last one.
                if let Token::Int(_) | Token::Double(_) = self.tokens[self.at + 1] {
                    break;
                }
                self.at += 1;
                minuses += 1;
            }
        }
        let (mut expression, mut height) = self.member()?;
        if nots % 2 == 1 {
            (expression, height) = raised(Expression::Not(Box::new(expression)), height)?;
        }
        if minuses % 2 == 1 {
            (expression, height) = raised(Expression::Negative(Box::new(expression)), height)?;
        }
        Ok((expression, height))
    }

    fn member(&mut self) -> Parsed {
        let (mut expression, mut height) = self.primary()?;
        loop {
            if self.takes(".") {
                let is_optional = self.takes("?");
                let Token::Name(name) = self.next() else { return Err("a dot without a field".to_owned()) };
                if !is_optional && self.takes("(") {
                    let (arguments, other) = self.list(")")?;
                    (expression, height) =
                        raised(calls::method(self.compile, expression, name, arguments)?, height.max(other))?;
                    continue;
                }
                if RESERVED.contains(&name.as_str()) {
                    return Err(format!("the reserved word {name} as a field"));
                }
                (expression, height) =
                    raised(Expression::Field { of: Box::new(expression), name, is_optional }, height)?;
            } else if self.takes("[") {
                let is_optional = self.takes("?");
                let (index, other) = self.expression()?;
                self.expect("]")?;
                let (of, index) = (Box::new(expression), Box::new(index));
                (expression, height) = raised(Expression::Index { of, index, is_optional }, height.max(other))?;
            } else {
                return Ok((expression, height));
            }
        }
    }

    /// Expressions up to a closing sign.
    fn list(&mut self, end: &str) -> Result<(Vec<Expression>, usize), String> {
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.takes(end) {
            if matches!(self.peek(), Token::Sign("?")) {
                return Err("optional entries of lists and maps".to_owned());
            }
            let (item, other) = self.expression()?;
            items.push(item);
            height = height.max(other);
            if !self.takes(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok((items, height))
    }

    fn primary(&mut self) -> Parsed {
        let is_negative = matches!(self.peek(), Token::Sign("-"));
        if is_negative {
            self.at += 1;
        }
        let literal = match self.next() {
            Token::Int(digits) => Literal::Int(integer(&digits, is_negative)?),
            Token::Double(double) => Literal::Double(if is_negative { -double } else { double }),
            _ if is_negative => return Err("a minus that negates nothing".to_owned()),
            Token::Uint(digits) => Literal::Uint(magnitude(&digits)?),
            Token::Text(text) => Literal::Text(text),
            Token::Bytes(bytes) => Literal::Bytes(bytes),
            Token::Sign("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => {
                let (items, height) = self.list("]")?;
                return raised(Expression::List(items), height);
            }
            Token::Sign("{") => return self.map(),
            Token::Name(name) => match name.as_str() {
                "true" => Literal::Bool(true),
                "false" => Literal::Bool(false),
                "null" => Literal::Null,
                _ if RESERVED.contains(&name.as_str()) => return Err(format!("the reserved word {name}")),
                _ if self.takes("(") => {
                    let (arguments, height) = self.list(")")?;
                    return raised(calls::function(name, arguments)?, height);
                }
                _ if matches!(self.peek(), Token::Sign("{")) => return Err(format!("an object of type {name}")),
                _ => return Ok((Expression::Name(name), 1)),
            },
            token => return Err(format!("unexpected {token:?}")),
        };
        Ok((Expression::Literal(literal), 1))
    }

    fn map(&mut self) -> Parsed {
        let (mut entries, mut height) = (Vec::new(), 0);
        while !self.takes("}") {
            let (key, first) = self.expression()?;
            self.expect(":")?;
            let (value, second) = self.expression()?;
            entries.push((key, value));
            height = height.max(first).max(second);
            if !self.takes(",") {
                self.expect("}")?;
                break;
            }
        }
        raised(Expression::Map(entries), height)
    }
}

/// An expression above others of some height.
fn raised(expression: Expression, below: usize) -> Parsed {
    if below >= MAX_HEIGHT { Err("it nests too deeply".to_owned()) } else { Ok((expression, below + 1)) }
}

fn magnitude(digits: &str) -> Result<u64, String> {
    let parsed = digits.strip_prefix("0x").map_or_else(|| digits.parse().ok(), |hex| u64::from_str_radix(hex, 16).ok());
    parsed.ok_or_else(|| format!("invalid int literal {digits}"))
}

fn integer(digits: &str, is_negative: bool) -> Result<i64, String> {
    let size = i128::from(magnitude(digits)?);
    let value = if is_negative { -size } else { size };
    i64::try_from(value).map_err(|_| format!("invalid int literal {digits}"))
}
