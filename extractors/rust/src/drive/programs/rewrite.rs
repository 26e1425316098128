//! An example's statements as a driver's: looks instead of assertions and prints, values of the input instead of literals.

use std::collections::BTreeSet;

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Expr, Lit, Pat, Stmt, Token,
    parse::{Parser, discouraged::Speculative},
    punctuated::Punctuated,
    visit::Visit,
};

/// What stands where the example has literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literals {
    OfInput,
    AsTheyAre,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// What the example prints and asserts, and each binding it makes.
    AtBindings,
    /// What the example prints and asserts.
    WhereItLooks,
}

/// Statements as text for a driver; empty where they would be those of another way.
pub fn rewritten(body: &[Stmt], literals: Literals, looks: Looks) -> String {
    let mut finder = Finder::default();
    if literals == Literals::OfInput {
        body.iter()
            .for_each(|statement| finder.visit_stmt(statement));
        if finder.places.is_empty() {
            return String::new();
        }
    }
    let mut text = String::new();
    for statement in body {
        text.push_str(&walked(statement.to_token_stream(), &finder.places).to_string());
        if matches!(statement, Stmt::Expr(_, None)) {
            text.push(';');
        }
        text.push('\n');
        if looks == Looks::AtBindings
            && let Stmt::Local(local) = statement
            && local.init.is_some()
            && let Some(name) = bound(&local.pat)
        {
            text.push_str(&format!("see!(log, &{name});\n"));
        }
    }
    text
}

fn bound(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(pattern) if pattern.by_ref.is_none() => Some(pattern.ident.to_string()),
        Pat::Type(pattern) => bound(&pattern.pat),
        _ => None,
    }
}

/// Finds the literals that are values which an expression takes: none of patterns, of types, of lengths, of ranges (which
/// may then have no end), and none where the input can't be borrowed.
#[derive(Default)]
struct Finder {
    /// Where they begin.
    places: BTreeSet<usize>,
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr_lit(&mut self, literal: &'ast syn::ExprLit) {
        if matches!(
            literal.lit,
            Lit::Str(_) | Lit::Byte(_) | Lit::Char(_) | Lit::Int(_) | Lit::Float(_) | Lit::Bool(_)
        ) {
            self.places.insert(literal.lit.span().byte_range().start);
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
    fn visit_pat(&mut self, _: &'ast Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_range(&mut self, _: &'ast syn::ExprRange) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let arguments = first_arguments
            .parse2(call.tokens.clone())
            .unwrap_or_default();
        let prints = call.path.get_ident().is_some_and(|name| {
            PRINTS.iter().any(|print| name == print) || name == "format" || name == "panic"
        });
        let mut finder = Finder::default();
        for argument in arguments.iter().skip(usize::from(prints)) {
            finder.visit_expr(argument);
        }
        self.places.extend(finder.places);
    }
}

/// Expressions up to the first argument that is none: a pattern, say.
fn first_arguments(input: syn::parse::ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        let Ok(expression) = ahead.parse::<Expr>() else {
            break;
        };
        if !ahead.is_empty() && ahead.parse::<Token![,]>().is_err() {
            break;
        }
        found.push(expression);
        input.advance_to(&ahead);
    }
    // What is left is no expression.
    input.step(|cursor| {
        let mut rest = *cursor;
        while let Some((_, next)) = rest.token_tree() {
            rest = next;
        }
        Ok(((), rest))
    })?;
    Ok(found)
}

const PRINTS: [&str; 4] = ["print", "println", "eprint", "eprintln"];

fn arguments(tokens: TokenStream) -> Option<Punctuated<Expr, Token![,]>> {
    Punctuated::parse_terminated.parse2(tokens).ok()
}

