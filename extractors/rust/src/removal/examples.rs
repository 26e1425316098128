//! Examples in the module's own documentation: they import it by its old name, so that none of them would build as one of the
//! project's. rustdoc skips those that are marked.

use std::collections::BTreeSet;

use ripout_model::{Module, ModuleFile};

use crate::tokens::{TokenKind, tokens};

/// The mark.
const IGNORE: &str = "ignore";

/// Words behind a fence that leave the text an example.
const TESTED: [&str; 6] = [
    "rust",
    "should_panic",
    "no_run",
    "compile_fail",
    "test_harness",
    "standalone_crate",
];

/// The module with all its examples marked, if it has any that would run.
pub fn marked(module: &Module) -> Option<Module> {
    let mut any = false;
    let mut mark = |file: &ModuleFile| {
        let text = std::str::from_utf8(&file.bytes).ok().and_then(text);
        any |= text.is_some();
        ModuleFile {
            path: file.path.clone(),
            bytes: text.map_or_else(|| file.bytes.clone(), String::into_bytes),
        }
    };
    let files = module.files.iter().map(&mut mark).collect();
    any.then(|| Module {
        files,
        ..module.clone()
    })
}

fn text(text: &str) -> Option<String> {
    let mut marked = String::with_capacity(text.len() + 64);
    // The fence of the example that a line stands in.
    let mut open: Option<&str> = None;
    let doc = |kind| matches!(kind, TokenKind::Doc | TokenKind::InnerDoc);
    let comments = tokens(text).into_iter().filter(|token| doc(token.kind));
    let comments: BTreeSet<usize> = comments.map(|token| token.start as usize).collect();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let first = start + line.len() - line.trim_start().len();
        start += line.len();
        // A line of a string may look like one.
        let said = documentation(line).filter(|_| comments.contains(&first));
        let Some(said) = said else {
            open = None;
            marked.push_str(line);
            continue;
        };
        let end = said.len() - said.trim_start_matches(['`', '~']).len();
        let (fence, word) = (&said[..end], said[end..].trim());
        marked.push_str(line);
        match open {
            Some(begun) if fence.starts_with(begun) && word.is_empty() => open = None,
            Some(_) => {}
            None if end >= 3 && !word.contains('`') => {
                open = Some(fence);
                if is_tested(word) {
                    let all = line.trim_end().len();
                    let rest = marked.split_off(marked.len() - (line.len() - all));
                    let before = if word.is_empty() { "" } else { "," };
                    marked.push_str(before);
                    marked.push_str(IGNORE);
                    marked.push_str(&rest);
                }
            }
            None => {}
        }
    }
    (marked.len() > text.len()).then_some(marked)
}

/// What a line of a doc comment says.
fn documentation(line: &str) -> Option<&str> {
    let line = line.trim();
    let said = line.strip_prefix("///").or(line.strip_prefix("//!"))?;
    Some(said.trim_start())
}

/// Whether rustdoc takes a text behind such a fence for an example.
fn is_tested(word: &str) -> bool {
    let mut words = word.split([',', ' ', '\t']).filter(|it| !it.is_empty());
    words.all(|word| TESTED.contains(&word) || word.starts_with("edition") || word.starts_with('E'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_marked_and_other_texts_are_not() {
        let before = "//! ```\n//! a();\n//! ```\n\n    /// ```rust,should_panic\n    /// ```\n    fn a() {}\n\
                      /// ````\n/// ```\n/// ````\n/// ```text\n/// ```\n/// ```ignore\n/// ```\n/// ~~~\n/// ~~~\n\
                      // ```\nconst A: &str = \"\n```\n/// ```\n\";\n/// ```edition2021\r\n/// b\r\n/// ```\r\nfn b() {}\n";
        let after = "//! ```ignore\n//! a();\n//! ```\n\n    /// ```rust,should_panic,ignore\n    /// ```\n    fn a() {}\n\
                     /// ````ignore\n/// ```\n/// ````\n/// ```text\n/// ```\n/// ```ignore\n/// ```\n/// ~~~ignore\n/// ~~~\n\
                     // ```\nconst A: &str = \"\n```\n/// ```\n\";\n/// ```edition2021,ignore\r\n/// b\r\n/// ```\r\nfn b() {}\n";
        assert_eq!(text(before).as_deref(), Some(after));
        assert_eq!(text(after), None);
    }
}
