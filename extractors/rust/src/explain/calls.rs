//! Methods and macros whose names say what they do.

use ripout_model::Topic;

/// What `?` says.
pub const HANDS_ON: &str = "hands an error on";

/// What a method's name says of a call of it, whatever it is called on.
pub fn method(name: &str) -> Option<(Topic, &'static str)> {
    let arithmetic = [
        ("wrapping_", "arithmetic that wraps"),
        ("saturating_", "arithmetic that saturates"),
        ("checked_", "arithmetic that is checked"),
        ("overflowing_", "arithmetic that tells of overflow"),
    ];
    for (prefix, says) in arithmetic {
        if name.starts_with(prefix) {
            return Some((Topic::Details, says));
        }
    }
    Some(match name {
        "unwrap" | "unwrap_err" | "expect" | "expect_err" => (Topic::Errors, "may panic"),
        "ok_or" | "ok_or_else" => (Topic::Errors, "makes an error of what is missing"),
        "map_err" => (Topic::Errors, "turns the error into another"),
        "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "map_or" | "map_or_else" => {
            (Topic::Details, "default")
        }
        "round" | "floor" | "ceil" | "trunc" | "round_ties_even" | "fract" => {
            (Topic::Details, "rounding")
        }
        "rem_euclid" | "div_euclid" | "div_ceil" | "next_multiple_of" => {
            (Topic::Details, "division")
        }
        "sort_unstable" | "sort_unstable_by" | "sort_unstable_by_key" => {
            (Topic::Details, "sorting that may swap equals")
        }
        "total_cmp" | "partial_cmp" => (Topic::Details, "comparison"),
        _ => return None,
    })
}

/// What a macro's name says of a call of it.
pub fn macro_call(name: &str) -> Option<(Topic, &'static str)> {
    if name.starts_with("is_") && name.ends_with("_feature_detected") {
        return Some((Topic::Platform, "asks the processor"));
    }
    Some(match name {
        "panic" | "todo" | "unimplemented" => (Topic::Errors, "panics"),
        "unreachable" => (
            Topic::Errors,
            "panics, where the author expects nobody to come",
        ),
        "assert" | "assert_eq" | "assert_ne" => (Topic::Errors, "panics unless it holds"),
        "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => {
            (Topic::Errors, "panics in debug builds unless it holds")
        }
        "cfg" => (Topic::Platform, "depends on the build"),
        "env" | "option_env" => (Topic::Platform, "reads the environment of the build"),
        "include_str" | "include_bytes" | "include" => (Topic::DataFiles, "takes in a file"),
        "print" | "println" | "eprint" | "eprintln" | "dbg" => (Topic::State, "prints"),
        "thread_local" => (Topic::State, "kept for each thread"),
        "lazy_static" => (Topic::State, "made once, when it is first used"),
        _ => return None,
    })
}

/// Macros whose first text is a format, with the place of that text among the arguments.
pub fn format_place(name: &str) -> Option<usize> {
    Some(match name {
        "format" | "print" | "println" | "eprint" | "eprintln" | "panic" | "format_args" => 0,
        "write" | "writeln" => 1,
        _ => return None,
    })
}

/// Whether a format says how many digits stand behind the point.
pub fn has_precision(format: &str) -> bool {
    let mut rest = format;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else {
            return false;
        };
        if let Some((_, spec)) = rest[..close].split_once(':')
            && spec.contains('.')
        {
            return true;
        }
        rest = &rest[close + 1..];
    }
    false
}

/// Constants of numbers that stand for an end of what there is, or for none.
pub fn is_limit(name: &str) -> bool {
    matches!(
        name,
        "MAX" | "MIN" | "NAN" | "INFINITY" | "NEG_INFINITY" | "EPSILON" | "MIN_POSITIVE"
    )
}

/// What it means for a type to have a trait.
pub fn implemented(name: &str) -> Option<(Topic, &'static str)> {
    Some(match name {
        "Drop" => (Topic::Details, "clean-up when it goes away"),
        "PartialEq" | "Eq" | "Hash" | "PartialOrd" | "Ord" => {
            (Topic::Details, "equality, order or hash of its own")
        }
        "Deref" | "DerefMut" => (Topic::Details, "stands in for what it holds"),
        "Iterator" | "DoubleEndedIterator" => (Topic::Details, "lazy: an iterator"),
        "Future" => (Topic::Details, "lazy: a future"),
        "Default" => (Topic::Details, "default value"),
        "Index" | "IndexMut" => (Topic::Details, "indexing of its own"),
        "Error" | "StdError" => (Topic::Types, "an error type"),
        "From" | "TryFrom" | "FromStr" => (Topic::Types, "made from another type"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_is_told_from_braces_and_points() {
        assert!(has_precision("{:.2}"));
        assert!(has_precision("{{ {x:>8.3e}"));
        assert!(!has_precision("{{:.2}} {0} a.b {x:5}"));
        assert!(!has_precision("{"));
    }
}
