//! What becomes of each kind of manifest.

use super::*;

fn hand() -> Hand<'static> {
    Hand {
        key: "frob-width",
        keeps: &[],
        kept: true,
        beside: None,
        done: BTreeSet::new(),
        listed: false,
        left: Vec::new(),
    }
}

fn edited(text: &str, edit: fn(&mut Draft, &mut Hand)) -> (String, Vec<u32>) {
    edited_by(text, edit, hand())
}

fn edited_by(
    text: &str,
    edit: fn(&mut Draft, &mut Hand),
    mut hand: Hand<'_>,
) -> (String, Vec<u32>) {
    let mut draft = Draft::read(text.as_bytes().to_vec()).expect("UTF-8");
    edit(&mut draft, &mut hand);
    let mut overlapping = Vec::new();
    let after = draft.finish(&mut overlapping).map(|(_, after)| after);
    assert!(overlapping.is_empty(), "{overlapping:?}");
    let after = String::from_utf8(after.unwrap_or_default()).expect("UTF-8");
    (after, hand.done.into_iter().collect())
}

#[test]
fn standard_tables_keep_their_order_and_remarks() {
    let (after, done) = edited(
        "[project] # one\ndependencies = [\n  \"a>=1\", # two\n  \"Frob_Width[x]>=2; python_version < '3'\",\n  \"b\",\n]\n[project.optional-dependencies]\nwide = [\"frob.width\"]\nmore = [\"a\", \"frob-width\"]\n[dependency-groups]\ntest = [\"frob-width\", {include-group = \"x\"}]\n",
        pyproject::edit,
    );
    assert_eq!(
        after,
        "[project] # one\ndependencies = [\n  \"a>=1\", # two\n  \"b\",\n]\n[project.optional-dependencies]\nwide = []\nmore = [\"a\"]\n[dependency-groups]\ntest = [{include-group = \"x\"}]\n"
    );
    assert_eq!(done, [4, 8, 9, 11]);
}

#[test]
fn poetry_tables_lose_a_key() {
    let (after, done) = edited(
        "[tool.poetry.dependencies]\npython = \"^3.9\"\nfrob-width = {version = \"*\", optional = true} # wide\nb = \"1\"\n[tool.poetry.extras]\nfast = [\"frob-width\", \"b\"]\n[tool.poetry.group.x.dependencies.frob_width]\nversion = \"1\"\n\n[tool.other]\n",
        pyproject::edit,
    );
    assert_eq!(
        after,
        "[tool.poetry.dependencies]\npython = \"^3.9\"\nb = \"1\"\n[tool.poetry.extras]\nfast = [\"b\"]\n[tool.other]\n"
    );
    assert!(done.contains(&3) && done.contains(&7), "{done:?}");
}

#[test]
fn what_the_module_goes_on_using_takes_its_place() {
    let keeps = ["a", "Wide_Table"].map(|name| Requirement {
        version: ">=1.3".into(),
        ..Requirement::named(name)
    });
    let kept = |text: &str| {
        let hand = Hand {
            keeps: &keeps,
            kept: false,
            ..hand()
        };
        edited_by(text, pyproject::edit, hand).0
    };
    assert_eq!(
        kept("[project]\ndependencies = [\n  'a>=1',\n  'frob-width',  # why\n]\n"),
        "[project]\ndependencies = [\n  'a>=1',\n  'Wide_Table>=1.3',  # why\n]\n"
    );
    assert_eq!(
        kept("[project]\ndependencies = [\"frob-width\"]\n"),
        "[project]\ndependencies = [\"a>=1.3\", \"Wide_Table>=1.3\"]\n"
    );
    assert_eq!(
        kept("[tool.uv]\nconstraint-dependencies = [\"frob-width<9\"]\n"),
        "[tool.uv]\nconstraint-dependencies = []\n"
    );
    assert_eq!(
        kept(
            "[tool.poetry.dependencies]\nfrob-width = \"^1\"\na = \"*\"\n[tool.poetry.extras]\nx = [\"frob-width\"]\n"
        ),
        "[tool.poetry.dependencies]\nWide_Table = \">=1.3\"\na = \"*\"\n[tool.poetry.extras]\nx = []\n"
    );
}

#[test]
fn the_build_keeps_what_it_asks_for() {
    let text = "[build-system]\nrequires = [\"frob-width\"]\n";
    assert_eq!(edited(text, pyproject::edit), (String::new(), Vec::new()));
}

#[test]
fn lines_of_setup_cfg() {
    let (after, done) = edited(
        "[options]\ninstall_requires =\n    a\n    frob-width>=1 # why\n[options.extras_require]\nx = frob-width\ny =\n    b\n[flake8]\nz = frob-width\n",
        configuration::edit,
    );
    assert_eq!(
        after,
        "[options]\ninstall_requires =\n    a\n[options.extras_require]\nx =\ny =\n    b\n[flake8]\nz = frob-width\n"
    );
    assert_eq!(done, [4, 6]);
}

