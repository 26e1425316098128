//! A package that is out for harm, attempt by attempt: each of `golden/hostile/` is tried where a package's code runs, which
//! is where it is imported or built, where it is called, and in its own tests.
//!
//! ```text
//! cargo test --test hostile                       all of them, a quarter of an hour on two cores
//! cargo test --test hostile -- escapes            those whose names hold this
//! RIPOUT_SAMPLE=20 cargo test --test hostile      so many, drawn by a seed that is printed (`RIPOUT_SEED` draws them again)
//! ```
//!
//! None may succeed, and the run ends by itself, in time, with a verdict or an error that says something. What a stranger
//! got hold of would stand in the result: the keys planted here are looked for in all that is left.

mod program;
mod sample;

#[path = "hostile/kernel.rs"]
mod kernel;
#[path = "hostile/surroundings.rs"]
mod surroundings;

use std::{
    path::Path,
    process::{ExitCode, Stdio},
    time::{Duration, Instant},
};

use libtest_mimic::{Arguments, Failed, Trial};

use kernel::Kernel;
use surroundings::Surroundings;

/// A run takes some seconds. This is for machines that are busy with other things.
const PATIENCE: Duration = Duration::from_secs(240);

/// What ripout itself may take, whatever it is answered with.
const MEMORY: u64 = 1 << 30;

/// Where in a package its code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the import in Python, in the build script in Rust.
    Start,
    /// In the function that is taken out.
    Body,
    /// In the package's own tests.
    Tests,
}

