//! What a capable model makes of a slice: modules that were written for rows of the corpus, recorded, and judged again.
//!
//! ```text
//! cargo test --release --test replies                    every row, some forty minutes
//! cargo test --release --test replies -- R01 P18.for     these rows
//! cargo test --release --test replies -- --sample 2      so many rows, drawn by a seed that is printed (`--seed N` draws them again)
//! cargo test --release --test replies -- --record R01    asks the recorded answers of these rows anew, under the briefs of now
//! ```
//!
//! How they were made: a coding agent read the slice that `ripout brief` prints for the row and wrote the first answer; after
//! each attempt it read why that was not good enough, and answered again, at most four times. It knew the judge's rules from
//! ripout's own source as well, and ran nothing of the original by itself. Each answer is kept as it was given, the wrong ones
//! too. The brief has been worded anew since, and the same answers were asked again under it.
//!
//! Those for one project were written by agents who had read the brief, the project, and what came of their earlier answers. They had
//! not read ripout's source, but for the answers of P01 and R19. `R02.for` holds the answer of `R02`. P01, P05, P18, R19, R23 and R32
//! were asked anew once definitions could be cut, up to seven times; who answered had the answers of before at hand, which are not
//! kept. The rows are those that were asked for everybody, and R23. Nine more were tried for a project before that, none with success,
//! and are not kept: R07, R22, R25, R27, P06, P13, P14, P21, P31. What stood in the way is nearly always one rule: text with a line
//! that no input reached has to stay as it is.
//!
//! A row as `R01` is written for everybody. One as `R01.for` is written for the project in `golden/replies/R01.for/project`,
//! with `ripout remove --specialize`: what that project can't reach may go, loudly, and its own tests pass before and after.
//!
//! Planted faults and inputs are tried for some time, and not for a number of them: on a machine with much else to do an
//! answer may come out `inconclusive` that is `equivalent` on a quiet one.
//!
//! `golden/replies/ROW/synth/round-N/` holds an answer and the SHA-256 of the brief that it answers, as `--replay` reads it;
//! the briefs themselves are not kept, as they quote the whole slice. What the answers quote is their authors', whose licences
//! lie in `LICENSES` beside them. `golden/replies/replies.toml` names what comes out. A brief that has changed since makes an
//! answer stale: nobody has given it to that brief. Then the test fails, and `--record` asks the answers anew.

mod corpus;
mod program;
mod project;
#[path = "synth/script.rs"]
mod script;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use corpus::{Job, ripout};
use script::script;

/// Who answered, for the record.
const BY: &str = "a coding agent";

#[derive(Deserialize, Serialize)]
struct Replies {
    row: Vec<Row>,
}

/// What comes of a row's answers.
#[derive(Deserialize, Serialize, Clone, PartialEq, Debug)]
struct Row {
    /// A row of the corpus, with `.for` behind it where the module is for a project.
    row: String,
    /// Of each answer in order.
    outcomes: Vec<String>,
    /// Lines of code of the slice.
    slice: u64,
    /// Lines of code of the module that stands in the end.
    module: u64,
}

/// What follows a row's name where the module is for a project.
const FOR: &str = ".for";

impl Row {
    /// The row of the corpus.
    fn of_corpus(&self) -> &str {
        self.row.strip_suffix(FOR).unwrap_or(&self.row)
    }

    fn is_for_a_project(&self) -> bool {
        self.row.ends_with(FOR)
    }

    fn ratio(&self) -> f64 {
        self.module as f64 / self.slice as f64
    }

