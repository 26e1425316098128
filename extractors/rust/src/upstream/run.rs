//! Runs the tests on both sides, and tells what became of each.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use ripout_model::{Command, Exit, Folder, Host, Stop, Test, TestOutcome};

use super::{
    MODULE, ORIGINAL,
    build::Built,
    chunks::{Program, Stock},
    programs,
};

/// One test by itself is given so long.
const ALONE: Duration = Duration::from_secs(6);

/// One program is given so long.
const TOGETHER: Duration = Duration::from_secs(12);

/// Words of tests that look at where their text stands: a module's stands elsewhere.
const PLACES: [&str; 4] = [
    "type_name",
    "module_path",
    "type_name_of_val",
    "CARGO_MANIFEST_DIR",
];

/// What the tests of a program said, by their names in it; the empty name stands for all of them having been run.
type Results = BTreeMap<String, Said>;

/// What a test said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Passed,
    Failed(String),
    Ignored,
}

/// Runs what was built.
pub fn run(
    stock: &mut Stock,
    built: &Built,
    folder: &dyn Folder,
    host: &dyn Host,
    until: Instant,
) -> Result<(), Stop> {
    let mut said: BTreeMap<Program, [Results; 2]> = BTreeMap::new();
    let runner = Runner {
        folder,
        host,
        until,
        conditional: stock.conditional,
    };
    let total = built.len() as u64;
    for (number, (program, paths)) in (0..).zip(built) {
        host.say("run the original's own tests", number, Some(total));
        let side = |side: usize| runner.all(&paths[side], programs::package(program, side));
        said.insert(program.clone(), [side(ORIGINAL)?, side(MODULE)?]);
    }
    let mut outcomes = Vec::new();
    for (number, chunk) in stock
        .chunks
        .iter()
        .enumerate()
        .filter(|(_, chunk)| chunk.counted)
    {
        let Some(program) = &chunk.program else {
            continue;
        };
        for (piece, it) in chunk.pieces.iter().enumerate() {
            if !(it.test || it.call) || !stock.reaching.contains(&(number, piece)) {
                continue;
            }
            let gone = stock.gone(number, piece);
            let skip = |why: &str| Some(TestOutcome::Skipped(why.to_owned()));
            let outcome = if let Some(why) = gone {
                skip(why)
            } else if it.call {
                None
            } else if let Some(why) = stock.lost.get(program) {
                skip(why)
            } else {
                let names = [0, 1].map(|side| format!("{}{}", chunk.prefix[side], it.path));
                let text = &chunk.text[it.range.clone()];
                runner.weigh(program, &said[program], &built[program], &names, text)?
            };
            outcomes.extend(outcome.map(|outcome| (number, piece, outcome)));
        }
        // Those that macros make have no piece, and are called alike on both sides.
        if let (Program::Outside(_), Some([original, _])) = (program, said.get(program)) {
            for name in original.keys().filter(|name| !name.is_empty()) {
                let known = chunk
                    .pieces
                    .iter()
                    .any(|piece| piece.test && piece.path == *name);
                if known || chunk.name == "documentation" {
                    continue;
                }
                let names = [name.clone(), name.clone()];
                let outcome = runner.weigh(
                    program,
                    &said[program],
                    &built[program],
                    &names,
                    &chunk.text,
                )?;
                stock.made.extend(outcome.map(|outcome| Test {
                    name: format!("{}::{name}", chunk.name),
                    outcome,
                }));
            }
        }
    }
    for (chunk, piece, outcome) in outcomes {
        stock.chunks[chunk].outcomes.insert(piece, outcome);
    }
    Ok(())
}

struct Runner<'a> {
    folder: &'a dyn Folder,
    host: &'a dyn Host,
    until: Instant,
    /// Whether the original's text depends on more than features where it is built with its unit tests.
    conditional: bool,
}

