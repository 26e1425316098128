//! The text with its switches, and whose fault a place in it is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Change, Fault};

/// A module with all its faults.
#[derive(Debug)]
pub struct Rendered {
    pub text: String,
    /// Where a fault's own text stands: bytes, and the fault's number.
    own: Vec<(Range<usize>, usize)>,
    /// Where the text stands that several faults share, with all of them.
    shared: Vec<(Range<usize>, Vec<usize>)>,
}

/// Something put in at one place.
struct Insertion {
    at: usize,
    /// At one place what closes comes before what opens; the inner closes first and the outer opens first, and of two sites
    /// of the same text the later is the inner.
    order: (bool, Reverse<usize>, isize),
    pieces: Vec<(String, Option<usize>)>,
    /// Opens or closes the site of these faults.
    site: Option<(usize, bool)>,
}

/// Puts the faults in, but for those left out, and a step at each of `steps`.
pub fn render(
    text: &str,
    faults: &[Fault],
    left_out: &BTreeSet<usize>,
    steps: &[usize],
) -> Rendered {
    let mut sites: BTreeMap<(usize, usize, u8), Vec<usize>> = BTreeMap::new();
    for (number, fault) in faults.iter().enumerate() {
        if left_out.contains(&number) {
            continue;
        }
        let kind = match fault.change {
            Change::Instead(_) => 0,
            Change::LeftOut => 1,
            Change::Return(_) => 2,
            Change::NoArm(_) => 3,
        };
        sites
            .entry((fault.range.start, fault.range.end, kind))
            .or_default()
            .push(number);
    }
    let mut insertions = Vec::new();
    let sites: Vec<((usize, usize, u8), Vec<usize>)> = sites.into_iter().collect();
    for (site, ((start, end, _), numbers)) in sites.iter().enumerate() {
        put_in(&mut insertions, text, faults, (site, numbers), *start..*end);
    }
    for at in steps {
        insertions.push(Insertion {
            at: *at,
            order: (true, Reverse(*at), isize::MAX),
            pieces: vec![("::ripout_probe::step();".into(), None)],
            site: None,
        });
    }
    insertions.sort_by_key(|insertion| (insertion.at, insertion.order));
    let mut rendered = Rendered {
        text: String::with_capacity(text.len() * 3),
        own: Vec::new(),
        shared: Vec::new(),
    };
    let mut open: BTreeMap<usize, usize> = BTreeMap::new();
    let mut from = 0;
    for insertion in insertions {
        rendered.text.push_str(&text[from..insertion.at]);
        from = insertion.at;
        if let Some((site, true)) = insertion.site {
            open.insert(site, rendered.text.len());
        }
        for (piece, fault) in insertion.pieces {
            let begin = rendered.text.len();
            // One line, so that the lines stay where they are.
            rendered.text.push_str(&piece);
            if let Some(fault) = fault {
                rendered.own.push((begin..rendered.text.len(), fault));
            }
        }
        if let Some((site, false)) = insertion.site {
            let begin = open.remove(&site).unwrap_or(from);
            rendered
                .shared
                .push((begin..rendered.text.len(), sites[site].1.clone()));
        }
    }
    rendered.text.push_str(&text[from..]);
    rendered
}

