//! Versions in order, by each registry's own rule.

use std::cmp::Ordering;

use ripout_model::SourceKind;

/// Compares two versions; `None` where one can't be read, or where the kind of source has none.
pub fn compare(kind: SourceKind, one: &str, other: &str) -> Option<Ordering> {
    match kind {
        SourceKind::Crate => Some(semantic(one)?.cmp_precedence(&semantic(other)?)),
        SourceKind::Pypi => Some(python(one)?.cmp(&python(other)?)),
        SourceKind::Git | SourceKind::Folder => None,
    }
}

/// A version of three numbers; those that are left out are zero.
fn semantic(text: &str) -> Option<semver::Version> {
    let text = text.trim().trim_start_matches('v');
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let missing = 2_usize.saturating_sub(numbers.matches('.').count());
    semver::Version::parse(&format!("{numbers}{}{rest}", ".0".repeat(missing))).ok()
}

/// A version of a distribution, so that the parts compare in order: epoch, numbers, before a release, after it, in
/// development, built here.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Python {
    epoch: u64,
    numbers: Vec<u64>,
    before: (u8, u64),
    after: Option<u64>,
    development: (bool, u64),
    local: String,
}

fn python(text: &str) -> Option<Python> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_start_matches('v');
    let (public, local) = text.split_once('+').unwrap_or((text, ""));
    let (epoch, rest) = match public.split_once('!') {
        Some((epoch, rest)) => (epoch.parse().ok()?, rest),
        None => (0, public),
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let (numbers, mut rest) = rest.split_at(end);
    let mut numbers: Vec<u64> = numbers
        .trim_end_matches('.')
        .split('.')
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    while numbers.len() > 1 && numbers.last() == Some(&0) {
        numbers.pop();
    }
    let (mut before, mut after, mut development) = (None, None, None);
    while !rest.is_empty() {
        rest = rest.trim_start_matches(['.', '-', '_']);
        let end = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let (word, after_word) = rest.split_at(end);
        let after_word = after_word.trim_start_matches(['.', '-', '_']);
        let end = after_word
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after_word.len());
        let (digits, left) = after_word.split_at(end);
        let number = match digits {
            "" => 0,
            digits => digits.parse().ok()?,
        };
        match word {
            "a" | "alpha" => before = Some((0, number)),
            "b" | "beta" => before = Some((1, number)),
            "c" | "rc" | "pre" | "preview" => before = Some((2, number)),
            "post" | "rev" | "r" | "" => after = Some(number),
            "dev" => development = Some(number),
            _ => return None,
        }
        if left.len() == rest.len() {
            return None;
        }
        rest = left;
    }
    // What is in development and nothing else comes before all that leads to the same release.
    let before = match (before, after, development) {
        (Some((kind, number)), _, _) => (kind + 1, number),
        (None, None, Some(_)) => (0, 0),
        (None, _, _) => (4, 0),
    };
    Some(Python {
        epoch,
        numbers,
        before,
        after,
        development: (development.is_none(), development.unwrap_or(0)),
        local: local.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascending(kind: SourceKind, versions: &[&str]) {
        for pair in versions.windows(2) {
            assert_eq!(
                compare(kind, pair[0], pair[1]),
                Some(Ordering::Less),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn crates() {
        ascending(
            SourceKind::Crate,
            &["0", "0.9", "0.9.1", "0.10.0-alpha.1", "0.10.0", "1"],
        );
        assert_eq!(
            compare(SourceKind::Crate, "1.0.0+a", "1"),
            Some(Ordering::Equal)
        );
        assert_eq!(compare(SourceKind::Crate, "one", "1"), None);
    }

    #[test]
    fn distributions() {
        ascending(
            SourceKind::Pypi,
            &[
                "0",
                "1.0.dev1",
                "1.0a0.dev1",
                "1.0a1",
                "1.0a2",
                "1.0b1",
                "1.0rc1",
                "1.0",
                "1.0.post1",
                "1.0.1",
                "1.10",
                "2020.1",
                "1!0.1",
            ],
        );
        assert_eq!(
            compare(SourceKind::Pypi, "1.0", "1.0.0"),
            Some(Ordering::Equal)
        );
        assert_eq!(
            compare(SourceKind::Pypi, "1.0-1", "1.0.post1"),
            Some(Ordering::Equal)
        );
        assert_eq!(compare(SourceKind::Pypi, "1.0x", "1.0"), None);
    }
}
