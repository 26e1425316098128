//! Builds one driver against both subjects.
//!
//! One cargo workspace in a work folder holds the probed packages of the original, the probed module once for each
//! edition, the prelude, and two programs. The programs have the driver's text in common and differ in what `subject`
//! re-exports. The module's program does not depend on the original.
//!
//! Both sides are built alike: with overflow checks and debug assertions, so that arithmetic that wraps in one place and
//! panics in another is told apart, and lightly optimised.
//!
//! The compiler is asked until it is content: what it rejects in the driver is left out ([`crate::drive::text`]); a
//! function in which a probe broke the build loses its probes, stays listed, and so counts as not entered.

mod begun;
mod complaints;
mod workspace;

pub use begun::{Begun, Start};
pub use workspace::{editions, manifest as workspace_manifest, module_lib};

use std::collections::BTreeSet;
use std::sync::Arc;

use ripout_model::{
    Candidate, Command, Drive, Driver, Failure, Folder, Harness, Host, Kind, Made, Probe, Reason,
    ReasonCode, Stop, Subject,
};

use crate::{
    accounts::{self, Accounts, Asked},
    api, doc,
    drive::{self, Facade, Plan, seeds, text, text::Dropped, user, words},
    gate,
    original::RustOriginal,
};
use complaints::Complaint;
use workspace::{Texts, Workspace};

/// So often the compiler is asked at most.
const ROUNDS: usize = 14;

/// The only crates that use what is unstable: a `const fn` that does nothing at compile time.
pub const BOOTSTRAPPED: &str = "ripout_probe,ripout_mutant";

/// What the compiler complains of, as cargo passes it on.
pub fn complaints(stdout: &[u8]) -> Vec<String> {
    let all = complaints::read(stdout).into_iter();
    all.map(|complaint| complaint.text).collect()
}

/// A driver before the compiler has seen it, the texts and the accounts it was made of; or what the module lacks.
type Planned = Result<(Plan, Vec<String>, Arc<Accounts>), String>;

fn plan(original: &RustOriginal, candidate: &Candidate, host: &dyn Host) -> Result<Planned, Stop> {
    let accounts = match accounts::ask(original, candidate, host)? {
        Asked::Both(accounts) => accounts,
        Asked::ModuleFails(errors) => return Ok(Err(errors)),
    };
    let wanted = match gate::wanted(original, candidate, &accounts) {
        Ok(wanted) => wanted,
        Err(missing) => return Ok(Err(missing)),
    };
    let pairs = api::compare(&accounts.original, &accounts.module, &wanted).pairs;
    let named = wanted
        .into_iter()
        .map(|wanted| {
            let name = original
                .symbols
                .iter()
                .find(|symbol| {
                    let kind = gate::sort(symbol);
                    let found = accounts.original.find(&symbol.public_path, kind);
                    found.or_else(|| accounts.original.find(&symbol.definition_path, kind))
                        == Some(wanted.original)
                })
                .map(|symbol| symbol.name.clone())
                .or_else(|| {
                    let item = accounts.original.item(wanted.original)?;
                    Some(item.name().to_owned())
                })
                .unwrap_or_default();
            (wanted, name)
        })
        .collect::<Vec<_>>();
    let mut plan = drive::plan(&accounts.original, &accounts.module, &pairs, &named);
    let texts = texts(original);
    for symbol in &original.symbols {
        if symbol.kind == Kind::Macro {
            let facade = drive::Facade {
                name: symbol.name.clone(),
                original: symbol.public_path.clone(),
                module: format!(
                    "{}::{}::{}",
                    accounts::MODULE,
                    candidate.module.stem,
                    symbol.name
                ),
            };
            plan.add_macro(facade, &texts);
        }
    }
    if original
        .symbols
        .iter()
        .any(|symbol| symbol.kind == Kind::Macro)
    {
        let callable = plan.add_beside(&accounts.original, &accounts.module, &pairs);
        for symbol in &original.symbols {
            if symbol.kind == Kind::Macro {
                let package = &original.crates[0].lib_name;
                plan.add_programs(&symbol.name, package, &callable, &texts);
            }
        }
    }
    let types = |symbol: &crate::original::Symbol| {
        !matches!(symbol.kind, Kind::Macro | Kind::Function | Kind::Const)
    };
    if original.symbols.iter().any(types) {
        plan.add_documented(&original.crates[0].lib_name, &texts);
    }
    Ok(Ok((plan, texts, accounts)))
}

/// What the module offers of the original's public names, each at all paths that users know it by. `None` where it has not
/// what it needs.
pub fn facade(
    original: &RustOriginal,
    candidate: &Candidate,
    host: &dyn Host,
) -> Result<Option<Vec<Facade>>, Stop> {
    let Ok((plan, _, accounts)) = plan(original, candidate, host)? else {
        return Ok(None);
    };
    let known: Vec<_> = doc::all_public_paths(&accounts.original)
        .into_values()
        .collect();
    let mut all = plan.facade.clone();
    for facade in &plan.facade {
        let same = known
            .iter()
            .filter(|paths| paths.contains(&facade.original));
        for path in same.flatten().filter(|path| **path != facade.original) {
            all.push(Facade {
                original: path.clone(),
                ..facade.clone()
            });
        }
    }
    Ok(Some(all))
}