fn put_in(
    insertions: &mut Vec<Insertion>,
    text: &str,
    faults: &[Fault],
    (site, numbers): (usize, &[usize]),
    range: Range<usize>,
) {
    let nested = site as isize;
    let opens = |end: usize| (true, Reverse(end), nested);
    let mut before = Vec::new();
    let mut after = String::new();
    let (mut begin, mut end) = (range.start, range.end);
    for &number in numbers {
        match &faults[number].change {
            Change::Instead(other) => {
                let open = if after.is_empty() { "(" } else { "" };
                before.push((format!("{open}if ::ripout_mutant::on({number}) {{ "), None));
                before.push((whole(&flat(other)), Some(number)));
                before.push((" } else ".into(), None));
                after = " })".into();
            }
            Change::LeftOut => {
                before.push((
                    format!("if !::ripout_mutant::on({number}) {{ "),
                    Some(number),
                ));
                after.push_str(" }");
            }
            Change::Return(value) => {
                before.push((
                    format!(" if ::ripout_mutant::on({number}) {{ return {value}; }} "),
                    Some(number),
                ));
                end = begin;
            }
            Change::NoArm(guard) => {
                // Behind the pattern, or around the guard there is.
                (begin, end) = match guard {
                    Some(guard) => (guard.start, guard.end),
                    None => (range.end, range.end),
                };
                let open = if guard.is_some() { "(" } else { " if " };
                before.push((open.to_owned(), None));
                let close = if guard.is_some() { ") && " } else { "" };
                after = format!("{close}!::ripout_mutant::on({number})");
            }
        }
    }
    if after.ends_with("})") {
        let block = opens_with_block(&text[range]);
        before.push((if block { "{ (" } else { "{ " }.into(), None));
        if block {
            after.insert(0, ')');
        }
    }
    insertions.push(Insertion {
        at: begin,
        order: opens(end),
        pieces: before,
        site: Some((site, true)),
    });
    insertions.push(Insertion {
        at: end,
        // What is put in at one place only opens and closes there.
        order: if begin == end {
            opens(end)
        } else {
            (false, Reverse(begin), -nested)
        },
        pieces: vec![(after, None)],
        site: Some((site, false)),
    });
}

/// An expression as it may stand at the start of a block.
fn whole(text: &str) -> String {
    if opens_with_block(text) {
        format!("({text})")
    } else {
        text.to_owned()
    }
}

/// Whether an expression begins as a statement does: at the start of a block it would end with its own block, and
/// `unsafe { a } << 1` be two statements.
fn opens_with_block(text: &str) -> bool {
    let word = text.split(|it: char| !it.is_alphanumeric() && it != '_');
    let word = word.into_iter().next().unwrap_or_default();
    text.starts_with(['{', '\''])
        || matches!(
            word,
            "unsafe" | "if" | "match" | "loop" | "while" | "for" | "async" | "const"
        )
}

/// Text on one line. Line comments would swallow what follows, so they go.
fn flat(text: &str) -> String {
    if text.contains('\n') {
        text.parse::<proc_macro2::TokenStream>().map_or_else(
            |_| text.replace('\n', " "),
            |tokens| tokens.to_string().replace('\n', " "),
        )
    } else {
        text.to_owned()
    }
}

impl Rendered {
    /// All faults at places that these bytes touch: for a complaint about what none of them says by itself, such as a value
    /// that is used where the statement that would have returned before is left out.
    pub fn between(&self, bytes: &Range<usize>) -> Vec<usize> {
        let inside = self
            .shared
            .iter()
            .filter(|(range, _)| range.start < bytes.end && bytes.start < range.end);
        inside.flat_map(|(_, faults)| faults.clone()).collect()
    }

