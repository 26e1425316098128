//! What of a file of tests can be left out: items, names of imports, calls of macros that make items.

use std::ops::Range;

use syn::{Attribute, Item, UseTree, spanned::Spanned};

/// Something that can be left out.
#[derive(Debug, Clone, Default)]
pub struct Piece {
    /// Bytes.
    pub range: Range<usize>,
    /// What it is called within its file, modules first; empty where it has no name.
    pub path: String,
    /// What a reader is told it is called, where that is something else.
    pub shown: Option<String>,
    /// Whether it is a test.
    pub test: bool,
    /// A call of a macro, which may make tests.
    pub call: bool,
}

impl Piece {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }
}

/// The pieces of a file; `None` where it can't be read.
pub fn pieces(text: &str) -> Option<Vec<Piece>> {
    let file = syn::parse_file(text).ok()?;
    let mut found = Vec::new();
    items(&file.items, "", &mut found);
    Some(found)
}

fn items(list: &[Item], path: &str, found: &mut Vec<Piece>) {
    for item in list {
        let within = |name: &syn::Ident| match path {
            "" => name.to_string(),
            path => format!("{path}::{name}"),
        };
        let mut piece = Piece {
            range: item.span().byte_range(),
            ..Piece::default()
        };
        match item {
            Item::Fn(of) => {
                piece.path = within(&of.sig.ident);
                piece.test = is_test(&of.attrs);
            }
            Item::Mod(of) => {
                piece.path = within(&of.ident);
                if let Some((_, inner)) = &of.content {
                    items(inner, &piece.path, found);
                }
            }
            Item::Use(of) => leaves(&of.tree, None, found),
            Item::Struct(of) => piece.path = within(&of.ident),
            Item::Enum(of) => piece.path = within(&of.ident),
            Item::Union(of) => piece.path = within(&of.ident),
            Item::Trait(of) => piece.path = within(&of.ident),
            Item::Type(of) => piece.path = within(&of.ident),
            Item::Const(of) => piece.path = within(&of.ident),
            Item::Static(of) => piece.path = within(&of.ident),
            Item::Macro(of) => match &of.ident {
                Some(name) => piece.path = within(name),
                None => piece.call = true,
            },
            _ => {}
        }
        found.push(piece);
    }
}

/// Each name of an import that stands in a group, with the comma behind it. An import without a group goes as a whole.
fn leaves(tree: &UseTree, whole: Option<Range<usize>>, found: &mut Vec<Piece>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, whole, found),
        UseTree::Group(group) => {
            for pair in group.items.pairs() {
                let mut range = pair.value().span().byte_range();
                if let Some(comma) = pair.punct() {
                    range.end = comma.span().byte_range().end;
                }
                leaves(pair.value(), Some(range), found);
            }
        }
        UseTree::Name(_) | UseTree::Rename(_) | UseTree::Glob(_) => {
            found.extend(whole.map(|range| Piece {
                range,
                ..Piece::default()
            }));
        }
    }
}

/// Whether attributes make a function a test: `#[test]`, `#[rstest]`, `#[wasm_bindgen_test]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident.to_string().ends_with("test"))
    })
}

/// Whether an item is compiled for tests alone.
pub fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else {
            return false;
        };
        if !list.path.is_ident("cfg") {
            return false;
        }
        let words: String = list.tokens.to_string().split_whitespace().collect();
        words == "test"
            || (words.starts_with("all(")
                && words[4..].split([',', ')']).any(|word| word == "test")
                && !words.contains("not(test"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_names_of_imports_can_be_left_out() {
        let text = "use a::{b, c::{d, e}};\nmod m { #[test]\nfn t() {} }\nmake!(x);\n";
        let found = pieces(text).unwrap();
        let texts: Vec<&str> = found
            .iter()
            .map(|piece| &text[piece.range.clone()])
            .collect();
        for leaf in ["b,", "d,", "e", "make!(x);"] {
            assert!(texts.contains(&leaf), "{texts:?}");
        }
        let test = found.iter().find(|piece| piece.test).unwrap();
        assert_eq!(test.path, "m::t");
        assert!(text[test.range.clone()].starts_with("#[test]"));
        assert!(found.iter().any(|piece| piece.call));
        assert!(pieces("fn (").is_none());
    }

    #[test]
    fn what_is_for_tests_alone_says_so() {
        let of = |text: &str| {
            let file = syn::parse_file(text).unwrap();
            let Item::Mod(item) = &file.items[0] else {
                panic!("a module")
            };
            for_tests(&item.attrs)
        };
        assert!(of("#[cfg(test)] mod t {}"));
        assert!(of("#[cfg(all(test, feature = \"std\"))] mod t {}"));
        assert!(!of("#[cfg(not(test))] mod t {}"));
        assert!(!of("#[cfg(feature = \"test\")] mod t {}"));
        assert!(!of("#[cfg(any(test, unix))] mod t {}"));
    }
}
