//! Whether planted faults are found: each is planted in a module that was taken out, and the module is judged.
//!
//! ```text
//! cargo test --release --test faults                    all of them, some two hours on two cores
//! cargo test --release --test faults -- R01 P10.3       those of these rows of the corpus, or single ones by their number
//! cargo test --release --test faults -- --sample 8      so many, drawn by a seed that is printed (`--seed N` draws them again)
//! ```
//!
//! The faults stand in `golden/faults/`. None may be judged `equivalent`, and one of twenty may be `inconclusive`.
//! A fault that does not build is no fault: the list is wrong then, and the test fails.

mod corpus;
#[path = "faults/list.rs"]
mod list;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use corpus::{Job, ripout};
use list::Fault;

/// Of so many faults one may be judged `inconclusive`.
const PATIENCE: usize = 20;

/// Faults that are judged side by side.
const WORKERS: usize = 2;

/// A fault to be judged.
struct Planted<'a> {
    job: &'a Job,
    /// Its place in the list of its module.
    number: usize,
    fault: Fault,
}

impl Planted<'_> {
    /// Whether it is meant by a row's name, or by that with its own number.
    fn is(&self, wanted: &str) -> bool {
        let id = &self.job.id;
        wanted == id || wanted == format!("{id}.{}", self.number)
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
    let jobs = corpus::jobs()?;
    let mut all = Vec::new();
    for (row, faults) in list::faults()? {
        let job = jobs.iter().find(|job| job.id == row);
        let job = job.ok_or_else(|| format!("golden/faults: no row {row}"))?;
        let numbered = faults.into_iter().enumerate();
        all.extend(numbered.map(|(number, fault)| Planted { job, number, fault }));
    }
    let chosen = corpus::chosen(all, std::env::args().skip(1), Planted::is)?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    // Each is taken out when the first of its faults is due.
    let ids = chosen.iter().map(|planted| planted.job.id.clone());
    let modules: BTreeMap<String, OnceLock<Result<PathBuf, String>>> =
        ids.map(|id| (id, OnceLock::new())).collect();
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let place = folder.path().join(format!("worker-{worker}"));
            let (chosen, modules, next, outcomes) = (&chosen, &modules, &next, &outcomes);
            let folder = folder.path();
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(planted) = chosen.get(at) else {
                        return;
                    };
                    let id = &planted.job.id;
                    let module =
                        modules[id].get_or_init(|| take_out(planted.job, &folder.join(id)));
                    let outcome = match module {
                        Ok(module) => judge(planted, module, &place),
                        Err(why) => Err(why.clone()),
                    };
                    let told = outcome.as_deref().unwrap_or_else(|error| error);
                    println!(
                        "{}.{:<3} {:<18} {told}",
                        planted.job.id, planted.number, planted.fault.kind
                    );
                    outcomes
                        .lock()
                        .expect("no worker panics with the lock")
                        .insert(at, outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().expect("no worker panicked");
    let count = |verdict: &str| {
        let is = |outcome: &&Result<String, String>| {
            outcome.as_ref().is_ok_and(|told| told.starts_with(verdict))
        };
        outcomes.values().filter(is).count()
    };
    let (different, equivalent) = (count("different"), count("equivalent"));
    let broken = outcomes.values().filter(|outcome| outcome.is_err()).count();
    println!(
        "{} faults: {different} different, {} inconclusive, {equivalent} equivalent, {broken} not judged",
        outcomes.len(),
        count("inconclusive"),
    );
    Ok(broken == 0
        && equivalent == 0
        && outcomes.len() - different <= outcomes.len().div_ceil(PATIENCE))
}

/// The module's file as ripout takes it out.
fn take_out(job: &Job, out: &Path) -> Result<PathBuf, String> {
    let result = ripout("extract", job, &["--out", &out.to_string_lossy()])?;
    if result["verdict"] != "equivalent" {
        return Err(format!("{} comes out {}", job.id, result["verdict"]));
    }
    Ok(PathBuf::from(
        result["module"]["path"].as_str().unwrap_or_default(),
    ))
}

/// The verdict on the module with the fault in it, and its ground.
fn judge(planted: &Planted<'_>, module: &Path, place: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(module).map_err(|error| error.to_string())?;
    let faulty = planted.fault.planted(&text)?;
    std::fs::create_dir_all(place).map_err(|error| error.to_string())?;
    let file = place.join(module.file_name().unwrap_or_default());
    std::fs::write(&file, faulty).map_err(|error| error.to_string())?;
    let result = ripout(
        "verify",
        planted.job,
        &["--module", &file.to_string_lossy()],
    )?;
    let verdict = result["verdict"].as_str().unwrap_or("none");
    let code = result["reason"]["code"].as_str().unwrap_or_default();
    let why = result["reason"]["text"].as_str().unwrap_or_default();
    match (verdict, code) {
        // Another API is a fault that was found; text that does not build is none.
        ("different", "unviable") if ANOTHER_API.iter().any(|said| why.contains(said)) => {
            Ok(format!("different: {}", clipped(why)))
        }
        (_, "unviable") => Err(format!("no fault: {}", clipped(why))),
        ("inconclusive", _) => Ok(format!("inconclusive: {}", clipped(why))),
        ("different", _) => {
            let input = result["counterexample"]["input"].to_string();
            Ok(format!("different: {}", clipped(&input)))
        }
        ("equivalent", _) => Ok("equivalent".to_owned()),
        _ => Err(format!("verdict {verdict} {code}")),
    }
}

/// What gates say of a module that builds and has another API.
const ANOTHER_API: [&str; 4] = [
    "the module has another API",
    "another API than the original's",
    "is not found in the module",
    "is not public at the module's root",
];

/// A line of a listing has room for so much.
fn clipped(text: &str) -> String {
    const MOST: usize = 120;
    let line = text.replace('\n', " ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
