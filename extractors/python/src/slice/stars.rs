//! `from library import *`: the interpreter lists the names.

use std::{collections::BTreeSet, time::Duration};

use ripout_model::{Command, Host, Stop};

use crate::{original::PythonOriginal, resolve::World};

const QUESTION: &str = r#"
import importlib, json, sys
answer = {}
for name in sys.argv[1:]:
    try:
        module = importlib.import_module(name)
        names = getattr(module, "__all__", None) or [n for n in dir(module) if not n.startswith("_")]
        answer[name] = list(names)
    except Exception:
        answer[name] = []
print(json.dumps(answer))
"#;

/// Asks for the modules that were met and are not known yet; whether there were any.
pub fn ask(world: &mut World, original: &PythonOriginal, host: &dyn Host) -> Result<bool, Stop> {
    if world.wanted_stars.is_empty() {
        return Ok(false);
    }
    let wanted = std::mem::take(&mut world.wanted_stars);
    let folder = host.folder("names")?;
    let command = Command::new(&original.interpreter, folder.path())
        .args(["-I", "-S", "-c", QUESTION])
        .args(wanted.iter())
        .wall(Duration::from_secs(60));
    let answer = host.run(&command)?;
    let told: std::collections::BTreeMap<String, BTreeSet<String>> =
        serde_json::from_slice(&answer.stdout).unwrap_or_default();
    for module in wanted {
        let names = told.get(&module).cloned().unwrap_or_default();
        world.external_names.insert(module, names);
    }
    Ok(true)
}
