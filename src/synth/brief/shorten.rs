//! A module's text with what its reader needs least left out.

use std::{cmp::Reverse, ops::Range};

use ripout_model::Outline;

/// A body of fewer bytes is not worth a line that says it was left out.
const WORTH: usize = 200;

/// Something that can be left out of a text.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Ranges of the text, with what stands there instead.
    cuts: Vec<(Range<usize>, &'static str)>,
    /// What is told of it.
    pub told: String,
}

/// What can be left out, what is needed least first: what is said of definitions that users do not reach, the bodies of
/// definitions that lie farthest from the symbols, what is said of the others, and last the bodies of the symbols.
pub(super) fn steps(text: &str, outline: &Outline, distances: &[Option<u32>]) -> Vec<Step> {
    let remarks = |public: bool| -> Option<Step> {
        let of_kind = outline.remarks.iter().filter(|it| it.public == public);
        let cuts: Vec<_> = of_kind.map(|it| (it.range.clone(), "")).collect();
        let told = match public {
            true => "comments of what users reach",
            false => "comments of what users do not reach",
        };
        (!cuts.is_empty()).then(|| Step {
            told: format!("{told} ({})", cuts.len()),
            cuts,
        })
    };
    // What the graph does not reach from the symbols is farther than all that it does reach.
    let distance = |index: usize| distances.get(index).copied().flatten().unwrap_or(u32::MAX);
    let mut bodies: Vec<usize> = (0..outline.bodies.len())
        .filter(|index| outline.bodies[*index].range.len() >= WORTH)
        .collect();
    bodies.sort_by_key(|index| {
        let range = &outline.bodies[*index].range;
        (Reverse(distance(*index)), Reverse(range.len()), range.start)
    });
    let (own, far): (Vec<usize>, Vec<usize>) =
        bodies.into_iter().partition(|index| distance(*index) == 0);
    let body = |index: usize| {
        let body = &outline.bodies[index];
        let lines = text
            .get(body.range.clone())
            .map_or(0, |it| it.lines().count());
        Step {
            told: format!("the body of {} ({lines} lines)", body.name),
            cuts: vec![(body.range.clone(), body.instead)],
        }
    };
    remarks(false)
        .into_iter()
        .chain(far.into_iter().map(body))
        .chain(remarks(true))
        .chain(own.into_iter().map(body))
        .collect()
}

/// The text without what `steps` leave out.
pub(super) fn shortened(text: &str, steps: &[Step]) -> String {
    let cuts = steps.iter().flat_map(|step| step.cuts.iter().cloned());
    without(text, 0..text.len(), cuts.collect())
}

/// What users see of a module: its public definitions without bodies, private members and comments.
pub(super) fn surface(text: &str, outline: &Outline) -> String {
    let mut cuts: Vec<(Range<usize>, &'static str)> = Vec::new();
    cuts.extend(
        outline
            .bodies
            .iter()
            .map(|it| (it.range.clone(), it.instead)),
    );
    cuts.extend(outline.private.iter().map(|range| (range.clone(), "")));
    cuts.extend(outline.remarks.iter().map(|it| (it.range.clone(), "")));
    let mut all = String::new();
    for range in &outline.public {
        if !all.is_empty() {
            all.push_str("\n\n");
        }
        all.push_str(&without(text, range.clone(), cuts.clone()));
    }
    all
}

/// A part of the text with some of it replaced. What lies within a cut goes with it; a line of which nothing stays goes whole.
fn without(text: &str, part: Range<usize>, mut cuts: Vec<(Range<usize>, &'static str)>) -> String {
    cuts.retain(|(range, _)| part.start <= range.start && range.end <= part.end);
    cuts.sort_by_key(|(range, _)| (range.start, Reverse(range.end)));
    let mut made = String::new();
    let mut at = part.start;
    for (range, instead) in cuts {
        if range.start < at {
            continue;
        }
        let (Some(before), Some(after)) =
            (text.get(at..range.start), text.get(range.end..part.end))
        else {
            continue;
        };
        made.push_str(before);
        at = range.end;
        if !instead.is_empty() {
            made.push_str(instead);
            continue;
        }
        let blank = made.trim_end_matches([' ', '\t']);
        let line_begins = blank.is_empty() || blank.ends_with('\n');
        let rest = after.trim_start_matches([' ', '\t', '\r']);
        if rest.is_empty() || rest.starts_with('\n') {
            made.truncate(blank.len());
            if line_begins && let Some(rest) = rest.strip_prefix('\n') {
                at = part.end - rest.len();
            }
        }
    }
    made.push_str(text.get(at..part.end).unwrap_or_default());
    made
}

#[cfg(test)]
mod tests {
    use ripout_model::{Body, Remark};

    use super::*;

    fn range(text: &str, part: &str) -> Range<usize> {
        let start = text.find(part).unwrap();
        start..start + part.len()
    }

    #[test]
    fn a_line_that_says_nothing_any_more_goes_whole() {
        let text = "// one\nfn f() {\n    // two\n    g(); // three\n}\n";
        let cut = |part: &str| (range(text, part), "");
        let cuts = vec![cut("// one"), cut("// two"), cut("// three")];
        assert_eq!(
            without(text, 0..text.len(), cuts),
            "fn f() {\n    g();\n}\n"
        );
    }

    #[test]
    fn the_farthest_goes_first_and_the_symbol_last() {
        let long = "x".repeat(WORTH);
        let text = format!("near{long}\nfar{long}\nown{long}\n// public\n// private\n");
        let body = |name: &str| Body {
            name: name.into(),
            range: range(&text, &format!("{name}{long}")),
            public: false,
            instead: "-",
        };
        let remark = |part: &str, public| Remark {
            range: range(&text, part),
            public,
        };
        let outline = Outline {
            bodies: vec![body("near"), body("far"), body("own")],
            remarks: vec![remark("// public", true), remark("// private", false)],
            ..Outline::default()
        };
        let steps = steps(&text, &outline, &[Some(1), None, Some(0)]);
        let told: Vec<&str> = steps.iter().map(|step| step.told.as_str()).collect();
        assert_eq!(
            told,
            [
                "comments of what users do not reach (1)",
                "the body of far (1 lines)",
                "the body of near (1 lines)",
                "comments of what users reach (1)",
                "the body of own (1 lines)",
            ]
        );
        assert_eq!(
            shortened(&text, &steps[..2]),
            format!("near{long}\n-\nown{long}\n// public\n")
        );
    }
}
