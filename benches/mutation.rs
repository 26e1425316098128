//! How fast mutants are judged, against cargo-mutants on the same modules.
//!
//! ```text
//! cargo install cargo-mutants --locked
//! cargo bench --bench mutation                       all modules
//! cargo bench --bench mutation -- parse_rfc3339      those whose symbol holds this
//! ```
//!
//! Each module is taken out; what planting and judging all of its mutants takes is noted on the way, the compiler
//! included, and so are the inputs they were judged by. The same module, driver and inputs then become a package with
//! one test, and cargo-mutants judges that: two jobs on two cores, as ripout has them. Only mutants that both judge are
//! counted: the same change at the same line, which builds and is caught or missed. cargo-mutants is charged for these
//! alone, neither for its baseline nor for mutants that do not build or don't end; ripout is asked once more, for these
//! alone, and charged for all that it does then. How fast it is with all of its own, of which it has more, is printed
//! beside it. The target is twenty times the mutants a second, for modules with at least a hundred of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Mutex,
    time::{Duration, Instant},
};

use ripout::{
    checkout::Wanted,
    job::{self, Request},
    judge,
    sandbox::{Options, Sandbox, Silent},
};
use ripout_model::{Answer, Command, Folder, Host, HostError, Settings};
use serde_json::Value;

/// Modules with more than a hundred mutants that both tools judge.
const ROWS: [(&str, &str); 5] = [
    ("crate:humantime@2.4.0", "humantime::parse_rfc3339"),
    ("crate:itoa@1.0.18", "itoa::Buffer"),
    ("crate:siphasher@1.0.4", "siphasher::sip::SipHasher13"),
    ("crate:httpdate@1.0.3", "httpdate::parse_http_date"),
    ("crate:semver@1.0.28", "semver::VersionReq"),
];

const TARGET: f64 = 20.0;

