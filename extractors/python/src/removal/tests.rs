//! Small projects that let a dependency go.

use std::collections::BTreeMap;

use ripout_model::{Module, ModuleFile, ReasonCode, Settings, testing::PlainHost};

use super::*;

const PROJECT: (&str, &str) = (
    "pyproject.toml",
    "[project]\nname = \"pkg\"\ndependencies = [\"frobwidth>=1\"]\n",
);

/// An environment of the project's own that has the dependency.
const INSTALLED: [(&str, &str); 6] = [
    (".venv/pyvenv.cfg", "home = /\n"),
    (
        ".venv/lib/python3/site-packages/frobwidth/__init__.py",
        "from .sub import twice\n",
    ),
    (
        ".venv/lib/python3/site-packages/frobwidth/sub.py",
        "from .deep import twice\n",
    ),
    (
        ".venv/lib/python3/site-packages/frobwidth/deep.py",
        "def twice(x): ...\n",
    ),
    (
        ".venv/lib/python3/site-packages/frobwidth-1.5.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: frobwidth\nVersion: 1.5\n",
    ),
    (
        ".venv/lib/python3/site-packages/frobwidth-1.5.dist-info/RECORD",
        "frobwidth/__init__.py,,\nfrobwidth/sub.py,,\nfrobwidth/deep.py,,\nfrobwidth-1.5.dist-info/METADATA,,\n",
    ),
];

struct Sample(tempfile::TempDir);