impl Runner<'_> {
    /// What became of one test, called `names` on the two sides.
    fn weigh(
        &self,
        program: &Program,
        said: &[Results; 2],
        paths: &[std::path::PathBuf; 2],
        names: &[String; 2],
        text: &str,
    ) -> Result<Option<TestOutcome>, Stop> {
        let skip = |why: &str| Ok(Some(TestOutcome::Skipped(why.to_owned())));
        match said[ORIGINAL].get(&names[ORIGINAL]) {
            Some(Said::Passed) => {}
            Some(Said::Ignored) => return skip("its author ignores it"),
            Some(Said::Failed(_)) => return skip("it does not pass on the original here"),
            None if said[ORIGINAL].contains_key("") => {
                return skip("it is not there with these features on this platform");
            }
            None if Instant::now() >= self.until => return skip("there was no time to run it"),
            None => return skip("it did not come to an end on the original"),
        }
        if said[MODULE].get(&names[MODULE]) == Some(&Said::Passed) {
            return Ok(Some(TestOutcome::Passed));
        }
        if text.contains("file!") || super::chunks::words(text).any(|word| PLACES.contains(&word)) {
            return skip("it looks at where its text stands");
        }
        if *program == Program::Units && self.conditional {
            return skip("the package is another one while its unit tests are built");
        }
        // By itself: twice on the original, twice on the module.
        let mut failed = None;
        for _ in 0..2 {
            if Instant::now() >= self.until {
                return skip("there was no time to run it again");
            }
            let side = |side: usize| {
                self.alone(&paths[side], programs::package(program, side), &names[side])
            };
            if side(ORIGINAL)? != Some(Said::Passed) {
                return skip("it does not always pass on the original");
            }
            match side(MODULE)? {
                Some(Said::Failed(what)) => failed = Some(what),
                Some(Said::Passed) => return skip("it does not always fail on the module"),
                Some(Said::Ignored) | None => {
                    return skip("it did not come to an end on the module");
                }
            }
        }
        Ok(failed.map(TestOutcome::Failed))
    }

    /// All tests of a program.
    fn all(&self, path: &Path, package: &str) -> Result<Results, Stop> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(BTreeMap::new());
        }
        let command = self.command(path, package).wall(left.min(TOGETHER));
        let answer = self.host.run(&command)?;
        Ok(read(&answer.text()))
    }

    /// One test; none where it did not end in time.
    fn alone(&self, path: &Path, package: &str, name: &str) -> Result<Option<Said>, Stop> {
        let command = self
            .command(path, package)
            .args(["--exact", name])
            .wall(ALONE);
        let answer = self.host.run(&command)?;
        if let Some(said) = read(&answer.text()).remove(name) {
            return Ok(Some(said));
        }
        Ok(match answer.exit {
            Exit::Signal(signal) => Some(Said::Failed(format!(
                "its process ended by signal {signal}"
            ))),
            _ => None,
        })
    }

    fn command(&self, path: &Path, package: &str) -> Command {
        let home = self.folder.path().join(package);
        Command::new(path, &home)
            .env("CARGO_MANIFEST_DIR", &home)
            .env("RUST_BACKTRACE", "0")
    }
}

/// What a harness of tests printed: a line for each test, and the words of those that failed.
fn read(text: &str) -> Results {
    let mut said = BTreeMap::new();
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    let mut speaker: Option<String> = None;
    for line in text.lines() {
        if let Some(name) = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            speaker = Some(plain(name));
        } else if line == "failures:" {
            speaker = None;
        } else if line.starts_with("test result: ") {
            speaker = None;
            said.insert(String::new(), Said::Passed);
        } else if let Some(name) = &speaker {
            let known = words.entry(name.clone()).or_default();
            if line.starts_with("note: run with `RUST_BACKTRACE") {
                continue;
            }
            known.push_str(&without_thread(line));
            known.push('\n');
        } else if let Some((name, how)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.rsplit_once(" ... "))
        {
            let how = match how {
                "ok" => Said::Passed,
                "FAILED" => Said::Failed(String::new()),
                how if how.starts_with("ignored") => Said::Ignored,
                _ => continue,
            };
            said.insert(plain(name), how);
        }
    }
    for (name, text) in words {
        if let Some(Said::Failed(known)) = said.get_mut(&name) {
            *known = text.trim().to_owned();
        }
    }
    said
}

/// `thread 'a' (17) panicked at …` without the number, which no two runs share.
fn without_thread(line: &str) -> String {
    let numbered = line
        .strip_prefix("thread '")
        .and_then(|rest| rest.split_once("' ("))
        .and_then(|(name, rest)| Some((name, rest.split_once(") panicked")?)));
    match numbered {
        Some((name, (number, rest))) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("thread '{name}' panicked{rest}")
        }
        _ => line.to_owned(),
    }
}

fn plain(name: &str) -> String {
    name.trim_end_matches(" - should panic").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_with_the_words_of_failures() {
        let text = "\nrunning 3 tests\ntest m::a ... ok\ntest b - should panic ... ok\ntest c ... FAILED\ntest d ... ignored, slow\n\nfailures:\n\n---- c stdout ----\n\nthread 'c' (17) panicked at x.rs:1:2:\nleft: 1\n\n\nfailures:\n    c\n\ntest result: FAILED. 2 passed\n";
        let said = read(text);
        assert_eq!(said["m::a"], Said::Passed);
        assert_eq!(said["b"], Said::Passed);
        assert_eq!(said["d"], Said::Ignored);
        assert_eq!(
            said["c"],
            Said::Failed("thread 'c' panicked at x.rs:1:2:\nleft: 1".into())
        );
    }
}
