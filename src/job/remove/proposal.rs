//! What is proposed to a project: the module in the dependency's place, in a copy whose tests run again, and the patch.

use std::path::Path;

use ripout_model::{
    Candidate, Change, Changes, Dependency, DependencyKind, Fitting, Host, Kept, Language, Leaving,
    ModuleFile, Note, Package, Stop, Suite, Survey, Taken,
};

use super::Removing;
use crate::{
    evidence::{
        Contents, Report,
        compatible::Weighed,
        header, ledger,
        report::{Removal, SuiteReport, TestCount, TestNames},
    },
    job::{Request, Standing, licences},
    patch,
    survey::{Ranked, same_package},
};

/// All that a proposal is made of.
pub struct Proposal<'a> {
    pub removing: &'a Removing,
    pub language: &'static dyn Language,
    pub root: &'a Path,
    pub survey: &'a Survey,
    pub dependency: &'a Dependency,
    pub ranked: &'a Ranked,
    pub fitting: &'a Fitting,
    pub request: &'a Request,
    pub before: &'a Suite,
    pub host: &'a dyn Host,
}

impl Proposal<'_> {
    /// Puts patch and pull request into a result. The changes come back if the project's tests pass with them.
    pub fn make(
        &self,
        report: &mut Report,
        standing: &Standing<'_>,
        contents: &mut Contents,
    ) -> Result<Option<Changes>, Stop> {
        let Standing {
            candidate,
            closure,
            packages,
            written_by,
        } = *standing;
        let placed = self.language.placed(&candidate.module);
        let placed = placed.map(|(module, why)| {
            let note = (&Note::new("placed", why)).into();
            if !report.notes.contains(&note) {
                report.notes.push(note);
            }
            Candidate {
                module,
                ..candidate.clone()
            }
        });
        let candidate = placed.as_ref().unwrap_or(candidate);
        let settings = &self.removing.settings;
        let keeps = self.kept(&candidate.dependencies);
        let leaving = Leaving {
            folder: self.root,
            survey: self.survey,
            dependency: self.dependency,
            fitting: self.fitting,
            module: &candidate.module,
            keeps: &keeps,
        };
        self.host.say("putting the module in its place", 0, None);
        let mut changes = self.language.replace(&leaving, settings, self.host)?;
        let weighed = self.licences(closure, packages);
        let mut licence_files = Vec::new();
        for licence in &contents.licences {
            licence_files.push(licence.path.clone());
            self.add(&mut changes, &licence.path, licence.bytes.clone());
        }
        let source = report_source(report);
        let command = header::command(&source, &self.request.symbols, &self.request.options);
        let mut known = ledger::Ledger::read(self.root)?;
        let module = changes.module.clone();
        let mut entry = ledger::Entry::new(report, candidate, closure, packages, &module, command);
        entry.written_by = written_by.map(str::to_owned);
        entry.accepted_licence.clone_from(&weighed.accepted);
        known.put(entry);
        self.add(&mut changes, ledger::FILE, known.text()?.into_bytes());

        // In a copy of its own: a lock file's tool may build a package, and what that does must not reach the tests.
        let copy = patch::copy::project(self.root, self.host)?;
        patch::copy::write(copy.path(), &changes.files)?;
        self.language
            .format(&leaving, copy.path(), &mut changes, self.host)?;
        let relocked = self
            .language
            .relock(&leaving, copy.path(), settings, self.host)?;
        drop(copy);
        for (file, now) in relocked.files {
            // A project that keeps no lock file goes on without.
            if self.root.join(&file).exists() {
                self.add(&mut changes, &file, now);
            }
        }
        for note in relocked.notes {
            if note.code == "left_to_do" {
                changes.notes.push(note);
            } else {
                report.notes.push((&note).into());
            }
        }
        let copy = patch::copy::project(self.root, self.host)?;
        patch::copy::write(copy.path(), &changes.files)?;
        let left = self.left_over(copy.path())?;
        let after = self
            .language
            .suite(copy.path(), self.dependency, true, settings, self.host)?;
        let after = none_lost(self.before, after);
        drop(copy);

        let (text, left_out) = patch::diff::patch(&changes.files);
        let mut left_to_do: Vec<String> =
            changes.notes.iter().map(|note| note.text.clone()).collect();
        if let Some(note) = report.notes.iter().find(|note| note.code == "one_platform") {
            left_to_do.push(format!(
                "decide whether this platform is enough: {}",
                note.text
            ));
        }
        left_to_do.extend(left);
        left_to_do.extend(
            left_out
                .iter()
                .map(|file| format!("{file} is no text, so the patch leaves it out")),
        );
        report.evidence.consumer_tests = Some(count(&after));
        report
            .notes
            .extend(self.fitting.notes.iter().map(Into::into));
        report.removal = Some(Removal {
            dependency: self.id(),
            module,
            written_by: written_by.map(str::to_owned),
            files: changes
                .files
                .iter()
                .map(|change| change.file.clone())
                .collect(),
            licences: licence_files,
            taken_under: weighed.taken_under,
            duties: weighed.duties,
            accepted_licences: weighed.accepted,
            goes: self.ranked.saving.goes.clone(),
            stays: self.ranked.saving.kept_by.clone(),
            lines: self.ranked.saving.lines,
            unchecked: self.ranked.saving.unchecked,
            before: self.before.into(),
            after: Some(SuiteReport::from(&after)),
            left_to_do,
            applied: false,
            undo: None,
        });
        let file = |path: &str, text: String| ModuleFile {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        };
        if !after.ok {
            contents.proposal = vec![file("attempts/removal.patch", text)];
            return Ok(None);
        }
        contents.proposal = vec![
            file("removal.patch", text),
            file("pull-request.md", patch::request::text(report)),
        ];
        Ok(Some(changes))
    }

    /// The licences of what was taken, held against the project's own.
    pub fn licences(&self, taken: &[Taken], packages: &[Package]) -> Weighed {
        licences::weigh(
            self.survey,
            self.dependency,
            packages,
            taken,
            &self.removing.accepted,
        )
    }

    /// What the module goes on using, as the project has it.
    fn kept(&self, names: &[String]) -> Vec<Kept> {
        let kept = |name: &String| {
            let mut locked = self.survey.locked.iter();
            let locked = locked.find(|locked| same_package(&locked.name, name));
            Kept {
                name: locked.map_or_else(|| name.clone(), |it| it.name.clone()),
                version: locked.map(|it| it.version.clone()),
            }
        };
        names.iter().map(kept).collect()
    }

    fn add(&self, changes: &mut Changes, file: &str, after: Vec<u8>) {
        let before = std::fs::read(self.root.join(file)).ok();
        let change = Change {
            file: file.to_owned(),
            before,
            after: Some(after),
        };
        patch::add(changes, change);
    }

    /// Uses that are still there.
    fn left_over(&self, copy: &Path) -> Result<Vec<String>, Stop> {
        let survey = self
            .language
            .survey(copy, &self.removing.settings, self.host)?;
        let still = survey.iter().flat_map(|survey| &survey.dependencies);
        Ok(still
            .filter(|dependency| same_package(&dependency.name, &self.dependency.name))
            .filter(|dependency| {
                // What goes on as a development dependency was said before.
                dependency
                    .declared
                    .iter()
                    .any(|declared| declared.kind != DependencyKind::Dev)
            })
            .flat_map(|dependency| &dependency.uses)
            .map(|used| {
                format!(
                    "{}:{}: `{}` is still used",
                    used.file, used.line, used.symbol
                )
            })
            .collect())
    }

    fn id(&self) -> String {
        let locked = self
            .dependency
            .locked
            .and_then(|at| self.survey.locked.get(at));
        match locked {
            Some(locked) => format!("{}@{}", locked.name, locked.version),
            None => self.dependency.name.clone(),
        }
    }
}

