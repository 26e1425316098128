//! Plants faults in the functions of a module: `drive/mutants.py` swaps their code in process, so that no mutant costs a
//! start of the interpreter. What runs once, at import, is not mutated. Where the interpreter makes the same code of the
//! changed text, line tables aside, nothing can tell the two apart: such a mutant is equivalent and needs no input.

use std::sync::Arc;

use ripout_model::{Command, Failure, Folder, Host, Mutant, Mutants, Plant, Stop, Subject, Taken};
use serde::Deserialize;

/// What is needed to list and run the mutants of a module whose harness is there already.
pub struct Planter {
    /// Starts `mutants.py`; the side's file and what it is to do follow.
    pub command: Command,
    /// The side's file.
    pub side: String,
    /// Where the list goes.
    pub lists: Arc<dyn Folder>,
    /// The module's file.
    pub file: String,
    /// The module's definitions.
    pub definitions: Vec<Taken>,
}

#[derive(Deserialize)]
struct List {
    mutants: Vec<Listed>,
    not_mutated: Vec<(u32, String)>,
}

#[derive(Deserialize)]
struct Listed {
    operator: String,
    line: u32,
    from: String,
    to: String,
}

impl Plant for Planter {
    fn plant(&self, host: &dyn Host) -> Result<Mutants, Stop> {
        let list = self.lists.write("mutants.list.json", b"")?;
        let mut command = self.command.clone().arg(&self.side).arg(list);
        command.writable.push(self.lists.path().to_path_buf());
        let answer = host.run(&command)?;
        let list: List =
            serde_json::from_slice(&self.lists.read("mutants.list.json")?).map_err(|_| {
                let errors = answer.errors();
                let last = errors
                    .trim()
                    .lines()
                    .last()
                    .unwrap_or("no word of why")
                    .to_owned();
                Failure::new(
                    "mutants",
                    format!("planting faults in {} failed: {last}", self.file),
                )
            })?;
        let planted = list
            .mutants
            .into_iter()
            .zip(0..)
            .map(|(listed, number)| Mutant {
                number,
                definition: Taken::around(&self.definitions, &self.file, listed.line)
                    .map(|taken| taken.definition.clone()),
                line: listed.line,
                operator: listed.operator,
                from: listed.from,
                to: listed.to,
            });
        Ok(Mutants {
            subject: Subject {
                command: self.command.clone().arg(&self.side),
                again: None,
                probes: Vec::new(),
            },
            planted: planted.collect(),
            unviable: Vec::new(),
            not_mutated: list.not_mutated,
            failed: None,
        })
    }
}
