//! What the walk makes of statements and scopes.

use super::{Parsed, UnitKind, flag, parse, truth::Platform};

fn linux() -> Platform {
    Platform {
        platform: "linux".into(),
        os_name: "posix".into(),
        system: "Linux".into(),
        ..Platform::default()
    }
}

fn read(text: &str) -> Parsed {
    parse(text.as_bytes(), Some(&linux()))
}

/// References of a unit as written, annotations marked.
fn uses(parsed: &Parsed, unit: u32) -> Vec<String> {
    let mut found: Vec<String> = parsed
        .uses_of(unit)
        .iter()
        .map(|reference| {
            let mut word = parsed.word(reference.name).to_string();
            for (attribute, _) in parsed.attrs_of(reference) {
                word.push('.');
                word.push_str(parsed.word(*attribute));
            }
            if reference.has(flag::ANNOTATION) {
                word.push_str(" annotation");
            }
            word
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn bound(parsed: &Parsed, unit: u32) -> Vec<&str> {
    parsed
        .binds_of(unit)
        .iter()
        .map(|bind| parsed.word(bind.name))
        .collect()
}

#[test]
fn locals_are_no_references_and_globals_are() {
    let parsed = read(
        "def f(a, *b, c=D, **e):\n    x = a + y\n    for i in z: q(i)\n    return [k for k in K if k > i]\n",
    );
    assert_eq!(uses(&parsed, 0), ["D", "K", "q", "y", "z"]);
}

#[test]
fn a_name_bound_later_in_a_function_is_local_all_through() {
    let parsed = read("def f():\n    print(x)\n    x = 1\n");
    assert_eq!(uses(&parsed, 0), ["print"]);
}

#[test]
fn methods_do_not_see_the_class_body() {
    let parsed = read("class C(B):\n    n = 1\n    m = n\n    def go(self): return n\n");
    assert_eq!(uses(&parsed, 0), ["B", "n"]);
    let reference = parsed
        .uses_of(0)
        .iter()
        .find(|u| parsed.word(u.name) == "n")
        .unwrap();
    assert!(reference.has(flag::DEFERRED));
}

#[test]
fn targets_of_every_shape_bind() {
    let parsed = read("a, (b, *c) = d = e = g()\nx.y = 1\nt[0] = 2\nu: int\nv += 1\n");
    let mut names = bound(&parsed, 0);
    names.sort_unstable();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    let kinds: Vec<UnitKind> = parsed.units.iter().map(|unit| unit.kind).collect();
    assert_eq!(
        kinds,
        [
            UnitKind::Assign,
            UnitKind::Store,
            UnitKind::Store,
            UnitKind::Bare,
            UnitKind::Augment
        ]
    );
}

#[test]
fn global_statements_reach_the_module() {
    let parsed = read("def f():\n    global n\n    n = m\n");
    assert_eq!(uses(&parsed, 0), ["m", "n"]);
    assert!(parsed.uses_of(0).iter().any(|u| u.has(flag::STORE)));
}

#[test]
fn chains_keep_their_attributes() {
    let parsed = read("x = a.b.c(d.e)[f].g\n");
    assert_eq!(uses(&parsed, 0), ["a.b.c", "d.e", "f"]);
}

#[test]
fn annotations_are_marked_also_inside_strings() {
    let parsed = read("def f(a: 'List[m.T]', b: int = N) -> Literal['no']: pass\n");
    assert_eq!(
        uses(&parsed, 0),
        [
            "List annotation",
            "Literal annotation",
            "N",
            "int annotation",
            "m.T annotation"
        ]
    );
}

#[test]
fn imports_in_functions_are_linked_to_their_uses() {
    let parsed = read("def f():\n    from .a import b as c\n    return c(1)\n");
    let reference = parsed
        .uses_of(0)
        .iter()
        .find(|u| parsed.word(u.name) == "c")
        .unwrap();
    let import = &parsed.imports[reference.import as usize];
    assert_eq!(
        (import.level, import.module.as_str(), import.deferred),
        (1, "a", true)
    );
}

#[test]
fn an_import_with_a_fallback_in_a_function_is_mixed() {
    let parsed = read(
        "def f():\n    try:\n        from a import b\n    except ImportError:\n        b = None\n    return b\n",
    );
    assert!(parsed.imports[0].mixed && parsed.imports[0].guarded);
    assert_eq!(uses(&parsed, 0), ["ImportError"]);
}

#[test]
fn arms_for_other_platforms_and_type_checkers_do_not_run() {
    let parsed = read(
        "if sys.platform == 'win32':\n    from .w import L\nelse:\n    L = M\nif TYPE_CHECKING:\n    from .t import T\n",
    );
    assert_eq!(parsed.arms.len(), 2);
    assert!(!parsed.arms[0].types_only && parsed.arms[1].types_only);
    let live: Vec<&str> = parsed
        .binds
        .iter()
        .filter(|bind| bind.arm == super::NONE)
        .map(|bind| parsed.word(bind.name))
        .collect();
    assert_eq!(live, ["L"]);
}

#[test]
fn comprehensions_take_their_first_iterable_from_outside() {
    let parsed = read("y = [x for x in x for z in x]\n");
    assert_eq!(uses(&parsed, 0), ["x"]);
}

#[test]
fn match_patterns_bind_and_refer() {
    let parsed = read(
        "def f(v):\n    match v:\n        case Point(x=a, y=0): return a\n        case Color.RED as c: return c\n        case [first, *rest]: return rest\n",
    );
    assert_eq!(uses(&parsed, 0), ["Color.RED", "Point"]);
}

#[test]
fn the_list_of_public_names_is_read() {
    let parsed = read("__all__ = ['a', 'b'] + ['c']\n__all__ += ['d']\n__all__.append('e')\n");
    let all: Vec<&str> = parsed
        .all
        .as_ref()
        .unwrap()
        .iter()
        .map(|n| parsed.word(*n))
        .collect();
    let mut all = all;
    all.sort_unstable();
    assert_eq!(all, ["a", "b", "c", "d", "e"]);
    assert!(!parsed.all_open);
}

#[test]
fn broken_and_deep_text_is_survived() {
    let parsed = read("def f(:\n  x = = 1\n\ndef g(): return h\n");
    assert!(parsed.broken.is_some());
    let deep = format!("x = {}y{}\n", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(uses(&read(&deep), 0), ["y"]);
    parse(b"\xff\xfe\x00x = 1", None);
}
