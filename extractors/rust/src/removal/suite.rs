//! Cargo's lock file, and the project's own tests.

use std::{path::Path, time::Duration};

use ripout_model::{Command, Dependency, Exit, Failure, Host, Limits, Settings, Stop, Suite};

use crate::toolchain;

/// A build and all tests of a project.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Lines of output that are worth reading where tests fail.
const TOLD: usize = 40;

/// Lets cargo bring the lock file of a copy up to date, and fetch what it names. It runs no package's code.
pub fn lock(copy: &Path, settings: &Settings, host: &dyn Host) -> Result<(), Stop> {
    let folder = host.folder("fetch")?;
    // First as it is locked; then with as little change as cargo makes, and that from what is here already: without a
    // network cargo would choose other versions for what is missing.
    let ways: [&[&str]; 4] = [
        &["--locked", "--offline"],
        &["--locked"],
        &["--offline"],
        &[],
    ];
    let mut errors = String::new();
    for way in ways {
        if settings.offline && !way.contains(&"--offline") {
            continue;
        }
        let command = Command::new("cargo", folder.path())
            .args(["fetch", "--color", "never"])
            .args(way.iter().copied())
            .arg("--manifest-path")
            .arg(copy.join("Cargo.toml"));
        let answer = host.fetch(&command).map_err(toolchain::missing)?;
        if answer.ok() {
            return Ok(());
        }
        errors = answer.errors();
    }
    Err(failed(&errors))
}

fn failed(errors: &str) -> Stop {
    Failure::new(
        "cargo_fetch",
        format!(
            "cargo can't fetch the project's packages: {}",
            errors.trim()
        ),
    )
    .help("`cargo fetch` in the project's folder says more")
    .into()
}

/// Runs the tests of a copy of a project: units, integration tests, examples of the documentation.
pub fn suite(
    copy: &Path,
    dependency: &Dependency,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Suite, Stop> {
    lock(copy, settings, host)?;
    let mut words = vec!["test".to_owned(), "--offline".to_owned()];
    words.extend(["--workspace".to_owned(), "--no-fail-fast".to_owned()]);
    let features = settings
        .features
        .clone()
        .unwrap_or_else(|| asking(copy, dependency));
    if !features.is_empty() {
        words.extend(["--features".to_owned(), features.join(",")]);
    }
    let mut command = Command::new("cargo", copy).args(&words).wall(PATIENCE);
    command.limits = Limits {
        disk: 16 << 30,
        memory: 16 << 30,
        ..command.limits
    };
    host.say("the project's own tests", 0, None);
    let answer = host.run(&command)?;
    let output = answer.text();
    let mut suite = Suite {
        command: format!("cargo {}", words.join(" ")),
        passed: 0,
        failed: 0,
        skipped: 0,
        ok: answer.ok(),
        empty: false,
        told: String::new(),
    };
    for line in output.lines() {
        if let Some((passed, failed, ignored)) = counts(line) {
            suite.passed += passed;
            suite.failed += failed;
            suite.skipped += ignored;
        }
    }
    if suite.ok && suite.passed == 0 {
        suite.ok = false;
        suite.empty = suite.skipped == 0;
        suite.told = "no test was run: there is nothing that could show a mistake".to_owned();
    } else if !suite.ok {
        let end = match answer.exit {
            Exit::TimedOut => format!("it took longer than {} s\n", PATIENCE.as_secs()),
            _ => String::new(),
        };
        let errors = answer.errors();
        let said = if errors.contains("error") {
            errors + &output
        } else {
            output + &errors
        };
        suite.told = end + &last_lines(&said);
    }
    Ok(suite)
}

/// Features without which the dependency is not there, and which the members' manifests have.
fn asking(copy: &Path, dependency: &Dependency) -> Vec<String> {
    let mut features: Vec<String> = Vec::new();
    for declared in dependency
        .declared
        .iter()
        .filter(|declared| declared.optional)
    {
        let text = std::fs::read_to_string(copy.join(&declared.file)).unwrap_or_default();
        let Ok(manifest) = text.parse::<toml_edit::DocumentMut>() else {
            continue;
        };
        let has = |feature: &str| {
            manifest
                .get("features")
                .is_some_and(|features| features.get(feature).is_some())
                || manifest
                    .get("dependencies")
                    .is_some_and(|table| table.get(feature).is_some())
        };
        let on = manifest
            .get("features")
            .and_then(|features| features.get("default"))
            .and_then(|default| default.as_array())
            .map(|list| {
                list.iter()
                    .filter_map(|item| item.as_str())
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_else(Vec::new);
        let mut named = declared.features.clone();
        if named.is_empty() {
            named.push(dependency.name.clone());
        }
        let package = manifest
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(|name| name.as_str())
            .unwrap_or_default();
        features.extend(
            named
                .into_iter()
                .filter(|feature| feature != "default" && has(feature) && !on.contains(feature))
                .map(|feature| format!("{package}/{feature}")),
        );
    }
    features.sort();
    features.dedup();
    features
}

/// What `test result: ok. 5 passed; 0 failed; 1 ignored; …` counts.
fn counts(line: &str) -> Option<(u64, u64, u64)> {
    let rest = line.trim().strip_prefix("test result: ")?;
    let number = |word: &str| {
        rest.split(['.', ';'])
            .map(str::trim)
            .find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
    };
    Some((number("passed")?, number("failed")?, number("ignored")?))
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(TOLD)..].join("\n")
}
