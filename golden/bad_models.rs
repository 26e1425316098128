//! A bad model can't hurt: programs and servers that answer badly, for rows of the corpus.
//!
//! ```text
//! cargo test --release --test bad_models                    every row here, some forty minutes on two cores
//! cargo test --release --test bad_models -- R02 P01         these rows
//! cargo test --release --test bad_models -- --sample 1      so many rows, drawn by a seed that is printed (`--seed N` draws them again)
//! ```
//!
//! Each row is taken out twice. A program answers with words and no module, with a module that has a fault planted in it
//! (of `golden/faults/`), with the same again, with another API, with half a module, and with text that has no end. A server
//! turns the request away as one too many, breaks down, sends half a module and no end, and then says nothing any more. Whatever they
//! do, the slice stands as equivalent, no attempt is equivalent, and tokens and time stay within what was allowed.

#[path = "synth/asked.rs"]
mod asked;
mod corpus;
#[path = "faults/list.rs"]
mod list;
#[path = "synth/script.rs"]
mod script;
#[path = "synth/server.rs"]
mod server;

use std::{fs, path::Path, process::ExitCode, time::Instant};

use asked::asked;
use corpus::{Job, ripout};
use list::Fault;
use script::{ENDLESS, script};
use server::{Answer, Server};

/// Rows whose slice is equivalent and whose model is asked, half of each language.
const ROWS: [&str; 20] = [
    "R01", "R02", "R03", "R07", "R10", "R11", "R19", "R25", "R27", "R32", "P01", "P05", "P07",
    "P10", "P13", "P14", "P18", "P21", "P30", "P31",
];

/// Seconds that a program's rounds may take together, and a server's.
const PROGRAM: f64 = 600.0;
const SERVER: f64 = 12.0;

/// Tokens that rounds may take together.
const TOKENS: f64 = 1_000_000.0;

/// The next brief shows the module that was wrong, beside the slice.
const BRIEF: &str = "60000";

struct Row<'a> {
    job: &'a Job,
    /// None: a fault is planted that the text itself suggests.
    fault: Option<Fault>,
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
    let mut faults = list::faults()?;
    let mut rows = Vec::new();
    for id in ROWS {
        let job = jobs.iter().find(|job| job.id == id);
        let job = job.ok_or_else(|| format!("no row {id}"))?;
        let own = faults.iter_mut().find(|(row, _)| row == id);
        let fault = own.map(|(_, faults)| faults.remove(0));
        rows.push(Row { job, fault });
    }
    let arguments = std::env::args().skip(1);
    let rows = corpus::chosen(rows, arguments, |row, wanted| row.job.id == wanted)?;
    let temp = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut wrong = Vec::new();
    for row in &rows {
        let begun = Instant::now();
        let place = temp.path().join(&row.job.id);
        let told = bad(row, &place);
        let seconds = begun.elapsed().as_secs();
        match told {
            Ok(told) => println!("{:<4} {told} ({seconds} s)", row.job.id),
            Err(why) => {
                println!("{:<4} WRONG: {why} ({seconds} s)", row.job.id);
                wrong.push(row.job.id.clone());
            }
        }
    }
    println!("{} rows, wrong: {}", rows.len(), wrong.len());
    Ok(wrong.is_empty())
}

/// What became of a row's bad answers, in words; or what of it may not be.
fn bad(row: &Row<'_>, place: &Path) -> Result<String, String> {
    let slice = slice(row.job, &place.join("slice"))?;
    let language = if slice.is_rust { "rust" } else { "python" };
    // Longer than any of the text's own.
    let fence = "`".repeat(8);
    let fenced = |text: &str| format!("Here it is.\n\n{fence}{language}\n{text}{fence}\n");
    let shorter = shorter(&slice)?;
    let faulty = match &row.fault {
        Some(fault) => fault.planted(&slice.text)?,
        None => mistaken(&slice)?,
    };
    let faulty = Slice {
        text: faulty,
        ..slice
    };
    let faulty = fenced(&self::shorter(&faulty)?);
    let other = fenced(&another_api(&shorter, row.job)?);
    let half = fenced(&shorter);
    let half: String = half.chars().take(half.chars().count() / 2).collect();

    let script = script(&[
        "I would rather write a poem, \u{1f98a}.\n\n> def roses(): are = 'red'\n".into(),
        faulty.clone(),
        faulty,
        other,
        half.clone(),
        ENDLESS.into(),
    ]);
    let options = [
        "--synth",
        "command",
        "--command",
        &script.line,
        "--max-brief-tokens",
        BRIEF,
    ];
    let program = asked(row.job, &place.join("program"), [PROGRAM, TOKENS], &options)?;
    let [words, fault, again, api, cut, endless] = &program[..] else {
        return Err(format!("six answers, of which came {program:?}"));
    };
    let outcomes = [words, again, api, cut, endless];
    if outcomes != ["no_module", "repeated", "unviable", "no_module", "too_long"]
        || !["different", "inconclusive"].contains(&fault.as_str())
    {
        return Err(format!("by a program: {program:?}"));
    }

    let mut told = format!("program: {}", program.join(" "));
    if cfg!(feature = "llm") {
        let server = Server::start(vec![
            Answer::Status(429, "retry-after: 1", "one at a time".into()),
            Answer::Status(500, "x-none: 1", "out of order".into()),
            Answer::Stream(half),
            Answer::Hang,
        ]);
        let address = server.address();
        let options = [
            "--synth",
            "llm",
            "--model",
            "scripted",
            "--endpoint",
            &address,
            "--max-brief-tokens",
            BRIEF,
        ];
        let served = asked(row.job, &place.join("server"), [SERVER, TOKENS], &options)?;
        if served != ["no_module", "timed_out"] {
            return Err(format!("by a server: {served:?}"));
        }
        let asked = server.requests().len();
        if asked != 4 {
            return Err(format!("the server was asked {asked} times and not 4"));
        }
        told.push_str(&format!("; server: {}", served.join(" ")));
    }
    Ok(told)
}

