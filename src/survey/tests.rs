//! Savings and advice on lock files of our own.

use ripout_model::{Declared, Dependency, DependencyKind, Locked, Member, Survey, Use, UsePlace};

use super::{Advice, Closure, rank, savings::Savings, sizes::Size, surface};
use crate::languages;

fn locked(name: &str, requires: &[usize]) -> Locked {
    Locked {
        name: name.into(),
        version: "1.0.0".into(),
        repo: None,
        requires: requires.to_vec(),
        folder: None,
        files: Vec::new(),
        licence: None,
        native: None,
    }
}

fn dependency(name: &str, at: usize, symbol: &str) -> Dependency {
    Dependency {
        name: name.into(),
        locked: Some(at),
        called: vec![name.into()],
        declared: vec![Declared {
            member: 0,
            file: "Cargo.toml".into(),
            line: 1,
            kind: DependencyKind::Normal,
            optional: false,
            target: None,
            features: Vec::new(),
        }],
        uses: vec![Use {
            symbol: symbol.into(),
            file: "src/lib.rs".into(),
            line: 3,
            place: UsePlace::Code,
            exposed: false,
        }],
    }
}

/// `a` requires `c` and `d`, `b` requires `d` and `e`; all but `c` are the project's own choice or `b`'s.
fn survey() -> Survey {
    Survey {
        members: vec![Member {
            name: "mine".into(),
            manifest: "Cargo.toml".into(),
            licence: None,
            requires: vec![0, 1, 4],
        }],
        dependencies: vec![
            dependency("a", 0, "a::f"),
            dependency("b", 1, "b::f"),
            dependency("e", 4, "e::f"),
        ],
        locked: vec![
            locked("a", &[2, 3]),
            locked("b", &[3, 4]),
            locked("c", &[]),
            locked("d", &[]),
            locked("e", &[]),
        ],
        notes: Vec::new(),
    }
}

fn advice(survey: &Survey, at: usize, lines: u64) -> (Advice, String) {
    let sizes = vec![
        Size {
            lines: Some(1000),
            bytes: 10,
            unchecked: 1,
        };
        survey.locked.len()
    ];
    let dependency = &survey.dependencies[at];
    let saving = Savings::of(survey).without(dependency, &[], &sizes);
    let closure = Closure {
        lines,
        definitions: 1,
        of: 1000,
        unknown: Vec::new(),
        leads: Vec::new(),
    };
    let symbols = surface::symbols(dependency);
    let [rust, _] = languages::all();
    let ranked = rank::judge(dependency, survey, symbols, Some(closure), saving, rust);
    (ranked.advice, ranked.reasons.join("; "))
}

#[test]
fn what_nobody_else_needs_goes_and_the_rest_stays_because_of_somebody() {
    let survey = survey();
    let sizes = vec![Size::default(); 5];
    let saving = Savings::of(&survey).without(&survey.dependencies[0], &[], &sizes);
    assert_eq!(saving.goes, ["a@1.0.0", "c@1.0.0"]);
    assert_eq!(saving.stays, [("d@1.0.0".to_owned(), vec!["b".to_owned()])]);
    assert_eq!(saving.unmeasured, 2);
    assert!(saving.kept_by.is_empty());
}

#[test]
fn that_it_stays_in_the_tree_is_said_first() {
    let (word, why) = advice(&survey(), 2, 10);
    assert_eq!(word, Advice::Keep);
    assert!(
        why.starts_with(
            "it stays in the tree: b requires it as well; 10 of its 1000 lines are behind"
        ),
        "{why}"
    );
}

#[test]
fn little_of_much_is_ripped_out_and_much_of_little_is_kept() {
    let survey = survey();
    let (word, why) = advice(&survey, 0, 100);
    assert_eq!(word, Advice::Rip);
    assert!(
        why.contains("2 packages with 2000 lines would go, 2 of them `unsafe`"),
        "{why}"
    );
    assert_eq!(advice(&survey, 0, 900).0, Advice::Keep);
    assert_eq!(advice(&survey, 0, 5000).0, Advice::Keep);
}

#[test]
fn what_must_not_be_copied_is_said_with_its_place() {
    let mut shown = survey();
    shown.dependencies[0].uses[0].exposed = true;
    let (word, why) = advice(&shown, 0, 10);
    assert_eq!(word, Advice::Never);
    assert!(why.contains("public API (src/lib.rs:3)"), "{why}");
    let mut derived = survey();
    derived.dependencies[0].uses[0].place = UsePlace::Derive;
    assert_eq!(advice(&derived, 0, 10).0, Advice::Never);
    let mut native = survey();
    native.locked[0].native = Some("it links the native library z".into());
    assert_eq!(advice(&native, 0, 10).0, Advice::Never);
    let mut guarded = survey();
    guarded.dependencies[0].name = "rustls".into();
    assert_eq!(advice(&guarded, 0, 10).0, Advice::Never);
}

#[test]
fn no_use_is_never_unused_without_a_build() {
    let mut none = survey();
    none.dependencies[0].uses[0].place = UsePlace::Manifest;
    let (word, why) = advice(&none, 0, 10);
    assert_eq!(word, Advice::Keep);
    assert!(
        why.contains("no use found; try a build without it"),
        "{why}"
    );
    let mut whole = survey();
    whole.dependencies[0].uses[0].symbol = "a::prelude::*".into();
    let (word, why) = advice(&whole, 0, 10);
    assert_eq!(word, Advice::Keep);
    assert!(why.contains("can't be told"), "{why}");
}

#[test]
fn a_member_that_declares_and_does_not_use_is_named() {
    let mut two = survey();
    two.members.push(Member {
        name: "other".into(),
        manifest: "other/Cargo.toml".into(),
        licence: None,
        requires: vec![0],
    });
    let mut declared = two.dependencies[0].declared[0].clone();
    (declared.member, declared.file, declared.line) = (1, "other/Cargo.toml".into(), 7);
    two.dependencies[0].declared.push(declared);
    let (word, why) = advice(&two, 0, 100);
    assert_eq!(word, Advice::Rip);
    let wanted = "no use found in other (other/Cargo.toml:7); try a build without it there";
    assert!(why.ends_with(wanted), "{why}");
}
