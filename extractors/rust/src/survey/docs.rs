//! Examples of the documentation, as text of the same lines: what is no example is blank, and each example a block.

use super::text::Text;
use crate::{cfg::unquote, tokens::TokenKind, upstream::doctests};

/// The examples in a file's comments, if it has any, and the pages that its documentation includes.
pub fn examples(text: &Text) -> (Option<String>, Vec<String>) {
    let mut lines: Vec<(u32, String)> = Vec::new();
    let mut pages = Vec::new();
    let mut last = None;
    for at in 0..text.len() {
        match text.kind(at) {
            Some(kind @ (TokenKind::Doc | TokenKind::InnerDoc)) => {
                // What is no comment in between ends an example that was left open.
                if last != Some((at.wrapping_sub(1), kind)) {
                    lines.push((text.line(at), END.to_owned()));
                }
                last = Some((at, kind));
                lines.extend((text.line(at)..).zip(doctests::plain(text.word(at))));
            }
            _ => {
                let words = ["doc", "=", "include_str", "!", "("];
                let said = (0..).zip(words).all(|(n, word)| text.word(at + n) == word);
                if said && text.kind(at + 5) == Some(TokenKind::Text) {
                    pages.push(unquote(text.word(at + 5)).to_owned());
                }
            }
        }
    }
    (blocks(lines.into_iter()), pages)
}

/// The examples of a page.
pub fn of_page(text: &str) -> Option<String> {
    blocks((1..).zip(text.lines().map(str::to_owned)))
}

/// Stands for the end of a run of comments; no comment holds it.
const END: &str = "\0";

/// Examples between fences, each as a block on the lines where it stands.
fn blocks(lines: impl Iterator<Item = (u32, String)>) -> Option<String> {
    let mut made: Vec<String> = Vec::new();
    let mut put = |line: u32, text: &str| {
        let line = line as usize;
        if made.len() < line {
            made.resize(line, String::new());
        }
        if let Some(place) = made.get_mut(line.saturating_sub(1)) {
            place.push_str(text);
        }
    };
    // The mark that closes the block, and whether it is an example.
    let mut open: Option<(String, bool)> = None;
    let mut any = false;
    for (number, line) in lines {
        let trimmed = line.trim();
        if line == END {
            if let Some((_, true)) = open.take() {
                put(number, "}");
            }
            continue;
        }
        let fence = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        match &open {
            None if fence => {
                let mark: String = trimmed
                    .chars()
                    .take_while(|c| matches!(c, '`' | '~'))
                    .collect();
                let example = is_example(&trimmed[mark.len()..]);
                if example {
                    put(number, "{");
                    any = true;
                }
                open = Some((mark, example));
            }
            None => {}
            Some((mark, example))
                if fence
                    && trimmed.starts_with(mark.as_str())
                    && trimmed.trim_matches(['`', '~']).is_empty() =>
            {
                if *example {
                    put(number, "}");
                }
                open = None;
            }
            Some((_, true)) => {
                let shown = match trimmed {
                    "#" => "",
                    hidden if hidden.starts_with("# ") => &hidden[2..],
                    escaped if escaped.starts_with("##") => &escaped[1..],
                    _ => &line,
                };
                put(number, shown);
            }
            Some(_) => {}
        }
    }
    any.then(|| made.join("\n"))
}

/// Whether the words behind a fence say that rustdoc compiles what follows.
fn is_example(words: &str) -> bool {
    words
        .split([',', ' ', '{', '}'])
        .map(str::trim)
        .all(|word| {
            matches!(
                word,
                "" | "rust" | "no_run" | "should_panic" | "compile_fail" | "test_harness"
            ) || word.starts_with("ignore")
                || word.starts_with("edition")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_keep_their_lines() {
        let text = "//! ```toml\n//! dep::no = 1\n//! ```\n/// Does.\n/// ```\n/// # use dep::a;\n/// a();\n/// ```\nfn f() {}\n";
        let (made, pages) = examples(&Text::new("a.rs".into(), text.into()));
        let made = made.unwrap();
        let lines: Vec<&str> = made.lines().map(str::trim).collect();
        assert_eq!(lines, ["", "", "", "", "{", "use dep::a;", "a();", "}"]);
        assert!(pages.is_empty());
        let text = "#![doc = include_str!(\"../README.md\")]\n";
        let (made, pages) = examples(&Text::new("a.rs".into(), text.into()));
        assert_eq!((made, pages), (None, vec!["../README.md".to_owned()]));
        assert_eq!(of_page("Text\n```sh\nx\n```\n"), None);
    }
}
