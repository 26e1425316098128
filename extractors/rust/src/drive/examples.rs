//! Operations that use a macro as documentation, tests and examples do.
//!
//! What a macro takes can't be read off its definition as arguments are read off a signature. So the forms are those in
//! which it is called somewhere in the package, as an expression: with its literals as they stand, and with other
//! values in their place as far as the macro takes expressions there. The compiler drops what needs more around it.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::{
    Facade, Plan,
    text::{Function, Role},
    words::examples,
};

/// At most so many calls are tried.
const MOST: usize = 60;

impl Plan {
    /// Adds operations for a macro.
    pub fn add_macro(&mut self, facade: Facade, texts: &[String]) {
        let name = facade.name.clone();
        self.names.insert(name.clone());
        let calls = calls(&name, texts);
        if calls.is_empty() {
            self.obstacles.push(format!(
                "`{name}!` is called nowhere in the package's documentation, tests and examples"
            ));
        } else {
            self.obstacles.push(format!(
                "none of the {} calls of `{name}!` in the package is an expression that stands by itself",
                calls.len()
            ));
        }
        if !self.facade.contains(&facade) {
            self.facade.push(facade);
        }
        for (delimiter, tokens) in calls {
            let literals = count(&tokens);
            // All literals replaced, the first alone, none.
            for most in BTreeSet::from([literals, literals.min(1), 0]) {
                let mut left = most;
                let group = Group::new(delimiter, replaced(tokens.clone(), &mut left));
                let operation = format!("operation_of_macro_{}", self.functions.len());
                let form = format!("{name}! {group} ").replace("input . like ", "");
                let code = format!(
                    "fn {operation}(input: &mut Input, log: &mut Log) {{\ninput.say({form:?});\nlet out = subject::{name}! {group};\nsee!(log, &out);\n}}\n"
                );
                self.forms.push((operation.clone(), Vec::new(), false));
                self.own.insert(operation.clone());
                self.functions.push(Function {
                    name: operation,
                    about: name.clone(),
                    head: code,
                    arms: None,
                    tail: String::new(),
                    role: Role::Operation,
                });
            }
        }
    }
}

/// The calls of a macro, each once.
fn calls(name: &str, texts: &[String]) -> Vec<(Delimiter, TokenStream)> {
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for text in texts {
        for text in examples(text).iter().chain([text]) {
            if let Ok(tokens) = text.parse::<TokenStream>() {
                search(name, tokens, &mut |group| {
                    let new = known.insert(group.to_string());
                    if new && found.len() < MOST && !group.to_string().contains('$') {
                        found.push((group.delimiter(), group.stream()));
                    }
                });
            }
        }
    }
    found
}

fn search(name: &str, tokens: TokenStream, take: &mut impl FnMut(&Group)) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        let called = matches!(
            &tokens[..place],
            [.., TokenTree::Ident(word), TokenTree::Punct(punct)] if word == name && punct.as_char() == '!'
        );
        if called {
            take(group);
        }
        search(name, group.stream(), take);
    }
}

fn count(tokens: &TokenStream) -> usize {
    tokens
        .clone()
        .into_iter()
        .map(|token| match token {
            TokenTree::Literal(_) => 1,
            TokenTree::Group(group) => count(&group.stream()),
            _ => 0,
        })
        .sum()
}

/// The tokens with values of the input in the place of the first `left` literals.
fn replaced(tokens: TokenStream, left: &mut usize) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Literal(literal) if *left > 0 => {
                *left -= 1;
                quote!(input.like(#literal))
            }
            TokenTree::Group(group) => {
                let inner = replaced(group.stream(), left);
                TokenStream::from(TokenTree::Group(Group::new(group.delimiter(), inner)))
            }
            other => TokenStream::from(other),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_documentation_and_tests_become_operations_with_other_literals() {
        let texts = [
            "/// ```\n/// let map = map!{\"a\" => 1};\n/// ```\nmacro_rules! map { ($($k:expr => $v:expr),*) => { map!(@ $($k)*) } }\n#[test]\nfn t() { assert_eq!(map!(), 1); }\n"
                .to_owned(),
        ];
        let mut plan = Plan::default();
        let facade = Facade {
            name: "map".into(),
            original: "maps::map".into(),
            module: "ripout_module::map::map".into(),
        };
        plan.add_macro(facade, &texts);
        let all: String = plan.functions.iter().map(|of| of.head.as_str()).collect();
        assert!(
            all.contains("subject::map! { input . like (\"a\") => input . like (1) }"),
            "{all}"
        );
        assert!(all.contains("subject::map! { \"a\" => 1 }"), "{all}");
        assert!(all.contains("subject::map! ()"), "{all}");
        assert!(!all.contains('$'), "{all}");
        assert_eq!(plan.own.len(), plan.functions.len());
    }
}
