//! Imports a slice with nothing but the standard library around it: the interpreter is the judge of what is missing.

use std::time::Duration;

use ripout_model::{Command, Host, Slice, Stop};

use crate::original::PythonOriginal;

/// What kept a slice from being imported; `None` if nothing did.
pub fn import(
    slice: &Slice,
    original: &PythonOriginal,
    host: &dyn Host,
) -> Result<Option<String>, Stop> {
    // What stays a dependency is not at hand here; the gate that follows knows where it is.
    if !slice.dependencies.is_empty() {
        return Ok(None);
    }
    let folder = host.folder("slice")?;
    for file in &slice.module.files {
        folder.write(&file.path, &file.bytes)?;
    }
    let question = "import importlib, sys; sys.path.insert(0, sys.argv[1]); importlib.import_module(sys.argv[2])";
    let command = Command::new(&original.interpreter, folder.path())
        .args(["-I", "-S", "-B", "-c", question])
        .arg(folder.path())
        .arg(&slice.module.stem)
        .wall(Duration::from_secs(60));
    let answer = host.run(&command)?;
    if answer.ok() {
        return Ok(None);
    }
    let errors = answer.errors();
    Ok(Some(
        errors
            .lines()
            .last()
            .unwrap_or("it ended without a word")
            .to_string(),
    ))
}