    /// Whether a module of the answers stands in the slice's place.
    fn is_smaller(&self) -> bool {
        self.module < self.slice
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, String> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/replies");
    let list = golden.join("replies.toml");
    let text = fs::read_to_string(&list).map_err(|error| said(&list, error))?;
    let mut replies: Replies = toml::from_str(&text).map_err(|error| said(&list, error))?;
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let record = arguments.iter().any(|it| it == "--record");
    arguments.retain(|it| it != "--record");
    let rows = corpus::chosen(replies.row.clone(), arguments.into_iter(), |row, wanted| {
        row.row == wanted
    })?;
    let jobs = corpus::jobs()?;
    let temp = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (mut found, mut broken) = (Vec::new(), 0);
    println!("row     slice module ratio rounds first           end");
    for row in rows {
        let job = jobs.iter().find(|job| job.id == row.of_corpus());
        let task = Task {
            row: &row,
            job: job.ok_or_else(|| format!("no row {}", row.row))?,
            kept: golden.join(&row.row),
            work: temp.path().join(&row.row),
        };
        let now = match record {
            true => task.anew(),
            false => task.replayed(),
        };
        match now {
            Err(why) => {
                println!("{:<7} {why}", row.row);
                broken += 1;
            }
            Ok(now) => {
                println!("{}", told(&now));
                if record {
                    let known = replies.row.iter_mut().find(|it| it.row == now.row);
                    known.expect("it was chosen of these").clone_from(&now);
                } else if now != row {
                    println!("      {list} says {row:?}", list = list.display());
                    broken += 1;
                }
                found.push(now);
            }
        }
    }
    if record {
        let head: String = text
            .split_inclusive('\n')
            .take_while(|line| line.starts_with('#'))
            .collect();
        let rows = toml::to_string(&replies).map_err(|error| said(&list, error))?;
        fs::write(&list, format!("{head}\n{rows}")).map_err(|error| said(&list, error))?;
    }
    let (one, all): (Vec<Row>, Vec<Row>) = found.into_iter().partition(Row::is_for_a_project);
    summary("for everybody", &all);
    summary("for one project", &one);
    Ok(broken == 0)
}

fn said(path: &Path, error: impl std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

fn told(row: &Row) -> String {
    format!(
        "{:<7} {:>5} {:>6} {:>5.2} {:>6} {:<15} {}",
        row.row,
        row.slice,
        row.module,
        row.ratio(),
        row.outcomes.len(),
        row.outcomes.first().map_or("-", |it| it),
        if row.is_smaller() {
            "equivalent"
        } else {
            "the slice"
        },
    )
}

/// The figures by which a model is measured.
fn summary(whom: &str, rows: &[Row]) {
    let mut ratios: Vec<f64> = rows.iter().map(Row::ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let middle = ratios.len() / 2;
    let median = match ratios.len() {
        0 => return,
        many if many % 2 == 0 => (ratios[middle - 1] + ratios[middle]) / 2.0,
        _ => ratios[middle],
    };
    let first = |row: &&Row| row.outcomes.first().is_some_and(|it| it == "equivalent");
    println!(
        "{whom}: {} rows, median size {median:.2} of the slice; equivalent at first {}, in the end {}",
        rows.len(),
        rows.iter().filter(first).count(),
        rows.iter().filter(|row| row.is_smaller()).count(),
    );
}

/// A row, and where its answers lie.
struct Task<'t> {
    row: &'t Row,
    job: &'t Job,
    /// What was recorded.
    kept: PathBuf,
    /// A folder for this run.
    work: PathBuf,
}

impl Task<'_> {
    /// What the recorded answers come to.
    fn replayed(&self) -> Result<Row, String> {
        let rounds = rounds(&self.kept).len();
        let found = self.run(rounds, &["--replay", &self.kept.to_string_lossy()])?;
        let row = self.read(&found)?;
        if row.outcomes.iter().any(|it| it == "stale_replay") {
            return Err(format!(
                "stale: a brief is another than the one that was answered; \
                 `cargo test --release --test replies -- --record {}` asks the answers anew",
                self.row.row
            ));
        }
        Ok(row)
    }

    /// Asks the recorded answers under the briefs of now, and keeps them with what became of these.
    fn anew(&self) -> Result<Row, String> {
        let answers = rounds(&self.kept)
            .iter()
            .map(|round| {
                fs::read_to_string(round.join("reply.txt")).map_err(|error| said(round, error))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if answers.is_empty() {
            return Err(format!("{} holds no answers", self.kept.display()));
        }
        let script = script(&answers);
        let options = ["--synth", "command", "--command", &script.line];
        let found = self.run(answers.len(), &options)?;
        let row = self.read(&found)?;
        for folder in ["synth", "LICENSES"] {
            let _ = fs::remove_dir_all(self.kept.join(folder));
            copy(&self.out().join(folder), &self.kept.join(folder))?;
        }
        Ok(row)
    }

    fn out(&self) -> PathBuf {
        self.work.join("out")
    }

    fn run(&self, rounds: usize, options: &[&str]) -> Result<Value, String> {
        let (out, rounds) = (self.out(), rounds.to_string());
        let out = out.to_string_lossy();
        let all = [
            "--out",
            &out,
            "--synth-budget",
            "1800",
            "--max-rounds",
            &rounds,
        ];
        let all = [&all[..], options].concat();
        match self.row.is_for_a_project() {
            true => self.remove(&all),
            false => ripout("extract", self.job, &all),
        }
    }

    /// `ripout remove --specialize` in a copy of the row's project.
    fn remove(&self, options: &[&str]) -> Result<Value, String> {
        let here = self.work.join("project");
        copy(&self.kept.join("project"), &here)?;
        let mut words = vec!["remove".to_owned(), self.job.package().to_owned()];
        words.push("--specialize".to_owned());
        words.extend(options.iter().map(|it| (*it).to_owned()));
        words.extend(["--format", "json", "--quiet"].map(str::to_owned));
        if !self.job.keep.is_empty() {
            words.extend(["--keep".to_owned(), self.job.keep.join(",")]);
        }
        let manifest = here.join("pyproject.toml");
        if manifest.is_file() {
            let text = fs::read_to_string(&manifest).map_err(|error| said(&manifest, error))?;
            let text: toml::Value =
                toml::from_str(&text).map_err(|error| said(&manifest, error))?;
            let needed = text["project"]["dependencies"].as_array();
            let needed = needed.into_iter().flatten().filter_map(|it| it.as_str());
            let needed: Vec<&str> = needed.chain(["pytest"]).collect();
            let environment = self.work.join("environment");
            project::environment(&environment, &needed);
            let python = environment.join("bin/python");
            words.extend(["--python".to_owned(), python.display().to_string()]);
        }
        let mut process = program::ripout(&here);
        // The cache of the user's own: what was fetched once is not fetched again.
        let output = process.env_remove("RIPOUT_CACHE_DIR").args(words).output();
        let output = output.map_err(|error| format!("start ripout: {error}"))?;
        serde_json::from_slice(&output.stdout).map_err(|error| {
            let said = String::from_utf8_lossy(&output.stderr);
            format!("ripout remove: {error}: {said}")
        })
    }

    /// A result's rows. How large the slice is stands in the brief.
    fn read(&self, found: &Value) -> Result<Row, String> {
        let attempts = found["attempts"].as_array();
        let attempts = attempts.ok_or_else(|| format!("no attempt: {found}"))?;
        let outcomes = attempts.iter().skip(1);
        let outcomes = outcomes.map(|it| it["outcome"].as_str().unwrap_or_default().to_owned());
        let brief = self.out().join("synth/round-1/brief.md");
        let text = fs::read_to_string(&brief).map_err(|error| said(&brief, error))?;
        let size = text
            .rsplit_once("\n## The slice\n")
            .map_or("", |(_, after)| after);
        let size = size.split_whitespace().next().unwrap_or_default();
        Ok(Row {
            row: self.row.row.clone(),
            outcomes: outcomes.collect(),
            slice: size.parse().map_err(|_| said(&brief, "it tells no size"))?,
            module: found["module"]["lines"]
                .as_u64()
                .ok_or("the module has no size")?,
        })
    }
}

/// The folders of the rounds that were recorded, in order.
fn rounds(kept: &Path) -> Vec<PathBuf> {
    (1..)
        .map(|round| kept.join(format!("synth/round-{round}")))
        .take_while(|round| round.is_dir())
        .collect()
}

/// A run's folder without its briefs, and with the name of who answered.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| said(to, error))?;
    for entry in fs::read_dir(from)
        .map_err(|error| said(from, error))?
        .flatten()
    {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        let name = entry.file_name();
        if path.is_dir() {
            copy(&path, &to)?;
        } else if name == "meta.json" {
            let text = fs::read(&path).map_err(|error| said(&path, error))?;
            let mut meta: Value =
                serde_json::from_slice(&text).map_err(|error| said(&path, error))?;
            meta["by"] = BY.into();
            let text = serde_json::to_string_pretty(&meta).map_err(|error| said(&path, error))?;
            fs::write(&to, text + "\n").map_err(|error| said(&to, error))?;
        } else if name != "brief.md" {
            fs::copy(&path, &to).map_err(|error| said(&path, error))?;
        }
    }
    Ok(())
}
