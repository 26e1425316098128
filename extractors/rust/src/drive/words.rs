//! Literals of the source, the tests and the documentation: what a parser or a matcher is likely to react to.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Lit;

/// Literals, those of calls of the wanted names first.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub texts: Vec<String>,
    /// How many of them were arguments of a call of a wanted name.
    pub hot: usize,
    pub numbers: Vec<i128>,
    /// Arguments of calls of wanted names, where all of them are literals: the name, then the literals.
    pub calls: Vec<(String, Vec<Literal>)>,
}

/// A literal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Literal {
    Text(String),
    Bytes(Vec<u8>),
    Int(i128),
    Char(char),
    Bool(bool),
    /// By its bits.
    Float(u64),
}

/// At most so many words are kept, and none of more bytes.
const MOST: usize = 700;
const LONGEST: usize = 300;

/// Reads texts of Rust and of Markdown for what the wanted names are called with: what `callers` call them with comes first.
/// The rest of the callers' literals comes last, as it has hardly to do with the wanted names.
pub fn read(callers: &[String], texts: &[String], names: &BTreeSet<String>) -> Words {
    let of = |texts: &[String]| {
        let mut found = Found {
            names,
            hot: Vec::new(),
            cold: Vec::new(),
            numbers: BTreeSet::new(),
            calls: Vec::new(),
        };
        for text in texts {
            for example in examples(text) {
                found.text(&example);
            }
            found.text(text);
        }
        found
    };
    let (mut theirs, mut own) = (of(callers), of(texts));
    let mut seen = BTreeSet::new();
    let mut keep = |first: &mut Vec<String>, second: &mut Vec<String>| -> Vec<String> {
        first
            .drain(..)
            .chain(second.drain(..))
            .filter(|text| text.len() <= LONGEST && !text.is_empty() && seen.insert(text.clone()))
            .take(MOST / 2)
            .collect()
    };
    let mut texts = keep(&mut theirs.hot, &mut own.hot);
    let hot = texts.len();
    texts.extend(keep(&mut own.cold, &mut theirs.cold));
    let mut known = BTreeSet::new();
    let mut calls = theirs.calls;
    calls.append(&mut own.calls);
    calls.retain(|call| known.insert(call.clone()));
    let more = theirs.numbers.difference(&own.numbers).copied();
    let numbers = own.numbers.iter().copied().chain(more);
    Words {
        texts,
        hot,
        numbers: numbers.take(300).collect(),
        calls,
    }
}

impl Words {
    /// The words as the constants a driver needs.
    pub fn render(&self) -> String {
        let texts: Vec<String> = self.texts.iter().map(|text| format!("{text:?}")).collect();
        let numbers: Vec<String> = self.numbers.iter().map(i128::to_string).collect();
        format!(
            "pub const WORDS: &[&str] = &[{}];\npub const HOT: usize = {};\npub const NUMBERS: &[i128] = &[{}];\n",
            texts.join(", "),
            self.hot,
            numbers.join(", ")
        )
    }
}

/// Code blocks of documentation comments and of Markdown, but those that show what must not build.
pub fn examples(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    let mut wrong = false;
    for line in text.lines() {
        let line = line.trim_start();
        let line = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
            .unwrap_or(line)
            .trim_start();
        if let Some(fence) = line.strip_prefix("```") {
            match block.take() {
                Some(text) if !wrong => found.push(text),
                Some(_) => {}
                None => {
                    wrong = fence.contains("compile_fail");
                    block = Some(String::new());
                }
            }
        } else if let Some(block) = &mut block {
            // Lines that readers don't see.
            let line = if line == "#" { "" } else { line };
            block.push_str(line.strip_prefix("# ").unwrap_or(line));
            block.push('\n');
        }
    }
    found
}

struct Found<'a> {
    names: &'a BTreeSet<String>,
    hot: Vec<String>,
    cold: Vec<String>,
    numbers: BTreeSet<i128>,
    calls: Vec<(String, Vec<Literal>)>,
}

