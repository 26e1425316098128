//! `ripout remove` on published projects, as they lie in the registries: one command each, nothing of them is written to, the
//! patch applies to a fresh copy, and all that their tests showed before they show with the dependency gone.
//!
//! ```text
//! cargo test --release --test consumers                   all; what they need comes from the registries
//! cargo test --release --test consumers -- prettytable    one of them
//! ```

mod program;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use program::{code, document, err, ripout};
use serde_json::Value;

/// A project, twice.
struct Twice {
    folder: tempfile::TempDir,
}

impl Twice {
    /// The one that ripout is told of.
    fn told(&self) -> PathBuf {
        self.folder.path().join("told")
    }

    /// The one that gets the patch.
    fn fresh(&self) -> PathBuf {
        self.folder.path().join("fresh")
    }

    /// Of a folder that `prepare` makes whole.
    fn of(folder: tempfile::TempDir, text: &Path, prepare: impl Fn(&Path)) -> Self {
        let made = Self { folder };
        for place in [made.told(), made.fresh()] {
            let copied = Command::new("cp").arg("-R").args([text, &place]).status();
            assert!(copied.is_ok_and(|status| status.success()));
            prepare(&place);
            for words in [
                "init --quiet",
                "add --all --force .",
                "-c user.name=a -c user.email=a@example.org commit --quiet -m one",
            ] {
                run(&place, "git", &words.split(' ').collect::<Vec<_>>());
            }
        }
        made
    }

    /// A crate of the Rust registry, as a workspace of its own.
    fn published(name: &str, version: &str) -> Self {
        let folder = program::folder();
        let scratch = folder.path().join("scratch");
        fs::create_dir_all(scratch.join("src")).unwrap();
        fs::write(scratch.join("src/lib.rs"), "").unwrap();
        let manifest = format!(
            "[package]\nname = \"scratch\"\nedition = \"2021\"\n\n[dependencies]\n{name} = \"={version}\"\n\n[workspace]\n"
        );
        fs::write(scratch.join("Cargo.toml"), manifest).unwrap();
        let told = run(&scratch, "cargo", &["metadata", "--format-version", "1"]);
        let told: Value = serde_json::from_str(&told).unwrap();
        let packages = told["packages"].as_array().unwrap();
        let package = packages.iter().find(|it| it["name"] == name).unwrap();
        let text = Path::new(package["manifest_path"].as_str().unwrap());
        Self::of(folder, text.parent().unwrap(), |place| {
            let manifest = place.join("Cargo.toml");
            let whole = fs::read_to_string(&manifest).unwrap() + "\n[workspace]\n";
            fs::write(manifest, whole).unwrap();
            run(place, "cargo", &["generate-lockfile", "--quiet"]);
        })
    }

    /// A source distribution of PyPI, beside an environment of what its tests need.
    fn distributed(name: &str, version: &str, needed: &[&str]) -> Self {
        let folder = program::folder();
        let at = folder.path();
        run(at, "python3", &["-m", "venv", "environment"]);
        let python = at.join("environment/bin/python").display().to_string();
        let pip = |words: &[&str]| run(at, &python, &[&["-m", "pip", "--quiet"], words].concat());
        pip(&[&["install"], needed].concat());
        let wanted = format!("{name}=={version}");
        pip(&[
            "download",
            "--no-deps",
            "--no-binary",
            ":all:",
            "--dest",
            "archive",
            &wanted,
        ]);
        let archive = fs::read_dir(at.join("archive")).unwrap().next().unwrap();
        fs::create_dir(at.join("text")).unwrap();
        let archive = archive.unwrap().path().display().to_string();
        run(at, "tar", &["-xf", &archive, "-C", "text"]);
        let text = fs::read_dir(at.join("text")).unwrap().next().unwrap();
        let text = text.unwrap().path();
        Self::of(folder, &text, |_| {})
    }

    /// The environment's interpreter.
    fn python(&self) -> String {
        let python = self.folder.path().join("environment/bin/python");
        python.display().to_string()
    }

