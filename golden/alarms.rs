//! Whether there is a false alarm: what ripout takes out as it lies may not be judged `different`, whatever the seed.
//!
//! ```text
//! cargo test --release --test alarms                     every row of the corpus with three seeds, about an hour on two cores
//! cargo test --release --test alarms -- R01 P10          these rows
//! cargo test --release --test alarms -- --seeds 1        the first seed only
//! cargo test --release --test alarms -- --sample 6       so many rows, drawn by a seed that is printed (`--draw N` draws them again)
//! ```
//!
//! A line for each row and seed: the verdict, and how many inputs were compared. A row that could not be judged is a
//! failure as well: it shows nothing.

mod corpus;

use std::{
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use corpus::{Job, ripout};

/// Rows that are judged side by side.
const WORKERS: usize = 2;

/// What the command line asks for.
struct Wanted {
    rows: Vec<String>,
    seeds: u64,
    sample: Option<usize>,
    draw: u64,
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
    let wanted = wanted()?;
    let mut jobs = corpus::jobs()?;
    if let Some(unknown) = wanted
        .rows
        .iter()
        .find(|row| !jobs.iter().any(|job| job.id == **row))
    {
        return Err(format!("no row `{unknown}`"));
    }
    jobs.retain(|job| job.is_judged() && (wanted.rows.is_empty() || wanted.rows.contains(&job.id)));
    if let Some(sample) = wanted.sample {
        println!("a sample of {sample}, drawn by {}", wanted.draw);
        fastrand::Rng::with_seed(wanted.draw).shuffle(&mut jobs);
        jobs.truncate(sample);
    }
    // Row by row, so that what a row needs to be built is still in the cache for its next seed.
    let runs: Vec<(&Job, u64)> = jobs
        .iter()
        .flat_map(|job| (1..=wanted.seeds).map(move |seed| (job, seed)))
        .collect();
    let next = AtomicUsize::new(0);
    let failed = Mutex::new((0, 0));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((job, seed)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = judge(job, *seed);
                    let told = outcome.as_deref().unwrap_or_else(|error| error);
                    println!("{} seed {seed}  {told}", job.id);
                    let mut failed = failed.lock().expect("no worker panics with the lock");
                    match outcome {
                        Ok(told) => failed.0 += usize::from(told.starts_with("different")),
                        Err(_) => failed.1 += 1,
                    }
                }
            });
        }
    });
    let (alarms, broken) = failed.into_inner().expect("no worker panicked");
    println!(
        "{} runs of {} rows: {alarms} false alarms, {broken} not judged",
        runs.len(),
        jobs.len()
    );
    Ok(alarms == 0 && broken == 0 && !runs.is_empty())
}

fn wanted() -> Result<Wanted, String> {
    let mut wanted = Wanted {
        rows: Vec::new(),
        seeds: 3,
        sample: None,
        draw: fastrand::u64(..1_000_000),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let text = arguments.next().unwrap_or_default();
            text.parse::<u64>()
                .map_err(|_| format!("{argument} needs a number, not `{text}`"))
        };
        match &*argument {
            "--seeds" => wanted.seeds = number()?,
            "--sample" => wanted.sample = Some(number()? as usize),
            "--draw" => wanted.draw = number()?,
            row => wanted.rows.push(row.to_owned()),
        }
    }
    Ok(wanted)
}

/// The verdict on a row, and what it rests on.
fn judge(job: &Job, seed: u64) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (out, seed) = (folder.path().join("out"), seed.to_string());
    let words = ["--seed", &seed, "--out", &out.to_string_lossy()];
    let result = ripout("extract", job, &words)?;
    let verdict = result["verdict"]
        .as_str()
        .ok_or_else(|| format!("not judged: {}", result["text"]))?;
    let attempts = result["attempts"].as_array().into_iter().flatten();
    // An alarm about an attempt ends as `inconclusive`, as there is then no module to be shown.
    let outcomes: Vec<&str> = attempts.filter_map(|it| it["outcome"].as_str()).collect();
    let inputs = &result["evidence"]["inputs"];
    let why = &result["reason"]["text"];
    Ok(match verdict {
        _ if verdict == "different" || outcomes.contains(&"different") => format!(
            "different, {inputs} inputs: {} {why}",
            result["counterexample"]
        ),
        "equivalent" => format!("equivalent, {inputs} inputs"),
        "refused" => format!("refused: {why}"),
        verdict => format!("{verdict}, {inputs} inputs: {why}"),
    })
}
