//! Finds the wanted symbols: by reading, and where reading does not suffice by asking the interpreter.

use std::{collections::BTreeSet, time::Duration};

use ripout_model::{Command, Failure, Host, Kind, Stop};
use serde::Deserialize;

use super::interpreter::Interpreter;
use crate::{
    original::{PythonOriginal, Symbol},
    resolve::World,
};

/// Finds each symbol, and gives it the name it stands under in the module.
pub fn find(
    world: &mut World,
    wanted: &[String],
    original: &PythonOriginal,
    host: &dyn Host,
) -> Result<Vec<Symbol>, Stop> {
    let mut found = Vec::new();
    for (index, full) in wanted.iter().enumerate() {
        let full = full.trim().replace(':', ".");
        let parts: Vec<&str> = full.split('.').collect();
        if parts.iter().any(|part| !is_name(part)) {
            return Err(Failure::new(
                "symbol_not_found",
                format!("`{full}` is no dotted Python name"),
            )
            .help("write package.module.name")
            .into());
        }
        let mut symbol = match world.find_symbol(&parts) {
            Some(symbol) => symbol,
            None => ask(&full, original, host)?.ok_or_else(|| not_found(world, &full, &parts))?,
        };
        if let Some(name) = original
            .settings
            .names
            .get(index)
            .filter(|name| !name.is_empty())
        {
            if !is_name(name) || original.platform.keywords.contains(name) {
                return Err(
                    Failure::new("bad_arguments", format!("`{name}` is no Python name")).into(),
                );
            }
            symbol.name = name.clone();
        }
        found.push(symbol);
    }
    let mut seen = BTreeSet::new();
    for symbol in &found {
        if !seen.insert(&symbol.name) {
            return Err(Failure::new(
                "ambiguous_symbol",
                format!("two symbols would stand under the name `{}`", symbol.name),
            )
            .help("give each a name of its own with --as NAME")
            .into());
        }
    }
    Ok(found)
}

/// Stem of the module's file: the symbol's name in snake_case, told apart from keywords and library modules.
pub fn stem(name: &str, platform: &Interpreter) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut stem = String::new();
    for (index, letter) in letters.iter().enumerate() {
        if letter.is_uppercase() {
            let after_lower =
                index > 0 && (letters[index - 1].is_lowercase() || letters[index - 1].is_numeric());
            let before_lower = index > 0
                && letters[index - 1].is_uppercase()
                && letters
                    .get(index + 1)
                    .is_some_and(|next| next.is_lowercase());
            if (after_lower || before_lower) && !stem.ends_with('_') {
                stem.push('_');
            }
            stem.extend(letter.to_lowercase());
        } else {
            stem.push(*letter);
        }
    }
    if platform.keywords.contains(&stem) || platform.has_module(&stem) {
        stem.push('_');
    }
    stem
}

/// Whether a word can be a Python name.
pub fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn not_found(world: &mut World, full: &str, parts: &[&str]) -> Stop {
    let mut failure = Failure::new("symbol_not_found", format!("there is no `{full}`"));
    if world.is_module(full) {
        failure = Failure::new(
            "symbol_not_found",
            format!("`{full}` is a module, not a symbol in one"),
        );
        let names = world.public_names(full);
        if !names.is_empty() {
            failure = failure.help(format!(
                "it has: {}",
                names[..names.len().min(12)].join(", ")
            ));
        }
        return failure.into();
    }
    let near = nearest(world, parts);
    if !near.is_empty() {
        failure = failure.help(format!("near it: {}", near.join(", ")));
    }
    failure.into()
}

/// Names like the wanted one: in the module that was named first, then anywhere in the package.
fn nearest(world: &mut World, parts: &[&str]) -> Vec<String> {
    let last = parts[parts.len() - 1];
    let mut scored: Vec<(usize, usize, String)> = Vec::new();
    let named = parts[..parts.len() - 1].join(".");
    for (distance, module) in world.own_modules(parts[0]).into_iter().enumerate() {
        let far = usize::from(module != named);
        for name in world.public_names(&module) {
            let full = format!("{module}.{name}");
            // The right name in another place is what most users were after.
            let apart = edit_distance(&name.to_lowercase(), &last.to_lowercase());
            let allowed = (last.len() / 3).max(1);
            let part_of_it = last.len() >= 4 && name.to_lowercase().contains(&last.to_lowercase());
            if apart <= allowed || part_of_it {
                scored.push((apart.min(allowed + 1) * 2 + far, distance, full));
            }
        }
    }
    scored.sort();
    scored
        .into_iter()
        .take(5)
        .map(|(_, _, name)| name)
        .collect()
}

fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let replaced = corner + usize::from(letter != *other);
            corner = row[column + 1];
            row[column + 1] = replaced.min(corner + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[derive(Deserialize)]
struct Told {
    public_module: String,
    attribute: String,
    definition_module: String,
    definition_name: String,
    kind: String,
}

const QUESTION: &str = r#"
import importlib, inspect, json, sys
roots, full = json.loads(sys.argv[1]), sys.argv[2]
sys.path[:0] = roots
parts = full.split(".")
out = sys.stdout
sys.stdout = sys.stderr
answer = None
for cut in range(len(parts) - 1, 0, -1):
    try:
        module = importlib.import_module(".".join(parts[:cut]))
    except ImportError:
        continue
    try:
        value = module
        for part in parts[cut:]:
            value = getattr(value, part)
    except AttributeError:
        break
    if inspect.ismodule(value):
        break
    attribute = ".".join(parts[cut:])
    where, name = module.__name__, attribute
    kind = "class" if inspect.isclass(value) else "function" if inspect.isfunction(value) else "variable"
    home = sys.modules.get(getattr(value, "__module__", None) or "")
    if kind != "variable" and getattr(home, value.__qualname__, None) is value:
        where, name = home.__name__, value.__qualname__
    answer = dict(public_module=module.__name__, attribute=attribute, definition_module=where,
                  definition_name=name, kind=kind)
    break
out.write("\n" + json.dumps(answer))
"#;

/// Imports the package in the sandbox and follows the name, for what only running it makes known.
fn ask(full: &str, original: &PythonOriginal, host: &dyn Host) -> Result<Option<Symbol>, Stop> {
    let folder = host.folder("symbol")?;
    let roots: Vec<String> = original
        .import_roots
        .iter()
        .map(|root| root.to_string_lossy().into_owned())
        .collect();
    let command = Command::new(&original.interpreter, folder.path())
        .args(["-I", "-S", "-B", "-c", QUESTION])
        .arg(serde_json::to_string(&roots).unwrap_or_default())
        .arg(full)
        .wall(Duration::from_secs(60));
    let answer = host.run(&command)?;
    let text = answer.text();
    let told: Option<Told> = text
        .lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok())
        .flatten();
    Ok(told.map(|told| Symbol {
        name: told
            .attribute
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_string(),
        kind: match told.kind.as_str() {
            "class" => Kind::Class,
            "function" => Kind::Function,
            _ => Kind::Variable,
        },
        public_module: told.public_module,
        attribute: told.attribute,
        definition_module: told.definition_module,
        definition_name: told.definition_name,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_near() {
        assert_eq!(edit_distance("partition", "partitoin"), 2);
        assert_eq!(edit_distance("", "abc"), 3);
    }
}
