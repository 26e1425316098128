//! Imports by names made at run time: `import_module(f"{__name__}.{kind}")`, or a name out of a table.
//!
//! The modules that such a call can ask for are those that its text begins to name, and those that strings of taken text
//! name. They come along as objects, and the call looks among them first.

use std::{collections::BTreeSet, rc::Rc};

use ripout_model::{Reason, ReasonCode, Unresolved};

use super::{
    closure::{Closure, label},
    lookups::{first_line, is_own_name},
};
use crate::{
    manifest::python_files,
    original::PythonOriginal,
    parse::{Lookup, kinds::grammar},
    resolve::{Module, World},
};

/// A call that imports by a name made at run time.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its last byte.
    pub end: u32,
    /// The name that it is given.
    pub argument: [u32; 2],
    line: u32,
    file: String,
    top: String,
    text: String,
    whole: String,
    /// It gives back the module named, so that another can stand for it.
    replaceable: bool,
}

/// More modules than this are no choice between a few any more.
const MOST: usize = 600;

/// Follows a call that imports by name.
pub fn import(
    world: &mut World,
    original: &PythonOriginal,
    closure: &mut Closure,
    module: &Rc<Module>,
    lookup: &Lookup,
) {
    let text = &module.text[lookup.start as usize..lookup.end as usize];
    let top = module.name.split('.').next().unwrap_or_default();
    let literal = lookup.literal.as_deref();
    let function = module.parsed.word(lookup.function);
    let spelt = literal.and_then(|literal| absolute(module, literal, text));
    if let Some(name) = &spelt
        && world.module(name).is_some()
        && function == "import_module"
    {
        let name: Rc<str> = name.as_str().into();
        closure.object(world, &name);
        closure
            .data
            .modules
            .insert((module.name.clone(), lookup.start), (lookup.end, name));
        return;
    }
    if let Some(literal) = literal
        && !literal.starts_with('.')
        && !is_own_name(original, module, literal)
    {
        return;
    }
    let argument = module
        .text
        .get(lookup.argument[0] as usize..lookup.argument[1] as usize)
        .unwrap_or_default();
    let call = Call {
        end: lookup.end,
        argument: lookup.argument,
        line: lookup.line,
        file: module.file.clone(),
        top: top.to_string(),
        text: first_line(text).to_string(),
        whole: text.to_string(),
        replaceable: gives_the_module(function, text, argument),
    };
    let own = literal.is_some()
        || is_level_one(text)
        || text.contains("__name__")
        || text.contains("__package__")
        || text.contains(&format!("\"{top}."))
        || text.contains(&format!("'{top}."));
    if own {
        let below = beginning(module, argument, text)
            .filter(|begin| call.replaceable && begin.starts_with(&format!("{top}.")))
            .map(|begin| below(original, module, &begin))
            .filter(|below| !below.is_empty() && below.len() <= MOST);
        let Some(below) = below else {
            refuse(
                closure,
                &call,
                format!(
                    "modules of the package are imported by names made at run time: `{}`",
                    call.text
                ),
            );
            return;
        };
        for name in below {
            let name: Rc<str> = name.as_str().into();
            if world.module(&name).is_some() {
                closure.object(world, &name);
                closure.data.by_name.insert(name);
            }
        }
    } else {
        closure.unresolved.insert(Unresolved {
            from: format!("{}.{}", module.name, label(module, lookup.unit)),
            text: call.text.clone(),
            file: module.file.clone(),
            line: lookup.line,
            why: "dynamic".into(),
        });
    }
    closure
        .data
        .calls
        .insert((module.name.clone(), lookup.start), call);
}

fn refuse(closure: &mut Closure, call: &Call, why: String) {
    if closure.refusal.is_none() {
        closure.refusal = Some(
            Reason::new(ReasonCode::Dynamic, why)
                .at(call.file.clone(), call.line)
                .help("name a symbol further inside, which does not import by name"),
        );
    }
}

