//! What uv 0.13, Poetry 2.5 and PDM 2.26 wrote of one project, and of the same project without each of its dependencies: in
//! `samples/`, but for the lists of files.

use std::path::PathBuf;

use ripout_model::{Dependency, Fitting, Module, Survey, testing::PlainHost};

use super::*;

fn sample(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/removal/relock/samples");
    std::fs::read_to_string(folder.join(name)).expect(name)
}

/// The file without a package, as it is edited where there is no tool.
fn edited(format: Format, key: &str) -> Result<String, String> {
    let tool = format.program();
    let now = sample(&format!("{tool}.{key}.pyproject"));
    let folder = tempfile::tempdir().expect("a temp folder");
    std::fs::write(folder.path().join("pyproject.toml"), &now).expect("a file");
    let manifests = manifests::read(folder.path()).expect("a project");
    let wanted = manifests
        .wanted
        .iter()
        .map(|wanted| wanted.requirement.key.clone())
        .collect();
    let before = sample(&format!("{tool}.before"));
    let without = entries::without(format, &before, key, &wanted)?;
    stamp::renewed(
        format,
        &without,
        &sample(&format!("{tool}.pyproject")),
        &now,
    )
}

#[test]
fn entries_go_as_the_tool_would_take_them_out() {
    for (format, keys) in [
        (
            Format::Uv,
            &["inflection", "idna", "python-dateutil", "six"][..],
        ),
        (Format::Poetry, &["inflection", "idna"]),
        (Format::Pdm, &["inflection", "idna"]),
    ] {
        for key in keys {
            let file = format!("{}.{key}.after", format.program());
            assert_eq!(
                edited(format, key).as_deref(),
                Ok(&*sample(&file)),
                "{file}"
            );
        }
    }
}

#[test]
fn what_is_shared_is_left_to_the_tool() {
    for format in [Format::Poetry, Format::Pdm] {
        for key in ["python-dateutil", "six"] {
            let why = edited(format, key).unwrap_err();
            assert_eq!(why, "six is needed by what stays as well");
        }
    }
}

#[test]
fn the_last_package_leaves_an_empty_list() {
    let lock = "# This file is made.\n\n[[package]]\nname = \"a\"\nversion = \"1\"\n\n[extras]\nfast = []\n\n[metadata]\nlock-version = \"2.1\"\n";
    let without = |format| entries::without(format, lock, "a", &BTreeSet::new());
    assert_eq!(
        without(Format::Poetry).unwrap(),
        "# This file is made.\npackage = []\n\n[extras]\nfast = []\n\n[metadata]\nlock-version = \"2.1\"\n"
    );
    assert!(without(Format::Pdm).is_err());
}

#[test]
fn a_file_that_was_out_of_date_is_not_edited() {
    let (before, manifest) = (sample("poetry.before"), sample("poetry.pyproject"));
    let other = manifest.replace("inflection = \"*\"", "inflection = \"^1\"");
    let why = stamp::renewed(Format::Poetry, &before, &other, &manifest).unwrap_err();
    assert!(why.starts_with("its `content-hash` is not that"), "{why}");
}

#[test]
fn versions_that_a_tool_moved_are_told() {
    let before = sample("uv.before");
    let now = before.replace("0.5.1", "0.6.0");
    assert_eq!(
        entries::moved(Format::Uv, &before, &now).unwrap(),
        ["inflection 0.6.0 in the place of 0.5.1"]
    );
    assert_eq!(
        entries::moved(Format::Uv, &before, &sample("uv.six.after")),
        Ok(vec![])
    );
    let before = sample("pdm.before");
    let now = before.replace(
        "[\"default\", \"dev\"]\nstrategy",
        "[\"default\"]\nstrategy",
    );
    assert!(entries::moved(Format::Pdm, &before, &now).is_err());
}

/// A host on which no tool is installed.
struct Bare;

impl Host for Bare {
    fn folder(
        &self,
        purpose: &str,
    ) -> Result<Box<dyn ripout_model::Folder>, ripout_model::HostError> {
        PlainHost.folder(purpose)
    }
    fn run(
        &self,
        command: &ripout_model::Command,
    ) -> Result<ripout_model::Answer, ripout_model::HostError> {
        Err(ripout_model::HostError::Start {
            program: command.program.clone(),
            source: std::io::ErrorKind::NotFound.into(),
        })
    }
    fn fetch(
        &self,
        command: &ripout_model::Command,
    ) -> Result<ripout_model::Answer, ripout_model::HostError> {
        self.run(command)
    }
    fn say(&self, _what: &str, _done: u64, _total: Option<u64>) {}
    fn warn(&self, _text: &str) {}
    fn check(&self) -> Result<(), ripout_model::HostError> {
        Ok(())
    }
}

#[test]
fn what_could_not_be_made_anew_is_told_with_its_line_and_command() {
    let (project, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let write = |folder: &tempfile::TempDir, file: &str, text: &str| {
        std::fs::write(folder.path().join(file), text).expect("a file");
    };
    for folder in [&project, &copy] {
        write(folder, "poetry.lock", &sample("poetry.before"));
        write(folder, "uv.lock", &sample("uv.before"));
        write(folder, "Pipfile.lock", "{\n  \"python-dateutil\": {}\n}\n");
    }
    write(&project, "pyproject.toml", &sample("poetry.pyproject"));
    write(
        &copy,
        "pyproject.toml",
        &sample("poetry.python-dateutil.pyproject"),
    );
    let dependency = Dependency {
        name: "python-dateutil".into(),
        locked: None,
        called: vec!["dateutil".into()],
        declared: Vec::new(),
        uses: Vec::new(),
    };
    let leaving = Leaving {
        folder: project.path(),
        survey: &Survey::default(),
        dependency: &dependency,
        fitting: &Fitting {
            stem: String::new(),
            parents: Vec::new(),
            symbols: Vec::new(),
            editions: Vec::new(),
            features: None,
            notes: Vec::new(),
        },
        module: &Module {
            stem: String::new(),
            files: Vec::new(),
            editions: Vec::new(),
        },
        keeps: &[],
    };
    let relocked = relock(&leaving, copy.path(), &Settings::default(), &Bare).unwrap();
    let [(file, made)] = &relocked.files[..] else {
        panic!("{:?}", relocked.notes);
    };
    let made = String::from_utf8_lossy(made);
    assert_eq!(
        (file.as_str(), &*made),
        ("uv.lock", &*sample("uv.python-dateutil.after"))
    );
    let told: Vec<(&str, &str)> = relocked
        .notes
        .iter()
        .map(|note| (note.code.as_str(), note.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                "lock_edited",
                "uv.lock: the entries of what goes were taken out as `uv lock` would, which did not run: uv is not installed here"
            ),
            (
                "left_to_do",
                "poetry.lock:38: make it anew with `poetry lock`: poetry is not installed here; and its entries were not taken out by hand, as six is needed by what stays as well"
            ),
            (
                "left_to_do",
                "Pipfile.lock:2: python-dateutil is locked there: run `pipenv lock`"
            ),
        ]
    );
}
