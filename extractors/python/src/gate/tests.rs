//! Each property of the API with a twin that is rejected.

use ripout_model::{Gate, Origin, testing::PlainHost};

use crate::sample::{candidate, sample};

fn judged(wanted: &str, module: &str, symbol: &str) -> Gate {
    let sample = sample(
        &[("pkg/__init__.py", ""), ("pkg/work.py", wanted)],
        &[&format!("pkg.work.{symbol}")],
    );
    let candidate = candidate(&sample.original, module, Origin::Verbatim);
    super::gate(&sample.original, &candidate, &PlainHost).expect("it can be judged")
}

fn passes(wanted: &str, module: &str, symbol: &str) {
    let gate = judged(wanted, module, symbol);
    assert!(matches!(gate, Gate::Passed { .. }), "{gate:?}");
}

fn rejected(wanted: &str, module: &str, symbol: &str, because: &str) {
    match judged(wanted, module, symbol) {
        Gate::Unviable(why) => assert!(why.contains(because), "{because}: {why}"),
        gate => panic!("{because}: {gate:?}\n{module}"),
    }
}

const FUNCTION: &str =
    "def f(a, b=1, *rest, c: int = 2, **more) -> str:\n    \"\"\"Says.\"\"\"\n    return a\n";

#[test]
fn the_same_text_passes_and_says_that_its_module_has_another_name() {
    match judged(FUNCTION, FUNCTION, "f") {
        Gate::Passed { api_notes, .. } => {
            assert_eq!(api_notes, ["`f.__module__` is `f`, it was `pkg.work`"]);
        }
        gate => panic!("{gate:?}"),
    }
}

#[test]
fn what_a_function_offers_is_compared() {
    for (before, after, because) in [
        (
            "a, b=1",
            "b, a=1",
            "f parameters are (b, a, rest, c, more), they were (a, b, rest, c, more)",
        ),
        ("b=1", "b=2", "f parameters b default is `2`, it was `1`"),
        ("c: int", "c: str", "annotation"),
        ("*rest, ", "*, ", "parameters"),
        ("-> str", "-> int", "returns"),
        ("Says.", "Tells.", "f doc is `Tells.`"),
        ("return a", "yield a", "flags"),
        ("def f", "async def f", "flags"),
    ] {
        rejected(FUNCTION, &FUNCTION.replace(before, after), "f", because);
    }
}

#[test]
fn annotations_may_be_text_or_lose_their_module() {
    passes(
        "import typing\ndef f(a: typing.Optional[int]): return a\n",
        "from typing import Optional\ndef f(a: Optional[int]): return a\n",
        "f",
    );
}

const CLASS: &str = "class Base:\n    pass\n\nclass C(Base):\n    limit = 3\n    __slots__ = ('x',)\n\n    def __init__(self, x):\n        self.x = x\n\n    @property\n    def twice(self):\n        return self.x * 2\n\n    @classmethod\n    def make(cls):\n        return cls(1)\n\n    def __len__(self):\n        return 1\n\n    def _inner(self):\n        pass\n";

#[test]
fn what_a_class_offers_is_compared() {
    passes(CLASS, CLASS, "C");
    for (before, after, because) in [
        ("limit = 3", "limit = 4", "C.limit.value is `4`"),
        ("('x',)", "('x', 'y')", "slots"),
        ("(self, x)", "(self, x, y=1)", "parameters"),
        ("@property", "@staticmethod", "C.twice what"),
        ("@classmethod", "@staticmethod", "C.make what"),
        ("def __len__", "def __bool__", "C.__bool__ is new"),
        ("C(Base)", "C(dict)", "bases"),
        (
            "limit = 3",
            "limit = 3\n    def more(self): pass",
            "C.more is new",
        ),
    ] {
        rejected(CLASS, &CLASS.replace(before, after), "C", because);
    }
    // What begins with an underscore is no API.
    passes(CLASS, &CLASS.replace("_inner", "_other"), "C");
}

#[test]
fn a_module_must_parse_import_and_stand_alone() {
    rejected(FUNCTION, "def f(:\n", "f", "does not import: SyntaxError");
    rejected(
        FUNCTION,
        "import pkg.work\nf = pkg.work.f\n",
        "f",
        "does not import: ModuleNotFoundError",
    );
    rejected(FUNCTION, "x = undefined\n", "f", "(f.py, line 1)");
    rejected(
        FUNCTION,
        "import os\nos._exit(0)\n",
        "f",
        "ended the process",
    );
    rejected(FUNCTION, "g = 1\n", "f", "does not import: AttributeError");
    rejected(
        FUNCTION,
        &format!(
            "import sys, types\nsys.modules['friend'] = types.ModuleType('friend')\n{FUNCTION}"
        ),
        "f",
        "not self-contained: it imports friend",
    );
}
