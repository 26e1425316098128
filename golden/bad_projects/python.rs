//! Python's projects.

use std::{path::Path, sync::OnceLock};

use crate::{Removed, program, project, read};

/// An environment of what the projects here need.
fn python() -> String {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = MADE.get_or_init(|| {
        let folder = program::folder();
        project::environment(folder.path(), &["pytest", "inflection==0.5.1"]);
        folder
    });
    folder.path().join("bin/python").display().to_string()
}

const PYPROJECT: &str = "\
[build-system]
requires = [\"setuptools\"]
build-backend = \"setuptools.build_meta\"

[project]
name = \"words\"
version = \"0.1\"
license = \"MIT\"
# what it needs
dependencies = [
    \"inflection==0.5.1\",  # words
]
";

const WORDS: &str = "\
\"\"\"Words.\"\"\"

from inflection import ordinalize


def place(number):
    return ordinalize(number)
";

const TEST: &str = "\
from words import place


def test_places():
    assert place(1) == \"1st\"
";

fn with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = program::folder();
    project::plant(folder.path(), files);
    project::commit(folder.path());
    folder
}

fn usual(words: &str, test: &str) -> tempfile::TempDir {
    with(&[
        ("pyproject.toml", PYPROJECT),
        ("words/__init__.py", words),
        ("tests/test_words.py", test),
    ])
}

fn removed(folder: &Path, more: &[&str]) -> Removed {
    let python = python();
    let words = [&["--python", &python], more].concat();
    Removed::of(folder, "inflection", &words)
}

/// The patch is all that the project needs: its tests pass where the dependency can't be imported.
fn works_without(fresh: &Path) {
    let blocked = "import sys; sys.modules['inflection'] = None; import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider']))";
    let words = ["-m", "compileall", "-q", "."];
    assert!(project::run(fresh, &python(), &words));
    assert!(project::run(fresh, &python(), &["-c", blocked]));
}

#[test]
fn tests_that_fail_before_stop_it() {
    let folder = usual(WORDS, &TEST.replace("1st", "1nd"));
    let removed = removed(folder.path(), &[]);
    let (code, told) = removed.refused();
    assert_eq!(code, "tests_fail_before");
    assert!(told.contains("test_places"), "{told}");
}

#[test]
fn tests_that_need_the_network_are_said_to_have_none() {
    let test = format!(
        "import urllib.request\n\n{TEST}\n\ndef test_elsewhere():\n    urllib.request.urlopen(\"http://192.0.2.1/\", timeout=3)\n"
    );
    let folder = usual(WORDS, &test);
    let removed = removed(folder.path(), &[]);
    let (code, told) = removed.refused();
    assert_eq!(code, "tests_fail_before");
    assert!(told.contains("test_elsewhere"), "{told}");
    assert!(told.contains("without network"), "{told}");
}

#[test]
fn a_tree_that_is_not_clean_is_not_changed() {
    let folder = usual(WORDS, TEST);
    project::plant(folder.path(), &[("words/new.py", "# mine\n")]);
    let removed = removed(folder.path(), &["--apply"]);
    let (code, told) = removed.refused();
    assert_eq!(code, "tree_not_clean");
    assert!(told.contains("words/new.py"), "{told}");
}

#[test]
fn a_list_of_requirements_is_a_manifest() {
    let folder = with(&[
        (
            "requirements.txt",
            "# what it needs\ninflection==0.5.1  # words\n",
        ),
        ("words.py", WORDS),
        ("test_words.py", TEST),
    ]);
    let removed = removed(folder.path(), &[]);
    let fresh = removed.patched(folder.path());
    assert!(!read(&fresh, "requirements.txt").contains("inflection"));
    works_without(&fresh);
}

#[test]
fn a_package_in_a_namespace_takes_the_module_and_not_what_is_around() {
    let folder = with(&[
        ("pyproject.toml", PYPROJECT),
        ("src/corp/words/__init__.py", WORDS),
        (
            "tests/test_words.py",
            &TEST.replace("from words", "from corp.words"),
        ),
        (
            "tests/conftest.py",
            "import pathlib\nimport sys\n\nsys.path.insert(0, str(pathlib.Path(__file__).parent.parent / \"src\"))\n",
        ),
    ]);
    let removed = removed(folder.path(), &[]);
    let fresh = removed.patched(folder.path());
    let module = removed.result["removal"]["module"].as_str().unwrap();
    assert_eq!(module, "src/corp/words/_inflection.py");
    assert!(!fresh.join("src/corp/__init__.py").exists());
    works_without(&fresh);
}

#[test]
fn what_the_project_hands_on_stays_where_it_was() {
    let words = WORDS.replace(
        "import ordinalize\n",
        "import ordinalize, underscore as snake\n\n__all__ = [\"place\", \"ordinalize\", \"snake\"]\n",
    );
    let folder = usual(&words, TEST);
    let removed = removed(folder.path(), &[]);
    let fresh = removed.patched(folder.path());
    let test = "import words\n\n\ndef test_handed_on():\n    assert words.snake(\"AbC\") == \"ab_c\"\n    assert words.ordinalize(2) == \"2nd\"\n";
    project::plant(&fresh, &[("tests/test_handed_on.py", test)]);
    works_without(&fresh);
}

#[test]
fn optional_dependencies_go_from_their_extra() {
    let pyproject = PYPROJECT.replace(
        "# what it needs\ndependencies = [\n    \"inflection==0.5.1\",  # words\n]\n",
        "dependencies = []\n\n[project.optional-dependencies]\nwords = [\"inflection==0.5.1\"]\n",
    );
    let words = WORDS.replace(
        "from inflection import ordinalize\n",
        "try:\n    from inflection import ordinalize\nexcept ImportError:\n    ordinalize = str\n",
    );
    let folder = with(&[
        ("pyproject.toml", &pyproject),
        ("words/__init__.py", &words),
        ("tests/test_words.py", TEST),
    ]);
    let removed = removed(folder.path(), &[]);
    let fresh = removed.patched(folder.path());
    let manifest = read(&fresh, "pyproject.toml");
    assert!(!manifest.contains("inflection"), "{manifest}");
    works_without(&fresh);
}

#[test]
fn what_is_not_installed_is_said() {
    let folder = usual(WORDS, TEST);
    let empty = program::folder();
    project::environment(empty.path(), &[]);
    let python = empty.path().join("bin/python").display().to_string();
    let removed = Removed::of(folder.path(), "inflection", &["--python", &python]);
    let (code, told) = removed.refused();
    assert!(!code.is_empty());
    assert!(
        told.contains("pytest") || told.contains("install"),
        "{told}"
    );
}