    /// The faults to leave out for a complaint about these bytes: the one whose own text they are in; otherwise all of the
    /// innermost place around them that several share; otherwise all that are inside.
    pub fn blame(&self, bytes: &Range<usize>) -> Vec<usize> {
        let own = self
            .own
            .iter()
            .find(|(range, _)| range.contains(&bytes.start));
        if let Some((_, fault)) = own {
            return vec![*fault];
        }
        let around = self
            .shared
            .iter()
            .filter(|(range, _)| range.start <= bytes.start && bytes.end <= range.end);
        if let Some((_, faults)) = around.min_by_key(|(range, _)| range.len()) {
            return faults.clone();
        }
        self.between(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instead(range: Range<usize>, other: &str) -> Fault {
        Fault {
            operator: "arithmetic",
            range,
            change: Change::Instead(other.into()),
        }
    }

    #[test]
    fn nested_faults_keep_the_text_between_them() {
        let text = "fn f(a: u8, b: u8) -> u8 { a + b * 2 }";
        let sum = text.find("a + b").unwrap();
        let product = text.find("b * 2").unwrap();
        let faults = [
            instead(sum..sum + 9, "a - b * 2"),
            instead(product..product + 5, "b / 2"),
            Fault {
                operator: "returned value",
                range: 26..26,
                change: Change::Return("0".into()),
            },
        ];
        let rendered = render(text, &faults, &BTreeSet::new(), &[]);
        assert!(syn::parse_file(&rendered.text).is_ok(), "{}", rendered.text);
        assert!(rendered.text.contains(
            "(if ::ripout_mutant::on(0) { a - b * 2 } else { a + (if ::ripout_mutant::on(1) { b / 2 } else { b * 2 }) })"
        ), "{}", rendered.text);
        assert!(
            rendered
                .text
                .contains("{ if ::ripout_mutant::on(2) { return 0; } "),
            "{}",
            rendered.text
        );
        let own = rendered.text.find("b / 2").unwrap();
        assert_eq!(rendered.blame(&(own..own + 1)), [1]);
        let shared = rendered.text.rfind("b * 2").unwrap();
        assert_eq!(rendered.blame(&(shared..shared + 1)), [1]);
        assert_eq!(rendered.blame(&(0..rendered.text.len())), [2, 1, 0]);
        let without = render(text, &faults, &BTreeSet::from([0, 1, 2]), &[]);
        assert_eq!(without.text, text);
    }

    #[test]
    fn what_begins_with_a_block_stays_one_expression() {
        let text = "fn f(mut a: u8) { a |= unsafe { g() } << 1; }";
        let at = text.find("unsafe").unwrap();
        let faults = [
            instead(at..at + 19, "unsafe { g() } >> 1"),
            instead(at..at + 19, "2"),
        ];
        let rendered = render(text, &faults, &BTreeSet::new(), &[]);
        assert!(syn::parse_file(&rendered.text).is_ok(), "{}", rendered.text);
        let without = render(text, &faults, &BTreeSet::from([0]), &[]);
        assert!(syn::parse_file(&without.text).is_ok(), "{}", without.text);
    }

    #[test]
    fn a_complaint_over_several_places_has_all_that_lie_between() {
        let text = "fn f(a: String) { if g() { drop(a); return; } drop(a) }";
        let at = text.find("return;").unwrap();
        let fault = Fault {
            operator: "deleted statement",
            range: at..at + 7,
            change: Change::LeftOut,
        };
        let rendered = render(text, &[fault], &BTreeSet::new(), &[]);
        let (first, second) = (
            rendered.text.find("(a)").unwrap(),
            rendered.text.rfind("(a)").unwrap(),
        );
        assert!(rendered.blame(&(second..second + 3)).is_empty());
        assert_eq!(rendered.between(&(first..second)), [0]);
    }

    #[test]
    fn a_guard_may_be_another_and_its_arm_removed() {
        let text = "fn f(a: u8) -> u8 { match a { 7 if a == 1 => 0, _ => a } }";
        let guard = text.find("a == 1").unwrap();
        let pattern = text.find("7 if").unwrap();
        for own in [guard..guard + 6, guard..guard + 1, guard + 5..guard + 6] {
            let faults = [
                instead(own, "(b)"),
                Fault {
                    operator: "removed arm",
                    range: pattern..pattern + 1,
                    change: Change::NoArm(Some(guard..guard + 6)),
                },
            ];
            let rendered = render(text, &faults, &BTreeSet::new(), &[]);
            assert!(syn::parse_file(&rendered.text).is_ok(), "{}", rendered.text);
        }
    }

    #[test]
    fn several_faults_at_one_place_share_it() {
        let text = "fn f(a: u8) -> bool { a < 2 }";
        let at = text.find("a < 2").unwrap();
        let faults = [instead(at..at + 5, "a <= 2"), instead(at..at + 5, "a >= 2")];
        let rendered = render(text, &faults, &BTreeSet::new(), &[]);
        assert!(rendered.text.contains(
            "(if ::ripout_mutant::on(0) { a <= 2 } else if ::ripout_mutant::on(1) { a >= 2 } else { a < 2 })"
        ), "{}", rendered.text);
        let shared = rendered.text.rfind("a < 2").unwrap();
        assert_eq!(rendered.blame(&(shared..shared + 1)), [0, 1]);
    }
}
