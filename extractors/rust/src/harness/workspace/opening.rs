//! The module with everything public that a program has to name.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::Kind;

use crate::{drive::Facade, original::RustOriginal};

/// The module with everything public that a program has to name.
pub(super) fn open_to_programs(original: &RustOriginal, facade: &[Facade], text: &str) -> String {
    let paths: BTreeSet<Vec<String>> = facade
        .iter()
        .map(|facade| {
            facade
                .module
                .split("::")
                .skip(2)
                .map(str::to_owned)
                .collect()
        })
        .collect();
    let text = opened(text, &paths);
    let macros = original
        .symbols
        .iter()
        .any(|symbol| symbol.kind == Kind::Macro);
    if macros {
        with_open_macros(&text)
    } else {
        text
    }
}

/// The module with its macros open to other crates, as they are to the crate that it stands in.
fn with_open_macros(text: &str) -> String {
    let mut known = BTreeSet::new();
    let mut open = String::with_capacity(text.len() + 256);
    for line in text.split_inclusive('\n') {
        let plain = line.trim_start();
        let indent = &line[..line.len() - plain.len()];
        open.push_str(indent);
        if let Some(rest) = plain.strip_prefix("macro_rules!") {
            let name: String = rest
                .trim_start()
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_')
                .collect();
            if known.insert(name) {
                open.push_str("#[macro_export] ");
            }
            open.push_str(plain);
        } else if let Some(rest) = plain.strip_prefix("pub(crate) ")
            && (rest.starts_with("use ") || rest.starts_with("mod "))
        {
            open.push_str("pub ");
            open.push_str(rest);
        } else {
            open.push_str(plain);
        }
    }
    open
}

/// Makes what stands on some paths public, so that the program can name it. Lines stay where they are.
fn opened(text: &str, paths: &BTreeSet<Vec<String>>) -> String {
    let Ok(file) = syn::parse_file(text) else {
        return text.to_owned();
    };
    let mut places = BTreeMap::new();
    for path in paths {
        open_items(&file.items, path, &mut places);
    }
    let mut opened = String::with_capacity(text.len() + 64);
    let mut from = 0;
    for (begin, end) in places {
        opened.push_str(&text[from..begin]);
        opened.push_str("pub ");
        from = end;
    }
    opened.push_str(&text[from..]);
    opened
}

fn open_items(items: &[syn::Item], path: &[String], places: &mut BTreeMap<usize, usize>) {
    use quote::ToTokens;
    use syn::spanned::Spanned;
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    for item in items {
        let (visibility, name, inner) = match item {
            syn::Item::Mod(item) => (&item.vis, &item.ident, item.content.as_ref()),
            syn::Item::Struct(item) => (&item.vis, &item.ident, None),
            syn::Item::Enum(item) => (&item.vis, &item.ident, None),
            syn::Item::Union(item) => (&item.vis, &item.ident, None),
            syn::Item::Trait(item) => (&item.vis, &item.ident, None),
            syn::Item::Fn(item) => (&item.vis, &item.sig.ident, None),
            syn::Item::Type(item) => (&item.vis, &item.ident, None),
            _ => continue,
        };
        if name != first {
            continue;
        }
        match visibility {
            syn::Visibility::Public(_) => {}
            syn::Visibility::Inherited => {
                // The first token behind the attributes.
                let tokens: Vec<_> = item.to_token_stream().into_iter().collect();
                let mut place = 0;
                while matches!(tokens.get(place), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == '#')
                {
                    place += 2;
                }
                if let Some(token) = tokens.get(place) {
                    let at = token.span().byte_range().start;
                    places.insert(at, at);
                }
            }
            syn::Visibility::Restricted(_) => {
                let range = visibility.span().byte_range();
                places.insert(range.start, range.end);
            }
        }
        if let Some((_, items)) = inner {
            open_items(items, rest, places);
        }
    }
}
