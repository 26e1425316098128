//! `ripout batch`: many extracts, one table or one document a line.

use std::{
    path::PathBuf,
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::builder::styling::{AnsiColor, Style};
use ripout_model::{Stop, Verdict};
use serde_json::{Value, json};

use crate::{
    batch::{self, Expectation, Job, Jobs, Outcome, State},
    cli::{
        Session,
        args::{Batch, Format, Judging, Subject},
        progress::Progress,
        run::request,
        verdict_text::{grouped, verdict_style},
    },
    evidence::Report,
    job,
    sandbox::{Silent, Watcher},
};

/// Exit codes by which a batch without expectations ends: the first that any job has.
const GRAVEST: [u8; 4] = [2, 1, 3, 4];

/// Runs a batch.
pub fn batch(session: &Session, arguments: &Batch) -> Result<u8, Stop> {
    let format = arguments
        .format
        .or(session.file.wants_json().then_some(Format::Json))
        .unwrap_or(Format::Text);
    let mut jobs = Jobs::read(&arguments.file)?.only(&arguments.only)?.job;
    if let Some(size) = arguments.sample {
        let seed = arguments.seed.unwrap_or_else(clock);
        jobs = batch::sample(jobs, size, seed);
        let ids: Vec<&str> = jobs.iter().map(|job| job.id.as_str()).collect();
        session.console.note(&format!(
            "sample of {} by --seed {seed}: {}",
            jobs.len(),
            ids.join(" ")
        ));
    }
    let folder = arguments.out.clone().unwrap_or_else(|| {
        let stem = arguments
            .file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        PathBuf::from("ripout-out").join(format!("batch-{stem}"))
    });
    let state = State::claim(&folder)?;
    if arguments.fresh {
        jobs.iter().try_for_each(|job| state.forget(job))?;
    }
    let workers = arguments.jobs.unwrap_or_else(|| {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        processors.div_ceil(2)
    });
    let total = jobs.len();
    let ended = Mutex::new(0);
    let tell = |outcome: &Outcome| {
        // Held while it is told, so that lines of two jobs do not mix.
        let mut ended = ended
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *ended += 1;
        if format == Format::Json {
            // Whether standard output still listens shows at the end.
            let _ = session.console.print(&line(outcome));
        }
        if session.console.progress {
            session
                .console
                .note(&format!("[{ended}/{total}] {}", short(outcome)));
        }
    };
    let outcomes = batch::run(
        jobs,
        workers,
        &state,
        &|job| extract(session, &state, job),
        &tell,
    )?;
    if format == Format::Text {
        session.console.print(&table(session, &outcomes))?;
    }
    Ok(exit_code(&outcomes))
}

fn extract(session: &Session, state: &State, job: &Job) -> Result<Report, Stop> {
    let watcher: Box<dyn Watcher> = if session.console.verbose {
        Box::new(Progress::of_job(session.console, format!("{}: ", job.id)))
    } else {
        Box::new(Silent)
    };
    let host = session.sandbox(watcher);
    let (subject, judging) = options(job, state.out(job));
    let (request, _) = request(session, subject, judging)?;
    Ok(job::extract(&request, &host)?.report)
}

/// A job as the arguments of `extract`.
fn options(job: &Job, out: PathBuf) -> (Subject, Judging) {
    let subject = Subject {
        repo: job.repo.clone(),
        symbols: job.symbol.as_slice().to_vec(),
        rev: job.rev.clone(),
        names: job.names.clone(),
        stem: None,
        out: Some(out),
    };
    let judging = Judging {
        features: job.features.clone(),
        edition: job.edition.clone(),
        python: job.python.clone(),
        extras: job.extras.clone(),
        keep: job.keep.clone(),
        driver: job.driver.clone(),
        inputs: job.inputs,
        budget: job.budget,
        seed: job.seed,
        max_lines: job.max_lines,
        ..Judging::default()
    };
    (subject, judging)
}

/// The result's document, or the error's, with what belongs to the job, on one line.
fn line(outcome: &Outcome) -> String {
    let mut document = match &outcome.result {
        Ok(report) => serde_json::to_value(report).unwrap_or_default(),
        Err(failure) => json!({
            "schema": "ripout.error/1",
            "code": failure.code,
            "text": failure.text,
            "help": failure.help,
        }),
    };
    if let Value::Object(fields) = &mut document {
        fields.insert("id".into(), json!(outcome.job.id));
        fields.insert("exit".into(), json!(outcome.exit_code()));
        fields.insert("expect".into(), json!(outcome.job.expect));
        let expected = match outcome.expectation() {
            Expectation::None => Value::Null,
            met => Value::Bool(met == Expectation::Met),
        };
        fields.insert("as_expected".into(), expected);
        fields.insert("earlier".into(), json!(outcome.earlier));
    }
    format!("{document}\n")
}

fn short(outcome: &Outcome) -> String {
    let id = &outcome.job.id;
    let took = if outcome.earlier {
        "finished earlier".to_owned()
    } else {
        format!("{:.1} s", outcome.took.as_secs_f64())
    };
    let what = match &outcome.result {
        Ok(report) => {
            let reason = report
                .reason
                .as_ref()
                .map_or("", |reason| reason.code.as_str());
            format!("{} {reason}", report.verdict.word())
        }
        Err(failure) => format!("failed: {}: {}", failure.code, failure.text),
    };
    format!("{id}  {}  ({took})", what.trim_end())
}

/// One row a job, then what it comes to.
fn table(session: &Session, outcomes: &[Outcome]) -> String {
    let console = &session.console;
    let heads = [
        "id",
        "verdict",
        "as expected",
        "ground",
        "lines",
        "of",
        "defs",
        "inputs",
        "seconds",
        "symbol",
    ];
    let rows: Vec<[String; 10]> = outcomes.iter().map(row).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0).max(heads[column].len())
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let format_row = |cells: &[String], style: &dyn Fn(usize, String) -> String| {
        let mut text = String::new();
        for (i, cell) in cells.iter().enumerate() {
            let right = (4..=8).contains(&i);
            let padded = if i + 1 == cells.len() {
                cell.clone()
            } else if right {
                format!("{cell:>width$}", width = widths[i])
            } else {
                format!("{cell:<width$}", width = widths[i])
            };
            text.push_str(&style(i, padded));
            text.push_str(if i + 1 == cells.len() { "\n" } else { "  " });
        }
        text
    };
    let heads = heads.map(str::to_owned);
    let mut text = format_row(&heads, &|_, cell| {
        console.paint(Style::new().dimmed(), &cell)
    });
    for (outcome, cells) in outcomes.iter().zip(&rows) {
        let style = |i: usize, cell: String| match (i, &outcome.result, outcome.expectation()) {
            (1, Ok(report), _) => console.paint(verdict_style(report.verdict), &cell),
            (1, Err(_), _) => console.paint(AnsiColor::Red.on_default().bold(), &cell),
            (2, _, Expectation::Missed) => console.paint(AnsiColor::Red.on_default(), &cell),
            _ => cell,
        };
        text.push_str(&format_row(cells, &style));
    }
    text.push('\n');
    text.push_str(&totals(outcomes));
    for outcome in outcomes {
        if let Err(failure) = &outcome.result {
            text.push_str(&format!("{}: {}\n", outcome.job.id, failure.text));
        }
    }
    text
}