/// Builds a harness.
pub fn harness(
    original: &RustOriginal,
    candidate: &Candidate,
    drive: Drive<'_>,
    host: &dyn Host,
) -> Result<Made, Stop> {
    let (plan, texts, _) = match plan(original, candidate, host)? {
        Ok(planned) => planned,
        Err(missing) => return Ok(Made::Unviable(missing)),
    };
    let callers = original.settings.callers.iter();
    let callers: Vec<String> = callers
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let words = words::read(&callers, &texts, &plan.names);
    let source = match (drive, &original.settings.driver) {
        (Drive::As(driver), _) => Source::Given(driver),
        (_, Some(path)) => {
            let users = std::fs::read_to_string(path).map_err(|error| {
                Failure::new(
                    "driver_not_readable",
                    format!("read {}: {error}", path.display()),
                )
            })?;
            Source::User(users)
        }
        (_, None) => Source::Plan(&plan),
    };
    let start = match original.begun.take() {
        Some(start) => start,
        None => Start {
            folder: Arc::from(host.folder("harness")?),
            originals: None,
        },
    };
    let mut build = Build {
        original,
        candidate,
        host,
        source,
        plan: &plan,
        words: &words,
        dropped: Dropped::new(),
        texts: Texts::new(original, candidate, start.originals),
        folder: start.folder,
        last: String::new(),
    };
    build.run()
}

enum Source<'a> {
    User(String),
    /// One that was made for another module.
    Given(&'a Driver),
    Plan(&'a Plan),
}

struct Build<'a> {
    original: &'a RustOriginal,
    candidate: &'a Candidate,
    host: &'a dyn Host,
    source: Source<'a>,
    plan: &'a Plan,
    words: &'a words::Words,
    dropped: Dropped,
    texts: Texts<'a>,
    folder: Arc<dyn Folder>,
    /// What the compiler said of the last piece that was left out.
    last: String,
}

