//! Runs ripout on a case, as a user would, and holds the result against what is expected.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

use crate::case::{Case, Twin};

/// `ripout extract` on the case's upstream.
pub fn case(case: &Case) -> Result<(), String> {
    let work = Work::of(case)?;
    let out = work.path().join("out");
    let mut words = vec!["extract".to_owned(), work.upstream()];
    words.extend(case.text.symbols.iter().cloned());
    words.extend(work.options(case));
    words.extend(["--format".to_owned(), "json".to_owned()]);
    words.extend(["--out".to_owned(), out.display().to_string()]);
    let output = ripout(&words, work.path())?;
    let result = parsed(&output)?;
    let shown = format!("{result:#}\n{}", String::from_utf8_lossy(&output.stderr));
    let expect = &case.text.expect;
    if let Some(error) = &expect.error {
        equal("exit code", &output.status.code(), &Some(2), &shown)?;
        equal(
            "error code",
            &result["code"].as_str(),
            &Some(error.as_str()),
            &shown,
        )?;
    } else {
        let verdict = result["verdict"].as_str();
        equal("verdict", &verdict, &Some(expect.verdict.as_str()), &shown)?;
        let code = exit_code(&expect.verdict)?;
        equal("exit code", &output.status.code(), &Some(code), &shown)?;
        let reason = result["reason"]["code"].as_str();
        equal("reason", &reason, &expect.reason.as_deref(), &shown)?;
    }
    for text in &expect.says {
        if !shown.contains(text.as_str()) {
            return Err(format!("does not say {text:?}:\n{shown}"));
        }
    }
    let expected = case.folder.join("expected");
    if result["closure"]
        .as_array()
        .is_some_and(|closure| !closure.is_empty())
    {
        snapshot(&expected.join("closure.txt"), &closure(&result))?;
    }
    if let (Some(module), false) = (
        result["module"]["path"].as_str(),
        expect.verdict == "refused",
    ) {
        let text = std::fs::read_to_string(module).map_err(|e| format!("{module}: {e}"))?;
        let name = Path::new(module)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        snapshot(&expected.join(format!("{name}.txt")), without_header(&text))?;
    }
    if expect.frozen {
        frozen(&out.join("equivalence"))?;
    }
    Ok(())
}

/// `ripout verify` of a module that looks right.
pub fn twin(case: &Case, twin: &Twin) -> Result<(), String> {
    let work = Work::of(case)?;
    // A module is found by its file's name: the twin takes the place of the real one.
    let module = work.path().join(twin.file.file_name().unwrap_or_default());
    std::fs::copy(&twin.file, &module).map_err(|e| e.to_string())?;
    let mut words = vec!["verify".to_owned(), work.upstream()];
    words.extend(case.text.symbols.iter().cloned());
    words.extend(work.options(case));
    words.extend(["--module".to_owned(), module.display().to_string()]);
    words.extend(["--format".to_owned(), "json".to_owned()]);
    let output = ripout(&words, work.path())?;
    let result = parsed(&output)?;
    let shown = format!("{result:#}\n{}", String::from_utf8_lossy(&output.stderr));
    let expect = case.text.twins.get(&twin.name);
    let ground = expect.map_or("counterexample", |expect| expect.ground.as_str());
    let verdict = match ground {
        "counterexample" | "unviable" => "different",
        other => other,
    };
    equal(
        "verdict",
        &result["verdict"].as_str(),
        &Some(verdict),
        &shown,
    )?;
    equal(
        "exit code",
        &output.status.code(),
        &Some(exit_code(verdict)?),
        &shown,
    )?;
    if verdict == "different" {
        equal(
            "ground",
            &result["reason"]["code"].as_str(),
            &Some(ground),
            &shown,
        )?;
    }
    if let Some(says) = expect.and_then(|expect| expect.says.as_ref())
        && !shown.contains(says.as_str())
    {
        return Err(format!("does not say {says:?}:\n{shown}"));
    }
    if ground == "counterexample" {
        let command = result["counterexample"]["reproduce"]
            .as_str()
            .unwrap_or_default();
        reproduces(command, work.path()).map_err(|error| format!("{error}\n{shown}"))?;
    }
    Ok(())
}