impl Sample {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temp folder");
        let declared = files.iter().any(|(path, _)| *path == PROJECT.0);
        let project = Some(&PROJECT).filter(|_| !declared);
        for (path, text) in INSTALLED.iter().chain(project).chain(files) {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    fn survey(&self) -> Survey {
        crate::survey::survey(self.0.path(), &Settings::default(), &PlainHost)
            .expect("it runs")
            .expect("a project")
    }

    fn fitting(&self) -> Result<Fitting, Stop> {
        self.fitting_at(None)
    }

    fn fitting_at(&self, module_path: Option<&str>) -> Result<Fitting, Stop> {
        let survey = self.survey();
        let settings = Settings {
            module_path: module_path.map(str::to_owned),
            ..Settings::default()
        };
        fitting(
            self.0.path(),
            &survey,
            frobwidth(&survey),
            &settings,
            &PlainHost,
        )
    }

    /// The changes with a module of no text.
    fn changes(&self) -> Changes {
        self.changes_at(None)
    }

    fn changes_at(&self, module_path: Option<&str>) -> Changes {
        let survey = self.survey();
        let fitting = self.fitting_at(module_path).expect("told");
        let module = Module {
            stem: fitting.stem.clone(),
            files: vec![ModuleFile {
                path: format!("{}.py", fitting.stem),
                bytes: Vec::new(),
            }],
            editions: Vec::new(),
        };
        let leaving = Leaving {
            folder: self.0.path(),
            survey: &survey,
            dependency: frobwidth(&survey),
            fitting: &fitting,
            module: &module,
            keeps: &[],
        };
        replace(&leaving, &PlainHost).expect("it can be replaced")
    }

    /// What is in each changed file afterwards, the module's own aside.
    fn after(&self) -> BTreeMap<String, String> {
        let changes = self.changes();
        let others = changes
            .files
            .into_iter()
            .filter(|change| change.file != changes.module);
        others
            .map(|change| {
                let after = String::from_utf8(change.after.unwrap_or_default());
                (change.file, after.expect("UTF-8"))
            })
            .collect()
    }

    /// What becomes of a file of the package.
    fn rewritten(text: &str) -> String {
        let sample = Self::of(&[("src/pkg/__init__.py", ""), ("src/pkg/a.py", text)]);
        let mut after = sample.after();
        after.remove("src/pkg/a.py").unwrap_or_default()
    }
}

fn frobwidth(survey: &Survey) -> &Dependency {
    let mut all = survey.dependencies.iter();
    all.find(|one| one.name == "frobwidth").expect("declared")
}

fn refused(files: &[(&str, &str)]) -> String {
    match Sample::of(files).fitting() {
        Err(Stop::Refused(reason)) => {
            assert_eq!(reason.code, ReasonCode::Dynamic);
            let file = reason.file.unwrap_or_default();
            format!("{file}:{}", reason.line.unwrap_or_default())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn symbols_are_told_once_and_in_order() {
    let sample = Sample::of(&[
        ("pkg/__init__.py", ""),
        (
            "pkg/a.py",
            "import frobwidth.sub\nfrom frobwidth import Wide, twice\n\nWide.of(1)\nfrobwidth.sub.narrow(2)\n",
        ),
        ("tests/test_a.py", "from frobwidth.sub import twice\n"),
    ]);
    let fitting = sample.fitting().expect("told");
    assert_eq!(fitting.stem, "_frobwidth");
    // `frobwidth.sub.twice` is what `frobwidth.twice` hands on.
    assert_eq!(
        fitting.symbols,
        ["frobwidth.Wide", "frobwidth.sub.narrow", "frobwidth.twice"]
    );
}

#[test]
fn a_stem_that_is_taken_is_not_taken_again() {
    let sample = Sample::of(&[
        ("pkg/__init__.py", "import frobwidth\nfrobwidth.f()\n"),
        ("pkg/_frobwidth.py", ""),
    ]);
    assert_eq!(sample.fitting().expect("told").stem, "_frobwidth_taken");
}

#[test]
fn the_module_stands_where_it_is_wanted() {
    let sample = Sample::of(&[
        (
            "src/pkg/__init__.py",
            "from frobwidth import f\nimport frobwidth.sub\nfrobwidth.sub.g(f)\n",
        ),
        ("src/pkg/_vendored/__init__.py", "from frobwidth import f\n"),
        ("src/pkg/_vendored/other.py", ""),
        (
            "src/pkg/inner.py",
            "from . import _vendored\nfrom frobwidth import f\n",
        ),
    ]);
    let changes = sample.changes_at(Some("pkg._vendored.frob"));
    assert_eq!(changes.module, "src/pkg/_vendored/frob.py");
    let after = |file: &str| {
        let mut files = changes.files.iter();
        let change = files.find(|one| one.file == file).expect("changed");
        String::from_utf8(change.after.clone().unwrap_or_default()).expect("UTF-8")
    };
    assert_eq!(
        after("src/pkg/__init__.py"),
        "from pkg._vendored.frob import f\nfrom pkg._vendored import frob as frobwidth\nfrobwidth.g(f)\n"
    );
    assert_eq!(
        after("src/pkg/_vendored/__init__.py"),
        "from pkg._vendored.frob import f\n"
    );
    assert_eq!(
        after("src/pkg/inner.py"),
        "from . import _vendored\nfrom pkg._vendored.frob import f\n"
    );
    let refused = |path: &str| match sample.fitting_at(Some(path)) {
        Err(Stop::Failed(failure)) => failure.text,
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(
        refused("pkg._vendored.other"),
        "src/pkg/_vendored/other is there already"
    );
    assert_eq!(
        refused("pkg.no.frob"),
        "pkg.no is no package of the project"
    );
    assert_eq!(
        refused("frob"),
        "`frob` alone would be a module that everybody finds"
    );
    assert_eq!(refused("pkg.1"), "`pkg.1` is no path of a module");
}

#[test]
fn what_can_not_be_told_is_refused_with_its_place() {
    let init = ("pkg/__init__.py", "");
    let of = |text| refused(&[init, ("pkg/a.py", text)]);
    assert_eq!(of("import frobwidth\n\nuse(frobwidth)\n"), "pkg/a.py:3");
    assert_eq!(of("\nfrom frobwidth import *\n"), "pkg/a.py:2");
    assert_eq!(of("import frobwidth\n"), "pkg/a.py:1");
    assert_eq!(
        of("import importlib\nimportlib.import_module('frobwidth')\n"),
        "pkg/a.py:2"
    );
    assert_eq!(of("log = get('frobwidth.twice')\n"), "pkg/a.py:1");
}

#[test]
fn two_things_of_one_name_do_not_fit() {
    let sample = Sample::of(&[
        ("pkg/__init__.py", ""),
        (
            "pkg/a.py",
            "from frobwidth.sub import one\nfrom frobwidth.deep import one as other\n",
        ),
    ]);
    match sample.fitting() {
        Err(Stop::Failed(failure)) => {
            assert_eq!(failure.code, "ambiguous_names");
            assert!(failure.text.starts_with("pkg/a.py:"), "{}", failure.text);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_are_imported_from_the_module() {
    assert_eq!(
        Sample::rewritten(
            "from frobwidth import one as eins, two  # why\nfrom frobwidth.sub import (\n    three,  # a\n    four,\n)\n"
        ),
        "from pkg._frobwidth import one as eins, two  # why\nfrom pkg._frobwidth import (\n    three,  # a\n    four,\n)\n"
    );
}

#[test]
fn a_module_stays_bound_by_its_name() {
    assert_eq!(
        Sample::rewritten(
            "import os, frobwidth, sys\nimport frobwidth as fw\n\n\ndef f(x: 'fw.Wide'):\n    try:\n        frobwidth.twice(x)\n    except fw.Error:\n        pass\n"
        ),
        "import os, sys\nfrom pkg import _frobwidth as frobwidth\nfrom pkg import _frobwidth as fw\n\n\ndef f(x: 'fw.Wide'):\n    try:\n        frobwidth.twice(x)\n    except fw.Error:\n        pass\n"
    );
}

#[test]
fn chains_lose_the_modules_in_them() {
    assert_eq!(
        Sample::rewritten(
            "import frobwidth.sub\nimport frobwidth.deep\n\n\ndef f(x: 'frobwidth.sub.Wide') -> frobwidth.sub.Wide:\n    return frobwidth . sub.g(frobwidth.deep.h.i)\n"
        ),
        "from pkg import _frobwidth as frobwidth\n\n\ndef f(x: 'frobwidth.Wide') -> frobwidth.Wide:\n    return frobwidth.g(frobwidth.h.i)\n"
    );
}

#[test]
fn submodules_come_to_the_one_module() {
    assert_eq!(
        Sample::rewritten("from frobwidth import sub, deep as d, one\n\nsub.f(d.g)\n"),
        "from pkg._frobwidth import one\nfrom pkg import _frobwidth as sub\nfrom pkg import _frobwidth as d\n\nsub.f(d.g)\n"
    );
}

#[test]
fn imports_below_a_condition_stay_there() {
    assert_eq!(
        Sample::rewritten(
            "from typing import TYPE_CHECKING\ntry:\n    import frobwidth\nexcept ImportError:\n    frobwidth = None\nif TYPE_CHECKING:\n    from frobwidth import Wide\nif frobwidth: import os; import frobwidth as fw; fw.g()\n"
        ),
        "from typing import TYPE_CHECKING\ntry:\n    from pkg import _frobwidth as frobwidth\nexcept ImportError:\n    frobwidth = None\nif TYPE_CHECKING:\n    from pkg._frobwidth import Wide\nif frobwidth: import os; from pkg import _frobwidth as fw; fw.g()\n"
    );
}

#[test]
fn a_file_that_imports_by_dots_goes_on_so() {
    let sample = Sample::of(&[
        ("pkg/__init__.py", ""),
        ("pkg/low/__init__.py", ""),
        (
            "pkg/low/a.py",
            "from . import b\nfrom frobwidth import one\nimport frobwidth\n\nfrobwidth.two()\n",
        ),
        ("tests/test_a.py", "from frobwidth import one\n"),
    ]);
    let after = sample.after();
    assert_eq!(
        after["pkg/low/a.py"],
        "from . import b\nfrom .._frobwidth import one\nfrom .. import _frobwidth as frobwidth\n\nfrobwidth.two()\n"
    );
    assert_eq!(after["tests/test_a.py"], "from pkg._frobwidth import one\n");
}

#[test]
fn what_a_test_patches_is_named_anew() {
    let sample = Sample::of(&[
        (
            "pkg/__init__.py",
            "import frobwidth\n\nfrobwidth.twice(1)\n",
        ),
        (
            "tests/test_a.py",
            "from unittest import mock\n\n@mock.patch('frobwidth.sub.twice')\n@mock.patch(\"pkg.other\")\ndef test(m): ...\n",
        ),
    ]);
    assert_eq!(
        sample.after()["tests/test_a.py"],
        "from unittest import mock\n\n@mock.patch('pkg._frobwidth.twice')\n@mock.patch(\"pkg.other\")\ndef test(m): ...\n"
    );
}

#[test]
fn examples_are_rewritten_where_they_stand() {
    let sample = Sample::of(&[
        (
            "README.md",
            "Import frobwidth:\n\n```python\nimport frobwidth\nfrobwidth.twice(1)\n```\n",
        ),
        (
            "pkg/__init__.py",
            "def f():\n    \"\"\"Like frobwidth.\n\n    >>> import os, frobwidth\n    >>> frobwidth.sub.twice(1)\n    \"\"\"\n",
        ),
    ]);
    let after = sample.after();
    assert_eq!(
        after["README.md"],
        "Import frobwidth:\n\n```python\nfrom pkg import _frobwidth as frobwidth\nfrobwidth.twice(1)\n```\n"
    );
    assert_eq!(
        after["pkg/__init__.py"],
        "def f():\n    \"\"\"Like frobwidth.\n\n    >>> import os; from pkg import _frobwidth as frobwidth\n    >>> frobwidth.twice(1)\n    \"\"\"\n"
    );
}

#[test]
fn line_ends_of_another_system_are_kept() {
    let sample = Sample::of(&[
        ("pkg/__init__.py", ""),
        (
            "pkg/a.py",
            "\u{feff}import os, frobwidth\r\n\r\nfrobwidth.twice(os)",
        ),
    ]);
    assert_eq!(
        sample.after()["pkg/a.py"],
        "\u{feff}import os\r\nfrom pkg import _frobwidth as frobwidth\r\n\r\nfrobwidth.twice(os)"
    );
}

#[test]
fn the_module_stands_where_the_layout_wants_it() {
    let text = "import frobwidth\n\nfrobwidth.twice(1)\n";
    let place = |files: &[(&str, &str)]| Sample::of(files).changes().module;
    assert_eq!(
        place(&[("src/pkg/__init__.py", text)]),
        "src/pkg/_frobwidth.py"
    );
    assert_eq!(place(&[("pkg/__init__.py", text)]), "pkg/_frobwidth.py");
    // The package that uses it most, not the first; a folder of scripts is none.
    assert_eq!(
        place(&[
            ("a/__init__.py", ""),
            ("b/__init__.py", text),
            ("scripts/run.py", text)
        ]),
        "b/_frobwidth.py"
    );
    // A namespace package has no file of its own.
    assert_eq!(
        place(&[("src/space/pkg/__init__.py", text)]),
        "src/space/pkg/_frobwidth.py"
    );
}

#[test]
fn beside_a_single_module_it_is_listed_for_the_build() {
    let sample = Sample::of(&[
        (
            "pyproject.toml",
            "[project]\nname = \"pkg\"\ndependencies = [\"frobwidth\"]\n[tool.setuptools]\npy-modules = [\"pkg\"]\n",
        ),
        (
            "pkg.py",
            "from frobwidth import twice\nimport frobwidth\nfrobwidth.f()\n",
        ),
    ]);
    let changes = sample.changes();
    assert_eq!(changes.module, "_pkg_frobwidth.py");
    assert_eq!(changes.notes, []);
    let after = sample.after();
    assert_eq!(
        after["pkg.py"],
        "from _pkg_frobwidth import twice\nimport _pkg_frobwidth as frobwidth\nfrobwidth.f()\n"
    );
    assert!(after["pyproject.toml"].ends_with("py-modules = [\"pkg\", \"_pkg_frobwidth\"]\n"));
}

#[test]
fn what_is_not_edited_is_left_to_do_with_its_place() {
    let sample = Sample::of(&[
        (
            "pyproject.toml",
            "[project]\nname = \"pkg\"\ndescription = \"better than frobwidth\"\ndependencies = [\"frobwidth\"]\n[[tool.mypy.overrides]]\nmodule = \"frobwidth.*\"\n",
        ),
        ("pkg/__init__.py", "import frobwidth\nfrobwidth.twice(1)\n"),
    ]);
    let notes = sample.changes().notes;
    let told: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        told,
        ["pyproject.toml:6: it names frobwidth: `module = \"frobwidth.*\"`"]
    );
    assert!(notes.iter().all(|note| note.code == "left_to_do"));
}

#[test]
fn nothing_else_changes() {
    let sample = Sample::of(&[
        ("pkg/__init__.py", "import frobwidth\nfrobwidth.twice(1)\n"),
        ("pkg/other.py", "import os\nfrobwidth = 'frobwidth'\n"),
        ("README.md", "Without frobwidth.\n"),
    ]);
    let changes = sample.changes();
    let files: Vec<&str> = changes.files.iter().map(|one| one.file.as_str()).collect();
    assert_eq!(
        files,
        ["pkg/__init__.py", "pkg/_frobwidth.py", "pyproject.toml"]
    );
    assert_eq!(changes.files[1].before, None);
}

#[test]
fn what_only_tests_use_stands_among_them() {
    let text = "from frobwidth import twice\n";
    let init = ("pkg/__init__.py", "");
    let loose = Sample::of(&[init, ("tests/test_a.py", text)]);
    assert_eq!(loose.changes().module, "tests/_frobwidth.py");
    assert_eq!(
        loose.after()["tests/test_a.py"],
        "from _frobwidth import twice\n"
    );
    let package = Sample::of(&[
        init,
        ("tests/__init__.py", ""),
        ("tests/low/__init__.py", ""),
        ("tests/low/test_a.py", text),
    ]);
    assert_eq!(package.changes().module, "tests/_frobwidth.py");
    assert_eq!(
        package.after()["tests/low/test_a.py"],
        "from tests._frobwidth import twice\n"
    );
    // From two folders that are no packages only the project's own package is in reach.
    let apart = Sample::of(&[
        init,
        ("tests/a/test_a.py", text),
        ("tests/b/test_b.py", text),
    ]);
    assert_eq!(apart.changes().module, "pkg/_frobwidth.py");
}

#[test]
fn an_import_name_with_a_dot_is_told_from_its_family() {
    let sample = Sample::of(&[
        (
            "pyproject.toml",
            "[project]\nname = \"pkg\"\ndependencies = [\"frobwidth\", \"zope.interface\", \"zope.event\"]\n",
        ),
        (
            "pkg/__init__.py",
            "import zope.interface\nimport zope.event\nfrom zope import event, interface as i\n\n\nclass A(zope.interface.Interface):\n    zope.event.notify(i.x, event.y)\n",
        ),
    ]);
    let survey = sample.survey();
    let mut all = survey.dependencies.iter();
    let dependency = all
        .find(|one| one.name == "zope.interface")
        .expect("declared");
    let settings = Settings::default();
    let fitting =
        fitting(sample.0.path(), &survey, dependency, &settings, &PlainHost).expect("told");
    assert_eq!(
        fitting.symbols,
        ["zope.interface.Interface", "zope.interface.x"]
    );
    let module = Module {
        stem: fitting.stem.clone(),
        files: vec![ModuleFile {
            path: format!("{}.py", fitting.stem),
            bytes: Vec::new(),
        }],
        editions: Vec::new(),
    };
    let leaving = Leaving {
        folder: sample.0.path(),
        survey: &survey,
        dependency,
        fitting: &fitting,
        module: &module,
        keeps: &[],
    };
    let changes = replace(&leaving, &PlainHost).expect("it can be replaced");
    let mut files = changes.files.into_iter();
    let init = files
        .find(|one| one.file == "pkg/__init__.py")
        .expect("changed");
    assert_eq!(
        String::from_utf8(init.after.unwrap_or_default()).expect("UTF-8"),
        "from pkg import _zope_interface\nimport zope.event\nfrom zope import event\nfrom pkg import _zope_interface as i\n\n\nclass A(_zope_interface.Interface):\n    zope.event.notify(i.x, event.y)\n"
    );
}

#[test]
fn members_that_share_the_module_are_told_of() {
    let member = "[project]\nname = \"NAME\"\ndependencies = [\"frobwidth\"]\n";
    let sample = Sample::of(&[
        (
            "pyproject.toml",
            "[project]\nname = \"pkg\"\n[tool.uv.workspace]\nmembers = [\"more/*\"]\n",
        ),
        ("more/one/pyproject.toml", &member.replace("NAME", "one")),
        (
            "more/one/src/one/__init__.py",
            "from frobwidth import a\n\na()\n",
        ),
        ("more/two/pyproject.toml", &member.replace("NAME", "two")),
        ("more/two/src/two/__init__.py", "from frobwidth import a\n"),
    ]);
    let changes = sample.changes();
    assert_eq!(changes.module, "more/one/src/one/_frobwidth.py");
    assert_eq!(
        changes.notes[0].text,
        "more/two/src/two/__init__.py:1: two imports the module from one: let it require that"
    );
}
