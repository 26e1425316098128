//! Text of macros, which is no Rust before it is expanded: looked at token by token.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use ripout_model::Topic;

use super::{begin, calls, end};

/// A place in tokens, as bytes of the text that was parsed.
pub struct Found {
    pub topic: Topic,
    pub says: &'static str,
    pub range: std::ops::Range<usize>,
}

/// All places, in no order. What a rule of a macro matches on is left alone.
pub fn look(stream: &TokenStream) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open = vec![stream.clone()];
    while let Some(stream) = open.pop() {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) if !is_matcher(&tokens, at) => open.push(group.stream()),
                TokenTree::Ident(word) => {
                    if let Some(hit) = word_at(&tokens, at, &word.to_string()) {
                        found.push(hit);
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 1)
                        && group.delimiter() == Delimiter::Bracket
                        && first_word(group).is_some_and(|word| word == "cfg")
                    {
                        found.push(Found {
                            topic: Topic::Platform,
                            says: "there only under a condition",
                            range: begin(punct.span())..end(group.span_close()),
                        });
                    }
                }
                _ => {}
            }
        }
    }
    found
}

fn is_matcher(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at + 1), '=') && is_punct(tokens.get(at + 2), '>')
}

fn word_at(tokens: &[TokenTree], at: usize, word: &str) -> Option<Found> {
    let start = begin(tokens[at].span());
    let group = |at: usize| match tokens.get(at) {
        Some(TokenTree::Group(group)) => Some(end(group.span_close())),
        _ => None,
    };
    let found = |topic, says, range| Found { topic, says, range };
    if is_punct(tokens.get(at + 1), '!')
        && let Some(close) = group(at + 2)
    {
        let (topic, says) = calls::macro_call(word)?;
        return Some(found(topic, says, start..close));
    }
    if at > 0 && is_punct(tokens.get(at - 1), '.') {
        let (topic, says) = calls::method(word)?;
        let close = group(at + 1)?;
        return Some(found(topic, says, begin(tokens[at - 1].span())..close));
    }
    match word {
        "unsafe" => {
            let close = group(at + 1)
                .unwrap_or_else(|| end(tokens.get(at + 1).unwrap_or(&tokens[at]).span()));
            Some(found(Topic::Details, "unsafe", start..close))
        }
        "Err" => Some(found(
            Topic::Errors,
            "makes an error",
            start..group(at + 1)?,
        )),
        "static" => {
            let rest = tokens[at..]
                .iter()
                .take_while(|token| !is_punct(Some(token), '=') && !is_punct(Some(token), ';'));
            let last = rest.last()?;
            Some(found(
                Topic::State,
                "lives as long as the process",
                start..end(last.span()),
            ))
        }
        _ => None,
    }
}

fn first_word(group: &proc_macro2::Group) -> Option<String> {
    match group.stream().into_iter().next() {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}
