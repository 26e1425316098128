//! The project's own tests, run in a copy of it by pytest, else by unittest, with all that its interpreter has installed.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use ripout_model::{
    Answer, Command, Dependency, Exit, Failure, Folder, Host, Settings, Stop, Suite,
};

use crate::{
    manifest::interpreter,
    survey::manifests::{self, Manifests},
};

/// Keeps the project from importing the dependency.
const WITHOUT: &str = concat!(
    include_str!("suite/without.py"),
    include_str!("suite/onward.py")
);

/// Writes down what the dependency is called with.
const RECORDING: &str = concat!(
    include_str!("suite/recording.py"),
    include_str!("suite/onward.py")
);

/// Where that is written.
const CALLS: &str = "calls.txt";

/// So long a project's tests may take.
const WALL: Duration = Duration::from_secs(20 * 60);

/// So much of the end of its output is told.
const TOLD: usize = 4000;

/// How many tests came to what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    skipped: u64,
}

/// Runs them. `without`: no file of the project can import the dependency.
pub fn suite(
    copy: &Path,
    dependency: &Dependency,
    without: bool,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Suite, Stop> {
    let own = canonical(copy)?;
    let first = without.then(|| keeper(&own, dependency));
    let work = host.folder("suite")?;
    tests(&own, first.as_deref(), &*work, settings, host)
}

/// What the project's tests call symbols of a dependency with: a text that makes these calls. They are run once more for it;
/// values that can't be written down make no call.
pub fn calls(
    copy: &Path,
    symbols: &[String],
    settings: &Settings,
    host: &dyn Host,
) -> Result<String, Stop> {
    let own = canonical(copy)?;
    let work = host.folder("suite")?;
    let folder = serde_json::json!(work.path().to_string_lossy());
    let names = serde_json::json!(symbols);
    let first = format!("SYMBOLS = {names}\nFOLDER = {folder}\n{RECORDING}");
    tests(&own, Some(&first), &*work, settings, host)?;
    let calls = work.read(CALLS).unwrap_or_default();
    let calls = String::from_utf8_lossy(&calls);
    let mut lines: Vec<&str> = calls.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    let homes = symbols.iter().filter_map(|symbol| symbol.rsplit_once('.'));
    let homes: BTreeSet<&str> = homes.map(|(home, _)| home).collect();
    let imports = homes.iter().map(|home| format!("import {home}\n"));
    let calls = lines.iter().map(|line| format!("{line}\n"));
    Ok(match lines.is_empty() {
        true => String::new(),
        false => imports.chain(calls).collect(),
    })
}

fn canonical(copy: &Path) -> Result<PathBuf, Failure> {
    copy.canonicalize()
        .map_err(|error| Failure::new("host", format!("read {}: {error}", copy.display())))
}

/// Runs the tests. `first` is read by each interpreter before anything else.
fn tests(
    own: &Path,
    first: Option<&str>,
    work: &dyn Folder,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Suite, Stop> {
    let program = interpreter::ask(&settled(own, settings), host)?.program;
    let mut path: Vec<PathBuf> = Vec::new();
    if let Some(first) = first {
        work.write("first/sitecustomize.py", first.as_bytes())?;
        path.push(work.path().join("first"));
    }
    let roots = match manifests::read(own) {
        Some(manifests) => roots(own, &manifests),
        None => Vec::new(),
    };
    path.extend(roots.iter().map(|root| own.join(root)));
    let run = Run {
        program,
        own,
        work,
        path: std::env::join_paths(&path)
            .map_err(|error| Failure::new("host", format!("{}: {error}", own.display())))?,
        word: spelt(settings, &roots),
        host,
    };
    if run.has_pytest()? {
        run.pytest()
    } else {
        run.unittest()
    }
}

/// The settings with the interpreter of the project's own environment, where the user chose none.
pub fn settled(folder: &Path, settings: &Settings) -> Settings {
    Settings {
        python: settings.python.clone().or_else(|| environment(folder)),
        ..settings.clone()
    }
}

/// The interpreter of an environment that lies in the project.
fn environment(own: &Path) -> Option<PathBuf> {
    [".venv", "venv"]
        .iter()
        .filter(|name| own.join(name).join("pyvenv.cfg").is_file())
        .flat_map(|name| ["bin/python", "Scripts/python.exe"].map(|file| own.join(name).join(file)))
        .find(|program| program.is_file())
}

/// The text of the file that keeps the project from the dependency.
fn keeper(own: &Path, dependency: &Dependency) -> String {
    let own = serde_json::json!(own.to_string_lossy());
    let names = serde_json::json!(dependency.called);
    format!("OWN = {own}\nNAMES = {names}\n{WITHOUT}")
}

/// Folders that the project's packages are imported from, relative to it, without those that hold none.
fn roots(own: &Path, manifests: &Manifests) -> Vec<String> {
    let mut roots: Vec<String> = Vec::new();
    for root in manifests.members.iter().flat_map(|member| &member.roots) {
        let place = own.join(root);
        let holds = std::fs::read_dir(&place)
            .into_iter()
            .flatten()
            .flatten()
            .any(|entry| {
                let path = entry.path();
                path.join("__init__.py").is_file()
                    || path.extension().is_some_and(|ending| ending == "py")
                    || path.join("py.typed").is_file()
            });
        let package = !root.is_empty() && place.join("__init__.py").is_file();
        if (holds || root == "src/") && !package && !roots.contains(root) {
            roots.push(root.clone());
        }
    }
    roots
}

/// The start of the command as a person would type it.
fn spelt(settings: &Settings, roots: &[String]) -> String {
    // Where an interpreter lies on this machine is nobody else's concern.
    let chosen = settings.python.as_ref().and_then(|path| path.file_name());
    let python = chosen.map_or("python3".into(), |name| name.to_string_lossy());
    let below: Vec<&str> = roots
        .iter()
        .map(|root| root.trim_end_matches('/'))
        .filter(|root| !root.is_empty())
        .collect();
    if below.is_empty() {
        python.into_owned()
    } else {
        format!("PYTHONPATH={} {python}", below.join(":"))
    }
}

struct Run<'r> {
    program: PathBuf,
    own: &'r Path,
    work: &'r dyn Folder,
    path: OsString,
    word: String,
    host: &'r dyn Host,
}

impl Run<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program, self.own)
            .env("PYTHONPATH", &self.path)
            .wall(WALL);
        // Its home is apart from the project, so that no test takes what lies there for the project's.
        command.writable = vec![self.work.path().to_path_buf(), self.own.to_path_buf()];
        command
    }

    fn has_pytest(&self) -> Result<bool, Stop> {
        let command = Command::new(&self.program, self.work.path())
            .args(["-c", "import pytest"])
            .wall(Duration::from_secs(120));
        Ok(self.host.run(&command)?.ok())
    }

    fn pytest(&self) -> Result<Suite, Stop> {
        let first = self.pytest_with(&[])?;
        // Options of a plugin that is not installed: measuring coverage is no test.
        if first.failed == 0 && first.passed == 0 && first.told.contains("unrecognized arguments") {
            return self.pytest_with(&["-o", "addopts="]);
        }
        Ok(first)
    }

    fn pytest_with(&self, more: &[&str]) -> Result<Suite, Stop> {
        let report = self.work.path().join("report.xml");
        let words: Vec<&str> = ["-m", "pytest", "-q"].iter().chain(more).copied().collect();
        let command = self
            .command()
            .args(&words)
            .arg("--color=no")
            .arg(format!("--junitxml={}", report.display()));
        self.host.say("running the project's tests", 0, None);
        let answer = self.host.run(&command)?;
        let report = self.work.read("report.xml").unwrap_or_default();
        let counts =
            reported(&String::from_utf8_lossy(&report)).unwrap_or_else(|| summary(&answer.text()));
        Ok(self.suite(&words, &answer, counts))
    }

    fn unittest(&self) -> Result<Suite, Stop> {
        let mut words = vec!["-m", "unittest", "discover"];
        // Without an `__init__.py` a folder is no package that discovery would go into.
        let folder = ["tests", "test"].into_iter().find(|name| {
            self.own.join(name).is_dir() && !self.own.join(name).join("__init__.py").is_file()
        });
        words.extend(folder.iter().flat_map(|name| ["-s", name]));
        let command = self.command().args(&words);
        self.host.say("running the project's tests", 0, None);
        let answer = self.host.run(&command)?;
        let mut suite = self.suite(&words, &answer, ran(&answer.errors()));
        if suite.passed + suite.failed == 0 {
            suite.told = format!(
                "pytest can't be imported by `{}`, and unittest finds no test\n{}",
                self.program.display(),
                suite.told
            );
        }
        Ok(suite)
    }

    fn suite(&self, words: &[&str], answer: &Answer, counts: Counts) -> Suite {
        let none = counts.passed + counts.failed == 0;
        let ok = answer.ok() && !none && counts.failed == 0;
        let mut told = String::new();
        if !ok {
            match answer.exit {
                Exit::TimedOut => {
                    told = format!(
                        "the tests did not end within {} minutes\n",
                        WALL.as_secs() / 60
                    );
                }
                _ if answer.ok() && none => told = "no test ran\n".to_owned(),
                _ => {}
            }
            told.push_str(&end(&answer.text(), &answer.errors()));
        }
        let quoted = words.iter().map(|word| {
            if word.ends_with('=') {
                format!("\"{word}\"")
            } else {
                (*word).to_owned()
            }
        });
        Suite {
            command: format!("{} {}", self.word, quoted.collect::<Vec<_>>().join(" ")),
            passed: counts.passed,
            failed: counts.failed,
            skipped: counts.skipped,
            ok,
            // Both runners end with 5 where they find nothing; unittest did so with 0 before Python 3.12.
            empty: none && counts.skipped == 0 && matches!(answer.exit, Exit::Code(0 | 5)),
            told,
        }
    }
}