/// A slice without its header.
struct Slice {
    text: String,
    is_rust: bool,
}

/// The slice's text. Whether it is right is asked later.
fn slice(job: &Job, out: &Path) -> Result<Slice, String> {
    let quick = [
        "--budget",
        "1",
        "--inputs",
        "1",
        "--out",
        &out.to_string_lossy(),
    ];
    let found = ripout("extract", job, &quick)?;
    let path = Path::new(found["module"]["path"].as_str().unwrap_or_default()).to_owned();
    let is_rust = path.extension().is_some_and(|it| it == "rs");
    let path = match path.is_dir() {
        true => path.join("__init__.py"),
        false => path,
    };
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mark = if is_rust { "//" } else { "#" };
    let head = text
        .split_inclusive('\n')
        .take_while(|line| line.starts_with(mark));
    let head: usize = head.map(str::len).sum();
    Ok(Slice {
        text: text[head..].to_owned(),
        is_rust,
    })
}

/// The same in a few lines less: what is not smaller is not run, and a fault may take lines of its own.
fn shorter(slice: &Slice) -> Result<String, String> {
    const FEW: usize = 4;
    let mut lines: Vec<String> = slice.text.lines().map(str::to_owned).collect();
    for joined in 0..FEW {
        let at = (0..lines.len().saturating_sub(2)).find(|at| match slice.is_rust {
            true => is_joined_rust(&lines[*at], &lines[at + 1]),
            false => is_joined_python(&lines[*at..]),
        });
        match at {
            None if joined == 0 => return Err("no two lines of it can be joined".into()),
            None => break,
            Some(at) => {
                let next = lines.remove(at + 1);
                lines[at].push_str(&format!(" {}", next.trim()));
            }
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// Whether two lines of Rust may be one: a block's first statement may stand beside its bracket.
fn is_joined_rust(line: &str, next: &str) -> bool {
    let is_code = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !line.contains(['"', '\'', '#', '!']) && !line.contains("//")
    };
    is_code(line) && is_code(next) && line.contains("fn ") && line.ends_with('{')
}

/// Whether the only statement of a block may stand beside its head.
fn is_joined_python(lines: &[String]) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let [head, body, ..] = lines else {
        return false;
    };
    let after = lines[2..].iter().find(|line| !line.trim().is_empty());
    let heads = ["if ", "for ", "while ", "except ", "else:", "elif "];
    let bodies = ["return", "raise", "continue", "break", "pass"];
    heads.iter().any(|word| head.trim().starts_with(word))
        && head.ends_with(':')
        && bodies.iter().any(|word| body.trim().starts_with(word))
        && indent(body) > indent(head)
        && !body.ends_with(['(', '[', '{', ',', '\\'])
        && !body.contains("\"\"\"")
        && after.is_none_or(|line| indent(line) <= indent(head))
}

/// A mistake where nobody listed any: a comparison the other way round.
fn mistaken(slice: &Slice) -> Result<String, String> {
    for (from, to) in [
        (" <= ", " >= "),
        (" == ", " != "),
        (" < ", " > "),
        (" > ", " < "),
    ] {
        // The last one is seldom in a comment of the head.
        if let Some(at) = slice.text.rfind(from) {
            let mut text = slice.text.clone();
            text.replace_range(at..at + from.len(), to);
            return Ok(text);
        }
    }
    Err("it compares nothing".into())
}

/// What is wanted stands there under another name.
fn another_api(text: &str, job: &Job) -> Result<String, String> {
    let name = job.symbol.rsplit([':', '.']).next().unwrap_or_default();
    let places = [
        (format!("::{name};"), format!("::{name} as another;")),
        (format!("\ndef {name}("), format!("\ndef another_{name}(")),
        (
            format!("\nclass {name}("),
            format!("\nclass Another{name}("),
        ),
        (
            format!("\nclass {name}:"),
            format!("\nclass Another{name}:"),
        ),
        (format!("\n{name} = "), format!("\nanother_{name} = ")),
        // Under a condition.
        (
            format!("\n    {name} = "),
            format!("\n    another_{name} = "),
        ),
        (format!(" fn {name}("), format!(" fn another_{name}(")),
    ];
    let known = places.iter().find(|(from, _)| text.contains(from.as_str()));
    let (from, to) = known.ok_or_else(|| format!("{name} is not found in its slice"))?;
    Ok(text.replacen(from.as_str(), to, 1))
}
