//! Three texts as one: of what was taken, what the project made of it, and the newest release.

use git2::{MergeFileInput, MergeFileOptions};
use ripout_model::Failure;

use super::at;
use crate::evidence::ledger::Entry;

type Files = [(String, Vec<u8>)];

/// What the sides of a conflict are called.
pub struct Labels {
    then: String,
    now: String,
}

impl Labels {
    /// Of an entry, and the version that it comes to.
    pub fn of(entry: &Entry, to: Option<&str>) -> Self {
        let named = |version: Option<&str>| format!("{} {}", entry.package, version.unwrap_or(""));
        Self {
            then: named(entry.version.as_deref()),
            now: named(to),
        }
    }
}

/// Files that were merged.
#[derive(Debug, PartialEq)]
pub struct Merged {
    /// The newest release's order, then what the project alone has.
    pub files: Vec<(String, Vec<u8>)>,
    /// What somebody has to settle.
    pub conflicts: Vec<String>,
}

/// Merges file by file. What only one side changed is as that side has it; what both changed is merged by lines, with marks
/// where they meet; and where there are no lines, the project's own stays.
pub fn merged(
    base: &Files,
    ours: &Files,
    theirs: &Files,
    labels: &Labels,
) -> Result<Merged, Failure> {
    let mut made = Merged {
        files: Vec::new(),
        conflicts: Vec::new(),
    };
    let alone = ours.iter().filter(|(path, _)| at(theirs, path).is_none());
    for (path, _) in theirs.iter().chain(alone) {
        let (base, ours, theirs) = (at(base, path), at(ours, path), at(theirs, path));
        let kept = if base == ours {
            theirs.map(<[u8]>::to_vec)
        } else if base == theirs || ours == theirs {
            ours.map(<[u8]>::to_vec)
        } else {
            let text =
                |bytes: Option<&[u8]>| bytes.is_some_and(|it| std::str::from_utf8(it).is_ok());
            let lines = [base, ours, theirs].into_iter().all(text);
            if let (true, Some(base), Some(ours), Some(theirs)) = (lines, base, ours, theirs) {
                let (bytes, whole) = by_lines(base, ours, theirs, path, labels)?;
                if !whole {
                    made.conflicts
                        .push(format!("both sides are marked in {path}"));
                }
                Some(bytes)
            } else {
                made.conflicts.push(format!(
                    "both sides changed {path}, and it was left as it is"
                ));
                ours.or(theirs).map(<[u8]>::to_vec)
            }
        };
        made.files.extend(kept.map(|bytes| (path.clone(), bytes)));
    }
    Ok(made)
}

/// Three texts as one, and whether no conflict is in it.
fn by_lines(
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    path: &str,
    labels: &Labels,
) -> Result<(Vec<u8>, bool), Failure> {
    let failed = |e: git2::Error| Failure::new("merge", format!("merge {path}: {e}"));
    // libgit2 makes itself ready with the first thing of it that is made; merging alone does not.
    let _ready = git2::Buf::new();
    let [mut ancestor, mut our, mut their] = [0; 3].map(|_| MergeFileInput::new());
    ancestor.content(base);
    our.content(ours);
    their.content(theirs);
    let mut options = MergeFileOptions::new();
    options
        .style_standard(true)
        .ancestor_label(labels.then.as_str())
        .our_label(path)
        .their_label(labels.now.as_str());
    let merged = git2::merge_file(&ancestor, &our, &their, Some(&mut options)).map_err(failed)?;
    Ok((merged.content().to_vec(), merged.is_automergeable()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::ledger::tests::entry;

    fn files(texts: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        texts.iter().map(owned).collect()
    }

    fn of(base: &[(&str, &str)], ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Merged {
        let labels = Labels::of(&entry("a.rs", 1), Some("0.12.0"));
        merged(&files(base), &files(ours), &files(theirs), &labels).unwrap()
    }

    fn one(base: &str, ours: &str, theirs: &str) -> (String, bool) {
        let made = of(&[("a.rs", base)], &[("a.rs", ours)], &[("a.rs", theirs)]);
        let text = String::from_utf8(made.files[0].1.clone()).unwrap();
        (text, made.conflicts.is_empty())
    }

    #[test]
    fn edits_far_apart_are_both_kept() {
        let base = "a\nb\nc\nd\ne\nf\ng\n";
        let (text, whole) = one(
            base,
            &base.replace('b', "ours"),
            &base.replace('f', "theirs"),
        );
        assert_eq!(text, "a\nours\nc\nd\ne\ntheirs\ng\n");
        assert!(whole);
        assert_eq!(one(base, base, "new\n"), ("new\n".into(), true));
    }

    #[test]
    fn a_conflict_holds_both_sides() {
        let (text, whole) = one("a\nb\nc\n", "a\nours\nc\n", "a\ntheirs\nc\n");
        assert!(!whole);
        assert_eq!(
            text,
            "a\n<<<<<<< a.rs\nours\n=======\ntheirs\n>>>>>>> strsim 0.12.0\nc\n"
        );
    }

    #[test]
    fn files_come_and_go_and_nobodys_edit_is_lost() {
        let base = [("m", "1"), ("gone", "x"), ("edited", "x"), ("own", "x")];
        let ours = [("m", "1"), ("gone", "x"), ("edited", "y"), ("own", "y")];
        let theirs = [("m", "2"), ("new", "n"), ("own", "x")];
        let made = of(&base, &ours, &theirs);
        assert_eq!(
            made.files,
            files(&[("m", "2"), ("new", "n"), ("own", "y"), ("edited", "y")])
        );
        assert_eq!(
            made.conflicts,
            ["both sides changed edited, and it was left as it is"]
        );
    }
}