/// The whole name where a call is given one that begins with dots.
pub fn full_name(module: &Module, argument: &str, call: &Call) -> Option<String> {
    let begin = beginning(module, argument, &call.whole)?;
    let inner = quoted(argument.trim())?;
    let dots = plain(&inner);
    if is_level_one(&call.whole) {
        return Some(argument.replacen(dots, &begin, 1));
    }
    dots.starts_with('.')
        .then(|| argument.replacen(dots, &begin, 1))
}

/// Whether a look-up is part of an import by name.
pub fn is_inside_import(module: &Module, lookup: &Lookup) -> bool {
    module.parsed.lookups.iter().any(|other| {
        other.unit == lookup.unit
            && other.start < lookup.start
            && lookup.end <= other.end
            && module.parsed.word(other.function) == "__import__"
    })
}

/// Whether a call gives back the module that it names, and not the package around it; and whether its name can be
/// worked out twice.
fn gives_the_module(function: &str, call: &str, argument: &str) -> bool {
    let plain = !["next(", "pop(", ":=", "read", "input("]
        .iter()
        .any(|word| argument.contains(word));
    let rest = call
        .find(argument)
        .map_or("", |at| &call[at + argument.len()..]);
    plain
        && match function {
            // A second argument is the package that dots begin from.
            "import_module" => true,
            "__import__" => {
                let list = rest.rsplit_once([',', '=']).map_or("", |(_, last)| last);
                rest.contains("fromlist")
                    || rest.matches(',').count() >= 3 && list.contains(['[', '(', '\'', '"'])
            }
            _ => false,
        }
}

/// Whether `__import__` looks in the package of the text that calls it.
fn is_level_one(call: &str) -> bool {
    let call: String = call.split_whitespace().collect();
    call.starts_with("__import__(") && (call.contains("level=1,") || call.ends_with("level=1)"))
}

/// What the name that a call is given begins with, as far as its text tells.
fn beginning(module: &Module, argument: &str, call: &str) -> Option<String> {
    let package = match module.is_package {
        true => &*module.name,
        false => module
            .name
            .rsplit_once('.')
            .map_or("", |(parent, _)| parent),
    };
    let argument = argument.trim();
    let own = |word: &str| match word {
        "__name__" => Some(module.name.to_string()),
        "__package__" => Some(package.to_string()),
        _ => None,
    };
    if let Some((word, rest)) = argument.split_once('+')
        && let Some(base) = own(word.trim())
    {
        let rest = quoted(rest.trim())?;
        return Some(plain(&rest))
            .filter(|rest| !rest.is_empty())
            .map(|rest| format!("{base}{rest}"));
    }
    let inner = quoted(argument)?;
    for word in ["__name__", "__package__"] {
        if let Some(rest) = inner.strip_prefix(&format!("{{{word}}}")) {
            let base = own(word)?;
            return Some(plain(rest))
                .filter(|rest| !rest.is_empty())
                .map(|rest| format!("{base}{rest}"));
        }
    }
    let begin = plain(&inner);
    if is_level_one(call) && !begin.is_empty() {
        return Some(format!("{package}.{begin}"));
    }
    match begin.starts_with('.') {
        // The last part is not whole yet: it is only a beginning.
        true => absolute(module, begin, call),
        false => Some(begin.to_string()),
    }
}

/// What stands in the quotes that a text begins with.
fn quoted(text: &str) -> Option<String> {
    let text = text.trim_start_matches(['f', 'r', 'u', 'F', 'R', 'U']);
    let quote = text
        .chars()
        .next()
        .filter(|letter| matches!(letter, '"' | '\''))?;
    let inner = text.trim_start_matches(quote);
    Some(inner.split(quote).next().unwrap_or_default().to_string())
}

/// What a pattern begins with before anything is put in.
fn plain(text: &str) -> &str {
    &text[..text.find(['{', '%']).unwrap_or(text.len())]
}