/// The end of what was printed, whole lines.
fn end(out: &str, errors: &str) -> String {
    let last = |text: &str, most: usize| {
        let text = text.trim_end();
        let mut from = text.len().saturating_sub(most);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let cut = &text[from..];
        match cut.split_once('\n') {
            Some((_, rest)) if from > 0 => rest.to_owned(),
            _ => cut.to_owned(),
        }
    };
    let (out, errors) = (last(out, TOLD), last(errors, TOLD));
    match (out.is_empty(), errors.is_empty()) {
        (_, true) => out,
        (true, _) => errors,
        _ => format!("{out}\n{errors}"),
    }
}

/// Counts of pytest's report in XML.
fn reported(report: &str) -> Option<Counts> {
    let (_, head) = report.split_once("<testsuite ")?;
    let (head, _) = head.split_once('>')?;
    let number = |name: &str| -> Option<u64> {
        let (_, value) = head.split_once(&format!(" {name}=\""))?;
        value.split('"').next()?.parse().ok()
    };
    let failed = number("failures")? + number("errors")?;
    let skipped = number("skipped")?;
    Some(Counts {
        passed: number("tests")?.saturating_sub(failed + skipped),
        failed,
        skipped,
    })
}

/// Counts of pytest's last line: `3 passed, 1 skipped in 0.12s`.
fn summary(out: &str) -> Counts {
    let mut counts = Counts::default();
    let Some(line) = out.lines().rev().find(|line| line.contains(" in ")) else {
        return counts;
    };
    let words: Vec<&str> = line
        .split([' ', ',', '='])
        .filter(|word| !word.is_empty())
        .collect();
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<u64>() else {
            continue;
        };
        match pair[1] {
            "passed" | "xpassed" => counts.passed += number,
            "failed" | "error" | "errors" => counts.failed += number,
            "skipped" | "xfailed" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

/// Counts of unittest's last lines: `Ran 3 tests in 0.1s` and `FAILED (failures=1, skipped=1)`.
fn ran(errors: &str) -> Counts {
    let mut counts = Counts::default();
    let all = errors.lines().rev().find_map(|line| {
        let rest = line.strip_prefix("Ran ")?;
        rest.split(' ').next()?.parse::<u64>().ok()
    });
    let Some(all) = all else { return counts };
    let last = errors.lines().rev().find(|line| {
        line.starts_with("OK") || line.starts_with("FAILED") || line.starts_with("NO TESTS")
    });
    let inner = last
        .and_then(|line| line.split_once('('))
        .map_or("", |(_, rest)| rest);
    for part in inner.trim_end_matches(')').split(", ") {
        let Some((word, number)) = part.split_once('=') else {
            continue;
        };
        let number = number.parse::<u64>().unwrap_or(0);
        match word {
            "skipped" | "expected failures" => counts.skipped += number,
            _ => counts.failed += number,
        }
    }
    counts.passed = all.saturating_sub(counts.failed + counts.skipped);
    counts
}

#[cfg(test)]
mod tests;
