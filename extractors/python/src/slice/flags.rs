//! Flags that say what this platform's standard library has: `try: import fcntl … else: has_fcntl = True`.
//!
//! Such a flag is as settled as `sys.platform`: it is set to nothing but `True` and `False`, and nothing but the imports of
//! standard modules decides which. Then the interpreter is asked for its value, and the arms of module-level `if`s
//! that ask for the flag are known.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use ripout_model::{Command, Host, Stop};
use tree_sitter::{Node, Parser};

use super::{closure::Closure, effects};
use crate::{
    original::PythonOriginal,
    parse::{How, NONE, kinds::grammar, truth},
    resolve::{At, Module, Root, World},
};

const QUESTION: &str = r#"
import importlib, json, sys
request = json.loads(sys.argv[1])
sys.path[:0] = request["path"]
answer = {}
for module, name in request["flags"]:
    try:
        value = getattr(importlib.import_module(module), name)
    except BaseException:
        continue
    if value is True or value is False:
        answer[module + ":" + name] = value
print("\n" + json.dumps(answer))
"#;

/// Asks for the flags that module-level conditions test; the world then knows the arms that don't run.
pub fn ask(world: &mut World, original: &PythonOriginal, host: &dyn Host) -> Result<(), Stop> {
    let mut wanted: BTreeMap<(String, String), Vec<(String, String)>> = BTreeMap::new();
    for module in effects::imported(world, original, &Closure::default()) {
        for (at, name) in tested(&module) {
            let Root::Own {
                module: home,
                name: own,
            } = world.name(&module, &name, At::Later)
            else {
                continue;
            };
            let Some(home) = world.module(&home) else {
                continue;
            };
            let limit = (home.name == module.name).then_some(at);
            if settled(world, &home, &own, limit) {
                wanted
                    .entry((home.name.to_string(), own.to_string()))
                    .or_default()
                    .push((module.name.to_string(), name));
            }
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let folder = host.folder("flags")?;
    let request = serde_json::json!({
        "path": original.import_roots,
        "flags": wanted.keys().collect::<Vec<_>>(),
    });
    let command = Command::new(&original.interpreter, folder.path())
        .args(["-I", "-S", "-B", "-c", QUESTION])
        .arg(request.to_string())
        .wall(Duration::from_secs(60));
    let answer = host.run(&command)?;
    let text = String::from_utf8_lossy(&answer.stdout);
    let told: BTreeMap<String, bool> = text
        .lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok())
        .unwrap_or_default();
    let mut known: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    for ((home, flag), uses) in &wanted {
        let Some(value) = told.get(&format!("{home}:{flag}")) else {
            continue;
        };
        for (module, name) in uses {
            known
                .entry(module.clone())
                .or_default()
                .insert(name.clone(), *value);
        }
    }
    world.know(known);
    Ok(())
}

/// Names that conditions of a module test by themselves, with the place of the test.
fn tested(module: &Module) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in module.text.split_inclusive('\n') {
        let start = at;
        at += line.len() as u32;
        let line = line.split('#').next().unwrap_or_default().trim();
        let test = line
            .strip_prefix("if ")
            .or_else(|| line.strip_prefix("elif "))
            .and_then(|rest| rest.strip_suffix(':'));
        let Some(test) = test else { continue };
        let name = test.strip_prefix("not ").unwrap_or(test).trim();
        let plain = name
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_');
        if plain && module.binds(name).is_some() {
            found.push((start, name.to_string()));
        }
    }
    found
}

/// Whether nothing but the standard library's modules decides a flag. `limit`: where it is tested in its own module.
fn settled(world: &mut World, home: &Module, name: &str, limit: Option<u32>) -> bool {
    if home.stored.contains(name) {
        return false;
    }
    let binds: Vec<u32> = home
        .binds(name)
        .unwrap_or_default()
        .iter()
        .map(|bind| &home.parsed.binds[*bind as usize])
        .filter(|bind| bind.arm == NONE)
        .map(|bind| match bind.how {
            How::Value if limit.is_none_or(|limit| bind.start < limit) => bind.start,
            _ => u32::MAX,
        })
        .collect();
    if binds.is_empty() || binds.contains(&u32::MAX) {
        return false;
    }
    let mut parser = Parser::new();
    let tree = match parser.set_language(&grammar().language) {
        Ok(()) => parser.parse(&home.text, None),
        Err(_) => None,
    };
    let Some(tree) = tree else { return false };
    let platform = world.library.platform().clone();
    let mut tries = 0;
    for start in binds {
        let at = start as usize;
        let Some(target) = tree
            .root_node()
            .descendant_for_byte_range(at, at + name.len())
        else {
            return false;
        };
        let Some(assignment) = target.parent().filter(|node| node.kind() == "assignment") else {
            return false;
        };
        let value = assignment.child_by_field_name("right");
        if !value.is_some_and(|value| matches!(value.kind(), "true" | "false")) {
            return false;
        }
        let mut node = assignment;
        while let Some(parent) = node.parent() {
            let passes = match parent.kind() {
                "module" | "block" | "expression_statement" | "else_clause" | "except_clause" => {
                    true
                }
                "if_statement" | "elif_clause" => parent
                    .child_by_field_name("condition")
                    .is_some_and(|condition| {
                        truth::truth(condition, home.text.as_bytes(), Some(&platform))
                            != truth::Truth::Open
                    }),
                "try_statement" => {
                    tries += 1;
                    parent
                        .child_by_field_name("body")
                        .is_some_and(|body| imports_only(world, home, body))
                }
                _ => false,
            };
            if !passes {
                return false;
            }
            node = parent;
        }
    }
    tries > 0
}

/// Whether a block does nothing but import standard modules and look at what they offer.
fn imports_only(world: &mut World, home: &Module, body: Node) -> bool {
    let span = body.start_byte() as u32..body.end_byte() as u32;
    let mut bound: BTreeSet<String> = BTreeSet::from(["_".to_string()]);
    for import in &home.parsed.imports {
        if !span.contains(&import.start) {
            continue;
        }
        let top = import.module.split('.').next().unwrap_or_default();
        if import.level > 0 || import.star || !world.library.is_standard(top) {
            return false;
        }
        bound.insert(home.parsed.word(import.bound).to_string());
    }
    if bound.len() == 1 {
        return false;
    }
    let mut cursor = body.walk();
    let mut pending: Vec<Node> = body.named_children(&mut cursor).collect();
    while let Some(node) = pending.pop() {
        match node.kind() {
            "import_statement" | "import_from_statement" | "comment" | "true" | "false" => continue,
            // A call may ask for anything.
            "call" | "await" | "lambda" | "if_statement" | "subscript" => return false,
            "identifier" => {
                let word = node.utf8_text(home.text.as_bytes()).unwrap_or_default();
                let target = node.parent().is_some_and(|parent| {
                    parent.kind() == "assignment"
                        && parent.child_by_field_name("left") == Some(node)
                });
                if !target && !bound.contains(word) {
                    return false;
                }
                continue;
            }
            "attribute" => {
                pending.extend(node.child_by_field_name("object"));
                continue;
            }
            _ => {}
        }
        let mut cursor = node.walk();
        pending.extend(node.named_children(&mut cursor));
    }
    true
}
