//! A second look at a symbol that was not found: often the name is there, and only no item that could be taken.

use ripout_model::{Failure, Package, Reason, ReasonCode, Stop};

use crate::{refuse, resolve::World};

/// Why a symbol is not there, as far as the packages' text tells; `stop` itself where it tells nothing.
pub fn explain(world: &World<'_>, symbol: &str, stop: Stop) -> Stop {
    let Stop::Failed(failure) = stop else {
        return stop;
    };
    let name = symbol.trim_end_matches('!');
    let name = name.rsplit("::").next().unwrap_or(name);
    if failure.code != "symbol_not_found" {
        return failure.into();
    }
    for krate in 1..world.count() {
        if world.facts(krate).proc_macro
            && let Some(line) = procedural_macro(world, krate, name)
        {
            return procedural(world, krate, line, symbol);
        }
    }
    let Some((file, line)) = defined(world.package(0), name) else {
        return failure.into();
    };
    if let Some(reason) = refuse::runtime(world, 0) {
        return Stop::Refused(reason.at(file, line));
    }
    if failure.text.contains("is private") {
        return failure.into();
    }
    let near = failure.help.clone().unwrap_or_default();
    Failure::new(
        failure.code,
        format!("{}, though {file}:{line} has that name", failure.text),
    )
    .help(format!(
        "if it stands behind a feature, name that with --features; {near}"
    ))
    .into()
}

/// A symbol that is a procedural macro.
pub fn procedural(world: &World<'_>, krate: u32, line: u32, symbol: &str) -> Stop {
    let (package, file) = (world.package(krate).id(), &world.facts(krate).lib_file);
    let text =
        format!("`{symbol}` is a procedural macro of {package}: its code runs inside the compiler");
    Stop::Refused(
        Reason::new(ReasonCode::ProcMacro, text)
            .at(file.clone(), line)
            .help("a procedural macro must be a crate of its own; expand what it generates (`cargo expand`) and keep that instead"),
    )
}

/// The line of the procedural macro that a crate exports under a name. They all stand in its root file.
fn procedural_macro(world: &World<'_>, krate: u32, name: &str) -> Option<u32> {
    let bytes = world
        .package(krate)
        .read(&world.facts(krate).lib_file)
        .ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let exported = syn::parse_file(&text)
        .ok()?
        .items
        .into_iter()
        .find_map(|item| {
            let syn::Item::Fn(function) = item else {
                return None;
            };
            let ident = function.sig.ident.to_string();
            let is_it = function.attrs.iter().any(|attr| {
                let path = attr.path();
                if path.is_ident("proc_macro_derive") {
                    // `Name` or `Name, attributes(…)`.
                    attr.meta.require_list().is_ok_and(|list| {
                        list.tokens
                            .clone()
                            .into_iter()
                            .next()
                            .is_some_and(|first| first.to_string() == name)
                    })
                } else {
                    (path.is_ident("proc_macro") || path.is_ident("proc_macro_attribute"))
                        && ident == name
                }
            });
            is_it.then_some(ident)
        })?;
    line_of(&text, &["fn"], &exported)
}

/// Where a package's text defines a name, whatever conditions it stands under.
fn defined(package: &Package, name: &str) -> Option<(String, u32)> {
    const WORDS: [&str; 9] = [
        "fn",
        "struct",
        "enum",
        "union",
        "trait",
        "type",
        "const",
        "static",
        "macro_rules!",
    ];
    package.files.iter().find_map(|file| {
        let bytes = package.read(file).ok()?;
        let line = line_of(&String::from_utf8_lossy(&bytes), &WORDS, name)?;
        Some((file.clone(), line))
    })
}

/// The first line on which one of `words` stands before a name.
fn line_of(text: &str, words: &[&str], name: &str) -> Option<u32> {
    let defines = |line: &str| {
        let mut parts = line.split_whitespace();
        !line.trim_start().starts_with("//")
            && parts.any(|part| words.contains(&part))
            && parts.next().is_some_and(|next| {
                next.strip_prefix(name).is_some_and(|rest| {
                    !rest.starts_with(|char: char| char.is_alphanumeric() || char == '_')
                })
            })
    };
    let at = text.lines().position(defines)?;
    Some(at as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_told_from_a_longer_name_and_a_comment() {
        let text = "// fn spawn()\nfn spawn_local() {}\npub(crate) fn spawn<T>(x: T) {}\n";
        assert_eq!(line_of(text, &["fn"], "spawn"), Some(3));
        assert_eq!(line_of(text, &["struct"], "spawn"), None);
    }
}