    /// The result of a removal, and what was said on the way. The project is as it was.
    fn remove(&self, dependency: &str, more: &[&str]) -> (Value, String) {
        let output = ripout(self.folder.path())
            .env_remove("RIPOUT_CACHE_DIR")
            .args(["remove", dependency, "--for", "told", "--out", "out"])
            .args(["--format", "json"])
            .args(more)
            .output()
            .expect("ripout starts");
        assert_eq!(code(&output), 0, "{}", err(&output));
        let result = document(&output);
        assert_eq!(result["verdict"], "equivalent");
        assert_eq!(run(&self.told(), "git", &["status", "--porcelain"]), "");
        let patch = self.folder.path().join("out/removal.patch");
        run(
            &self.fresh(),
            "git",
            &["apply", &patch.display().to_string()],
        );
        (result, err(&output))
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.path().join(file)).unwrap()
    }
}

/// What a program prints. It has to end well.
fn run(folder: &Path, program: &str, words: &[&str]) -> String {
    let output = Command::new(program)
        .args(words)
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .env("PYTHONPATH", "src")
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program} {words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// How many passed, before and after alike.
fn passed(result: &Value) -> u64 {
    let of = |when: &str| {
        let tests = &result["removal"][when];
        assert_eq!(tests["failed"], 0, "{when}: {tests}");
        tests["passed"].as_u64().unwrap()
    };
    // Examples of the module's own may come along.
    assert!(of("before") <= of("after"));
    of("before")
}

#[test]
fn getopts_lets_unicode_width_go() {
    let project = Twice::published("getopts", "0.2.24");
    let (result, _) = project.remove("unicode-width", &[]);
    assert_eq!(passed(&result), 60 + 1 + 12);
    run(
        &project.fresh(),
        "cargo",
        &["test", "--quiet", "--lib", "--offline"],
    );
    assert!(!project.read("fresh/Cargo.lock").contains("unicode-width"));
    assert!(
        !project
            .read("fresh/Cargo.toml")
            .contains("dependencies.unicode-width")
    );
    assert!(
        project
            .read("out/pull-request.md")
            .contains("unicode-width")
    );
}

#[test]
fn darling_core_lets_strsim_go_to_where_it_is_wanted() {
    let project = Twice::published("darling_core", "0.24.1");
    let wanted = ["--features", "suggestions", "--module-path", "util::near"];
    let (result, _) = project.remove("strsim", &wanted);
    assert_eq!(passed(&result), 117 + 13);
    assert!(project.fresh().join("src/util/near.rs").is_file());
    run(
        &project.fresh(),
        "cargo",
        &["test", "--quiet", "--offline", "--features", "suggestions"],
    );
    assert!(!project.read("fresh/Cargo.lock").contains("strsim"));
    // The feature of that name stays, as others may turn it on.
    let manifest = project.read("fresh/Cargo.toml");
    assert!(!manifest.contains("dependencies.strsim") && manifest.contains("strsim = []"));
}

#[test]
fn prettytable_lets_wcwidth_go() {
    let needed = ["pytest", "pytest-lazy-fixtures", "wcwidth==0.2.14"];
    let project = Twice::distributed("prettytable", "3.16.0", &needed);
    let (result, _) = project.remove("wcwidth", &["--python", &project.python()]);
    assert_eq!(passed(&result), 267);
    assert!(!project.read("fresh/pyproject.toml").contains("wcwidth"));
    let python = project.python();
    run(
        &project.fresh(),
        &python,
        &["-m", "pip", "uninstall", "--quiet", "--yes", "wcwidth"],
    );
    run(
        &project.fresh(),
        &python,
        &["-m", "pytest", "--quiet", "tests"],
    );
}

/// Another package of the project needs it as well: that is said before anything else.
#[test]
fn inflect_keeps_more_itertools_in_its_tree() {
    let needed = [
        "pytest",
        "typeguard",
        "jaraco.functools",
        "more-itertools==10.8.0",
    ];
    let project = Twice::distributed("inflect", "7.6.0", &needed);
    let (result, said) = project.remove("more-itertools", &["--python", &project.python()]);
    assert_eq!(passed(&result), 284);
    let first = said.find("more-itertools stays in the tree: jaraco.functools needs it");
    assert!(
        first.is_some() && first < said.find("copying the project"),
        "{said}"
    );
    let request = project.read("out/pull-request.md");
    assert!(request.contains("jaraco"), "{request}");
}