fn row(outcome: &Outcome) -> [String; 10] {
    let symbols = outcome.job.symbol.as_slice().join(", ");
    let expected = match outcome.expectation() {
        Expectation::None => "-",
        Expectation::Met => "yes",
        Expectation::Missed => "NO",
    };
    let seconds = |seconds: f64| format!("{seconds:.1}");
    let (id, none) = (outcome.job.id.clone(), String::new);
    match &outcome.result {
        Ok(report) => {
            let module = report.module.as_ref();
            let count = |count: Option<u64>| count.map_or_else(none, grouped);
            [
                id,
                report.verdict.word().to_owned(),
                expected.to_owned(),
                report
                    .reason
                    .as_ref()
                    .map_or_else(none, |reason| reason.code.clone()),
                count(module.map(|module| module.lines.into())),
                count(report.original.map(|original| original.lines.into())),
                count(module.map(|module| module.definitions.into())),
                grouped(report.evidence.inputs),
                seconds(report.seconds.total),
                symbols,
            ]
        }
        Err(failure) => [
            id,
            "failed".to_owned(),
            expected.to_owned(),
            failure.code.clone(),
            none(),
            none(),
            none(),
            none(),
            seconds(outcome.took.as_secs_f64()),
            symbols,
        ],
    }
}

fn totals(outcomes: &[Outcome]) -> String {
    let of = |verdict: Verdict| {
        let has = |outcome: &&Outcome| {
            outcome
                .result
                .as_ref()
                .is_ok_and(|report| report.verdict == verdict)
        };
        (outcomes.iter().filter(has).count(), verdict.word())
    };
    let counts = [
        of(Verdict::Equivalent),
        of(Verdict::Different),
        of(Verdict::Inconclusive),
        of(Verdict::Refused),
        (
            outcomes
                .iter()
                .filter(|outcome| outcome.result.is_err())
                .count(),
            "failed",
        ),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let mut text = format!("{} jobs: {}", outcomes.len(), counts.join(", "));
    let expecting = outcomes
        .iter()
        .filter(|o| o.expectation() != Expectation::None)
        .count();
    if expecting > 0 {
        let met = outcomes
            .iter()
            .filter(|o| o.expectation() == Expectation::Met)
            .count();
        text.push_str(&format!("; {met} of {expecting} as expected"));
    }
    text.push('\n');
    text
}

fn exit_code(outcomes: &[Outcome]) -> u8 {
    let expectations = outcomes.iter().map(Outcome::expectation);
    if expectations
        .clone()
        .any(|expectation| expectation != Expectation::None)
    {
        return u8::from(
            expectations
                .into_iter()
                .any(|expectation| expectation == Expectation::Missed),
        );
    }
    GRAVEST
        .into_iter()
        .find(|code| outcomes.iter().any(|outcome| outcome.exit_code() == *code))
        .unwrap_or(0)
}

/// A seed nobody chose.
fn clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs() ^ u64::from(now.subsec_nanos())) % 1_000_000
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ripout_model::{Failure, Source, SourceKind};

    use super::*;

    fn outcome(expect: Option<&str>, verdict: Option<Verdict>) -> Outcome {
        let expect = expect.map_or(String::new(), |word| format!("expect = \"{word}\""));
        let text = format!("id = \"a\"\nrepo = \".\"\nsymbol = \"x\"\n{expect}");
        let source = Source {
            kind: SourceKind::Folder,
            name: "x".into(),
            version: None,
            rev: None,
            licence: None,
        };
        Outcome {
            job: toml::from_str(&text).unwrap(),
            result: verdict
                .map(|verdict| Report::new("rust", &source, &[], verdict))
                .ok_or_else(|| Failure::new("network", "down")),
            earlier: false,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn exit_codes_are_the_interface_s() {
        use Verdict::{Different, Equivalent, Inconclusive, Refused};
        let plain = |verdict| outcome(None, verdict);
        assert_eq!(exit_code(&[plain(Some(Equivalent))]), 0);
        assert_eq!(
            exit_code(&[plain(Some(Refused)), plain(Some(Inconclusive))]),
            3
        );
        assert_eq!(
            exit_code(&[plain(Some(Inconclusive)), plain(Some(Different))]),
            1
        );
        assert_eq!(exit_code(&[plain(Some(Different)), plain(None)]), 2);
        assert_eq!(
            exit_code(&[outcome(Some("refused"), Some(Refused)), plain(None)]),
            0
        );
        assert_eq!(exit_code(&[outcome(Some("refused"), Some(Equivalent))]), 1);
        assert_eq!(exit_code(&[outcome(Some("refused"), None)]), 1);
    }

    #[test]
    fn a_line_is_one_document() {
        let line = line(&outcome(Some("equivalent"), Some(Verdict::Equivalent)));
        assert_eq!(line.lines().count(), 1);
        let document: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(document["schema"], "ripout.result/1");
        assert_eq!(document["as_expected"], true);
        let failed = super::line(&outcome(None, None));
        let document: Value = serde_json::from_str(&failed).unwrap();
        assert_eq!(document["schema"], "ripout.error/1");
        assert_eq!(document["exit"], 2);
    }
}