/// Modules of a package whose names have a beginning, sorted.
fn below(original: &PythonOriginal, module: &Module, begin: &str) -> Vec<String> {
    let mut names: Vec<String> = python_files(&original.packages[module.package].root)
        .into_iter()
        .filter_map(|file| {
            let path = file.strip_suffix(".py")?;
            let path = path.strip_suffix("/__init__").unwrap_or(path);
            Some(path.replace('/', "."))
        })
        .filter(|name| name.starts_with(begin))
        .collect();
    names.sort();
    names
}

/// The module that `import_module(literal, …)` names; one that begins with dots where its package is this one's.
fn absolute(module: &Module, literal: &str, call: &str) -> Option<String> {
    let rest = literal.trim_start_matches('.');
    let dots = literal.len() - rest.len();
    if dots == 0 {
        return Some(literal.to_string());
    }
    let package = match call
        .split_once(',')?
        .1
        .trim()
        .trim_end_matches([')', ',', ' ', '\n'])
    {
        "__name__" | "package=__name__" => &*module.name,
        "__package__" | "package=__package__" if module.is_package => &*module.name,
        "__package__" | "package=__package__" => module.name.rsplit_once('.')?.0,
        _ => return None,
    };
    let mut base = package;
    for _ in 1..dots {
        base = base.rsplit_once('.')?.0;
    }
    Some(format!("{base}.{rest}"))
}

/// Takes the modules that calls may ask for by names which strings of taken text hold; whether there were new ones.
pub fn own_names(world: &mut World, original: &PythonOriginal, closure: &mut Closure) -> bool {
    let mut grown = false;
    let dynamic: Vec<Call> = closure
        .data
        .calls
        .values()
        .filter(|call| {
            closure
                .unresolved
                .iter()
                .any(|found| found.file == call.file && found.line == call.line)
        })
        .cloned()
        .collect();
    if dynamic.is_empty() {
        return false;
    }
    // What is imported by its written name elsewhere may be asked for by a name made at run time, too.
    let written: Vec<Rc<str>> = closure
        .data
        .modules
        .values()
        .map(|(_, name)| name.clone())
        .collect();
    for name in written {
        grown |= closure.data.by_name.insert(name);
    }
    let mut looked: BTreeSet<String> = BTreeSet::new();
    for call in dynamic {
        // Another package that spells the name out imports it by itself, or hands it to somebody else.
        if !looked.insert(call.top.clone()) {
            continue;
        }
        for (name, unit) in closure.taken.clone() {
            if name.split('.').next() != Some(call.top.as_str()) {
                continue;
            }
            let Some(module) = world.module(&name) else {
                continue;
            };
            let unit = &module.parsed.units[unit as usize];
            let text = &module.text[unit.start as usize..unit.end as usize];
            for spelt in spelt_modules(world, text, &call.top) {
                let names = match spelt.ends_with('.') {
                    true => below(original, &module, &spelt),
                    false => vec![spelt],
                };
                if !call.replaceable || names.len() > MOST {
                    refuse(
                        closure,
                        &call,
                        format!(
                            "`{}` imports modules of the package by names that {name} holds as strings",
                            call.text
                        ),
                    );
                    return false;
                }
                for name in names {
                    let name: Rc<str> = name.as_str().into();
                    if world.module(&name).is_some() && closure.data.by_name.insert(name.clone()) {
                        closure.object(world, &name);
                        grown = true;
                    }
                }
            }
        }
    }
    grown
}