/// A run with fewer tests than before has lost some, and does not show that they pass.
pub fn none_lost(before: &Suite, mut after: Suite) -> Suite {
    if after.ok && after.passed < before.passed {
        after.ok = false;
        after.told = format!(
            "{} tests passed before, and only {} of them are run now",
            before.passed, after.passed
        );
    }
    after
}

fn report_source(report: &Report) -> ripout_model::Source {
    let source = &report.source;
    ripout_model::Source {
        kind: source.kind,
        name: source.name.clone(),
        version: source.version.clone(),
        rev: source.rev.clone(),
        licence: source.licence.clone(),
    }
}

fn count(suite: &Suite) -> TestCount {
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    TestCount {
        run: number(suite.passed + suite.failed),
        passed: number(suite.passed),
        skipped: number(suite.skipped),
        names: TestNames::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suite(passed: u64, ok: bool) -> Suite {
        Suite {
            command: "cargo test".into(),
            passed,
            failed: 0,
            skipped: 0,
            ok,
            empty: false,
            told: String::new(),
        }
    }

    #[test]
    fn tests_that_are_no_longer_run_do_not_pass() {
        assert!(none_lost(&suite(3, true), suite(3, true)).ok);
        assert!(none_lost(&suite(3, true), suite(4, true)).ok);
        let lost = none_lost(&suite(3, true), suite(2, true));
        assert!(!lost.ok && lost.told.starts_with("3 tests passed before"));
        assert!(!none_lost(&suite(3, true), suite(9, false)).ok);
    }
}
