//! Whole projects, surveyed.

use ripout_model::{DependencyKind, testing::PlainHost};

use super::*;

fn surveyed(files: &[(&str, &str)]) -> Survey {
    let folder = tempfile::tempdir().expect("a temp folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    survey(folder.path(), &Settings::default(), &PlainHost)
        .expect("it runs")
        .expect("a project")
}

/// `symbol file:line Place exposed`, a line each.
fn uses(survey: &Survey, name: &str) -> Vec<String> {
    let found = survey.dependencies.iter().find(|one| one.name == name);
    let mut lines: Vec<String> = found
        .expect("declared")
        .uses
        .iter()
        .map(|one| {
            let exposed = if one.exposed { " exposed" } else { "" };
            format!(
                "{}:{} {} {:?}{exposed}",
                one.file, one.line, one.symbol, one.place
            )
        })
        .collect();
    lines.sort();
    lines
}

const PROJECT: (&str, &str) = (
    "pyproject.toml",
    "[project]\nname = \"pkg\"\nlicense = \"MIT\"\ndependencies = [\"frobwidth\"]\n[project.entry-points.x]\ny = \"frobwidth.plug:main\"\n",
);

/// An environment of the project's own with one distribution in it.
const INSTALLED: [(&str, &str); 6] = [
    (".venv/pyvenv.cfg", "home = /\n"),
    (".venv/lib/python3/site-packages/frobwidth/__init__.py", ""),
    (".venv/lib/python3/site-packages/frobwidth/sub.py", ""),
    (
        ".venv/lib/python3/site-packages/frobwidth-1.5.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: frobwidth\nVersion: 1.5\nLicense: MIT\nRequires-Dist: inner>=1\nRequires-Dist: absent; extra == 'x'\n",
    ),
    (
        ".venv/lib/python3/site-packages/frobwidth-1.5.dist-info/RECORD",
        "frobwidth/__init__.py,,\nfrobwidth/sub.py,,\nfrobwidth-1.5.dist-info/METADATA,,\n",
    ),
    (
        ".venv/lib/python3/site-packages/inner-2.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: inner\nVersion: 2\n",
    ),
];

#[test]
fn each_form_of_use_is_found_with_its_symbol() {
    let survey = surveyed(&[
        PROJECT,
        ("src/pkg/__init__.py", "from ._core import wide\n"),
        (
            "src/pkg/_core.py",
            "import frobwidth\nimport frobwidth as fw\nfrom frobwidth import (\n    one,\n    two as deux,\n)\n\n\ndef wide(text):\n    try:\n        return frobwidth.measure(text) + fw.other(text)\n    except frobwidth.Bad:\n        return one(text)\n",
        ),
        (
            "src/pkg/lazy.py",
            "def f():\n    from frobwidth import late\n    return late()\n\n\ntry:\n    import frobwidth\nexcept ImportError:\n    frobwidth = None\n",
        ),
        (
            "tests/test_it.py",
            "from unittest import mock\nimport pkg._core\n\n@mock.patch('frobwidth.measure')\ndef test(m):\n    pkg._core.fw.through()\n",
        ),
    ]);
    assert_eq!(
        uses(&survey, "frobwidth"),
        [
            "pyproject.toml:6 frobwidth.plug Manifest",
            "src/pkg/_core.py:1 frobwidth.Bad Code",
            "src/pkg/_core.py:1 frobwidth.measure Code",
            "src/pkg/_core.py:11 frobwidth.measure Code",
            "src/pkg/_core.py:11 frobwidth.other Code",
            "src/pkg/_core.py:12 frobwidth.Bad Code",
            "src/pkg/_core.py:13 frobwidth.one Code",
            "src/pkg/_core.py:2 frobwidth.other Code",
            "src/pkg/_core.py:4 frobwidth.one Code",
            "src/pkg/_core.py:5 frobwidth.two Code",
            "src/pkg/lazy.py:2 frobwidth.late Code",
            "src/pkg/lazy.py:3 frobwidth.late Code",
            "src/pkg/lazy.py:7 frobwidth Conditional(\"except ImportError\")",
            "tests/test_it.py:4 frobwidth.measure Text",
            "tests/test_it.py:6 frobwidth.through Test",
        ]
    );
}

#[test]
fn what_users_can_see_is_exposed() {
    let survey = surveyed(&[
        PROJECT,
        (
            "pkg/__init__.py",
            "from frobwidth import Shown\n\n__all__ = ['Shown']\n",
        ),
        (
            "pkg/api.py",
            "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nimport frobwidth as f\nif TYPE_CHECKING:\n    from frobwidth import Only\n\nclass A(f.Base):\n    def _hidden(self, x: f.Hidden): ...\n    def shown(self, x: 'f.Quoted') -> Only: ...\n\ndef _p() -> f.Private: ...\n\nName = f.Other\n",
        ),
    ]);
    let all = uses(&survey, "frobwidth");
    let exposed: Vec<&str> = all
        .iter()
        .filter(|line| line.ends_with("exposed"))
        .map(String::as_str)
        .collect();
    assert_eq!(
        exposed,
        [
            "pkg/__init__.py:1 frobwidth.Shown Reexport exposed",
            "pkg/api.py:13 frobwidth.Other Reexport exposed",
            "pkg/api.py:7 frobwidth.Base Code exposed",
            "pkg/api.py:9 frobwidth.Only Code exposed",
            "pkg/api.py:9 frobwidth.Quoted Text exposed",
        ]
    );
    assert!(all.contains(&"pkg/api.py:5 frobwidth.Only Conditional(\"TYPE_CHECKING\")".to_owned()));
}

#[test]
fn examples_stars_and_namespaces() {
    let survey = surveyed(&[
        PROJECT,
        (
            "README.md",
            "Hi\n```python\nimport frobwidth\nfrobwidth.shown()\n```\n",
        ),
        (
            "pkg/doc.py",
            "\"\"\"Doc.\n\n>>> frobwidth.inside()\n>>> f()\n\"\"\"\nimport frobwidth\nfrom frobwidth import *\n",
        ),
    ]);
    assert_eq!(
        uses(&survey, "frobwidth"),
        [
            "README.md:3 frobwidth.shown Doc",
            "README.md:4 frobwidth.shown Doc",
            "pkg/doc.py:3 frobwidth.inside Doc",
            "pkg/doc.py:6 frobwidth Code",
            "pkg/doc.py:7 frobwidth.* Code",
            "pyproject.toml:6 frobwidth.plug Manifest",
        ]
    );
    assert!(
        survey
            .notes
            .iter()
            .any(|note| note.code == "star_import" && note.text.starts_with("pkg/doc.py:7"))
    );
}

#[test]
fn what_is_installed_tells_versions_modules_and_requirements() {
    let mut files = vec![
        PROJECT,
        ("pkg/__init__.py", ""),
        ("pkg/a.py", "from frobwidth import sub\nsub.f.g()\n"),
    ];
    files.extend(INSTALLED);
    let survey = surveyed(&files);
    let names: Vec<(&str, &str)> = survey
        .locked
        .iter()
        .map(|one| (one.name.as_str(), one.version.as_str()))
        .collect();
    assert_eq!(names, [("frobwidth", "1.5"), ("inner", "2")]);
    assert_eq!(survey.locked[0].requires, [1]);
    assert_eq!(survey.locked[0].licence.as_deref(), Some("MIT"));
    assert_eq!(survey.locked[0].files.len(), 3);
    assert_eq!(survey.members[0].requires, [0]);
    assert_eq!(survey.dependencies[0].called, ["frobwidth"]);
    assert_eq!(
        uses(&survey, "frobwidth")[..2],
        [
            "pkg/a.py:1 frobwidth.sub.f Code",
            "pkg/a.py:2 frobwidth.sub.f Code"
        ]
    );
}

#[test]
fn what_is_only_named_in_settings_is_no_unused_dependency() {
    let survey = surveyed(&[
        (
            "pyproject.toml",
            "[project]\nname = \"pkg\"\n[dependency-groups]\ndev = [\"frob-lint\", \"frobwatch\", \"frobber\"]\n[tool.frob-lint]\nx = 1\n",
        ),
        ("pkg.py", "import json\n"),
        ("tox.ini", "[testenv]\ncommands =\n    frobwatch pkg\n"),
    ]);
    assert_eq!(
        uses(&survey, "frob-lint"),
        ["pyproject.toml:5 frob_lint Manifest"]
    );
    assert_eq!(uses(&survey, "frobwatch"), ["tox.ini:3 frobwatch Text"]);
    // It is not installed: whether it is imported by another name, or at all, can't be told.
    assert_eq!(
        uses(&survey, "frobber"),
        ["pyproject.toml:4 frobber Manifest"]
    );
    assert_eq!(survey.dependencies[0].declared[0].kind, DependencyKind::Dev);
    assert!(survey.notes.iter().any(|note| note.code == "no_lock"));
}

#[test]
fn no_project_is_none() {
    let folder = tempfile::tempdir().expect("a temp folder");
    std::fs::write(folder.path().join("pyproject.toml"), "[tool.ruff]\nx = 1\n").expect("a file");
    let found = survey(folder.path(), &Settings::default(), &PlainHost).expect("it runs");
    assert_eq!(found, None);
}

#[test]
fn what_is_installed_and_named_nowhere_has_no_use() {
    let project = (
        "pyproject.toml",
        "[project]\nname = \"pkg\"\ndependencies = [\"frobwidth\"]\n",
    );
    let mut files = vec![project, ("pkg.py", "import json\n")];
    files.extend(INSTALLED);
    let survey = surveyed(&files);
    assert_eq!(uses(&survey, "frobwidth"), Vec::<String>::new());
}

#[test]
fn a_package_that_is_handed_on_by_name_is_used_by_the_code() {
    let survey = surveyed(&[
        PROJECT,
        (
            "pkg/data.py",
            "from importlib.resources import open_text as _open_text\nimport sys\nwith _open_text('frobwidth', 'x') as f: pass\ndel sys.modules['frobwidth']\n",
        ),
        (
            "pkg/b.py",
            "import frobwidth\nx = getattr(frobwidth, 'named')\nload('frobwidth', 1)\n",
        ),
    ]);
    assert_eq!(
        uses(&survey, "frobwidth")[..4],
        [
            "pkg/b.py:1 frobwidth.named Code",
            "pkg/b.py:2 frobwidth.named Code",
            "pkg/data.py:3 frobwidth Text",
            "pkg/data.py:4 frobwidth Text",
        ]
    );
}

#[test]
fn a_module_handed_on_is_used_as_a_whole() {
    let survey = surveyed(&[
        PROJECT,
        (
            "pkg/a.py",
            "try:\n    import frobwidth\nexcept ImportError:\n    frobwidth = None\n\ndef f(patch):\n    if frobwidth is None:\n        return\n    patch.setattr(frobwidth, 'named', 1)\n    if not frobwidth:\n        g(frobwidth)\n",
        ),
    ]);
    assert_eq!(
        uses(&survey, "frobwidth")[..6],
        [
            "pkg/a.py:10 frobwidth Code",
            "pkg/a.py:11 frobwidth.* Code",
            "pkg/a.py:2 frobwidth.* Conditional(\"except ImportError\")",
            "pkg/a.py:2 frobwidth.named Conditional(\"except ImportError\")",
            "pkg/a.py:7 frobwidth Code",
            "pkg/a.py:9 frobwidth.named Code",
        ]
    );
}
