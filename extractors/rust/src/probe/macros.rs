//! Functions in the text of macros: in the bodies of `macro_rules!` and in the arguments of calls that make items.
//!
//! Such text is no Rust before it is expanded, so functions are found by their tokens: `fn`, a name, and the first
//! braces before a semicolon.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The body of a function within a macro.
pub struct Body {
    /// From its opening brace to its closing brace.
    pub bytes: Range<usize>,
    /// Line of its opening brace.
    pub line: usize,
    /// Line of its `fn`.
    pub entry_line: usize,
}

/// All bodies, in the order of the text. What a rule matches on is left alone.
pub fn bodies(tokens: &TokenStream) -> Vec<Body> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

fn collect(tokens: &TokenStream, found: &mut Vec<Body>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut place = 0;
    while place < tokens.len() {
        if let Some((body, next)) = function(&tokens, place) {
            found.push(body);
            place = next;
            continue;
        }
        if let TokenTree::Group(group) = &tokens[place] {
            let matcher = matches!(tokens.get(place + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '=')
                && matches!(tokens.get(place + 2), Some(TokenTree::Punct(punct)) if punct.as_char() == '>');
            if !matcher {
                collect(&group.stream(), found);
            }
        }
        place += 1;
    }
}

fn function(tokens: &[TokenTree], place: usize) -> Option<(Body, usize)> {
    let TokenTree::Ident(word) = &tokens[place] else {
        return None;
    };
    if word != "fn" {
        return None;
    }
    let mut next = place + 1;
    if matches!(tokens.get(next)?, TokenTree::Punct(punct) if punct.as_char() == '$') {
        next += 1;
    }
    // A function pointer's type has no name.
    let TokenTree::Ident(_) = tokens.get(next)? else {
        return None;
    };
    for (offset, token) in tokens[next..].iter().enumerate() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return None,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let open = group.span_open();
                let body = Body {
                    bytes: open.byte_range().start..group.span_close().byte_range().end,
                    line: open.start().line,
                    entry_line: word.span().start().line,
                };
                return Some((body, next + offset + 1));
            }
            _ => {}
        }
    }
    None
}