/// Text that is put together and run, and that imports the package: a module has no such package.
pub fn generated(world: &mut World, closure: &mut Closure) {
    if closure.refusal.is_some() {
        return;
    }
    let mut runs = false;
    let mut found: Option<(String, u32, String)> = None;
    for (name, unit) in &closure.taken {
        let Some(module) = world.module(name) else {
            continue;
        };
        let parsed = &module.parsed;
        runs |= parsed.uses_of(*unit).iter().any(|reference| {
            matches!(parsed.word(reference.name), "exec" | "eval" | "compile")
                && reference.attr_count == 0
        });
        if found.is_some() {
            continue;
        }
        let top = name.split('.').next().unwrap_or_default();
        let own = &parsed.units[*unit as usize];
        let text = &module.text[own.start as usize..own.end as usize];
        for quote in ['"', '\''] {
            let begin = format!("{quote}from {top}.");
            let at = text.match_indices(&begin).find(|(at, _)| {
                let rest = text[at + 1..].split(quote).next().unwrap_or_default();
                // A text between three quotes is no text for `exec`, it tells how to use this one.
                !text[..*at].ends_with(quote) && rest.contains(" import ")
            });
            if let Some((at, _)) = at {
                let line = module.text[..own.start as usize + at].matches('\n').count() as u32 + 1;
                let written = text[at + 1..].split(quote).next().unwrap_or_default();
                found = Some((module.file.clone(), line, written.trim().to_string()));
            }
        }
    }
    if let Some((file, line, written)) = found.filter(|_| runs) {
        closure.refusal = Some(
            Reason::new(
                ReasonCode::Dynamic,
                format!("text that is made and run while it works imports the package itself: `{written}`"),
            )
            .at(file, line)
            .help("name a symbol further inside, which runs no such text"),
        );
    }
}

/// Modules of a package that strings of a text name, or begin to: those end with a dot. Documentation is no such string.
fn spelt_modules(world: &mut World, text: &str, top: &str) -> Vec<String> {
    let begin = format!("{top}.");
    let mut found = Vec::new();
    if !['"', '\''].iter().any(|quote| {
        text.contains(&format!("{quote}{begin}")) || text.contains(&format!("{quote}{top}{quote}"))
    }) {
        return found;
    }
    let mut parser = tree_sitter::Parser::new();
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else { return found };
    let mut pending = vec![tree.root_node()];
    while let Some(node) = pending.pop() {
        if node.kind_id() != grammar().kinds.string {
            let mut cursor = node.walk();
            pending.extend(node.named_children(&mut cursor));
            continue;
        }
        let around = node.parent();
        let stands_alone = around.is_some_and(|parent| parent.kind() == "expression_statement");
        // The group of entry points is often named like a module, and is none.
        let is_group = around.is_some_and(|parent| {
            parent.kind() == "keyword_argument"
                && text[parent.byte_range()].trim_start().starts_with("group")
        });
        let inner = text[node.byte_range()].trim_start_matches(char::is_alphabetic);
        let inner = inner.trim_matches(['"', '\'']);
        // The package's bare name is the name of much else; in a table or a list it is one of the modules there.
        let listed = around.is_some_and(|parent| {
            matches!(
                parent.kind(),
                "subscript" | "pair" | "list" | "tuple" | "set"
            )
        });
        if inner == top && listed && world.is_module(top) {
            found.push(top.to_string());
            continue;
        }
        if stands_alone || is_group || !inner.starts_with(&begin) {
            continue;
        }
        let is_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | ':');
        let path: String = inner
            .chars()
            .take_while(|letter| is_path(*letter))
            .collect();
        let rest = &inner[path.len()..];
        // A sentence that begins with the package's name is no module; a pattern that something is put into may be one.
        if rest.contains(char::is_whitespace) || !(rest.is_empty() || rest.starts_with(['{', '%']))
        {
            continue;
        }
        let path = path.replace(':', ".");
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        if path.ends_with('.') || (rest.is_empty() && world.is_module(&path)) {
            found.push(path);
        } else if rest.is_empty() && parent != top && world.is_module(parent) {
            // What lies in the package itself is there already when anything of it runs.
            found.push(parent.to_string());
        }
    }
    found
}
