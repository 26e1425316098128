//! The original's own tests, run against a candidate: `collect.py` rewrites those that have to do with what was taken to
//! the subject's names and runs them on the original, `tests.py` runs those that pass there on the module.

use std::{collections::BTreeMap, time::Duration};

use ripout_model::{Command, Folder, Harness, Host, Stop, Test, TestOutcome};
use serde::Deserialize;

use crate::{harness::python, original::PythonOriginal};

/// What a side told of one test.
#[derive(Deserialize)]
struct Told {
    name: String,
    outcome: String,
    text: String,
    reached: bool,
}

/// Runs them; none where there are none.
pub fn tests(
    original: &PythonOriginal,
    harness: &Harness,
    host: &dyn Host,
) -> Result<Option<Vec<Test>>, Stop> {
    // The harness holds these in this order.
    let [at, plans, home, ..] = harness.folders.as_slice() else {
        return Ok(None);
    };
    let work = host.folder("tests")?;
    let runs = Runs {
        original,
        at: &**at,
        home: &**home,
        work: &*work,
        host,
    };
    let request = plans.path().join("request.json");
    let skipped = work.write("skipped.json", b"[]")?;
    let command = runs
        .command(Side::Original, &["run", "plan", "tests", "collect"])
        .arg(work.path().join("tests.bin"))
        .arg(work.write("outcomes", b"")?)
        .args([request, skipped]);
    let first = runs.told(&command)?;
    let mut outcomes = BTreeMap::new();
    for (name, why) in serde_json::from_slice::<Vec<(String, String)>>(&work.read("skipped.json")?)
        .unwrap_or_default()
    {
        outcomes.insert(name, TestOutcome::Skipped(why));
    }
    let mut passing = Vec::new();
    for told in first {
        if told.outcome == "passed" && told.reached {
            passing.push(told.name);
        } else if told.outcome == "skipped" {
            outcomes.insert(told.name, TestOutcome::Skipped(told.text));
        } else if told.outcome != "passed" {
            let why = format!(
                "does not pass on the original as it is run here: {}",
                told.text
            );
            outcomes.insert(told.name, TestOutcome::Skipped(why));
        }
    }
    let module = runs.only(Side::Module, &passing)?;
    let mut doubtful: Vec<String> = Vec::new();
    for name in &passing {
        match module.get(name) {
            Some(told) if told.outcome == "passed" => {
                outcomes.insert(name.clone(), TestOutcome::Passed);
            }
            Some(told) if told.outcome == "skipped" => {
                outcomes.insert(name.clone(), TestOutcome::Skipped(told.text.clone()));
            }
            _ => doubtful.push(name.clone()),
        }
    }
    for (name, outcome) in runs.again(&doubtful)? {
        outcomes.insert(name, outcome);
    }
    let tests: Vec<Test> = outcomes
        .into_iter()
        .map(|(name, outcome)| Test { name, outcome })
        .collect();
    Ok((!tests.is_empty()).then_some(tests))
}

/// A side of the harness.
#[derive(Clone, Copy)]
enum Side {
    Original,
    Module,
}

struct Runs<'a> {
    original: &'a PythonOriginal,
    at: &'a dyn Folder,
    home: &'a dyn Folder,
    work: &'a dyn Folder,
    host: &'a dyn Host,
}

impl Runs<'_> {
    /// Starts codes on one side.
    fn command(&self, side: Side, stems: &[&str]) -> Command {
        let bytecode = &self.original.bytecode;
        let (file, compiled) = match side {
            Side::Original => ("again.json", &bytecode.original),
            Side::Module => ("mutants.json", &bytecode.module),
        };
        let mut command = python(
            self.original,
            self.at.path(),
            self.home.path(),
            compiled.path(),
        )
        .args(bytecode.drivers.start(stems))
        .arg(file)
        .wall(Duration::from_secs(40));
        command.writable.push(self.work.path().to_path_buf());
        command
    }

    /// What a command wrote of each test.
    fn told(&self, command: &Command) -> Result<Vec<Told>, Stop> {
        self.host.run(command)?;
        let bytes = self.work.read("outcomes")?;
        Ok(String::from_utf8_lossy(&bytes)
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect())
    }

    /// Runs some of the tests in a process of their own.
    fn only(&self, side: Side, names: &[String]) -> Result<BTreeMap<String, Told>, Stop> {
        if names.is_empty() {
            return Ok(BTreeMap::new());
        }
        let list = serde_json::json!(names).to_string();
        let command = self
            .command(side, &["run", "tests"])
            .arg(self.work.path().join("tests.bin"))
            .arg(self.work.write("outcomes", b"")?)
            .arg(self.work.write("only.json", list.as_bytes())?);
        let told = self.told(&command)?;
        Ok(told
            .into_iter()
            .map(|told| (told.name.clone(), told))
            .collect())
    }

    /// Tests that did not pass on the module, each by itself on both sides: one has failed if it does so again, and passes
    /// again on the original.
    fn again(&self, doubtful: &[String]) -> Result<Vec<(String, TestOutcome)>, Stop> {
        let mut found = Vec::new();
        for name in doubtful {
            let alone = std::slice::from_ref(name);
            let module = self.only(Side::Module, alone)?;
            let told = module.get(name);
            let outcome = match told.map(|told| told.outcome.as_str()) {
                Some("passed") => {
                    TestOutcome::Skipped("passes on the module by itself only".into())
                }
                // Text of a test's own making may import the package by its name, which the module's side has not.
                Some("failed")
                    if told.is_some_and(|told| {
                        told.text.contains("ImportError") || told.text.contains("ModuleNotFound")
                    }) =>
                {
                    TestOutcome::Skipped("imports by name what only the original has".into())
                }
                Some("skipped") => TestOutcome::Skipped("has different ends on the module".into()),
                _ => {
                    let original = self.only(Side::Original, alone)?;
                    if original
                        .get(name)
                        .is_some_and(|told| told.outcome == "passed")
                    {
                        let said = told.map_or("the process ended", |told| told.text.as_str());
                        TestOutcome::Failed(said.to_owned())
                    } else {
                        TestOutcome::Skipped("does not always pass on the original".into())
                    }
                }
            };
            found.push((name.clone(), outcome));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
