//! Slices of small packages, each of which shows one way that text is reached.

use ripout_model::{Settings, Slice, Source, SourceKind, Stop, Tree, testing::PlainHost};

use super::check;
use crate::{PythonOriginal, manifest};

/// A package `p` of some files, and the slice of one symbol of it.
fn sliced(files: &[(&str, &str)], symbol: &str) -> Result<Slice, Stop> {
    with_original(files, symbol).map(|(slice, _)| slice)
}

/// The same, with the package it was taken from; its files are gone by then.
fn with_original(files: &[(&str, &str)], symbol: &str) -> Result<(Slice, PythonOriginal), Stop> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("LICENSE"),
        "Permission is hereby granted, free of charge",
    )
    .unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let tree = Tree {
        root: folder.path().to_path_buf(),
        source: Source {
            kind: SourceKind::Folder,
            name: "p".into(),
            version: None,
            rev: None,
            licence: None,
        },
        documents: None,
        companions: Vec::new(),
    };
    let settings = Settings::default();
    let original = manifest::open(&tree, &[symbol.to_string()], &settings, &PlainHost)?;
    let slice = super::slice(&original, &PlainHost)?;
    assert_eq!(
        check::lack(&slice, &original, &PlainHost).unwrap().failure,
        None,
        "{}",
        slice.module.text()
    );
    Ok((slice, original))
}

fn text(files: &[(&str, &str)], symbol: &str) -> String {
    sliced(files, symbol).unwrap().module.text().into_owned()
}

#[test]
fn re_exports_and_stars_are_followed_and_the_text_is_kept() {
    let own = "def f(x):\n    # why\n    return  g( x )";
    let module = text(
        &[
            ("p/__init__.py", "from .a import *\n"),
            (
                "p/a.py",
                &format!("__all__ = ['f']\ndef g(x): return x\n{own}\ndef h(): pass\n"),
            ),
        ],
        "p.f",
    );
    assert!(
        module.contains(own) && module.contains("def g") && !module.contains("def h"),
        "{module}"
    );
}

#[test]
fn what_fills_a_table_comes_along_and_nothing_else() {
    let module = text(
        &[(
            "p.py",
            "T = {}\nU = {}\ndef reg(f):\n    T[f.__name__] = f\n    return f\n@reg\ndef one(): return 1\nT['two'] = lambda: 2\nfor n in ('a', 'b'):\n    T[n] = n\nU['x'] = 1\ndef find(n): return T[n]\n",
        )],
        "p.find",
    );
    for wanted in ["def one", "T['two']", "for n in"] {
        assert!(module.contains(wanted), "{wanted} is not in {module}");
    }
    assert!(!module.contains('U'), "{module}");
}

#[test]
fn what_a_statement_calls_on_a_class_is_called_for_what_it_changes() {
    let module = text(
        &[(
            "p.py",
            "class A:\n    @classmethod\n    def prepare(cls):\n        cls.ready = True\nclass B:\n    pass\nA.prepare()\nB.prepare = 1\n",
        )],
        "p.A",
    );
    assert!(module.contains("\nA.prepare()\n"), "{module}");
    assert!(!module.contains('B'), "{module}");
}

#[test]
fn a_pickle_tells_the_modules_of_the_package_that_it_names() {
    let asked = |bytes: &[u8]| super::lookups::named_in_pickle(bytes, "p");
    assert_eq!(asked(b"\x80\x02cp.q\nC\n."), Some("p.q".into()));
    assert_eq!(
        asked(b"\x80\x04\x8c\x03p.q\x94\x8c\x01C"),
        Some("p.q".into())
    );
    // Text is no pickle, and words in a pickle are no modules.
    assert_eq!(asked(b"cp.q"), None);
    assert_eq!(asked(b"\x80\x02X\x05\x00\x00\x00cop.q"), None);
}