fn walked(tokens: TokenStream, places: &BTreeSet<usize>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut at = 0;
    while at < tokens.len() {
        if let [
            TokenTree::Ident(name),
            TokenTree::Punct(mark),
            TokenTree::Group(group),
            ..,
        ] = &tokens[at..]
            && mark.as_char() == '!'
            && let Some(look) = look(&name.to_string(), group.stream(), places)
        {
            out.extend(look);
            at += 3;
            continue;
        }
        match &tokens[at] {
            TokenTree::Group(group) => {
                let inner = walked(group.stream(), places);
                out.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
            }
            TokenTree::Literal(literal) if places.contains(&literal.span().byte_range().start) => {
                out.extend(quote!(input.like(#literal)));
            }
            // `true` and `false` are names to the lexer.
            TokenTree::Ident(word) if places.contains(&word.span().byte_range().start) => {
                out.extend(quote!(input.like(#word)));
            }
            other => out.extend([other.clone()]),
        }
        at += 1;
    }
    out
}

/// What a driver does instead of printing and asserting. What an assertion expects is left out where it is a literal:
/// another one there would say nothing of the subject.
fn look(name: &str, tokens: TokenStream, places: &BTreeSet<usize>) -> Option<TokenStream> {
    if PRINTS.contains(&name) {
        return Some(printed(tokens, places));
    }
    let count = match name.strip_prefix("debug_").unwrap_or(name) {
        "assert" => 1,
        "assert_eq" | "assert_ne" => 2,
        _ => return None,
    };
    let arguments = arguments(tokens)?;
    let seen: Vec<TokenStream> = arguments
        .iter()
        .take(count)
        .filter(|argument| count == 1 || !is_literal(argument))
        .map(|argument| walked(argument.to_token_stream(), places))
        .collect();
    Some(quote!({ #(see!(log, &(#seen)); log.say(" ");)* }))
}

/// What is printed for people to see how it was made has no order where a map or a set has none.
fn printed(tokens: TokenStream, places: &BTreeSet<usize>) -> TokenStream {
    let text = tokens
        .clone()
        .into_iter()
        .next()
        .map(|token| token.to_string());
    let made_for_debugging = text.is_some_and(|text| text.contains(":?}") || text.contains(":#?}"));
    match arguments(tokens.clone()) {
        Some(values) if made_for_debugging && values.len() > 1 => {
            let values = values.iter().skip(1).map(|value| match value {
                Expr::Assign(of) => &*of.right,
                value => value,
            });
            let seen = values.map(|value| walked(value.to_token_stream(), places));
            quote!({ #(see!(log, &(#seen)); log.say(" ");)* })
        }
        _ => {
            let inner = walked(tokens, places);
            quote!(log.say(&format!(#inner)))
        }
    }
}

fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(_) => true,
        Expr::Reference(of) => is_literal(&of.expr),
        Expr::Unary(of) => is_literal(&of.expr),
        Expr::Paren(of) => is_literal(&of.expr),
        _ => false,
    }
}

/// The text with other literals in the calls of a macro.
pub fn with_other_literals(tokens: TokenStream, name: &str, turn: u32) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    for (at, token) in tokens.iter().enumerate() {
        let called = matches!(
            &tokens[..at],
            [.., TokenTree::Ident(word), TokenTree::Punct(mark)] if word == name && mark.as_char() == '!'
        );
        match token {
            TokenTree::Group(group) => {
                let inner = if called {
                    other_literals(group.stream(), turn)
                } else {
                    with_other_literals(group.stream(), name, turn)
                };
                out.extend([TokenTree::Group(Group::new(group.delimiter(), inner))]);
            }
            other => out.extend([other.clone()]),
        }
    }
    out
}

/// Attributes, lengths and places of fields stay.
fn other_literals(tokens: TokenStream, turn: u32) -> TokenStream {
    let mut before = ' ';
    tokens
        .into_iter()
        .map(|token| {
            let mark = match &token {
                TokenTree::Punct(mark) => mark.as_char(),
                _ => ' ',
            };
            let after = matches!(std::mem::replace(&mut before, mark), '#' | ';' | '.');
            match token {
                TokenTree::Group(group) if !after => TokenTree::Group(Group::new(
                    group.delimiter(),
                    other_literals(group.stream(), turn),
                )),
                TokenTree::Literal(literal) if !after => TokenTree::Literal(other(&literal, turn)),
                token => token,
            }
        })
        .collect()
}

fn other(literal: &Literal, turn: u32) -> Literal {
    let made = match Lit::new(literal.clone()) {
        Lit::Str(text) => Some(Literal::string(&format!("{}{turn}", text.value()))),
        Lit::Int(number) => number
            .base10_parse::<u128>()
            .ok()
            .and_then(|value| value.checked_add(u128::from(turn)))
            .and_then(|value| format!("{value}{}", number.suffix()).parse().ok()),
        Lit::Float(number) => number.base10_parse::<f64>().ok().and_then(|value| {
            format!("{:?}{}", value + f64::from(turn), number.suffix())
                .parse()
                .ok()
        }),
        _ => None,
    };
    made.unwrap_or_else(|| literal.clone())
}
