//! What is read from each kind of manifest.

use super::*;

fn project(files: &[(&str, &str)]) -> Manifests {
    let folder = tempfile::tempdir().expect("a temp folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    read(folder.path()).expect("a project")
}

/// `name kind file:line features`, a line each.
fn told(manifests: &Manifests) -> Vec<String> {
    manifests
        .wanted
        .iter()
        .map(|wanted| {
            let declared = &wanted.declared;
            format!(
                "{} {:?}{} {}:{} {}",
                wanted.requirement.key,
                declared.kind,
                if declared.optional { "?" } else { "" },
                declared.file,
                declared.line,
                declared.features.join(",")
            )
        })
        .collect()
}

#[test]
fn standard_tables_with_their_lines() {
    let manifests = project(&[(
        "pyproject.toml",
        "[build-system]\nrequires = [\"setuptools>=61\"]\n[project]\nname = \"Pkg\"\ndependencies = [\n  \"Wide_Width >=0.2\",\n  \"tomli; python_version < '3.11'\",\n]\n[project.optional-dependencies]\nfast = [\"speedy\"]\ntest = [\"pytest\", \"pkg[fast]\"]\n[dependency-groups]\nlint = [\"ruff\", {include-group = \"x\"}]\n",
    )]);
    assert_eq!(
        told(&manifests),
        [
            "wide-width Normal pyproject.toml:6 ",
            "tomli Normal pyproject.toml:7 ",
            "speedy Normal? pyproject.toml:10 fast",
            "pytest Dev? pyproject.toml:11 test",
            "ruff Dev pyproject.toml:13 lint",
            "setuptools Build pyproject.toml:2 ",
        ]
    );
    let target = manifests.wanted[1].declared.target.as_deref();
    assert_eq!(target, Some("python_version < '3.11'"));
}

#[test]
fn poetry_tables_with_groups_and_extras() {
    let manifests = project(&[(
        "pyproject.toml",
        "[tool.poetry]\nname = \"pkg\"\n[tool.poetry.dependencies]\npython = \"^3.9\"\nrich = \"^13\"\norjson = {version = \"*\", optional = true}\nold = [\n  {version = \"1\", python = \"<3.10\"},\n  {version = \"2\", python = \">=3.10\"},\n]\n[tool.poetry.extras]\nfast = [\"orjson\"]\n[tool.poetry.group.docs.dependencies]\nsphinx = \"*\"\n",
    )]);
    assert_eq!(
        told(&manifests),
        [
            "rich Normal pyproject.toml:5 ",
            "orjson Normal? pyproject.toml:6 fast",
            "old Normal pyproject.toml:8 ",
            "old Normal pyproject.toml:9 ",
            "sphinx Dev pyproject.toml:14 docs",
        ]
    );
    assert_eq!(
        manifests.wanted[2].declared.target.as_deref(),
        Some("python <3.10")
    );
}

#[test]
fn pdm_and_hatch_tables() {
    let manifests = project(&[(
        "pyproject.toml",
        "[project]\nname = \"pkg\"\n[tool.pdm.dev-dependencies]\ntest = [\"pytest\", \"-e file:///x\"]\n[tool.hatch.envs.types]\nextra-dependencies = [\"mypy\"]\n",
    )]);
    assert_eq!(
        told(&manifests),
        [
            "pytest Dev pyproject.toml:4 test",
            "mypy Dev pyproject.toml:6 types"
        ]
    );
}

#[test]
fn setup_files_are_read_without_running_them() {
    let manifests = project(&[
        (
            "setup.cfg",
            "[metadata]\nname = pkg\n[options]\ninstall_requires =\n    six>=1 # old\n    attrs\n[options.extras_require]\ntest =\n    pytest\n[options.entry_points]\nconsole_scripts =\n    run = click.testing:main\n",
        ),
        (
            "setup.py",
            "from setuptools import setup\nBASE = ['a>=1']\nsetup(\n    name='pkg',\n    install_requires=BASE + ['b',\n        'c'],\n    extras_require={'docs': ['sphinx'], 'x': make()},\n)\n",
        ),
    ]);
    assert_eq!(
        told(&manifests),
        [
            "six Normal setup.cfg:5 ",
            "attrs Normal setup.cfg:6 ",
            "pytest Dev? setup.cfg:9 test",
            "a Normal setup.py:2 ",
            "b Normal setup.py:5 ",
            "c Normal setup.py:6 ",
            "sphinx Dev? setup.py:7 docs",
        ]
    );
    assert_eq!(manifests.notes.len(), 1, "{:?}", manifests.notes);
    assert!(manifests.notes[0].text.starts_with("setup.py:7: "));
    assert!(
        manifests
            .mentions
            .iter()
            .any(|mention| mention.text == "run = click.testing:main" && mention.line == 12)
    );
}

#[test]
fn files_of_requirements_with_what_they_include() {
    let manifests = project(&[
        (
            "requirements.txt",
            "# base\n-r requirements/more.txt\nrequests[socks]>=2 ; python_version > '3' # why\nflask==1.0 \\\n    --hash=sha256:aa\ngit+https://x.test/y.git#egg=why\nhttps://x.test/z.zip\n",
        ),
        ("requirements/more.txt", "-c cap.txt\nclick\n"),
        ("requirements/cap.txt", "click<9\n"),
        ("requirements-dev.txt", "pytest\n"),
    ]);
    assert_eq!(
        told(&manifests),
        [
            "pytest Dev requirements-dev.txt:1 ",
            "click Normal requirements/more.txt:2 ",
            "requests Normal requirements.txt:3 ",
            "flask Normal requirements.txt:4 ",
            "why Normal requirements.txt:6 ",
        ]
    );
    assert_eq!(manifests.notes.len(), 1, "{:?}", manifests.notes);
}

#[test]
fn what_was_compiled_is_a_lock_and_no_declaration() {
    let manifests = project(&[
        ("requirements.in", "flask\n"),
        (
            "requirements.txt",
            "flask==1.0\n    # via -r requirements.in\nclick==8.0\n    # via flask\n",
        ),
    ]);
    assert_eq!(told(&manifests), ["flask Normal requirements.in:1 "]);
    let pins: Vec<(&str, &[String])> = manifests
        .pins
        .iter()
        .map(|pin| (pin.requirement.key.as_str(), pin.via.as_slice()))
        .collect();
    assert_eq!(pins[1], ("click", ["flask".to_owned()].as_slice()));
}