/// The command of a counterexample, as a user would paste it into a shell, shows the difference again.
fn reproduces(command: &str, folder: &Path) -> Result<(), String> {
    let bin = Path::new(env!("CARGO_BIN_EXE_ripout"))
        .parent()
        .unwrap_or(Path::new("."));
    let path = format!(
        "{}:{}",
        bin.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let output = Command::new("sh")
        .args(["-c", command])
        .env("PATH", path)
        .current_dir(folder)
        .output()
        .map_err(|e| e.to_string())?;
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    equal(
        "exit code of the reproducing command",
        &output.status.code(),
        &Some(1),
        &shown,
    )
}

/// The frozen tests pass by themselves, with neither the original nor ripout at hand.
fn frozen(folder: &Path) -> Result<(), String> {
    let mut command = if folder.join("Cargo.toml").is_file() {
        let mut command = Command::new("cargo");
        command.args(["test", "--offline", "--quiet"]);
        command.env("CARGO_TARGET_DIR", folder.join("target"));
        command
    } else {
        let mut command = Command::new("python3");
        command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
        command
    };
    let output = command
        .current_dir(folder)
        .output()
        .map_err(|e| e.to_string())?;
    let shown = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    equal(
        "exit code of the frozen tests",
        &output.status.code(),
        &Some(0),
        &shown,
    )?;
    if !shown.contains("passed") {
        return Err(format!(
            "the frozen tests say of no test that it passed:\n{shown}"
        ));
    }
    Ok(())
}

/// A copy of the case's upstream in a folder that goes away.
struct Work(tempfile::TempDir);

impl Work {
    fn of(case: &Case) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        copy(
            &case.folder.join("upstream"),
            &folder.path().join("upstream"),
        )
        .map_err(|e| format!("{}: {e}", case.folder.display()))?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn upstream(&self) -> String {
        self.path().join("upstream").display().to_string()
    }

    fn options(&self, case: &Case) -> Vec<String> {
        let folder = case.folder.display().to_string();
        case.text
            .options
            .iter()
            .map(|word| word.replace("{case}", &folder))
            .collect()
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target: PathBuf = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn ripout(words: &[String], folder: &Path) -> Result<Output, String> {
    Command::new(env!("CARGO_BIN_EXE_ripout"))
        .args(words)
        .current_dir(folder)
        .output()
        .map_err(|e| e.to_string())
}

fn parsed(output: &Output) -> Result<Value, String> {
    serde_json::from_slice(&output.stdout).map_err(|error| {
        format!(
            "standard output is no JSON ({error}): {}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

fn exit_code(verdict: &str) -> Result<i32, String> {
    match verdict {
        "equivalent" => Ok(0),
        "different" => Ok(1),
        "inconclusive" => Ok(3),
        "refused" => Ok(4),
        other => Err(format!("{other} is no verdict")),
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(
    what: &str,
    is: &T,
    expected: &T,
    shown: &str,
) -> Result<(), String> {
    if is == expected {
        return Ok(());
    }
    Err(format!("{what} is {is:?}, expected {expected:?}:\n{shown}"))
}

/// The closure as text: a line for each definition, sorted.
fn closure(result: &Value) -> String {
    let mut lines: Vec<String> = result["closure"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| {
            let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
            format!(
                "{} {} {}:{}-{}\n",
                text("kind"),
                text("name"),
                text("file"),
                entry["lines"][0],
                entry["lines"][1]
            )
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// The module below ripout's header, which ends with the first empty line.
fn without_header(text: &str) -> &str {
    text.split_once("\n\n").map_or(text, |(_, rest)| rest)
}

fn snapshot(file: &Path, is: &str) -> Result<(), String> {
    let bless = std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite");
    if bless {
        std::fs::create_dir_all(file.parent().unwrap_or(file)).map_err(|e| e.to_string())?;
        return std::fs::write(file, is).map_err(|e| e.to_string());
    }
    let expected = std::fs::read_to_string(file)
        .map_err(|e| format!("{}: {e}; bless it with SNAPSHOTS=overwrite", file.display()))?;
    if expected == is {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(expected.as_str(), is);
    Err(format!(
        "{} has changed:\n{}",
        file.display(),
        diff.unified_diff()
    ))
}
