//! The texts that run on the Python side: written in Python beside this file, put together here.
//!
//! * `run.py`, for both sides and for the frozen tests: decode an input, exercise the subject, write what was seen
//! * `plan.py`, for the original alone, once: what the calls take, examples, tables of probes
//! * `mutants.py`, for the module: faults planted in its functions, in process
//! * `bulk.py`, for both sides: many inputs at full speed
//! * `tests.py`, for both sides: the original's own tests; `collect.py`, for the original: finds them
//! * `api.py`, for both sides: what they offer
//!
//! All use the standard library only, of Python 3.8 or newer.

/// Runs one side on inputs; see `drive/head.py` for its arguments.
pub const RUN: &str = concat!(
    include_str!("drive/head.py"),
    include_str!("drive/clock.py"),
    "\n\n",
    include_str!("drive/draw.py"),
    "\n\n",
    include_str!("drive/language.py"),
    "\n\n",
    include_str!("drive/values.py"),
    "\n\n",
    include_str!("drive/describe.py"),
    "\n\n",
    include_str!("drive/trace.py"),
    "\n\n",
    include_str!("drive/branches.py"),
    "\n\n",
    include_str!("drive/observe.py"),
    "\n\n",
    include_str!("drive/snippet.py"),
    "\n\n",
    include_str!("drive/effects.py"),
    "\n\n",
    include_str!("drive/run.py"),
);

/// Makes the plan of a driver, after [`RUN`]: arguments `REQUEST.json RESULT.json`.
pub const PLAN: &str = concat!(
    include_str!("plan/kinds.py"),
    "\n\n",
    include_str!("plan/lines.py"),
    "\n\n",
    include_str!("plan/texts.py"),
    "\n\n",
    include_str!("plan/examples.py"),
    "\n\n",
    include_str!("plan/language.py"),
    "\n\n",
    include_str!("plan/profile.py"),
    "\n\n",
    include_str!("plan/explore.py"),
    "\n\n",
    include_str!("plan/plan.py"),
);

/// Describes what a side offers, after [`RUN`]: arguments `SIDE.json RESULT.json`.
pub const API: &str = include_str!("gate/api.py");

/// Plants faults in the module and runs them, after [`RUN`]; see there for its arguments.
pub const MUTANTS: &str = include_str!("drive/mutants.py");

/// Runs many inputs at full speed, after [`RUN`]; see there for its arguments.
pub const BULK: &str = include_str!("drive/bulk.py");

/// Runs the original's own tests on one side, after [`RUN`]; see there for its arguments.
pub const TESTS: &str = include_str!("drive/tests.py");

/// Collects these tests and runs them on the original, after [`PLAN`] and [`TESTS`]; see there for its arguments.
pub const COLLECT: &str = include_str!("plan/collect.py");

/// The facade `subject`: binds each symbol under the name that drivers use.
///
/// A symbol is its name, a module and an attribute path below it. `home` is the module that holds all text, on the side
/// that has one: what the symbols reach is found there under its own name.
pub fn facade<'a>(
    symbols: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
    home: Option<&str>,
) -> String {
    let mut text = String::from(
        "\"\"\"The names that the driver uses, for one side.\"\"\"\nfrom importlib import import_module\n\n",
    );
    if let Some(home) = home {
        text.push_str(&format!("HOME = {home:?}\n"));
    }
    for (name, module, attribute) in symbols {
        text.push_str(&format!("{name} = import_module({module:?})"));
        for part in attribute.split('.').filter(|part| !part.is_empty()) {
            text.push('.');
            text.push_str(part);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facade_binds_attributes_of_attributes() {
        let text = facade([("split", "a.b", "Lexer.split"), ("X", "m", "X")], None);
        assert!(text.contains("split = import_module(\"a.b\").Lexer.split\n"));
        assert!(text.ends_with("X = import_module(\"m\").X\n"));
    }
}