/// Mutants that cargo-mutants judges side by side.
const JOBS: usize = 2;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    let folder = tempfile::tempdir()?;
    let mut code = ExitCode::SUCCESS;
    for (repo, symbol) in ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|part| symbol.contains(part.as_str())) {
            continue;
        }
        let place = folder.path().join(symbol.replace("::", "-"));
        let ours = take_out(repo, symbol, &place.join("out"), None)?;
        let theirs = CargoMutants::prepare(&place, &ours)?.judge()?;
        let mut both_judge = BTreeSet::new();
        let mut spent = Duration::ZERO;
        let mut alike = 0;
        for (change, outcomes) in &theirs {
            let both = ours.judged.get(change).into_iter().flatten().zip(outcomes);
            for ((number, killed), outcome) in both {
                both_judge.insert(*number);
                spent += outcome.took;
                alike += usize::from(*killed == outcome.caught);
            }
        }
        let common = both_judge.len();
        let again = take_out(repo, symbol, &place.join("again"), Some(both_judge))?;
        let rate = common as f64 / again.took.as_secs_f64();
        let other = (common * JOBS) as f64 / spent.as_secs_f64();
        let all: usize = ours.judged.values().map(Vec::len).sum();
        println!(
            "{symbol:<44} {common} mutants that both judge ({alike} the same), {} and {} inputs: {rate:.1} a second, \
             cargo-mutants {other:.2}: {:.0} times (all of ripout's {all}: {:.0} a second)",
            ours.inputs.1,
            again.inputs.1,
            rate / other,
            all as f64 / ours.took.as_secs_f64(),
        );
        if common < 100 || rate < TARGET * other {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// A change, as far as two tools can tell the same: the module's line, what kind, and what stands there instead.
type Change = (u32, &'static str, String);

/// What ripout made of a module's mutants.
struct Judged {
    /// The folder that was written.
    out: PathBuf,
    /// Its number and whether it was killed, for each mutant that was judged.
    judged: BTreeMap<Change, Vec<(u32, bool)>>,
    /// The file of inputs, and how many it holds.
    inputs: (Vec<u8>, usize),
    /// From planting to the last mutant.
    took: Duration,
}

/// Takes a symbol out and judges its mutants: all of them, or those of these numbers.
fn take_out(
    repo: &str,
    symbol: &str,
    out: &Path,
    mutants: Option<BTreeSet<u32>>,
) -> Result<Judged, Box<dyn Error>> {
    let options = Options {
        launcher: Some(env!("CARGO_BIN_EXE_ripout").into()),
        ..Options::default()
    };
    let host = Watched {
        inner: Sandbox::new(options, Box::new(Silent)),
        seen: Mutex::default(),
    };
    let request = Request {
        wanted: Wanted {
            repo: repo.into(),
            ..Wanted::default()
        },
        symbols: vec![symbol.into()],
        out: Some(out.to_owned()),
        settings: Settings {
            mutants,
            ..Settings::default()
        },
        options: Vec::new(),
        search_options: Vec::new(),
        consumer: None,
    };
    let finished = job::extract(&request, &host).map_err(|stop| format!("{symbol}: {stop:?}"))?;
    let verdict = finished.report.verdict;
    let seen = host.seen.into_inner().expect("no thread panicked with it");
    let (Some(begun), Some(ended)) = (seen.begun, seen.ended) else {
        return Err(format!("{symbol}: {}, no mutants were judged", verdict.word()).into());
    };
    let document: Value = serde_json::from_slice(&fs::read(out.join("mutants.json"))?)?;
    let text = fs::read_to_string(module_of(out)?)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut judged: BTreeMap<Change, Vec<(u32, bool)>> = BTreeMap::new();
    for mutant in document["mutants"].as_array().into_iter().flatten() {
        let killed = match mutant["outcome"].as_str() {
            Some("killed") => true,
            Some("survived" | "equivalent") => false,
            _ => continue,
        };
        let line = u32::try_from(mutant["line"].as_u64().unwrap_or(0))?;
        let number = u32::try_from(mutant["number"].as_u64().unwrap_or(0))?;
        let text = |name: &str| mutant[name].as_str().unwrap_or_default();
        if let Some((kind, to)) = our_change(text("operator"), text("from"), text("to")) {
            let line = if kind == "return" {
                first_of_body(&lines, line)
            } else {
                line
            };
            judged
                .entry((line, kind, to))
                .or_default()
                .push((number, killed));
        } else {
            judged
                .entry((line, "other", text("to").into()))
                .or_default()
                .push((number, killed));
        }
    }
    let count = judge::decode(&seen.inputs).len();
    Ok(Judged {
        out: out.to_owned(),
        judged,
        inputs: (seen.inputs, count),
        took: ended - begun,
    })
}

/// The module's file in an output folder.
fn module_of(out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut files = out
        .read_dir()?
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    let module = files.find(|path| path.extension().is_some_and(|it| it == "rs"));
    Ok(module.ok_or("no module was written")?)
}

/// The line that a body begins in, for one that is opened in a line: there cargo-mutants sees a returned value.
fn first_of_body(lines: &[&str], opened: u32) -> u32 {
    let at = opened as usize;
    let ends = lines
        .get(at - 1)
        .is_some_and(|line| line.trim_end().ends_with('{'));
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let skipped = lines.iter().skip(at).take_while(|line| !says(line)).count();
    if ends {
        opened + 1 + skipped as u32
    } else {
        opened
    }
}

/// What of one of ripout's mutants another tool could have done as well.
fn our_change(operator: &str, from: &str, to: &str) -> Option<(&'static str, String)> {
    match operator {
        "removed arm" => Some(("arm", String::new())),
        "returned value" => {
            let value = to.strip_prefix("return ")?.strip_suffix(';')?;
            Some(("return", tokens(value).concat()))
        }
        _ => {
            // One operator for another, or one that is gone.
            let (from, to) = (tokens(from), tokens(to));
            let same = from
                .iter()
                .zip(&to)
                .take_while(|(one, other)| one == other)
                .count();
            if from.len() == to.len() + 1 && from[same + 1..] == to[same..] {
                return Some(("gone", from[same].clone()));
            }
            let other = to.get(same)?;
            let sign = |it: &String| it.chars().all(|it| it.is_ascii_punctuation());
            (from.len() == to.len()
                && from[same + 1..] == to[same + 1..]
                && sign(other)
                && sign(&from[same]))
            .then(|| ("operator", other.clone()))
        }
    }
}

/// Tokens, of which operators of several characters are one.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut joint = false;
    let Ok(stream) = text.parse::<proc_macro2::TokenStream>() else {
        return vec![text.to_owned()];
    };
    flatten(stream, &mut found, &mut joint);
    found
}

fn flatten(stream: proc_macro2::TokenStream, found: &mut Vec<String>, joint: &mut bool) {
    use proc_macro2::{Delimiter, Spacing, TokenTree};
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                found.push(open.into());
                *joint = false;
                flatten(group.stream(), found, joint);
                found.push(close.into());
                *joint = false;
            }
            TokenTree::Punct(punct) => {
                match found.last_mut() {
                    Some(last) if *joint => last.push(punct.as_char()),
                    _ => found.push(punct.as_char().to_string()),
                }
                *joint = punct.spacing() == Spacing::Joint && punct.as_char() != '\'';
            }
            other => {
                found.push(other.to_string());
                *joint = false;
            }
        }
    }
}

