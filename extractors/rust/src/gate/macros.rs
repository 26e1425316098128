//! What wanted macros name: the types of `$crate::…` in their text may be those of what they make for users.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use ripout_model::Kind;

use crate::{
    api,
    doc::{self, Def, Inner, World},
    original::RustOriginal,
};

/// Types that wanted macros name, or that functions which they name give.
pub fn types(original: &RustOriginal, world: &World) -> BTreeSet<Def> {
    let names = named(original);
    let is_type = |def: Def| {
        matches!(
            world.item(def).map(|item| &item.inner),
            Some(Inner::Struct(_) | Inner::Enum(_) | Inner::Union(_))
        )
    };
    let mut found = BTreeSet::new();
    for (def, _) in doc::public_paths(world) {
        let Some(item) = world.item(def).filter(|item| names.contains(item.name())) else {
            continue;
        };
        if is_type(def) {
            found.insert(def);
        } else if let Inner::Function(function) = &item.inner
            && let Some(of) = &function.sig.output
        {
            found.extend(
                api::locals(world, def.krate, of)
                    .into_iter()
                    .filter(|def| is_type(*def)),
            );
        }
    }
    found
}

/// Names behind `$crate::` in the wanted macros, and in the package's macros that these call.
fn named(original: &RustOriginal) -> BTreeSet<String> {
    let mut queue: Vec<String> = original
        .symbols
        .iter()
        .filter(|symbol| symbol.kind == Kind::Macro)
        .filter_map(|symbol| symbol.definition_path.rsplit("::").next())
        .map(str::to_owned)
        .collect();
    let mut names = BTreeSet::new();
    if queue.is_empty() {
        return names;
    }
    let mut bodies = BTreeMap::new();
    let package = &original.packages[0];
    for file in &package.files {
        let text = package
            .read(file)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(tokens) = text.and_then(|text| text.parse().ok()) {
            collect(tokens, &mut bodies);
        }
    }
    let mut seen = BTreeSet::new();
    while let Some(name) = queue.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        for body in bodies.get(&name).into_iter().flatten() {
            read(body.clone(), &mut names, &mut queue);
        }
    }
    names
}

/// The bodies of all `macro_rules!`, by name.
fn collect(tokens: TokenStream, bodies: &mut BTreeMap<String, Vec<TokenStream>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        match &tokens[..at] {
            [
                ..,
                TokenTree::Ident(word),
                TokenTree::Punct(_),
                TokenTree::Ident(name),
            ] if word == "macro_rules" => {
                bodies
                    .entry(name.to_string())
                    .or_default()
                    .push(group.stream());
            }
            _ => collect(group.stream(), bodies),
        }
    }
}

fn read(tokens: TokenStream, names: &mut BTreeSet<String>, calls: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mark = |at: usize, char: char| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == char);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => read(group.stream(), names, calls),
            TokenTree::Ident(word) if mark(at + 1, '!') => calls.push(word.to_string()),
            TokenTree::Ident(word) if word == "crate" && at > 0 && mark(at - 1, '$') => {
                let mut next = at + 1;
                while mark(next, ':') && mark(next + 1, ':') {
                    if let Some(TokenTree::Ident(part)) = tokens.get(next + 2) {
                        names.insert(part.to_string());
                    }
                    next += 3;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_behind_the_crate_are_read_with_those_of_macros_that_are_called() {
        let text = "macro_rules! one { () => { static A: $crate::inner::Later<u8> = two!(); } } macro_rules! two { () => { $crate::Made::new() } }";
        let mut bodies = BTreeMap::new();
        collect(text.parse().expect("it parses"), &mut bodies);
        let (mut names, mut calls) = (BTreeSet::new(), Vec::new());
        read(bodies["one"][0].clone(), &mut names, &mut calls);
        assert!(names.contains("Later"), "{names:?}");
        assert_eq!(calls, ["two"]);
        read(bodies["two"][0].clone(), &mut names, &mut calls);
        assert!(names.contains("Made"), "{names:?}");
    }
}
