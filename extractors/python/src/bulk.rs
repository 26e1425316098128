//! Many inputs at full speed: `drive/bulk.py` on both sides, without probes, and how long each takes to be imported.

use std::{path::PathBuf, sync::Arc};

use ripout_model::{Built, Bulk, Command, Folder, Host, Stop};
use serde::Deserialize;
use serde_json::json;

/// Times each import in a process of its own: children of one that has imported nothing but what timing takes.
const IMPORTS: &str = include_str!("drive/imports.py");

/// What is needed to run both sides of a harness that is there already.
pub struct Sides {
    /// Starts `bulk.py` on the original and on the module; the judge adds its arguments.
    pub programs: [Command; 2],
    /// Runs a text in the interpreter as both sides do, and may write the text compiled for either.
    pub interpreter: Command,
    /// Folders for `sys.path` of each side.
    pub paths: [Vec<PathBuf>; 2],
    /// Modules that the facade of each side imports.
    pub imports: [Vec<String>; 2],
    /// Where compiled text of each side is kept.
    pub bytecode: [PathBuf; 2],
    /// Where the times go.
    pub times: Arc<dyn Folder>,
}

/// Milliseconds to import each side.
#[derive(Deserialize)]
struct Times {
    original: f64,
    module: f64,
}

impl Bulk for Sides {
    fn build(&self, host: &dyn Host) -> Result<Built, Stop> {
        Ok(Built {
            programs: Some(self.programs.clone()),
            sparing: true,
            import_ms: self.import_ms(host)?,
            ..Built::default()
        })
    }
}

impl Sides {
    /// The least of several imports of each side; none where one of them fails.
    fn import_ms(&self, host: &dyn Host) -> Result<Option<[f64; 2]>, Stop> {
        let side = |at: usize| json!({"path": self.paths[at], "modules": self.imports[at], "bytecode": self.bytecode[at]});
        let request = json!({"original": side(0), "module": side(1)}).to_string();
        let times = self.times.write("imports.json", b"")?;
        let mut command = self
            .interpreter
            .clone()
            .arg("-c")
            .arg(IMPORTS)
            .arg(request)
            .arg(times);
        command.writable.push(self.times.path().to_path_buf());
        host.run(&command)?;
        let times = serde_json::from_slice::<Times>(&self.times.read("imports.json")?).ok();
        Ok(times.map(|times| [times.original, times.module]))
    }
}

#[cfg(test)]
mod tests;
