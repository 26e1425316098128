//! `ripout remove` on projects as they come: what stands in the way is said, what does not is dealt with, and nothing of
//! theirs is touched until they ask for it.
//!
//! ```text
//! cargo test --release --test bad_projects               all; what they need comes from the registries
//! cargo test --release --test bad_projects -- renamed    one of them
//! ```

mod program;
mod project;

#[path = "bad_projects/cargo.rs"]
mod cargo;
#[path = "bad_projects/python.rs"]
mod python;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use program::{code, document, err, ripout};
use serde_json::Value;

/// What `ripout remove` says of a project that it does not change, and of a fresh copy of it that got the patch.
struct Removed {
    /// Holds the fresh copy and the output folder.
    beside: tempfile::TempDir,
    code: i32,
    result: Value,
    said: String,
}

impl Removed {
    /// Runs it. The project is as it was, whatever comes of it.
    fn of(project: &Path, dependency: &str, more: &[&str]) -> Self {
        let beside = program::folder();
        let before = files(project);
        let output = remove(project, beside.path(), dependency, more);
        assert_eq!(files(project), before, "{}", err(&output));
        Self {
            code: code(&output),
            result: document(&output),
            said: err(&output),
            beside,
        }
    }

    /// A fresh copy of the project with the patch.
    fn patched(&self, project: &Path) -> PathBuf {
        let removal = &self.result["removal"];
        assert_eq!(self.code, 0, "{:#}{}", self.result, self.said);
        assert_eq!(removal["after"]["failed"], 0, "{removal:#}");
        let passed = |when: &str| removal[when]["passed"].as_u64().unwrap();
        assert!(0 < passed("before") && passed("before") <= passed("after"));
        let fresh = self.beside.path().join("fresh");
        let words = ["clone", "--quiet", &project.display().to_string(), "fresh"];
        assert!(project::run(self.beside.path(), "git", &words));
        let patch = self.beside.path().join("out/removal.patch");
        let words = ["apply", &patch.display().to_string()];
        assert!(project::run(&fresh, "git", &words));
        fresh
    }

    /// Why nothing was done, and what to do.
    fn refused(&self) -> (&str, String) {
        assert_eq!(self.code, 2, "{:#}{}", self.result, self.said);
        let told = format!("{} {}", self.result["text"], self.result["help"]);
        (self.result["code"].as_str().unwrap(), told)
    }
}

fn remove(project: &Path, beside: &Path, dependency: &str, more: &[&str]) -> Output {
    // The cache of the user's own: what was fetched once is not fetched again.
    ripout(beside)
        .env_remove("RIPOUT_CACHE_DIR")
        .args(["remove", dependency, "--format", "json", "--out", "out"])
        .arg("--for")
        .arg(project)
        .args(more)
        .output()
        .expect("ripout starts")
}

/// All that a project holds, but for git's own.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(place) = left.pop() {
        for entry in fs::read_dir(&place).unwrap().flatten() {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                if entry.file_name() != ".git" {
                    left.push(path);
                }
            } else {
                found.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}
