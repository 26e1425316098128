//! How fast a large tree is mapped, against bare tree-sitter parsing of the same files on the same cores.
//!
//! ```text
//! cargo bench --bench map                 a million lines of each language
//! cargo bench --bench map -- python 200   200,000 lines of Python
//! ```
//!
//! The trees are real text, repeated: crates that cargo has unpacked on this machine, and the interpreter's own library.
//! Targets: cold at most twice the time of bare parsing; warm at least ten times faster than cold.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rayon::prelude::*;
use ripout::map::walk;

/// A language with its bare parser.
struct Subject {
    name: &'static str,
    ending: &'static str,
    grammar: fn() -> tree_sitter::Language,
    sources: fn() -> Result<Vec<PathBuf>, Box<dyn Error>>,
}

const SUBJECTS: [Subject; 2] = [
    Subject {
        name: "rust",
        ending: ".rs",
        grammar: || tree_sitter_rust::LANGUAGE.into(),
        sources: crates,
    },
    Subject {
        name: "python",
        ending: ".py",
        grammar: || tree_sitter_python::LANGUAGE.into(),
        sources: library,
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let lines = arguments
        .iter()
        .find_map(|word| word.parse::<usize>().ok())
        .unwrap_or(1000)
        * 1000;
    for subject in SUBJECTS {
        let named = |name: &&str| arguments.iter().any(|word| word == name);
        let any_named = SUBJECTS.iter().any(|other| named(&other.name));
        if !any_named || named(&subject.name) {
            measure(&subject, lines)?;
        }
    }
    Ok(())
}

fn measure(subject: &Subject, lines: usize) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (tree, cache) = (folder.path().join("tree"), folder.path().join("cache"));
    let (files, lines, bytes) = plant(subject, &tree, lines)?;
    println!(
        "{}: {lines} lines in {files} files, {} MB",
        subject.name,
        bytes / 1_000_000
    );
    // A first, unmeasured pass brings the files into the system's memory for all that follow.
    bare(subject, &tree)?;
    let parse = bare(subject, &tree)?.min(bare(subject, &tree)?);
    // A file that changed within the clock's tick would be looked at twice.
    std::thread::sleep(Duration::from_millis(2100));
    let cold = map(&tree, &cache)?;
    let warm = map(&tree, &cache)?.min(map(&tree, &cache)?);
    let rate = |time: Duration| lines as f64 / time.as_secs_f64() / 1e6;
    let row = |what: &str, time: Duration, remark: String| {
        println!(
            "  {what:<12} {:>7.2} s  {:>6.2} million lines/s  {remark}",
            time.as_secs_f64(),
            rate(time)
        );
    };
    row("bare parse", parse, String::new());
    let share = parse.as_secs_f64() / cold.as_secs_f64();
    row(
        "map, cold",
        cold,
        format!(
            "{:.0}% of bare parsing's throughput (target 50%)",
            share * 100.0
        ),
    );
    let faster = cold.as_secs_f64() / warm.as_secs_f64();
    row(
        "map, warm",
        warm,
        format!("{faster:.1} times faster than cold (target 10)"),
    );
    Ok(())
}

/// The program as a user runs it, with its whole answer.
fn map(tree: &Path, cache: &Path) -> Result<Duration, Box<dyn Error>> {
    let begun = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_ripout"))
        .args(["map", "--quiet"])
        .arg(tree)
        .env("RIPOUT_CACHE_DIR", cache)
        .stdout(Stdio::null())
        .status()?;
    if status.success() {
        Ok(begun.elapsed())
    } else {
        Err(format!("ripout map ended with {status}").into())
    }
}

/// Reads and parses every file, and does nothing else.
fn bare(subject: &Subject, tree: &Path) -> Result<Duration, Box<dyn Error>> {
    let begun = Instant::now();
    let grammar = (subject.grammar)();
    let parsed: usize = walk::files(tree, &|path| path.ends_with(subject.ending))
        .par_iter()
        .map_init(
            || {
                let mut parser = tree_sitter::Parser::new();
                // Fails only for a grammar of another generation, which shows as nothing being parsed.
                let _ = parser.set_language(&grammar);
                parser
            },
            |parser, found| {
                let bytes = fs::read(tree.join(&found.path)).unwrap_or_default();
                usize::from(parser.parse(bytes, None).is_some())
            },
        )
        .sum();
    if parsed == 0 {
        return Err("nothing was parsed".into());
    }
    Ok(begun.elapsed())
}

/// Copies sources below `tree`, again and again, until it has so many lines.
fn plant(
    subject: &Subject,
    tree: &Path,
    lines: usize,
) -> Result<(usize, usize, usize), Box<dyn Error>> {
    let sources = (subject.sources)()?;
    let (mut files, mut planted, mut bytes) = (0, 0, 0);
    for round in 0.. {
        let before = planted;
        for source in &sources {
            let root = source.parent().unwrap_or(source);
            let name = source.file_name().unwrap_or_default();
            for found in walk::files(source, &|path| path.ends_with(subject.ending)) {
                let text = fs::read(root.join(name).join(&found.path))?;
                let place = tree
                    .join(format!("round{round}"))
                    .join(name)
                    .join(&found.path);
                fs::create_dir_all(place.parent().unwrap_or(tree))?;
                fs::write(place, &text)?;
                files += 1;
                planted += text.iter().filter(|byte| **byte == b'\n').count();
                bytes += text.len();
                if planted >= lines {
                    return Ok((files, planted, bytes));
                }
            }
        }
        if planted == before {
            return Err(format!("this machine has no {} sources to repeat", subject.name).into());
        }
    }
    unreachable!("the rounds do not end by themselves")
}

/// Crates that cargo has unpacked, sorted.
fn crates() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let registries = home.ok_or("no home folder")?.join("registry/src");
    let mut crates = Vec::new();
    for registry in fs::read_dir(registries)? {
        for package in fs::read_dir(registry?.path())? {
            crates.push(package?.path());
        }
    }
    crates.sort();
    Ok(crates)
}

/// The interpreter's own library.
fn library() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let output = Command::new("python3")
        .args([
            "-c",
            "import sysconfig; print(sysconfig.get_path('stdlib'))",
        ])
        .output()?;
    let mut packages = Vec::new();
    let root = PathBuf::from(String::from_utf8(output.stdout)?.trim());
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        // Installed packages differ from machine to machine.
        if path.is_dir() && !path.ends_with("site-packages") {
            packages.push(path);
        }
    }
    packages.sort();
    Ok(packages)
}
