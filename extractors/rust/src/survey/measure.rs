//! What building each package takes, and whether a project builds without a dependency: asked of cargo in a copy.

use std::{collections::BTreeMap, path::Path, time::Duration};

use ripout_model::{
    Answer, Command, Costs, Dependency, Folder, Host, HostError, Limits, Settings, Stop, Survey,
};
use serde::Deserialize;
use toml_edit::{DocumentMut, Item};

use crate::{
    removal::{lock, without},
    toolchain,
};

/// So long a build may take.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Where cargo tells how long each part of a build took.
const TIMINGS: &str = "target/cargo-timings/cargo-timing.html";

/// What stands before the numbers there.
const NUMBERS: &str = "const UNIT_DATA = ";

/// One run of the compiler, or of a build script.
#[derive(Deserialize)]
struct Unit {
    name: String,
    version: String,
    duration: f64,
}

/// Builds a copy of a project, one package after the other, and tells the seconds of each.
pub fn costs(
    copy: &dyn Folder,
    survey: &Survey,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Costs, Stop> {
    lock(copy.path(), settings, host)?;
    host.say("building the project to measure it", 0, None);
    // One at a time: what runs beside others waits for them.
    let words = [
        "build",
        "--offline",
        "--workspace",
        "--timings",
        "--jobs",
        "1",
    ];
    let answer = cargo(copy, &words, host)?;
    if !answer.ok() {
        host.warn(&format!(
            "the project does not build here, so nothing was measured: {}",
            first_error(&answer)
        ));
        return Ok(Costs::default());
    }
    let told = copy.read(TIMINGS)?;
    let seconds = seconds(&String::from_utf8_lossy(&told));
    Ok(Costs {
        build_seconds: survey
            .locked
            .iter()
            .map(|locked| {
                let key = (locked.name.clone(), locked.version.clone());
                seconds.get(&key).copied()
            })
            .collect(),
        import_ms: Vec::new(),
    })
}

/// Seconds by name and version: all that ran for a package.
fn seconds(page: &str) -> BTreeMap<(String, String), f64> {
    let mut seconds = BTreeMap::new();
    let Some((_, rest)) = page.split_once(NUMBERS) else {
        return seconds;
    };
    let mut units = serde_json::Deserializer::from_str(rest).into_iter::<Vec<Unit>>();
    for unit in units.next().and_then(Result::ok).unwrap_or_default() {
        *seconds.entry((unit.name, unit.version)).or_default() += unit.duration;
    }
    seconds
}

/// Which of some dependencies a copy of the project builds without: the command that has passed. The copy is left as it was.
pub fn unused(
    copy: &dyn Folder,
    candidates: &[&Dependency],
    settings: &Settings,
    host: &dyn Host,
) -> Result<Vec<Option<String>>, Stop> {
    let mut passed = vec![None; candidates.len()];
    if candidates.is_empty() {
        return Ok(passed);
    }
    lock(copy.path(), settings, host)?;
    host.say("building the project as it is", 0, None);
    let plain = ["check", "--offline", "--workspace", "--all-targets"];
    let all = [&plain[..], &["--all-features"]].concat();
    let words = if cargo(copy, &all, host)?.ok() {
        &all[..]
    } else if cargo(copy, &plain, host)?.ok() {
        &plain[..]
    } else {
        host.warn(
            "the project does not build here, so no build without a dependency says anything",
        );
        return Ok(passed);
    };
    let total = candidates.len() as u64;
    for (at, dependency) in candidates.iter().enumerate() {
        host.check()?;
        host.say(
            "building without what no use is found of",
            at as u64,
            Some(total),
        );
        // A build for this platform with these features says nothing of what it leaves out.
        let elsewhere = dependency
            .declared
            .iter()
            .any(|it| it.target.is_some() || it.optional && words.len() == plain.len());
        if elsewhere {
            continue;
        }
        let Some(before) = taken_out(copy.path(), dependency)? else {
            continue;
        };
        let built = match lock(copy.path(), settings, host) {
            Ok(()) => cargo(copy, words, host)?.ok(),
            Err(Stop::Interrupted) => return Err(Stop::Interrupted),
            Err(_) => false,
        };
        for (file, text) in before {
            write(&copy.path().join(file), &text)?;
        }
        if built {
            passed[at] = Some(format!("cargo {}", words.join(" ")));
        }
    }
    Ok(passed)
}

/// Takes a dependency out of the manifests that declare it. Gives what stood there; none where some manifest does not name it.
fn taken_out(root: &Path, dependency: &Dependency) -> Result<Option<Vec<(String, String)>>, Stop> {
    let mut files: Vec<&str> = dependency
        .declared
        .iter()
        .map(|it| it.file.as_str())
        .collect();
    files.sort_unstable();
    files.dedup();
    let mut before = vec![("Cargo.lock".to_owned(), read(&root.join("Cargo.lock"))?)];
    let mut after = Vec::new();
    for file in files {
        let text = read(&root.join(file))?;
        let keys = keys(&text, &dependency.name);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let Ok(made) = without(&text, &keys, &[], false) else {
            return Ok(None);
        };
        if made == text {
            return Ok(None);
        }
        after.push((file, made));
        before.push((file.to_owned(), text));
    }
    for (file, text) in after {
        write(&root.join(file), &text)?;
    }
    Ok(Some(before))
}

/// What a manifest calls a package, wherever it declares it.
fn keys(manifest: &str, package: &str) -> Vec<String> {
    let Ok(manifest) = manifest.parse::<DocumentMut>() else {
        return Vec::new();
    };
    let spelt = |name: &str| name.replace('_', "-");
    let mut keys = vec![package.to_owned()];
    let mut open: Vec<&Item> = vec![manifest.as_item()];
    while let Some(item) = open.pop() {
        let Some(table) = item.as_table_like() else {
            continue;
        };
        for (key, value) in table.iter() {
            let named = value
                .as_table_like()
                .and_then(|it| it.get("package"))
                .and_then(Item::as_str);
            if named == Some(package) || named.is_none() && spelt(key) == spelt(package) {
                keys.push(key.to_owned());
            }
            open.push(value);
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

fn cargo(copy: &dyn Folder, words: &[&str], host: &dyn Host) -> Result<Answer, Stop> {
    let mut command = Command::new("cargo", copy.path())
        .args(words.iter().copied())
        .args(["--color", "never"])
        // Wherever the project builds to, a copy builds in itself.
        .arg("--target-dir")
        .arg(copy.path().join("target"))
        .wall(PATIENCE);
    command.limits = Limits {
        disk: 16 << 30,
        memory: 16 << 30,
        ..command.limits
    };
    host.run(&command).map_err(toolchain::missing)
}

fn first_error(answer: &Answer) -> String {
    let errors = answer.errors();
    let first = errors.lines().find(|line| line.starts_with("error"));
    first.unwrap_or("cargo did not say why").to_owned()
}

fn read(path: &Path) -> Result<String, Stop> {
    std::fs::read_to_string(path).map_err(|source| failed(path, source))
}

fn write(path: &Path, text: &str) -> Result<(), Stop> {
    std::fs::write(path, text).map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: std::io::Error) -> Stop {
    let path = path.to_path_buf();
    HostError::File { path, source }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_runs_for_a_package_is_added_up() {
        let page = "<script>\nconst UNIT_DATA = [\n{\"i\":0,\"name\":\"a\",\"version\":\"1.0.0\",\"mode\":\"todo\",\"duration\":1.5,\"x\":[1]},\n\
            {\"i\":1,\"name\":\"a\",\"version\":\"1.0.0\",\"duration\":0.25},\n{\"i\":2,\"name\":\"a\",\"version\":\"2.0.0\",\"duration\":3}\n];\nconst OTHER = 1;";
        let seconds = seconds(page);
        assert_eq!(seconds[&("a".to_owned(), "1.0.0".to_owned())], 1.75);
        assert_eq!(seconds[&("a".to_owned(), "2.0.0".to_owned())], 3.0);
        assert!(super::seconds("a page of another kind").is_empty());
    }

    #[test]
    fn a_package_is_known_under_every_key() {
        let manifest = "[dependencies]\nnarrow = { package = \"wide\", version = \"1\" }\nother = \"1\"\n[target.'cfg(unix)'.dependencies]\nwide = \"1\"\n";
        assert_eq!(keys(manifest, "wide"), ["narrow", "wide"]);
    }
}