#[test]
fn lists_of_setup_py() {
    let (after, done) = edited(
        "from setuptools import setup\nBASE = ('a', 'frob-width')\nsetup(\n    keywords=['frob-width'],\n    install_requires=BASE + [\n        'b',\n        'frob-width>=1',\n    ],\n    extras_require={'x': ['frob-width']},\n    setup_requires=['frob-width'],\n    tests_require='''\n        c\n        frob-width\n    ''',\n)\n",
        setup::edit,
    );
    assert_eq!(
        after,
        "from setuptools import setup\nBASE = ('a',)\nsetup(\n    keywords=['frob-width'],\n    install_requires=BASE + [\n        'b',\n    ],\n    extras_require={'x': []},\n    setup_requires=['frob-width'],\n    tests_require='''\n        c\n    ''',\n)\n"
    );
    assert_eq!(done, [2, 7, 9, 13]);
}

/// A project whose only requirements are in one file.
fn required(text: &str) -> (String, Vec<Note>) {
    let folder = tempfile::tempdir().expect("a temp folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("pyproject.toml", "[project]\nname = \"Pkg\"\n");
    write("requirements.txt", text);
    let host = &ripout_model::testing::PlainHost;
    let settings = ripout_model::Settings::default();
    let survey = crate::survey::survey(folder.path(), &settings, host);
    let survey = survey.expect("it runs").expect("a project");
    let dependency = ripout_model::Dependency {
        name: "frob-width".into(),
        locked: None,
        called: vec!["frob_width".into()],
        declared: Vec::new(),
        uses: Vec::new(),
    };
    let consumer = Consumer::read(folder.path(), &survey, &dependency, host).expect("read");
    let mut drafts = BTreeMap::new();
    let mut notes = Vec::new();
    let draft = Draft::read(text.as_bytes().to_vec()).expect("UTF-8");
    drafts.insert("requirements.txt".to_owned(), draft);
    edit(&consumer, &[], None, &mut drafts, &mut notes);
    let after = drafts
        .remove("requirements.txt")
        .and_then(|draft| draft.finish(&mut Vec::new()));
    let after = after.map_or(text.to_owned(), |(_, after)| {
        String::from_utf8(after).expect("UTF-8")
    });
    (after, notes)
}

#[test]
fn a_compiled_pin_goes_with_its_remarks() {
    let (after, notes) = required(
        "a==1\n    # via pkg (pyproject.toml)\nfrob-width==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via\n    #   -r requirements.in\n    #   pkg\nz==2\n",
    );
    assert_eq!(after, "a==1\n    # via pkg (pyproject.toml)\nz==2\n");
    assert_eq!(notes, []);
}

#[test]
fn a_pin_that_others_need_stays() {
    let text = "#    pip-compile --strict\nfrob-width==1\n    # via\n    #   other\n    #   pkg (pyproject.toml)\nother==1\n";
    let (after, notes) = required(text);
    assert_eq!(after, text);
    assert_eq!(
        notes[0].text,
        "requirements.txt:2: it stays, since other requires it; make the file anew with `pip-compile --strict`"
    );
}

#[test]
fn pins_that_are_there_for_it_alone_go_with_it() {
    let (after, notes) = required(
        "# This file is autogenerated\nfrob-width==1 \\\n    --hash=sha256:aa\n    # via pkg (pyproject.toml)\nmine==3 \\\n    --hash=sha256:cc\n    # via frob-width\nsix==1 \\\n    --hash=sha256:bb\n    # via\n    #   frob-width\n    #   mine\n    #   z\nboth==1\n    # via\n    #   frob-width\n    #   pkg (pyproject.toml)\n    #   z\nz==2\n    # via pkg (pyproject.toml)\n",
    );
    assert_eq!(
        after,
        "# This file is autogenerated\nsix==1 \\\n    --hash=sha256:bb\n    # via z\nboth==1\n    # via\n    #   pkg (pyproject.toml)\n    #   z\nz==2\n    # via pkg (pyproject.toml)\n"
    );
    assert_eq!(notes, []);
    let (after, notes) =
        required("frob-width==1  # via pkg\nsix==1  # via frob-width, z\nz==2  # via pkg\n");
    assert_eq!(after, "six==1  # via z\nz==2  # via pkg\n");
    assert_eq!(notes, []);
}

#[test]
fn pins_without_remarks_are_left_to_their_compiler() {
    let (after, notes) =
        required("#    pip-compile --no-annotate\nfrob-width==1\nmine==3\nz==2 # via pkg\n");
    assert_eq!(
        after,
        "#    pip-compile --no-annotate\nmine==3\nz==2 # via pkg\n"
    );
    assert_eq!(
        notes[0].text,
        "requirements.txt:2: what it needs may be pinned there as well: make the file anew with `pip-compile --no-annotate`"
    );
}
