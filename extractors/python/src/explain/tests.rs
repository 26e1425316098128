//! What is seen of single constructs. Whole pages stand in the golden tests.

use ripout_model::{Definition, Kind};

use super::*;

/// Statements of a text of which all is taken, each as its line, its words and its quote.
fn seen(text: &str) -> Vec<(u32, String, String)> {
    let whole = definition("p", [1, text.lines().count() as u32]);
    of(text, &[whole], &[])
}

fn of(text: &str, taken: &[Definition], asked: &[Definition]) -> Vec<(u32, String, String)> {
    let passage = Passage { text, taken, asked };
    let statements = statements(&passage).into_iter();
    statements
        .map(|it| (it.lines[0], it.says, it.quote))
        .collect()
}

fn definition(name: &str, lines: [u32; 2]) -> Definition {
    Definition {
        name: name.into(),
        kind: Kind::Function,
        package: "p@1".into(),
        file: "p.py".into(),
        lines,
    }
}

fn says(text: &str, words: &str, quote: &str) -> bool {
    let seen = seen(text);
    seen.iter()
        .any(|(_, says, of)| says == words && of == quote)
}

#[test]
fn what_becomes_of_an_exception_is_told_by_its_clause() {
    let clause = |body: &str, words: &str| {
        let text = format!(
            "def f():\n    for x in y:\n        try:\n            g()\n        except E:\n            {body}\n    h()\n"
        );
        let quote = format!("except E:\n            {body}");
        assert!(says(&text, words, &quote), "{:?}", seen(&text));
    };
    clause("pass", "caught, and dropped");
    clause("raise", "caught, and raised anew");
    clause("return 1", "caught, and returned from");
    clause("continue", "caught, and on with the loop");
    clause("x = None", "caught, and on");
}

#[test]
fn a_text_that_is_assigned_just_before_comes_with_the_raise() {
    let text = "def f(x):\n    msg = f\"no {x}\"\n    raise E(msg)\n";
    assert!(says(text, "raises", "msg = f\"no {x}\"\n    raise E(msg)"));
    let text = "def f(x):\n    n = 1\n    raise E(x)\n";
    assert!(says(text, "raises", "raise E(x)"));
}

#[test]
fn a_name_that_a_function_writes_to_is_state_and_others_are_constants() {
    let text = "A = {}\nB = {}\nC = 0\ndef f(B):\n    A[1] = 2\n    B.update(x=1)\n    A.clear()\ndef g():\n    global C\n    C += 1\n";
    let written = "lives as long as the module, and is written to";
    assert!(says(text, written, "A = {}"));
    assert!(says(text, "writes to the module's `A`", "A[1] = 2"));
    assert!(says(text, "writes to the module's `A`", "A.clear()"));
    assert!(says(text, written, "C = 0"));
    assert!(says(text, "writes to the module's names", "global C"));
    assert!(
        !seen(text)
            .iter()
            .any(|it| it.1 == "writes to the module's `B`")
    );
}

#[test]
fn imports_that_may_fail_are_told_where_their_names_are_used() {
    let text = "try:\n    import fast as quick\nexcept ImportError:\n    quick = None\n\ndef f():\n    return quick\n\ndef g():\n    return 1\n";
    let quotes = |lines| {
        let taken = [definition("p.x", lines)];
        let seen = of(text, &taken, &[]);
        seen.into_iter().map(|it| (it.0, it.1)).collect::<Vec<_>>()
    };
    assert_eq!(
        quotes([6, 7]),
        [
            (2, "import that may fail".to_owned()),
            (3, "and what stands in for it".to_owned())
        ]
    );
    assert!(quotes([9, 10]).is_empty());
}

#[test]
fn conditions_of_the_platform_are_quoted_whole() {
    let text = "import sys\nfrom os import name as system\ndef f():\n    if sys.platform == \"win32\" and x:\n        return 1\n    return 2 if system == \"nt\" else 3\n";
    let words = "depends on the platform or the version";
    assert!(says(text, words, "if sys.platform == \"win32\" and x"));
    assert!(says(text, words, "2 if system == \"nt\" else 3"));
}

#[test]
fn a_name_of_the_functions_own_is_no_module() {
    let text = "import random\ndef f(random, x):\n    return random.choice(x)\ndef g(x):\n    return random.choice(x)\n";
    let draws: Vec<u32> = seen(text)
        .into_iter()
        .filter(|it| it.1 == "draws random numbers")
        .map(|it| it.0)
        .collect();
    assert_eq!(draws, [5]);
}

#[test]
fn the_first_paragraph_is_what_it_is_for() {
    let text = "@deco\ndef f(\n    x: int,\n) -> int:\n    r\"\"\"\n    One\n    two.\n\n    Three.\n    \"\"\"\n    return x\n";
    let taken = [definition("p.f", [2, 11])];
    assert_eq!(
        of(text, &taken, &taken),
        [
            (1, "decorated".to_owned(), "@deco".to_owned()),
            (2, String::new(), "def f(\n    x: int,\n) -> int".to_owned()),
            (6, "One two.".to_owned(), "One\n    two.".to_owned()),
        ]
    );
}

#[test]
fn a_return_that_nothing_follows_is_not_early() {
    let text = "def f(x):\n    y = x\n    for z in y:\n        return z\n    with a:\n        if b:\n            return 1\n        else:\n            return 2\n";
    let early: Vec<u32> = seen(text)
        .into_iter()
        .filter(|it| it.1 == "returns early")
        .map(|it| it.0)
        .collect();
    assert_eq!(early, [4]);
}

#[test]
fn digits_behind_the_point_are_seen_in_every_kind_of_format() {
    let text = "def f(x):\n    return f\"{x:.2f}\" + \"{:>8.1f}\".format(x) + \"%5.3f\" % x + \"%d%%\" % x\n";
    let words = "digits behind the point";
    assert!(says(text, words, "{x:.2f}"));
    assert!(says(text, words, "\"{:>8.1f}\""));
    assert!(says(text, words, "\"%5.3f\" % x"));
    assert!(!says(text, words, "\"%d%%\" % x"));
}

#[test]
fn broken_text_gives_what_can_be_read() {
    let text = "def f(:\n    raise E(1)\n\ndef g():\n    raise E(2)\n";
    assert!(says(text, "raises", "raise E(2)"), "{:?}", seen(text));
}