impl Place {
    fn word(self, language: &str) -> &'static str {
        match (self, language) {
            (Place::Start, "rust") => "in_its_build_script",
            (Place::Start, _) => "as_it_is_imported",
            (Place::Body, _) => "when_called",
            (Place::Tests, _) => "in_its_tests",
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/hostile");
    let mut trials = vec![
        Trial::test("rust/links_in_the_repo_that_lead_outside", || links("rust")),
        Trial::test("python/links_in_the_repo_that_lead_outside", || {
            links("python")
        }),
        Trial::test("rust/a_build_script_that_answers_for_cargo", forged),
        Trial::test("a_kernel_that_offers_nothing_is_said", refused),
    ];
    for language in ["python", "rust"] {
        let mut attempts: Vec<_> = std::fs::read_dir(folder.join(language))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        attempts.sort();
        for attempt in attempts {
            for place in [Place::Start, Place::Body, Place::Tests] {
                let stem = attempt.file_stem().unwrap_or_default().to_string_lossy();
                let name = format!("{language}/{stem}_{}", place.word(language));
                let attempt = attempt.clone();
                let run = move || {
                    let text = std::fs::read_to_string(&attempt)?;
                    let surroundings = Surroundings::make()?;
                    let text = surroundings.filled_in(&text);
                    plant(&surroundings, language, place, &text)?;
                    held(surroundings, language, Kernel::Whole).map(drop)
                };
                trials.push(Trial::test(name, run));
            }
            // What one measure denies another one denies, too.
            for kernel in [Kernel::WithoutNamespaces, Kernel::WithoutLandlock] {
                let stem = attempt.file_stem().unwrap_or_default().to_string_lossy();
                if language != "python" || !DOUBLED.contains(&&*stem) {
                    continue;
                }
                let name = format!("{language}/{stem}_{}", kernel.word());
                let attempt = attempt.clone();
                let run = move || {
                    let text = std::fs::read_to_string(&attempt)?;
                    let surroundings = Surroundings::make()?;
                    let text = surroundings.filled_in(&text);
                    plant(&surroundings, language, Place::Body, &text)?;
                    held(surroundings, language, kernel).map(drop)
                };
                let ignored = NOT_HELD.contains(&&*name);
                trials.push(Trial::test(name, run).with_ignored_flag(ignored));
            }
        }
    }
    libtest_mimic::run(&arguments, sample::drawn(trials)).exit_code()
}

/// Attempts that two measures stand against. What a kernel lacks of the others is watched from outside.
const DOUBLED: [&str; 6] = [
    "kills_its_parents",
    "opens_sockets",
    "outlives_its_run",
    "reads_environments",
    "reads_the_users_keys",
    "writes_outside",
];

/// Not held, and so not run unless asked for (`-- --include-ignored`): without a namespace of processes, which the kernel
/// ends as one, those that fork faster than they can be listed may outlive their run now and then.
const NOT_HELD: [&str; 1] = ["python/outlives_its_run_without_namespaces"];

/// Where nothing keeps strangers in they are not started, and it is said what is missing and how to go on without.
fn refused() -> Result<(), Failed> {
    let surroundings = Surroundings::make()?;
    let started = "from pathlib import Path\n\n\ndef attempt():\n    Path(\"@HOME@/started\").touch()\n    return \"\"\n";
    let started = surroundings.filled_in(started);
    plant(&surroundings, "python", Place::Start, &started)?;
    let run = |more: &[&str]| {
        let mut command = surroundings.ripout();
        command.args([
            "extract", "../repo", "guest.f", "--format", "json", "--out", "../out",
        ]);
        command.args(["--budget", "2", "--inputs", "50"]).args(more);
        Kernel::WithoutBoth.output(command)
    };
    let output = run(&[])?;
    let document = program::document(&output);
    let shown = format!("{document:#}\n{}", program::err(&output));
    let text = document["text"].as_str().unwrap_or_default();
    let help = document["help"].as_str().unwrap_or_default();
    if output.status.code() != Some(2)
        || document["code"] != "sandbox_unavailable"
        || !["network", "writing elsewhere", "reading secrets"]
            .iter()
            .all(|word| text.contains(word))
        || !help.contains("--no-sandbox")
        || surroundings.holds("home/started")
    {
        return Err(shown.into());
    }
    let output = run(&["--no-sandbox"])?;
    if !matches!(output.status.code(), Some(0 | 3)) || !surroundings.holds("home/started") {
        let said = program::err(&output);
        return Err(format!("--no-sandbox: {}: {said}", output.status).into());
    }
    Ok(())
}

/// A package with the attempt in one place.
fn plant(
    surroundings: &Surroundings,
    language: &str,
    place: Place,
    text: &str,
) -> Result<(), Failed> {
    let plant = |file: &str, text: &str| surroundings.plant(file, text);
    plant("README.md", "# guest\n")?;
    plant("LICENSE", "MIT License\n")?;
    if language == "python" {
        plant(
            "pyproject.toml",
            "[project]\nname = \"guest\"\nversion = \"1.0\"\nlicense = \"MIT\"\n",
        )?;
        let (head, body) = match place {
            Place::Start => (format!("{text}\n\n_GOT = attempt()\n"), "_GOT"),
            Place::Body => (text.to_owned(), "attempt()"),
            Place::Tests => (String::new(), "\"\""),
        };
        let function = format!(
            "def f(x: int) -> str:\n    \"\"\"\n    >>> f(1)\n    '1'\n    \"\"\"\n    return str(x) + {body}\n"
        );
        plant("guest/__init__.py", &format!("{head}\n\n{function}"))?;
        if place == Place::Tests {
            let test = "def test_f():\n    assert f(1) == '1' + attempt()\n";
            plant(
                "tests/test_guest.py",
                &format!("{text}\n\nfrom guest import f\n\n\n{test}"),
            )?;
        }
        return Ok(());
    }
    let manifest =
        "[package]\nname = \"guest\"\nversion = \"1.0.0\"\nedition = \"2024\"\nlicense = \"MIT\"\n";
    plant("Cargo.toml", manifest)?;
    let start = "include!(concat!(env!(\"OUT_DIR\"), \"/got.rs\"));\n\n/// `x`.\npub fn f(x: u32) -> String {\n    format!(\"{x}{GOT}\")\n}\n";
    let body = "/// `x`.\npub fn f(x: u32) -> String {\n    format!(\"{x}{}\", attempt())\n}\n";
    let plain = "/// `x`.\npub fn f(x: u32) -> String {\n    x.to_string()\n}\n";
    match place {
        Place::Start => {
            // The answer comes last: an attempt may have moved the folder that it goes to.
            let main = "fn main() {\n    let out = std::env::var(\"OUT_DIR\").unwrap();\n    let text = |got: &str| format!(\"pub const GOT: &str = {got:?};\");\n    \
                        std::fs::write(format!(\"{out}/got.rs\"), text(\"\")).unwrap();\n    let got = attempt();\n    \
                        let _ = std::fs::write(format!(\"{out}/got.rs\"), text(&got));\n}\n";
            plant("build.rs", &format!("{text}\n{main}"))?;
            plant("src/lib.rs", start)?;
        }
        Place::Body => plant("src/lib.rs", &format!("{text}\n{body}"))?,
        Place::Tests => {
            plant("src/lib.rs", plain)?;
            let test = "#[test]\nfn takes_one() {\n    assert_eq!(guest::f(1), format!(\"1{}\", attempt()));\n}\n";
            plant("tests/guest.rs", &format!("{text}\n{test}"))?;
        }
    }
    Ok(())
}

/// Takes the function out, and holds the surroundings against what they were.
fn held(mut surroundings: Surroundings, language: &str, kernel: Kernel) -> Result<String, Failed> {
    let symbol = if language == "rust" {
        "guest::f"
    } else {
        "guest.f"
    };
    let before = surroundings.seen()?;
    let mut command = surroundings.ripout();
    command
        .args(["extract", "../repo", symbol, "--format", "json"])
        .args([
            "--out",
            "../out",
            "--budget",
            "4",
            "--inputs",
            "300",
            "--verbose",
        ])
        .stdin(Stdio::null())
        .stdout(surroundings.file("stdout")?)
        .stderr(surroundings.file("stderr")?);
    let mut child = kernel.spawn(command)?;
    let begun = Instant::now();
    let mut most = 0;
    let status = loop {
        most = most.max(surroundings::memory_of(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(format!("did not end within {PATIENCE:?}").into());
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let (stdout, stderr) = (surroundings.text("stdout")?, surroundings.text("stderr")?);
    let shown = format!("{}\n{}", clipped(&stdout), clipped(&stderr));
    let fail = |what: String| Err(Failed::from(format!("{what}\n\n{shown}")));
    let Some(code @ 0..=4) = status.code() else {
        return fail(format!("ended by {status}"));
    };
    let document: serde_json::Value = match serde_json::from_str(&stdout) {
        Ok(document) => document,
        Err(error) => return fail(format!("standard output is no document: {error}")),
    };
    let said = if code == 2 {
        &document["text"]
    } else {
        &document["verdict"]
    };
    if said.as_str().is_none_or(str::is_empty) {
        return fail("says nothing".to_owned());
    }
    if most > MEMORY {
        return fail(format!("ripout took {} MiB of memory", most >> 20));
    }
    if let Some(what) = surroundings.changed(&before)? {
        return fail(what);
    }
    println!(
        "{symbol}: {said} {} after {:?}",
        document["reason"]["text"],
        begun.elapsed()
    );
    Ok(stdout)
}

/// A package whose files are links to the user's.
fn links(language: &str) -> Result<(), Failed> {
    let surroundings = Surroundings::make()?;
    if language == "python" {
        plant(
            &surroundings,
            language,
            Place::Tests,
            "def attempt():\n    return ''\n",
        )?;
        let text = "from pathlib import Path\n\n_TEXT = Path(__file__).with_name(\"data.txt\")\n\n\ndef f(x: int) -> str:\n    try:\n        \
                    return str(x) + _TEXT.read_text()\n    except OSError:\n        return str(x)\n";
        surroundings.plant("guest/__init__.py", text)?;
        surroundings.link("guest/data.txt")?;
        surroundings.link("guest/other.py")?;
        surroundings.link("setup.cfg")?;
    } else {
        plant(
            &surroundings,
            language,
            Place::Tests,
            "fn attempt() -> String {\n    String::new()\n}\n",
        )?;
        let text = "const TEXT: &str = include_str!(\"data.txt\");\nconst OTHER: &str = include_str!(\"../../home/.ssh/id_rsa\");\n\n/// `x`.\npub fn f(x: u32) -> String {\n    format!(\"{x}{TEXT}{OTHER}\")\n}\n";
        surroundings.plant("src/lib.rs", text)?;
        surroundings.link("src/data.txt")?;
        surroundings.link("Cargo.lock")?;
    }
    surroundings.link("COPYING")?;
    held(surroundings, language, Kernel::Whole).map(drop)
}

/// Cargo says on its standard output where a build script's output lies; a build script may say so as well.
fn forged() -> Result<(), Failed> {
    let surroundings = Surroundings::make()?;
    let attempt = "pub fn attempt() -> String {\n    use std::io::Write;\n    \
        for entry in std::fs::read_dir(\"/proc\").into_iter().flatten().flatten() {\n        \
            let line = std::fs::read_to_string(entry.path().join(\"cmdline\")).unwrap_or_default();\n        \
            if !line.contains(\"message-format\") { continue; }\n        \
            if let Ok(mut output) = std::fs::OpenOptions::new().write(true).open(entry.path().join(\"fd/1\")) {\n            \
                let id = format!(\"path+file://@REPO@#guest@1.0.0\");\n            \
                let _ = writeln!(output, \"{{\\\"reason\\\":\\\"build-script-executed\\\",\\\"package_id\\\":\\\"{id}\\\",\\\"linked_libs\\\":[],\\\"linked_paths\\\":[],\\\"cfgs\\\":[],\\\"env\\\":[],\\\"out_dir\\\":\\\"@HOME@/.ssh\\\"}}\");\n        \
            }\n    }\n    \
        let out = std::env::var(\"OUT_DIR\").unwrap();\n    let _ = std::fs::remove_dir_all(&out);\n    \
        let _ = std::os::unix::fs::symlink(\"@HOME@/.ssh\", &out);\n    String::new()\n}\n";
    plant(
        &surroundings,
        "rust",
        Place::Start,
        &surroundings.filled_in(attempt),
    )?;
    let text = "pub const KEY: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/id_rsa\"));\n\n/// `x`.\npub fn f(x: u32) -> String {\n    format!(\"{x}{KEY}\")\n}\n";
    surroundings.plant("src/lib.rs", text)?;
    held(surroundings, "rust", Kernel::Whole).map(drop)
}

/// The beginning and the end, where there is much of it.
fn clipped(text: &str) -> String {
    let most = 4000;
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let part = |range: &[char]| range.iter().collect::<String>();
    let half = most / 2;
    format!(
        "{} … {}",
        part(&letters[..half]),
        part(&letters[letters.len() - half..])
    )
}
