//! Paths, method calls and macro calls in a range of tokens. No types are known here: what a name means is for the graph.

use std::{borrow::Cow, collections::HashSet, ops::Range};

use crate::{
    modules::{SourceFile, plain},
    parse::record::{Ref, RefKind},
    tokens::TokenKind,
};

/// Words that never name anything.
const KEYWORDS: [&str; 39] = [
    "as",
    "async",
    "await",
    "box",
    "break",
    "const",
    "continue",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "static",
    "struct",
    "trait",
    "true",
    "type",
    "union",
    "unsafe",
    "use",
    "where",
    "while",
    "yield",
    "_",
    "macro_rules",
];

/// Tells of each reference once, with the byte it begins at. `from` and `line` are for the caller to fill in.
pub fn collect<'f>(file: &'f SourceFile, range: Range<usize>, tell: &mut dyn FnMut(u32, Ref<'f>)) {
    let bound = bound(file, range.clone());
    let mut seen: HashSet<(RefKind, bool, Vec<Cow<'f, str>>)> = HashSet::new();
    let word = |at: usize| if at < range.end { file.word(at) } else { "" };
    let joined = |at: usize| word(at) == ":" && word(at + 1) == ":";
    let mut at = range.start;
    while at < range.end {
        let token = &file.tokens[at];
        // Attributes say nothing about calls, `derive` apart, which names traits of the standard library mostly.
        if token.kind == TokenKind::Punct && word(at) == "#" && word(at + 1) == "[" {
            at = (file.tokens[at + 1].mate as usize).max(at + 1) + 1;
            continue;
        }
        if token.kind != TokenKind::Ident || KEYWORDS.contains(&word(at)) {
            at += 1;
            continue;
        }
        let begin = at;
        let before = if at > range.start { word(at - 1) } else { "" };
        let member = before == "." && (at < range.start + 2 || word(at - 2) != ".");
        // What a definition is called is no reference.
        let defines =
            matches!(
                before,
                "fn" | "struct" | "enum" | "union" | "trait" | "mod" | "type" | "const" | "static"
            ) || (before == "!" && at >= range.start + 2 && word(at - 2) == "macro_rules");
        let mut path: Vec<Cow<'f, str>> = vec![plain(word(at)).into()];
        let behind_colons = before == ":" && at >= range.start + 2 && word(at - 2) == ":";
        let absolute = behind_colons
            && (at < range.start + 3
                || !matches!(file.tokens[at - 3].kind, TokenKind::Ident) && word(at - 3) != ">");
        // `<T as Trait>::name`: what it belongs to is a type, which is not known here.
        let of_type = behind_colons && !absolute;
        if absolute {
            path.insert(0, "".into());
        }
        at += 1;
        loop {
            if !joined(at) {
                break;
            }
            let mut next = at + 2;
            if word(next) == "<" {
                next = past_angles(file, next, range.end);
                if !joined(next) {
                    at = next;
                    break;
                }
                next += 2;
            }
            if next >= range.end || file.tokens[next].kind != TokenKind::Ident {
                break;
            }
            path.push(plain(word(next)).into());
            at = next + 1;
        }
        let calls = word(at) == "(";
        let is_macro = word(at) == "!" && word(at + 1) != "=" && !member;
        if defines {
            continue;
        }
        let kind = match (member, is_macro) {
            (_, true) => RefKind::Macro,
            (true, _) if calls => {
                let own = begin >= range.start + 2 && word(begin - 2) == "self";
                if own {
                    RefKind::OwnMethod
                } else {
                    RefKind::Method
                }
            }
            // A field, `.await`, or a method whose call was cut off.
            (true, _) => continue,
            _ if of_type => RefKind::Method,
            _ => RefKind::Path,
        };
        if kind == RefKind::Path && path.len() == 1 {
            let name = &*path[0];
            let names_a_field = word(at) == ":" && !joined(at);
            if names_a_field || name == "self" || (bound.contains(name) && !is_type(name)) {
                continue;
            }
        }
        let call = calls || is_macro;
        if seen.insert((kind, call, path.clone())) {
            let start = file.tokens[begin].start;
            tell(
                start,
                Ref {
                    from: 0,
                    kind,
                    path,
                    line: 0,
                    call,
                },
            );
        }
    }
}

/// Names that a range binds for itself: parameters, `let`, patterns. By their neighbours, so some are missed, and a
/// function that is called like a variable may be taken for it.
fn bound(file: &SourceFile, range: Range<usize>) -> HashSet<&str> {
    let mut bound = HashSet::new();
    for at in range.clone() {
        if file.tokens[at].kind != TokenKind::Ident {
            continue;
        }
        let before = if at > range.start {
            file.word(at - 1)
        } else {
            ""
        };
        let after = if at + 1 < range.end {
            file.word(at + 1)
        } else {
            ""
        };
        let double = after == ":" && at + 2 < range.end && file.word(at + 2) == ":";
        let binds = matches!(before, "let" | "mut" | "ref" | "for" | "|")
            || (after == ":" && !double && matches!(before, "(" | "," | "&" | "|"))
            || (after == "|" && before == ",")
            || (before == "&" && after == "|");
        if binds {
            bound.insert(plain(file.word(at)));
        }
    }
    bound
}

/// Types and constants are not bound by patterns.
fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_uppercase())
}

/// Behind the `>` that closes the `<` at `at`.
fn past_angles(file: &SourceFile, mut at: usize, end: usize) -> usize {
    let mut depth = 0_usize;
    while at < end {
        match file.word(at) {
            "<" => depth += 1,
            ">" if at > 0 && matches!(file.word(at - 1), "-" | "=") => {}
            ">" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            "(" | "[" | "{" => at = (file.tokens[at].mate as usize).max(at),
            ";" => return at,
            _ => {}
        }
        at += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clean::Cleaned, tokens::tokens};

    fn refs(text: &str) -> Vec<String> {
        let file = SourceFile {
            path: String::new(),
            original: String::new(),
            cleaned: Cleaned::new(text, Vec::new()),
            tokens: tokens(text),
        };
        let mut found = Vec::new();
        collect(&file, 0..file.tokens.len(), &mut |_, reference| {
            let call = if reference.call { "()" } else { "" };
            found.push(format!(
                "{:?} {}{call}",
                reference.kind,
                reference.path.join("::")
            ));
        });
        found
    }

    #[test]
    fn tells_calls_methods_macros_and_names_apart() {
        assert_eq!(
            refs(
                "fn f(x: &mut a::B) -> C { g(x); x.h(); self.i(); j::<u8>::k(); l!(m); x.n = D { o: p }; }"
            ),
            [
                "Path a::B",
                "Path C",
                "Path g()",
                "Method h()",
                "OwnMethod i()",
                "Path j::k()",
                "Macro l()",
                "Path m",
                "Path D",
                "Path p"
            ]
        );
    }

    #[test]
    fn variables_are_no_references() {
        assert_eq!(
            refs("{ let hash = 1; for x in 0..hash { f(|y| x + y) } }"),
            ["Path f()"]
        );
    }

    #[test]
    fn paths_may_start_at_the_outside_or_at_a_type() {
        assert_eq!(
            refs("{ ::std::mem::drop(1); <T as A>::b(); $crate::c!(); }"),
            [
                "Path ::std::mem::drop()",
                "Path T",
                "Path A",
                "Method b()",
                "Macro crate::c()"
            ]
        );
    }
}