#[test]
fn text_that_is_run_and_imports_the_package_is_refused() {
    let files = [
        (
            "p/__init__.py",
            "def f(names):\n    '''from p.b import g'''\n    space = {}\n    exec('from p.b import ' + names, space)\n    return space\n",
        ),
        ("p/b.py", "def g(): pass\n"),
    ];
    let Err(Stop::Refused(reason)) = sliced(&files, "p.f") else {
        panic!("it was taken");
    };
    assert_eq!(reason.line, Some(4), "{reason:?}");
}

#[test]
fn a_table_that_is_filled_as_the_default_of_an_argument_is_filled() {
    let module = text(
        &[
            ("p/__init__.py", "from . import a\na._b.fill()\n"),
            (
                "p/a.py",
                "from . import b as _b\ndef find(n): return _b.T[n]\n",
            ),
            (
                "p/b.py",
                "T = {}\ndef fill(table=T):\n    for n in 'xy':\n        table[n] = n\n",
            ),
        ],
        "p.a.find",
    );
    assert!(module.contains("\nfill()\n"), "{module}");
}

#[test]
fn names_that_two_modules_share_are_told_apart() {
    let module = text(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "from . import b\nimport datetime\nK = 1\ndef f(): return K + b.g() + datetime.MAXYEAR\n",
            ),
            (
                "p/b.py",
                "from datetime import datetime\nK = 2\ndef g(): return K if datetime else 0\n",
            ),
        ],
        "p.a.f",
    );
    assert!(
        module.contains("K = 1") && module.contains("_b_K = 2"),
        "{module}"
    );
    assert!(module.contains("+ g()"), "{module}");
}

#[test]
fn imports_inside_functions_and_tries_go_or_fail_as_before() {
    let module = text(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "try:\n    from .fast import g\nexcept ImportError:\n    def g(): return 1\ndef f():\n    from .b import h\n    return h() + g()\n",
            ),
            ("p/b.py", "def h(): return 2\n"),
        ],
        "p.a.f",
    );
    assert!(
        module.contains("raise ModuleNotFoundError(\"No module named 'p.fast'\"")
            && !module.contains("from ."),
        "{module}"
    );
}

#[test]
fn a_bound_method_stands_at_the_root() {
    let module = text(
        &[(
            "p.py",
            "class C:\n    def go(self): return 1\n_it = C()\nother = 3\n",
        )],
        "p._it.go",
    );
    assert!(
        module.ends_with("go = _it.go\n") && !module.contains("other"),
        "{module}"
    );
}

#[test]
fn data_files_come_along_with_the_name_of_their_package_changed() {
    let slice = sliced(
        &[
            ("p/__init__.py", ""),
            ("p/a.py", "from importlib.resources import files\ndef f(): return files(\"p\").joinpath(\"t.txt\").read_text()\n"),
            ("p/t.txt", "hello"),
        ],
        "p.a.f",
    )
    .unwrap();
    assert_eq!(slice.module.files[0].path, "f/__init__.py");
    assert_eq!(slice.module.files[1].path, "f/t.txt");
    assert!(slice.module.text().contains("files(__name__)"));
}

#[test]
fn a_name_made_at_run_time_is_refused() {
    let refused = sliced(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "import importlib\ndef f(n): return importlib.import_module(__name__ + n)\n",
            ),
        ],
        "p.a.f",
    );
    assert!(matches!(refused, Err(Stop::Refused(reason)) if reason.line == Some(2)));
}

#[test]
fn annotations_of_variables_in_functions_are_asked_by_nobody() {
    let module = text(
        &[(
            "p.py",
            "import typing as t\nif t.TYPE_CHECKING:\n    import absent as te\nclass Other: pass\nclass C:\n    def __init__(self):\n        self.x: te.Deque = []\n        y: Other = 1\n",
        )],
        "p.C",
    );
    assert!(
        module.contains("self.x: te.Deque") && !module.contains("class Other"),
        "{module}"
    );
}

