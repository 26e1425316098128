//! How tests are counted, and what a project without its dependency can import.

use ripout_model::testing::PlainHost;

use super::*;

#[test]
fn reports_are_counted() {
    let report = "<?xml?><testsuites><testsuite name=\"pytest\" errors=\"1\" failures=\"2\" skipped=\"3\" tests=\"10\" time=\"1\">";
    let counts = Counts {
        passed: 4,
        failed: 3,
        skipped: 3,
    };
    assert_eq!(reported(report), Some(counts));
    assert_eq!(reported(""), None);
    assert_eq!(
        summary("x\n4 passed, 2 failed, 1 error, 2 skipped, 1 xfailed in 0.1s\n"),
        counts
    );
    assert_eq!(
        ran(
            "..\nRan 10 tests in 0.1s\n\nFAILED (failures=2, errors=1, skipped=2, expected failures=1)\n"
        ),
        counts
    );
    assert_eq!(
        ran("Ran 2 tests in 0.1s\n\nOK\n"),
        Counts {
            passed: 2,
            ..Counts::default()
        }
    );
    assert_eq!(ran("no module"), Counts::default());
}

/// Runs a project's tests with the interpreter's own `wave` as the dependency. Without pytest the same tests are found by
/// unittest.
fn run(files: &[(&str, &str)], without: bool) -> Suite {
    let folder = planted(files);
    let dependency = Dependency {
        name: "wave".into(),
        locked: None,
        called: vec!["wave".into()],
        declared: Vec::new(),
        uses: Vec::new(),
    };
    let settings = Settings::default();
    suite(folder.path(), &dependency, without, &settings, &PlainHost).expect("it runs")
}

fn planted(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temp folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

const PROJECT: (&str, &str) = ("pyproject.toml", "[project]\nname = \"pkg\"\n");

#[test]
fn the_project_can_not_import_what_it_does_without() {
    let test = "import importlib, subprocess, sys, unittest\nimport sndhdr_like\n\nclass T(unittest.TestCase):\n    def test_import(self):\n        with self.assertRaises(ImportError):\n            import wave\n        with self.assertRaises(ImportError):\n            importlib.import_module('wave')\n        code = 'try:\\n import wave\\nexcept ImportError:\\n print(1)'\n        said = subprocess.run([sys.executable, '-c', code], capture_output=True)\n        self.assertEqual(said.stdout.strip(), b'1')\n";
    let files = [
        PROJECT,
        ("src/sndhdr_like.py", "import json\n"),
        ("tests/test_a.py", test),
    ];
    let without = run(&files, true);
    assert!(without.ok, "{}", without.told);
    assert_eq!((without.passed, without.failed), (1, 0));
    assert!(without.command.starts_with("PYTHONPATH=src python3 -m "));
    let with = run(&files, false);
    assert!(!with.ok);
    assert_eq!((with.passed, with.failed), (0, 1));
    assert!(with.told.contains("test_import"), "{}", with.told);
}

#[test]
fn what_others_have_loaded_is_out_of_reach_as_well() {
    // `/other.py` stands for another package, that may go on importing it.
    let test = "import sys, traceback, unittest\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        try:\n            import absent_module\n        except ImportError as error:\n            self.assertEqual(len(traceback.extract_tb(error.__traceback__)), 1)\n        place = {'__name__': 'other', '__file__': '/other.py'}\n        exec(compile('import wave', '/other.py', 'exec'), place)\n        self.assertIn('wave', sys.modules)\n        with self.assertRaises(ImportError):\n            import wave\n        with self.assertRaises(ImportError):\n            from wave import open\n        exec(compile('import wave', '/other.py', 'exec'), place)\n";
    let suite = run(&[PROJECT, ("tests/test_a.py", test)], true);
    assert!(suite.ok, "{}", suite.told);
    assert_eq!(suite.passed, 1);
}

#[test]
fn no_test_is_no_success() {
    let suite = run(&[PROJECT, ("pkg/__init__.py", "")], false);
    assert!(!suite.ok);
    assert_eq!((suite.passed, suite.failed), (0, 0));
    assert!(!suite.told.is_empty());
}

#[test]
fn what_tests_call_symbols_with_is_written_down() {
    let test = "import fractions, string, textwrap, unittest\n\nclass T(unittest.TestCase):\n    def test_it(self):\n        \
                for width in (9, 9, 12):\n            textwrap.shorten('a b', width, placeholder='-')\n        \
                textwrap.shorten('a b', width=5, fix_sentence_endings=True)\n        \
                fractions.Fraction(3, denominator=4)\n        fractions.Fraction(fractions.Fraction(1))\n        \
                string.Template('a').substitute({'b': [1, (2,), None, 1.5, b'c']})\n        \
                textwrap.indent('a', '-', lambda line: True)\n        textwrap.indent('a', '-')\n";
    let folder = planted(&[PROJECT, ("tests/test_a.py", test)]);
    let symbols = [
        "textwrap.shorten",
        "textwrap.indent",
        "string.Template",
        "string.Template.substitute",
        "fractions.Fraction",
        "absent.symbol",
    ];
    let symbols = symbols.map(str::to_owned);
    let settings = Settings::default();
    let calls = calls(folder.path(), &symbols, &settings, &PlainHost).expect("it runs");
    let calls: Vec<&str> = calls.lines().filter(|line| line.contains('(')).collect();
    assert_eq!(
        calls,
        [
            "fractions.Fraction(1)",
            "fractions.Fraction(3, 4)",
            "string.Template('a')",
            "textwrap.indent('a', '-')",
            "textwrap.shorten('a b', 12, placeholder='-')",
            "textwrap.shorten('a b', 5, fix_sentence_endings=True)",
            "textwrap.shorten('a b', 9, placeholder='-')",
        ]
    );
}
