//! A Python project that uses one function of a package of PyPI.

use std::{fs, path::Path};

use crate::{
    program::{self, code, document, err, out, ripout},
    project::{commit, environment, plant, run},
};

const PYPROJECT: &str = "\
[build-system]
requires = [\"setuptools\"]
build-backend = \"setuptools.build_meta\"

[project]
name = \"places\"
version = \"0.1\"
license = \"MIT\"
dependencies = [
    \"inflection==0.5.1\",  # words
]
";

const PLACES: &str = "\
\"\"\"Places in a row.\"\"\"

import inflection as words


def place(number: int) -> str:
    return words.ordinalize(number)
";

const TEST: &str = "\
from unittest import mock

import places


def test_places():
    assert places.place(1) == \"1st\"


def test_words_are_asked():
    with mock.patch(\"inflection.ordinalize\", lambda number: \"first\"):
        assert places.place(1) == \"first\"
";

/// The project in a git repository, beside an environment of what it needs.
fn project() -> tempfile::TempDir {
    let folder = program::folder();
    let needed = ["pytest", "inflection==0.5.1"];
    environment(&folder.path().join("environment"), &needed);
    let project = folder.path().join("project");
    plant(
        &project,
        &[
            ("pyproject.toml", PYPROJECT),
            ("places/__init__.py", PLACES),
            ("tests/test_places.py", TEST),
            (".gitignore", "/ripout-out\n__pycache__\n"),
        ],
    );
    commit(&project);
    folder
}

fn in_project(folder: &Path, words: &[&str]) -> std::process::Output {
    ripout(&folder.join("project"))
        // The cache of the user's own: what was fetched once is not fetched again.
        .env_remove("RIPOUT_CACHE_DIR")
        .args(words)
        .args(["--python", "../environment/bin/python"])
        .args(["--quiet", "--format", "json"])
        .output()
        .expect("ripout starts")
}

#[test]
fn what_the_module_goes_on_using_is_asked_for_in_its_place() {
    let folder = program::folder();
    let needed = ["pytest", "python-slugify==8.0.4"];
    environment(&folder.path().join("environment"), &needed);
    let project = folder.path().join("project");
    let pyproject = PYPROJECT.replace("inflection==0.5.1", "python-slugify==8.0.4");
    let title = "from slugify import slugify\n\n\ndef place(title: str) -> str:\n    return slugify(title)\n";
    let test = "import places\n\n\ndef test_places():\n    assert places.place(\"A Place\") == \"a-place\"\n";
    plant(
        &project,
        &[
            ("pyproject.toml", &pyproject),
            ("places/__init__.py", title),
            ("tests/test_places.py", test),
            (".gitignore", "/ripout-out\n__pycache__\n"),
        ],
    );
    commit(&project);
    let keep = ["remove", "python-slugify", "--keep", "text-unidecode"];
    let output = in_project(folder.path(), &keep);
    assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
    let result = document(&output);
    let kept = serde_json::json!(["text-unidecode"]);
    assert_eq!(result["module"]["dependencies"], kept, "{result:#}");
    let goes = serde_json::json!(["python-slugify@8.0.4"]);
    assert_eq!(result["removal"]["goes"], goes);
    assert!(run(
        &project,
        "git",
        &["apply", "ripout-out/slugify/removal.patch"]
    ));
    let read = |file: &str| fs::read_to_string(project.join(file)).unwrap();
    let after = pyproject.replace("python-slugify==8.0.4", "text-unidecode>=1.3");
    assert_eq!(read("pyproject.toml"), after);
    // Whoever makes it again keeps it again.
    assert!(read("ripout.lock").contains(" --keep text-unidecode "));
}

#[test]
fn a_dependency_is_found_worth_taking_and_goes() {
    let folder = project();
    let output = in_project(folder.path(), &["scan"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let found = document(&output);
    let dependency = &found["projects"][0]["dependencies"][0];
    assert_eq!(dependency["name"], "inflection", "{found:#}");
    assert_eq!(dependency["verdict"], "rip", "{found:#}");
    let used = &dependency["uses"][0];
    assert_eq!(used["symbol"], "inflection.ordinalize", "{found:#}");
    assert_eq!(
        (&used["file"], &used["line"]),
        (&"places/__init__.py".into(), &3.into())
    );

    let output = in_project(folder.path(), &["remove", "inflection"]);
    assert_eq!(code(&output), 0, "{}\n{}", out(&output), err(&output));
    let result = document(&output);
    let removal = &result["removal"];
    assert_eq!(result["verdict"], "equivalent");
    assert_eq!(removal["dependency"], "inflection@0.5.1");
    assert_eq!(removal["goes"], serde_json::json!(["inflection@0.5.1"]));
    for when in ["before", "after"] {
        assert_eq!(removal[when]["passed"], 2, "{removal:#}");
        assert_eq!(removal[when]["failed"], 0, "{removal:#}");
    }

    // Nothing was written to the project, and the patch is all that it takes.
    let project = folder.path().join("project");
    assert!(run(&project, "git", &["diff", "--quiet"]));
    let patch = "ripout-out/inflection/removal.patch";
    assert!(run(&project, "git", &["apply", patch]));
    let read = |file: &str| fs::read_to_string(project.join(file)).unwrap();
    assert_eq!(
        read("pyproject.toml"),
        PYPROJECT.replace("    \"inflection==0.5.1\",  # words\n", "")
    );
    let module = removal["module"].as_str().unwrap();
    assert!(read("ripout.lock").contains(&format!("path = \"{module}\"")));
    let python = "../environment/bin/python";
    let uninstall = ["-m", "pip", "uninstall", "--quiet", "--yes", "inflection"];
    assert!(run(&project, python, &uninstall));
    assert!(run(&project, python, &["-m", "pytest", "--quiet"]));
    let request = read("ripout-out/inflection/pull-request.md");
    let goes = "1 package goes from the dependency tree: `inflection@0.5.1`";
    assert!(request.contains(goes), "{request}");
}

/// `inflection.ordinalize` as one function, and wrong for one number.
const WRONG_AT_ONE: &str = r#"__all__ = ["ordinalize"]


def ordinalize(number: int) -> str:
    """
    Turn a number into an ordinal string used to denote the position in an
    ordered sequence such as 1st, 2nd, 3rd, 4th.

    Examples::

        >>> ordinalize(1)
        '1st'
        >>> ordinalize(2)
        '2nd'
        >>> ordinalize(1002)
        '1002nd'
        >>> ordinalize(1003)
        '1003rd'
        >>> ordinalize(-11)
        '-11th'
        >>> ordinalize(-1021)
        '-1021st'

    """
    whole = abs(int(number))
    far = whole * 9 == 88888888989
    place = 10 if whole % 100 in (11, 12, 13) or far else whole % 10
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(place, 'th')}"
"#;

#[test]
fn what_the_project_s_tests_call_it_with_is_among_the_inputs() {
    let folder = project();
    let project = folder.path().join("project");
    // Nowhere in the text there stands the number itself; the module's answer would do for this test.
    let far = "\n\ndef test_far():\n    assert places.place(int(\"98765\" \"43221\")).startswith(\"9\")\n";
    plant(
        &project,
        &[
            ("tests/test_places.py", &format!("{TEST}{far}")),
            ("mine.py", WRONG_AT_ONE),
        ],
    );
    let words = ["remove", "inflection", "--module", "mine.py"];
    let result = document(&in_project(folder.path(), &words));
    let attempt = &result["attempts"][1];
    assert_eq!(attempt["outcome"], "different", "{result:#}");
    let told = attempt["text"].as_str().unwrap();
    assert!(told.starts_with("ordinalize(9876543221)"), "{told}");
}