#[test]
fn compiled_code_is_refused_with_its_place() {
    let refused = sliced(
        &[
            ("p/__init__.py", ""),
            ("p/a.py", "from ._c import g\ndef f(): return g()\n"),
            ("p/_c.abi3.so", ""),
        ],
        "p.a.f",
    );
    match refused {
        Err(Stop::Refused(reason)) => {
            assert_eq!(reason.code, ripout_model::ReasonCode::NativeCode);
            assert_eq!(
                (reason.file.as_deref(), reason.line),
                (Some("p/a.py"), Some(1))
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn text_beside_its_compiled_form_is_refused_wherever_it_is_reached() {
    let refused = sliced(
        &[
            ("p/__init__.py", ""),
            ("p/a.py", "from .b import g\ndef f(): return g()\n"),
            ("p/b.py", "def g(): return 1\n"),
            ("p/b.abi3.so", ""),
        ],
        "p.a.f",
    );
    match refused {
        Err(Stop::Refused(reason)) => {
            assert_eq!(reason.code, ripout_model::ReasonCode::NativeCode);
            assert!(reason.text.contains("p.b.g"), "{}", reason.text);
            assert_eq!(reason.file.as_deref(), Some("p/b.py"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn compiled_code_that_the_text_can_do_without_is_left_out_and_told() {
    let slice = sliced(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "try:\n    from ._c import g\nexcept ImportError:\n    g = None\ndef f(): return g\n",
            ),
            ("p/_c.abi3.so", ""),
        ],
        "p.a.f",
    )
    .expect("a slice");
    let note = slice
        .notes
        .iter()
        .find(|note| note.code == "compiled_left_out");
    assert!(
        note.is_some_and(|note| note.text.contains("p._c")),
        "{:?}",
        slice.notes
    );
}

#[test]
fn a_name_imported_as_text_and_again_as_compiled_code_is_the_text() {
    let module = text(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "from .b import G\ntry:\n    from ._c import G\nexcept ImportError:\n    pass\nclass F(G): pass\n",
            ),
            ("p/b.py", "class G: pass\n"),
            ("p/_c.abi3.so", ""),
        ],
        "p.a.F",
    );
    let at = |part: &str| {
        module
            .find(part)
            .unwrap_or_else(|| panic!("{part}: {module}"))
    };
    assert!(at("class G") < at("class F(") && at("raise ImportError") < at("class F("));
}

#[test]
fn a_class_that_names_its_home_names_the_module() {
    let module = text(
        &[(
            "p.py",
            "class E(Exception):\n    __module__ = \"p\"\n    kind = 1\n",
        )],
        "p.E",
    );
    assert!(
        module.contains("    __module__ = __name__\n    kind = 1"),
        "{module}"
    );
}

#[test]
fn a_misspelt_symbol_gets_its_neighbours() {
    match sliced(&[("p.py", "def partition(): pass\n")], "p.partitoin") {
        Err(Stop::Failed(failure)) => {
            assert_eq!(failure.code, "symbol_not_found");
            assert!(failure.help.unwrap().contains("p.partition"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_that_nothing_binds_are_told_with_their_place() {
    let module = "import json\n\nclass Near:\n    low = 1\n    high = low + 1\n    name = __qualname__\n\n    def f(self):\n        return __class__\n\ndef f(x):\n    global late\n    late = Near.high\n    numbers = [n for n in range(x)]\n    return json.dumps(numbers), late, gone(__name__)\n";
    let slice = sliced(&[("p/__init__.py", module)], "p.f").unwrap();
    let told: Vec<_> = slice
        .unresolved
        .iter()
        .map(|one| (one.text.as_str(), one.file.as_str(), one.line))
        .collect();
    assert_eq!(told, [("gone", "p/__init__.py", 15)]);
}

#[test]
fn the_interpreter_finds_the_names_that_a_text_lacks() {
    let (slice, original) = with_original(
        &[("p/__init__.py", "def f():\n    return g()\ndef g(): pass\n")],
        "p.f",
    )
    .unwrap();
    let mut cut = slice.clone();
    cut.module.files[0].bytes =
        b"class A:\n    x = here\n\n\ndef f():\n    return [g() for _ in A.x]\n".to_vec();
    let lack = check::lack(&cut, &original, &PlainHost).unwrap();
    assert!(lack.failure.unwrap().starts_with("NameError"));
    let names: Vec<_> = lack
        .missing
        .iter()
        .map(|one| (one.line, one.name.as_str()))
        .collect();
    assert_eq!(names, [(2, "here"), (6, "g")]);
}

#[test]
fn own_plug_ins_by_entry_points_are_refused_with_their_place() {
    let files = [
        (
            "p/__init__.py",
            "from importlib import metadata\n\ndef f():\n    return metadata.entry_points(group='p.more')\n",
        ),
        ("p-1.dist-info/METADATA", "Name: p\nVersion: 1\n"),
        (
            "p-1.dist-info/entry_points.txt",
            "[console_scripts]\np = p:f\n\n[p.more]\na = p.a:A\n",
        ),
    ];
    let Err(Stop::Refused(reason)) = sliced(&files, "p.f") else {
        panic!("it was taken");
    };
    assert_eq!(reason.code, ripout_model::ReasonCode::Dynamic);
    assert!(reason.text.contains("`p.more` (1 of them)"), "{reason:?}");
    assert_eq!(
        (reason.file.as_deref(), reason.line),
        (Some("p/__init__.py"), Some(4))
    );
}

#[test]
fn two_classes_of_one_name_both_keep_it() {
    let module = text(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "from . import b, c\nclass E(Exception): pass\ndef f():\n    E2 = b.E\n    g = c.g(E2)\n    return E, E2, g\n",
            ),
            (
                "p/b.py",
                "class E(Exception):\n    def me(self): return E\n",
            ),
            ("p/c.py", "def g(x): return x\n"),
        ],
        "p.a.f",
    );
    // Both are `class E`; the one from further away is known by another name to its users.
    assert_eq!(module.matches("class E(Exception)").count(), 2, "{module}");
    for wanted in [
        "\n_b_E = E\n",
        "return _b_E",
        "E2 = _b_E",
        "\n_c_g = g\n",
        "g = _c_g(E2)",
    ] {
        assert!(module.contains(wanted), "{wanted} is not in {module}");
    }
}

#[test]
fn modules_imported_by_their_written_name_come_along() {
    let module = text(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "from importlib import import_module\ndef f():\n    return import_module('p.b').g() + import_module('.b', __package__).g()\n",
            ),
            ("p/b.py", "def g(): return 1\n"),
        ],
        "p.a.f",
    );
    assert!(module.contains("return _b.g() + _b.g()"), "{module}");
}

#[test]
fn flags_of_the_standard_library_settle_the_arms_that_ask_for_them() {
    let files = [
        (
            "p/__init__.py",
            "from .a import has_json, has_other\nfrom .b import g, h\nif has_json:\n    f = g\nelse:\n    f = h\nif has_other:\n    k = g\nelse:\n    k = h\n",
        ),
        (
            "p/a.py",
            "has_json = False\ntry:\n    import json\n    _ = json.dumps\nexcept ImportError:\n    pass\nelse:\n    has_json = True\ntry:\n    import other\n    has_other = True\nexcept ImportError:\n    has_other = False\n",
        ),
        ("p/b.py", "def g(): return 1\ndef h(): return 2\n"),
    ];
    let module = text(&files, "p.f");
    assert!(
        module.contains("def g") && !module.contains("def h"),
        "{module}"
    );
    // Whether another package is there is not known beforehand.
    let module = text(&files, "p.k");
    assert!(
        module.contains("def g") && module.contains("def h"),
        "{module}"
    );
}

#[test]
fn names_of_modules_in_documentation_are_no_imports_by_name() {
    let module = text(
        &[
            (
                "p/__init__.py",
                "def load(name):\n    return __import__(name)\ndef f():\n    '''\n    <class 'p.b.C'>\n    '''\n    return load('json'), f'p.{1} is no module', 'p.q is none either'\n",
            ),
            ("p/b.py", "class C: pass\n"),
        ],
        "p.f",
    );
    assert!(module.contains("def load"), "{module}");
}

#[test]
fn what_a_call_at_import_needs_comes_first() {
    let module = text(
        &[
            ("p/__init__.py", ""),
            (
                "p/a.py",
                "from . import c\nclass C:\n    def __init__(self): self.v = words()\ndef words():\n    from .b import W\n    return W\nD = C()\ndef f(): return D.v, c.V\n",
            ),
            (
                "p/b.py",
                "from . import a\nW = make() if False else (1,)\ndef make(): return a.f()\n",
            ),
            ("p/c.py", "V = 1\n"),
        ],
        "p.a.f",
    );
    assert!(
        module.find("W = make()") < module.find("D = C()"),
        "{module}"
    );
}

#[test]
fn subclasses_that_somebody_asks_for_come_along() {
    let module = text(
        &[(
            "p.py",
            "class B: pass\nclass One(B): pass\nclass P: pass\nP.all = {c.__name__: c for c in B.__subclasses__()}\ndef f(): return P.all\n",
        )],
        "p.f",
    );
    assert!(module.contains("class One(B)"), "{module}");
}

#[test]
fn a_bare_annotation_does_not_hide_what_is_imported() {
    let module = text(
        &[
            (
                "p/__init__.py",
                "from .a import K\nK: int\ndef f(): return K\n",
            ),
            ("p/a.py", "K = 3\n"),
        ],
        "p.f",
    );
    assert!(module.contains("K = 3"), "{module}");
}

#[test]
fn modules_imported_by_a_pattern_or_a_table_come_along() {
    let files = [
        ("p/__init__.py", ""),
        (
            "p/a.py",
            "import importlib\nNAMES = {'one': 'p.kinds.one.make'}\ndef f(n):\n    return importlib.import_module(f'.x_{n}', __package__).data\ndef g(n):\n    return __import__('p.x_%d' % n, globals(), locals(), ['data']).data\ndef k(n):\n    return __import__('x_%d' % n, globals(), locals(), fromlist=['data'], level=1).data\ndef h(n):\n    path, name = NAMES[n].rsplit('.', 1)\n    return getattr(importlib.import_module(path), name)()\nK = h('one')\ndef m(): return K\n",
        ),
        ("p/x_1.py", "data = 1\n"),
        ("p/x_2.py", "data = 2\n"),
        ("p/kinds/__init__.py", ""),
        ("p/kinds/one.py", "def make(): return 1\n"),
    ];
    let module = text(&files, "p.a.f");
    for wanted in [
        "_modules_by_name.get(f'p.x_{n}') or importlib.import_module(",
        "\"p.x_1\": _x_1,",
        "\"p.x_2\": _x_2,",
    ] {
        assert!(module.contains(wanted), "{wanted} is not in {module}");
    }
    let module = text(&files, "p.a.g");
    assert!(
        module.contains("(_modules_by_name.get('p.x_%d' % n) or __import__(")
            && !module.contains("def f"),
        "{module}"
    );
    let module = text(&files, "p.a.k");
    assert!(
        module.contains("(_modules_by_name.get('p.x_%d' % n) or __import__("),
        "{module}"
    );
    // One that is called while the module is imported.
    let module = text(&files, "p.a.m");
    assert!(
        module.find("_modules_by_name = {") < module.find("K = h('one')"),
        "{module}"
    );
    let module = text(&files, "p.a.h");
    assert!(
        module.contains("\"p.kinds.one\": _one,") && module.contains("def make"),
        "{module}"
    );
}

#[test]
fn a_thing_whose_attribute_is_set_from_outside_keeps_it() {
    let module = text(
        &[(
            "p.py",
            "class C: pass\nK = C()\nobject.__setattr__(K, 'shared', True)\ndef f(): return K.shared\n",
        )],
        "p.f",
    );
    assert!(module.contains("object.__setattr__(K"), "{module}");
}