impl Build<'_> {
    fn run(&mut self) -> Result<Made, Stop> {
        let folder = self.folder.clone();
        self.texts.open(&self.plan.facade);
        let workspace = Workspace::write(
            self.original,
            self.candidate,
            self.plan,
            &self.texts,
            &*folder,
        )?;
        for round in 0..ROUNDS {
            self.host.check()?;
            self.host.say("build the harness", round as u64, None);
            let rendered = self.render();
            if rendered.operations.is_empty() && matches!(self.source, Source::Plan(_)) {
                return Err(Stop::Inconclusive(self.no_driver()));
            }
            folder.write("driver.rs", rendered.text.as_bytes())?;
            self.texts.write(&*folder)?;
            let command = workspace::build(&*folder)
                .args(["--keep-going", "--message-format", "json"])
                .args(["-p", "original-driver", "-p", "module-driver"]);
            let answer = self.host.run(&command)?;
            if answer.ok() {
                return Ok(Made::Ready(Box::new(
                    self.ready(&workspace, &rendered, folder)?,
                )));
            }
            let complaints = complaints::read(&answer.stdout);
            let changed = self.heed(&complaints, &rendered);
            if let Some(ending) = changed {
                return ending;
            }
            if complaints.is_empty() {
                return Err(Failure::new(
                    "harness_does_not_build",
                    format!(
                        "cargo build failed: {}",
                        accounts::shortened(&answer.errors())
                    ),
                )
                .into());
            }
        }
        Err(Stop::Inconclusive(self.no_driver()))
    }

    fn render(&self) -> text::Rendered {
        match &self.source {
            Source::User(users) => text::Rendered {
                text: user::render(users, self.words),
                ..text::Rendered::default()
            },
            Source::Given(driver) => text::Rendered {
                text: driver.text.clone(),
                ..text::Rendered::default()
            },
            Source::Plan(plan) => text::render(
                &plan.functions,
                &plan.own,
                &self.dropped,
                &self.words.render(),
            ),
        }
    }

    /// Leaves out what the compiler complains of; an ending where that is not possible.
    fn heed(
        &mut self,
        complaints: &[Complaint],
        rendered: &text::Rendered,
    ) -> Option<Result<Made, Stop>> {
        let mut heeded = false;
        let mut other: Option<&Complaint> = None;
        for complaint in complaints {
            if complaint.package == "module-driver" {
                continue;
            }
            let lines: Vec<u32> = complaint.lines("driver.rs");
            let pieces: BTreeSet<_> = lines
                .iter()
                .filter_map(|line| rendered.pieces.get(*line as usize - 1).cloned().flatten())
                .collect();
            if !pieces.is_empty() {
                self.last = complaint.text.clone();
                self.dropped.extend(pieces);
                heeded = true;
            } else if self.texts.blame(complaint) {
                heeded = true;
            } else {
                other.get_or_insert(complaint);
            }
        }
        if heeded {
            return None;
        }
        if let Some(complaint) = other {
            if complaint.package.starts_with("module-") {
                return Some(Ok(Made::Unviable(complaint.text.clone())));
            }
            let what = if matches!(self.source, Source::User(_))
                && complaint.package == "original-driver"
            {
                (
                    "driver_does_not_build",
                    "the driver does not build against the original",
                )
            } else {
                (
                    "harness_does_not_build",
                    "the original does not build with probes",
                )
            };
            return Some(Err(Failure::new(
                what.0,
                format!("{}: {}", what.1, complaint.text),
            )
            .into()));
        }
        // The original's side is content: what is left is the module's alone. The gate has compared the API; what it let
        // pass as a remark may still be missed by operations on what the symbols merely reach.
        let own =
            |name: &str| self.plan.own.contains(name) || !matches!(self.source, Source::Plan(_));
        let reached: BTreeSet<_> = complaints
            .iter()
            .flat_map(|complaint| complaint.lines("driver.rs"))
            .filter_map(|line| rendered.pieces.get(line as usize - 1).cloned().flatten())
            .filter(|(name, _)| !own(name))
            .collect();
        if !reached.is_empty() {
            self.dropped.extend(reached);
            return None;
        }
        complaints
            .iter()
            .find(|complaint| complaint.package == "module-driver")
            .map(|complaint| {
                Ok(Made::Unviable(format!(
                    "the driver builds against the original and not against the module: {}",
                    complaint.text
                )))
            })
    }

    fn no_driver(&self) -> Reason {
        let mut text = format!(
            "no driver can be made for {}",
            self.original.names.join(", ")
        );
        for obstacle in self.plan.obstacles.iter().take(3) {
            text.push_str("; ");
            text.push_str(obstacle);
        }
        if self.plan.obstacles.is_empty() && !self.last.is_empty() {
            let first = self.last.lines().next().unwrap_or_default();
            text.push_str(&format!("; the compiler rejects what was tried: {first}"));
        }
        Reason::new(ReasonCode::NoDriver, text).help(
            "write one: `--driver FILE` takes Rust text with `pub fn drive(input: &mut Input, log: &mut Log)`, \
             which reads values from `input`, calls `subject::…` and writes what it sees to `log`",
        )
    }

    fn ready(
        &self,
        workspace: &Workspace,
        rendered: &text::Rendered,
        folder: Arc<dyn Folder>,
    ) -> Result<Harness, Stop> {
        let (seeds, exhaustive, origin) = match &self.source {
            Source::User(_) => (user::seeds(self.words), None, "user"),
            Source::Given(driver) => (
                driver.seeds.clone(),
                driver.exhaustive.clone(),
                driver.origin.as_str(),
            ),
            Source::Plan(plan) => (
                seeds::seeds(plan, rendered, self.words),
                seeds::exhaustive(plan, rendered),
                "signatures",
            ),
        };
        let subject = |program: &str, probes: Vec<Probe>| {
            let path = folder.path().join("target/debug").join(program);
            Subject {
                command: Command::new(path, folder.path()),
                again: None,
                probes,
            }
        };
        let planter = self.texts.planter(workspace, &folder);
        let bulk = self.texts.bulk(
            &planter.text,
            &rendered.text,
            Arc::from(self.host.folder("bulk")?),
        )?;
        Ok(Harness {
            original: subject("original-driver", self.texts.original_probes()),
            module: subject("module-driver", self.texts.module_probes()),
            driver: Driver {
                about: workspace.header.clone(),
                text: rendered.text.clone(),
                inside: false,
                origin: origin.into(),
                seeds,
                dictionary: seeds::dictionary(self.words),
                exhaustive,
            },
            mutants: Some(Box::new(planter)),
            bulk: Some(Box::new(bulk)),
            leaves_out: None,
            folders: vec![folder],
        })
    }
}

/// Where literals are looked for: the package's text, its tests and what it says of itself.
fn texts(original: &RustOriginal) -> Vec<String> {
    let package = &original.packages[0];
    let mut files: Vec<String> = package.files.clone();
    for folder in ["tests", "examples", "benches"] {
        let entries = std::fs::read_dir(package.root.join(folder));
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".rs") {
                files.push(format!("{folder}/{name}"));
            }
        }
    }
    files.push("README.md".into());
    files.sort();
    files
        .iter()
        .filter_map(|file| package.read(file).ok())
        .filter(|bytes| bytes.len() < 1 << 20)
        .filter_map(|bytes| String::from_utf8(bytes).ok())
        .collect()
}
