//! Asks the interpreter what a slice lacks: whether it can be imported with nothing but the standard library around it,
//! and which names its text looks up that nothing binds.

use std::{collections::BTreeSet, rc::Rc, time::Duration};

use ripout_model::{Command, Failure, Host, Slice, Stop, Unresolved};
use serde::Deserialize;

use super::{
    closure::{Closure, Place, label},
    naming::{Entity, Names},
    order::Order,
};
use crate::{
    assemble::MODULES,
    original::PythonOriginal,
    resolve::{At, Module, Root, World},
};

/// What a slice lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Lack {
    /// What keeps it from being imported.
    pub failure: Option<String>,
    /// Names that are looked up and that nothing binds.
    pub missing: Vec<Missing>,
    /// A name that the import asks for before the statement that binds it: the line that runs then, and the name.
    #[serde(default)]
    pub late: Option<Missing>,
}

/// A name that nothing binds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Missing {
    /// Line of the module, 1-based.
    pub line: u32,
    /// The name.
    pub name: String,
}

/// Asks the interpreter.
pub fn lack(slice: &Slice, original: &PythonOriginal, host: &dyn Host) -> Result<Lack, Stop> {
    let folder = host.folder("slice")?;
    for file in &slice.module.files {
        folder.write(&file.path, &file.bytes)?;
    }
    // What stays a dependency is not at hand here; the gate that follows knows where it is.
    let importing = match slice.dependencies.is_empty() {
        true => "yes",
        false => "no",
    };
    let command = Command::new(&original.interpreter, folder.path())
        .args(["-I", "-S", "-B", "-c", include_str!("check.py")])
        .arg(folder.path())
        .args([&slice.module.stem, importing])
        .wall(Duration::from_secs(60));
    let answer = host.run(&command)?;
    folder
        .read("check.json")
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| {
            Failure::new(
                "interpreter",
                format!(
                    "{} can't say what the module lacks: {}",
                    original.interpreter.display(),
                    answer.errors().lines().last().unwrap_or("no word of why")
                ),
            )
            .into()
        })
}

/// The statement that runs when a name is not there yet, and those that bind the name: they have to come first.
pub fn sooner(
    lack: &Lack,
    slice: &Slice,
    closure: &Closure,
    order: &Order,
    names: &Names,
) -> Vec<(Place, Place)> {
    let Some(late) = &lack.late else {
        return Vec::new();
    };
    let running = order
        .places
        .iter()
        .zip(&slice.closure)
        .find(|(_, taken)| taken.module_lines[1] >= late.line)
        .map(|(place, _)| place);
    let entity = names
        .out
        .iter()
        .chain(&names.second)
        .find(|(_, out)| **out == late.name)
        .map(|(entity, _)| entity);
    let Some(running) = running else {
        return Vec::new();
    };
    let homes: BTreeSet<&Rc<str>> = match entity {
        Some(Entity::Own(home, _) | Entity::Object(home)) => BTreeSet::from([home]),
        None if late.name == MODULES => closure.data.by_name.iter().collect(),
        _ => return Vec::new(),
    };
    // A function that imports a module later runs all of it then, and so does this order.
    order
        .places
        .iter()
        .filter(|place| homes.contains(&place.0) && *place != running)
        .map(|place| (running.clone(), place.clone()))
        .collect()
}

/// Takes what binds the missing names; whether the closure grew. What nothing binds is told as unresolved.
pub fn supply(
    world: &mut World,
    original: &PythonOriginal,
    closure: &mut Closure,
    slice: &Slice,
    lack: &Lack,
    host: &dyn Host,
) -> Result<bool, Stop> {
    let before = closure.taken.len();
    for missing in &lack.missing {
        let Some((module, unit, line)) = place(world, closure, slice, missing.line) else {
            continue;
        };
        let root = world.name(&module, &missing.name, At::Later);
        if let Root::Own { module: home, name } = &root
            && !closure.has(home, name)
        {
            closure.need(world, &root, None);
            continue;
        }
        let known = closure.unresolved.iter().any(|known| {
            known.file == module.file
                && known.text.split('.').next() == Some(missing.name.as_str())
                && known.line == line
        });
        if !known {
            closure.unresolved.insert(Unresolved {
                from: format!("{}.{}", module.name, label(&module, unit)),
                text: missing.name.clone(),
                file: module.file.clone(),
                line,
                why: "unknown".into(),
            });
        }
    }
    if closure.taken.len() == before {
        return Ok(false);
    }
    closure.settle(world, original, host)?;
    Ok(true)
}

/// The author's statement that a line of the module came from, and the line there.
fn place(
    world: &mut World,
    closure: &Closure,
    slice: &Slice,
    line: u32,
) -> Option<(Rc<Module>, u32, u32)> {
    let taken = slice.closure.iter().find(|taken| {
        taken.module_file == slice.module.files[0].path
            && (taken.module_lines[0]..=taken.module_lines[1]).contains(&line)
    })?;
    let definition = &taken.definition;
    let homes: BTreeSet<Rc<str>> = closure.taken.iter().map(|(home, _)| home.clone()).collect();
    let module = homes
        .iter()
        .filter_map(|home| world.module(home))
        .find(|module| {
            module.file == definition.file && definition.name.starts_with(&*module.name)
        })?;
    let unit = module
        .parsed
        .units
        .iter()
        .position(|unit| unit.lines == definition.lines)?;
    // Edits may have changed the number of lines, so that the statement's end is the limit.
    let at = (definition.lines[0] + line - taken.module_lines[0]).min(definition.lines[1]);
    Some((module, u32::try_from(unit).ok()?, at))
}