impl Found<'_> {
    fn text(&mut self, text: &str) {
        if let Ok(tokens) = text.parse::<TokenStream>() {
            self.tokens(tokens, false);
        } else {
            // Not one text of Rust: line by line, what can be read of it.
            for line in text.lines() {
                if let Ok(tokens) = line.parse::<TokenStream>() {
                    self.tokens(tokens, false);
                }
            }
        }
    }

    fn tokens(&mut self, tokens: TokenStream, hot: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (place, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let called = called(&tokens[..place])
                        .filter(|name| self.names.contains(name))
                        .filter(|_| group.delimiter() == Delimiter::Parenthesis);
                    if let Some(name) = &called
                        && let Some(values) = literals(group.stream())
                    {
                        self.calls.push((name.clone(), values));
                    }
                    // `test_case!("…", …)` and `check(…)` around a wanted call count as cold.
                    self.tokens(
                        group.stream(),
                        called.is_some() || (hot && group.delimiter() != Delimiter::Brace),
                    );
                }
                TokenTree::Literal(literal) => match value(literal) {
                    Some(Literal::Text(text)) if hot => self.hot.push(text),
                    Some(Literal::Text(text))
                        // A documentation comment is no literal of the code.
                        if text.len() <= LONGEST && !doc(&tokens[..place]) => {
                            self.cold.push(text);
                        }
                    Some(Literal::Bytes(bytes)) if bytes.len() <= LONGEST => {
                        if let Ok(text) = String::from_utf8(bytes) {
                            let list = if hot { &mut self.hot } else { &mut self.cold };
                            list.push(text);
                        }
                    }
                    Some(Literal::Int(number)) => {
                        self.numbers.insert(number);
                    }
                    Some(Literal::Char(char)) => self.cold.push(char.to_string()),
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

/// The name before an argument list: `name(…)`, `name!(…)`, `Name::new(…)` counts as `new`.
fn called(before: &[TokenTree]) -> Option<String> {
    match before {
        [.., TokenTree::Ident(name)] => Some(name.to_string()),
        [.., TokenTree::Ident(name), TokenTree::Punct(punct)] if punct.as_char() == '!' => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn doc(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(name), TokenTree::Punct(_)] if name == "doc")
}

/// The values of an argument list of literals alone; `&` and `-` before them are read.
fn literals(tokens: TokenStream) -> Option<Vec<Literal>> {
    let mut values = Vec::new();
    let mut negative = false;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' || punct.as_char() == '&' => {}
            TokenTree::Punct(punct) if punct.as_char() == '-' => negative = true,
            TokenTree::Literal(literal) => {
                let value = match value(&literal)? {
                    Literal::Int(number) if negative => Literal::Int(number.checked_neg()?),
                    Literal::Float(bits) if negative => {
                        Literal::Float((-f64::from_bits(bits)).to_bits())
                    }
                    value => value,
                };
                negative = false;
                values.push(value);
            }
            TokenTree::Ident(name) if name == "true" || name == "false" => {
                values.push(Literal::Bool(name == "true"));
            }
            _ => return None,
        }
    }
    (!values.is_empty()).then_some(values)
}

fn value(literal: &proc_macro2::Literal) -> Option<Literal> {
    Some(match Lit::new(literal.clone()) {
        Lit::Str(text) => Literal::Text(text.value()),
        Lit::ByteStr(text) => Literal::Bytes(text.value()),
        Lit::Byte(byte) => Literal::Int(i128::from(byte.value())),
        Lit::Char(char) => Literal::Char(char.value()),
        Lit::Int(number) => Literal::Int(number.base10_parse().ok()?),
        Lit::Float(number) => Literal::Float(number.base10_parse::<f64>().ok()?.to_bits()),
        Lit::Bool(bool) => Literal::Bool(bool.value()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{MOST, examples, read};

    #[test]
    fn what_must_not_build_is_no_example() {
        let text = "/// ```\n/// ask(1);\n/// ```\n/// ```compile_fail\n/// ask(\"a\");\n/// ```\n/// ```rust\n/// ask(2);\n/// ```\n";
        assert_eq!(examples(text), ["ask(1);\n", "ask(2);\n"]);
    }

    #[test]
    fn what_callers_say_besides_does_not_keep_out_what_the_text_says() {
        let many: String = (0..MOST)
            .map(|at| format!("say(\"{at}\", {at});\n"))
            .collect();
        let callers = format!("fn main() {{ {many} ask(\"called\"); }}");
        let names = BTreeSet::from(["ask".to_owned()]);
        let text = "fn ask(of: &str) -> bool { of == \"own\" || of.len() == 7000 }".to_owned();
        let words = read(&[callers], &[text], &names);
        assert_eq!(words.texts[..2], ["called", "own"]);
        assert_eq!(words.hot, 1);
        assert_eq!(words.numbers[0], 7000);
        assert_eq!(words.texts.len(), 1 + MOST / 2);
    }
}