/// The sandbox, and a note of when mutants were planted and judged, and by which inputs.
struct Watched {
    inner: Sandbox,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    begun: Option<Instant>,
    ended: Option<Instant>,
    inputs: Vec<u8>,
}

impl Host for Watched {
    fn folder(&self, purpose: &str) -> Result<Box<dyn Folder>, HostError> {
        self.inner.folder(purpose)
    }

    fn run(&self, command: &Command) -> Result<Answer, HostError> {
        let answer = self.inner.run(command)?;
        let judging = command.args.len() == 4
            && command
                .program
                .file_name()
                .is_some_and(|it| it == "mutants");
        if judging {
            let mut seen = self.seen.lock().expect("no thread panicked with it");
            seen.ended = Some(Instant::now());
            if seen.inputs.is_empty() {
                seen.inputs = fs::read(&command.args[0]).unwrap_or_default();
            }
        }
        Ok(answer)
    }

    fn fetch(&self, command: &Command) -> Result<Answer, HostError> {
        self.inner.fetch(command)
    }

    fn say(&self, what: &str, _done: u64, _total: Option<u64>) {
        if what == "plant faults" {
            let mut seen = self.seen.lock().expect("no thread panicked with it");
            seen.begun.get_or_insert_with(Instant::now);
        }
    }

    fn warn(&self, text: &str) {
        self.inner.warn(text);
    }

    fn check(&self) -> Result<(), HostError> {
        self.inner.check()
    }
}

/// A package of the module with one test, for cargo-mutants.
struct CargoMutants {
    package: PathBuf,
}

/// What became of a mutant there.
struct Theirs {
    caught: bool,
    took: Duration,
}

impl CargoMutants {
    /// Makes the package of what lies in the output folder; its test passes.
    fn prepare(place: &Path, ours: &Judged) -> Result<Self, Box<dyn Error>> {
        let given = ours.out.join("equivalence");
        let module = module_of(&ours.out)?;
        let name = module
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let package = place.join("package");
        fs::create_dir_all(package.join("src"))?;
        fs::create_dir_all(place.join("prelude"))?;
        fs::copy(given.join("prelude.rs"), place.join("prelude/prelude.rs"))?;
        fs::copy(given.join("driver.rs"), package.join("driver.rs"))?;
        fs::write(package.join("inputs"), &ours.inputs.0)?;
        fs::write(place.join("prelude/Cargo.toml"), PRELUDE)?;
        fs::write(package.join("Cargo.toml"), PACKAGE)?;
        let mut body = fs::read_to_string(&module)?;
        if given.join("build.rs").exists() {
            body = opened(&body);
        }
        fs::write(package.join(format!("src/{name}.rs")), body)?;
        let test = fs::read_to_string(given.join("tests/equivalence.rs"))?;
        let (_, rest) = test
            .split_once("#[allow(warnings)]\nmod subject {")
            .ok_or("the test has another form")?;
        let (uses, _) = rest
            .split_once("\n}\n")
            .ok_or("the test has another form")?;
        let root = format!(
            "#![allow(warnings)]\npub mod {name};\n\n#[cfg(test)]\nmod subject {{{uses}\n}}\n\n#[cfg(test)]\n#[path = \"../driver.rs\"]\nmod driver;\n\n#[cfg(test)]\nmod tests {{\n{TESTS}}}\n"
        );
        fs::write(package.join("src/lib.rs"), root.replace("NAME", &name))?;
        let output = std::process::Command::new("cargo")
            .args(["test", "--offline", "--quiet", "--", "--ignored", "record"])
            .current_dir(&package)
            .output()?;
        if !output.status.success() {
            return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(Self { package })
    }

    fn judge(&self) -> Result<BTreeMap<Change, Vec<Theirs>>, Box<dyn Error>> {
        let output = std::process::Command::new("cargo")
            .args(["mutants", "--colors", "never", "--copy-target", "true"])
            .args(["--minimum-test-timeout", "5"])
            .args(["--jobs", &JOBS.to_string()])
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .current_dir(&self.package)
            .output()
            .map_err(|error| format!("cargo install cargo-mutants --locked: {error}"))?;
        let path = self.package.join("mutants.out/outcomes.json");
        let Ok(bytes) = fs::read(&path) else {
            return Err(
                format!("cargo-mutants: {}", String::from_utf8_lossy(&output.stderr)).into(),
            );
        };
        let document: Value = serde_json::from_slice(&bytes)?;
        let mut found: BTreeMap<Change, Vec<Theirs>> = BTreeMap::new();
        for outcome in document["outcomes"].as_array().into_iter().flatten() {
            let mutant = &outcome["scenario"]["Mutant"];
            let caught = match outcome["summary"].as_str() {
                Some("CaughtMutant") => true,
                Some("MissedMutant") => false,
                _ => continue,
            };
            let Some(change) = their_change(mutant) else {
                continue;
            };
            let phases = outcome["phase_results"].as_array().into_iter().flatten();
            let seconds: f64 = phases.filter_map(|phase| phase["duration"].as_f64()).sum();
            found.entry(change).or_default().push(Theirs {
                caught,
                took: Duration::from_secs_f64(seconds),
            });
        }
        Ok(found)
    }
}

/// What cargo-mutants says that it changed. Opening a module moves no line of it.
fn their_change(mutant: &Value) -> Option<Change> {
    let line = u32::try_from(mutant["span"]["start"]["line"].as_u64()?).ok()?;
    let to = mutant["replacement"].as_str()?;
    Some(match mutant["genre"].as_str()? {
        "BinaryOperator" => (line, "operator", to.to_owned()),
        "FnValue" => (line, "return", tokens(to).concat()),
        "MatchArm" => (line, "arm", String::new()),
        "UnaryOperator" => {
            let name = mutant["name"].as_str()?;
            let (_, rest) = name.split_once("delete ")?;
            (line, "gone", rest.split(' ').next()?.to_owned())
        }
        _ => return None,
    })
}

/// The module with what lies in private modules open to the driver, as the frozen test opens it, line by line.
fn opened(text: &str) -> String {
    let mut body = String::new();
    for line in text.lines() {
        let plain = line.trim_start();
        let indent = &line[..line.len() - plain.len()];
        let mut opened = line.to_owned();
        for word in ["mod ", "struct ", "enum ", "union ", "trait ", "type "] {
            for visibility in ["", "pub(crate) ", "pub(super) "] {
                let start = format!("{visibility}{word}");
                let inner = word == "mod " || !visibility.is_empty();
                if inner && plain.starts_with(&start) {
                    opened = format!("{indent}pub {word}{}", &plain[start.len()..]);
                }
            }
        }
        body.push_str(&opened);
        body.push('\n');
    }
    body
}

const PRELUDE: &str = "[package]\nname = \"ripout_prelude\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\npath = \"prelude.rs\"\ntest = false\ndoctest = false\n";

/// Without debug information cargo builds faster, and nothing here needs it.
const PACKAGE: &str = "[package]\nname = \"package\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n[lib]\ndoctest = false\n\n[dependencies]\nripout_prelude = { path = \"../prelude\" }\n\n[profile.dev]\ndebug = false\n";

/// Reads the inputs and compares what is seen with what the module showed before any mutant.
const TESTS: &str = r#"    use std::hash::{DefaultHasher, Hash, Hasher};

    fn seen() -> String {
        ripout_prelude::homes(&["package::NAME::"]);
        ripout_prelude::listen_to_panics();
        let mut text = String::new();
        for input in ripout_prelude::decoded(&std::fs::read("inputs").unwrap()) {
            let (_, kind, value) = ripout_prelude::observe(crate::driver::DRIVER, input);
            let mut hasher = DefaultHasher::new();
            (kind, value).hash(&mut hasher);
            text.push_str(&format!("{:x}\n", hasher.finish()));
        }
        text
    }

    #[test]
    #[ignore]
    fn record() {
        std::fs::write("expected", seen()).unwrap();
    }

    #[test]
    fn shows_what_it_showed() {
        assert!(seen() == std::fs::read_to_string("expected").unwrap());
    }
"#;
