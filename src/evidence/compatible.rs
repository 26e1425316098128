//! Whether text under one licence may stand in a project under another, and what that asks of the project.
//!
//! A rule of thumb for people who copy a few functions, and no lawyer: what it does not know is a conflict, which the user
//! may decide. `OR` in a package's expression is the taker's choice, so one branch that fits is enough; `OR` in the
//! project's own is the choice of its users, so every branch must be able to hold the text.

use std::collections::BTreeSet;

use spdx::{
    Expression, LicenseId, LicenseReq,
    expression::{ExprNode, Operator},
};

use super::spelling::{canonical, expression, identifier};

/// More alternatives than any honest expression has.
const MOST: usize = 64;

/// Licences that ask for no more than their notice.
const NOTICE: [&str; 38] = [
    "AFL-3.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-2-Clause-FreeBSD",
    "BSD-2-Clause-NetBSD",
    "BSD-2-Clause-Patent",
    "BSD-2-Clause-Views",
    "BSD-3-Clause",
    "BSD-3-Clause-Clear",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "Beerware",
    "CNRI-Python",
    "CNRI-Python-GPL-Compatible",
    "ECL-2.0",
    "FTL",
    "HPND",
    "HPND-sell-variant",
    "ICU",
    "ISC",
    "MIT",
    "MIT-CMU",
    "MIT-Modern-Variant",
    "MIT-open-group",
    "MulanPSL-2.0",
    "NCSA",
    "NTP",
    "PSF-2.0",
    "PostgreSQL",
    "Python-2.0",
    "Python-2.0.1",
    "UPL-1.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "X11",
    "ZPL-2.1",
    "Zlib",
    "curl",
];

/// Licences that ask for nothing.
const FREE: [&str; 6] = ["0BSD", "CC0-1.0", "MIT-0", "Unlicense", "WTFPL", "blessing"];

/// Licences that hold for the file they stand in, and may not be put under a GNU licence.
const FILE: [&str; 6] = [
    "CDDL-1.0",
    "CDDL-1.1",
    "EPL-1.0",
    "EPL-2.0",
    "MPL-1.1",
    "MPL-2.0-no-copyleft-exception",
];

/// A package or a member of the project, with what it states of its licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Its name.
    pub name: String,
    /// As it is spelt there.
    pub licence: Option<String>,
}

/// What holding licences against each other came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weighed {
    /// The packages whose text is taken, each with the licence that it is taken under.
    pub taken_under: Vec<(String, String)>,
    /// What the project must do, each once, in order.
    pub duties: Vec<String>,
    /// Identifiers that were accepted by hand, and without which there would be a conflict.
    pub accepted: Vec<String>,
    /// What does not go together.
    pub conflicts: Vec<Conflict>,
}

/// Two licences that do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The package whose text is taken.
    pub package: Stated,
    /// The project, or a member of it.
    pub consumer: Stated,
    /// Why not.
    pub why: String,
    /// What `--accept-licence` takes to let it pass.
    pub accept: Vec<String>,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let spelt = |stated: &Stated, nothing: &str| match &stated.licence {
            Some(licence) => format!("{} is under `{licence}`", stated.name),
            None => format!("{} {nothing}", stated.name),
        };
        write!(
            f,
            "{}, and {}: {}",
            spelt(&self.package, "states no licence"),
            spelt(&self.consumer, "states none, so it counts as proprietary"),
            self.why
        )
    }
}

/// Holds the licences of `packages`, whose text is taken, against those of `consumers`, which it is put into.
pub fn weigh(packages: &[Stated], consumers: &[Stated], accepted: &[String]) -> Weighed {
    let mut weighed = Weighed::default();
    for package in packages {
        one(package, consumers, accepted, &mut weighed);
    }
    weighed
}

/// The identifier by which a licence that can't be read is accepted.
fn reference(package: &str) -> String {
    let name: String = package
        .split('@')
        .next()
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("LicenseRef-{name}")
}

fn one(package: &Stated, consumers: &[Stated], accepted: &[String], weighed: &mut Weighed) {
    let is_accepted = |id: &str| accepted.iter().any(|one| one.eq_ignore_ascii_case(id));
    let Some(branches) = package.licence.as_deref().and_then(branches) else {
        let id = reference(&package.name);
        if is_accepted(&id) {
            accept(weighed, &id);
            let under = package.licence.clone().unwrap_or_else(|| id.clone());
            weighed.taken_under.push((package.name.clone(), under));
            return;
        }
        if let Some(consumer) = consumers.first() {
            weighed.conflicts.push(Conflict {
                package: package.clone(),
                consumer: consumer.clone(),
                why: "what the text is under can't be told".to_owned(),
                accept: vec![id],
            });
        }
        return;
    };
    let mut best: Option<Taken> = None;
    let mut conflict: Option<Conflict> = None;
    for branch in &branches {
        match held_against(branch, package, consumers, &is_accepted) {
            Ok(taken) if best.as_ref().is_none_or(|best| taken.cost() < best.cost()) => {
                best = Some(taken);
            }
            Ok(_) => {}
            Err(found) => conflict = Some(conflict.unwrap_or(*found)),
        }
    }
    match (best, conflict) {
        (Some(taken), _) => {
            weighed
                .taken_under
                .push((package.name.clone(), taken.under.clone()));
            for id in taken.accepted {
                accept(weighed, &id);
            }
            for duty in taken.duties {
                if !weighed.duties.contains(&duty) {
                    weighed.duties.push(duty);
                }
            }
        }
        (None, Some(conflict)) => weighed.conflicts.push(conflict),
        (None, None) => {}
    }
}

fn accept(weighed: &mut Weighed, id: &str) {
    if !weighed.accepted.iter().any(|known| known == id) {
        weighed.accepted.push(id.to_owned());
    }
}

/// A branch of a package's expression that fits.
struct Taken {
    under: String,
    duties: Vec<String>,
    accepted: BTreeSet<String>,
}

impl Taken {
    /// What was accepted by hand weighs more than any duty.
    fn cost(&self) -> (usize, usize) {
        (self.accepted.len(), self.duties.len())
    }
}

fn held_against(
    branch: &[LicenseReq],
    package: &Stated,
    consumers: &[Stated],
    is_accepted: &dyn Fn(&str) -> bool,
) -> Result<Taken, Box<Conflict>> {
    let words: Vec<String> = branch.iter().map(ToString::to_string).collect();
    let mut taken = Taken {
        under: words.join(" AND "),
        duties: Vec::new(),
        accepted: BTreeSet::new(),
    };
    for consumer in consumers {
        let own = match consumer.licence.as_deref() {
            None => Some(vec![Vec::new()]),
            Some(stated) => branches(stated),
        };
        for licence in branch {
            let id = licence.license.to_string();
            match into_all(licence, own.as_deref()) {
                Ok(duties) => {
                    for duty in duties {
                        if !taken.duties.contains(&duty) {
                            taken.duties.push(duty);
                        }
                    }
                }
                Err(_) if is_accepted(&id) => {
                    taken.accepted.insert(id);
                }
                Err(why) => {
                    return Err(Box::new(Conflict {
                        package: package.clone(),
                        consumer: consumer.clone(),
                        why,
                        accept: vec![id],
                    }));
                }
            }
        }
    }
    Ok(taken)
}

/// A licence's text in a project whose own licences are `own`; `None` where these can't be read.
fn into_all(licence: &LicenseReq, own: Option<&[Vec<LicenseReq>]>) -> Result<Vec<String>, String> {
    let Some(own) = own else {
        // What asks for no more than its notice fits whatever that may be.
        return match terms(licence) {
            Terms::Free => Ok(Vec::new()),
            Terms::Notice => Ok(vec![notice(licence)]),
            _ => Err("what the project itself is under can't be told".to_owned()),
        };
    };
    let mut duties = Vec::new();
    for branch in own {
        for duty in into(licence, branch)? {
            if !duties.contains(&duty) {
                duties.push(duty);
            }
        }
    }
    Ok(duties)
}

/// What a licence is like, as far as copying text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Terms {
    Free,
    Notice,
    Apache,
    /// Apache with an exception that takes its edges off.
    ApacheEased,
    Mozilla,
    File,
    Gnu(Family, Versions),
    /// Asks that the whole be under the same licence.
    Copyleft,
    Unknown,
}

/// The GNU licences, each with less leave than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Lesser,
    General,
    Affero,
}

/// Versions that may be chosen: the first, and whether later ones may, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Versions {
    first: u32,
    later: bool,
}

impl Versions {
    /// Whether all that may be chosen of `other` may be chosen here, too.
    fn hold(self, other: Self) -> bool {
        if self.later {
            self.first <= other.first
        } else {
            self.first == other.first && !other.later
        }
    }

    /// Whether version 3 or a later one may be chosen.
    fn reach_3(self) -> bool {
        self.later || self.first >= 30
    }
}

fn terms(licence: &LicenseReq) -> Terms {
    let Some(id) = licence.license.id() else {
        return Terms::Unknown;
    };
    let is_in = |list: &[&str]| list.contains(&id.name);
    if id.name == "Apache-2.0" {
        let exception = licence.addition.as_ref().map(ToString::to_string);
        return match exception.as_deref() {
            Some("LLVM-exception") => Terms::ApacheEased,
            _ => Terms::Apache,
        };
    }
    if is_in(&FREE) {
        Terms::Free
    } else if is_in(&NOTICE) {
        Terms::Notice
    } else if id.name == "MPL-2.0" {
        Terms::Mozilla
    } else if is_in(&FILE) {
        Terms::File
    } else if let Some(gnu) = gnu(id) {
        gnu
    } else if id.is_copyleft() {
        Terms::Copyleft
    } else {
        Terms::Unknown
    }
}

fn gnu(id: LicenseId) -> Option<Terms> {
    let (family, rest) = match id.name.split_once('-')? {
        ("GPL", rest) => (Family::General, rest),
        ("LGPL", rest) => (Family::Lesser, rest),
        ("AGPL", rest) => (Family::Affero, rest),
        _ => return None,
    };
    let later = rest.ends_with("-or-later") || rest.ends_with('+');
    let number: String = rest.chars().filter(char::is_ascii_digit).take(2).collect();
    let first = number.parse().ok()?;
    Some(Terms::Gnu(family, Versions { first, later }))
}

fn notice(licence: &LicenseReq) -> String {
    format!("keep the copyright notice and the text of {licence} with the module")
}

/// A licence's text in a project under all licences of `own` at once; proprietary where there is none.
fn into(licence: &LicenseReq, own: &[LicenseReq]) -> Result<Vec<String>, String> {
    let terms = terms(licence);
    let gnu: Vec<(Family, Versions)> = own
        .iter()
        .filter_map(|one| match self::terms(one) {
            Terms::Gnu(family, versions) => Some((family, versions)),
            _ => None,
        })
        .collect();
    let stays = format!("the module stays under {licence}: say so beside it");
    let source = format!(
        "the module's source must stay available under {licence}, also in what is passed on as a binary"
    );
    let notice = notice(licence);
    let changes = format!(
        "say in the module that the text was changed ({licence}, section 4b): its header does"
    );
    if terms != Terms::Unknown
        && own
            .iter()
            .any(|one| one.license == licence.license && one.addition == licence.addition)
    {
        return Ok(match terms {
            Terms::Free => Vec::new(),
            Terms::Apache => vec![notice, changes],
            _ => vec![notice],
        });
    }
    match terms {
        Terms::Free => Ok(Vec::new()),
        Terms::Notice => Ok(vec![notice]),
        Terms::ApacheEased => Ok(vec![notice, changes, stays]),
        Terms::Apache => {
            if gnu
                .iter()
                .any(|(family, versions)| *family != Family::Affero && !versions.reach_3())
            {
                return Err(
                    "version 2 of the GNU licences does not allow what Apache-2.0 asks for"
                        .to_owned(),
                );
            }
            let mut duties = vec![notice, changes, stays];
            if gnu.iter().any(|(_, versions)| versions.first < 30) {
                duties.push(
                    "with this text the whole can be passed on under version 3 of its GNU licence or later only".to_owned(),
                );
            }
            Ok(duties)
        }
        Terms::Mozilla => Ok(vec![notice, source]),
        Terms::File if gnu.is_empty() => Ok(vec![notice, source]),
        Terms::File => Err(format!("{licence} text may not be put under a GNU licence")),
        Terms::Gnu(family, versions) => {
            if gnu
                .iter()
                .any(|(own, other)| takes(*own, *other, family, versions))
            {
                Ok(vec![notice, stays, source])
            } else {
                Err(format!(
                    "{licence} text may only be part of what is under that licence as a whole"
                ))
            }
        }
        Terms::Copyleft => Err(format!(
            "{licence} text may only be part of what is under that licence as a whole"
        )),
        Terms::Unknown => Err(format!("what {licence} asks for is not known here")),
    }
}

/// Whether a project under a GNU licence may hold text under another.
fn takes(own: Family, other: Versions, family: Family, versions: Versions) -> bool {
    match (family, own) {
        (Family::Lesser, Family::Lesser)
        | (Family::General, Family::General)
        | (Family::Affero, Family::Affero) => versions.hold(other),
        // Text under a lesser licence of version 2 may be put under any general one from its version on.
        (Family::Lesser, Family::General) if versions.first < 30 => other.first >= 20,
        (Family::Lesser, Family::General) => versions.hold(other),
        // Section 13 of either lets version 3 stand beside the Affero licence.
        (Family::Lesser | Family::General, Family::Affero) => {
            other.reach_3()
                && versions.hold(Versions {
                    first: 30,
                    later: false,
                })
        }
        (Family::General | Family::Affero, _) => false,
    }
}

/// An expression as its alternatives, each a set of licences that hold together; `None` where it can't be read.
fn branches(stated: &str) -> Option<Vec<Vec<LicenseReq>>> {
    let expression = expression(stated)?;
    let mut stack: Vec<Vec<Vec<LicenseReq>>> = Vec::new();
    for node in expression.iter() {
        let joined = match node {
            ExprNode::Req(found) => vec![vec![found.req.clone()]],
            ExprNode::Op(operator) => {
                let (right, left) = (stack.pop()?, stack.pop()?);
                match operator {
                    Operator::Or => left.into_iter().chain(right).collect(),
                    Operator::And => both(&left, &right),
                }
            }
        };
        if joined.len() > MOST {
            return None;
        }
        stack.push(joined);
    }
    stack.pop()
}

fn both(left: &[Vec<LicenseReq>], right: &[Vec<LicenseReq>]) -> Vec<Vec<LicenseReq>> {
    left.iter()
        .flat_map(|one| {
            right
                .iter()
                .map(move |other| one.iter().chain(other).cloned().collect())
        })
        .collect()
}

/// An identifier for `--accept-licence`; `None` where it is no such thing.
pub fn accepted(word: &str) -> Option<String> {
    if word.starts_with("LicenseRef-") {
        return Some(word.to_owned());
    }
    identifier(word).map(|id| {
        Expression::canonicalize(id)
            .ok()
            .flatten()
            .unwrap_or_else(|| id.to_owned())
    })
}

/// What several packages state, as one expression: all of them hold.
pub fn joined<'a>(licences: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut known: Vec<&str> = Vec::new();
    for licence in licences {
        if !known.contains(&licence) {
            known.push(licence);
        }
    }
    match known.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        several => Some(
            several
                .iter()
                .map(|licence| match licence.contains(' ') {
                    true => format!("({licence})"),
                    false => (*licence).to_owned(),
                })
                .collect::<Vec<_>>()
                .join(" AND "),
        ),
    }
}

/// Whether two statements say the same: spelling and order of words aside.
pub fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let sorted = |stated: &str| -> Option<BTreeSet<BTreeSet<String>>> {
        let branches = branches(stated)?;
        Some(
            branches
                .iter()
                .map(|branch| branch.iter().map(ToString::to_string).collect())
                .collect(),
        )
    };
    matches!((sorted(one), sorted(other)), (Some(one), Some(other)) if one == other)
}

/// A statement as SPDX spells it, where it can be read.
pub fn spelt(stated: &str) -> Option<String> {
    expression(stated).map(|read| canonical(&read))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(name: &str, licence: &str) -> Stated {
        Stated {
            name: name.into(),
            licence: (!licence.is_empty()).then(|| licence.to_owned()),
        }
    }

    fn hold(text: &str, own: &str) -> Weighed {
        weigh(&[stated("dep@1.0.0", text)], &[stated("app", own)], &[])
    }

    #[test]
    fn permissive_text_fits_everywhere_and_copyleft_only_its_like() {
        for (text, own, fits) in [
            ("MIT", "", true),
            ("MIT", "GPL-2.0-only", true),
            ("BSD", "Proprietary", true),
            ("Apache-2.0", "", true),
            ("Apache-2.0", "MIT OR Apache-2.0", true),
            ("Apache-2.0", "GPL-2.0-only", false),
            ("Apache-2.0", "MIT OR GPL-2.0-only", false),
            ("Apache-2.0", "GPL-2.0-or-later", true),
            ("Apache-2.0", "GPL-3.0-only", true),
            ("Apache-2.0", "LGPL-2.1-only", false),
            ("Apache-2.0", "Proprietary", false),
            ("Apache-2.0 WITH LLVM-exception", "GPL-2.0-only", true),
            ("MIT/Apache-2.0", "GPL-2.0-only", true),
            ("MIT AND Apache-2.0", "GPL-2.0-only", false),
            ("MPL-2.0", "MIT", true),
            ("MPL-2.0", "GPL-3.0-only", true),
            ("EPL-2.0", "GPL-3.0-only", false),
            ("GPL-3.0-only", "MIT", false),
            ("GPL-3.0-only", "", false),
            ("GPL-3.0-or-later", "GPL-3.0-only", true),
            ("GPL-3.0-only", "GPL-3.0-or-later", false),
            ("GPL-2.0-only", "GPL-3.0-only", false),
            ("GPL-2.0-or-later", "AGPL-3.0-only", true),
            ("AGPL-3.0-only", "GPL-3.0-only", false),
            ("AGPL-3.0-only", "AGPL-3.0-only", true),
            ("LGPL-2.1-only", "GPL-3.0-only", true),
            ("LGPL-3.0-only", "GPL-2.0-only", false),
            ("LGPL-2.1-or-later", "MIT", false),
            ("GPL-3.0-only OR MIT", "MIT", true),
            ("EUPL-1.2", "MIT", false),
            ("EUPL-1.2", "EUPL-1.2", true),
            ("", "MIT", false),
            ("see the file", "MIT", false),
            ("LicenseRef-ours", "MIT", false),
        ] {
            let weighed = hold(text, own);
            assert_eq!(
                weighed.conflicts.is_empty(),
                fits,
                "{text} into {own}: {weighed:?}"
            );
            assert_eq!(
                weighed.taken_under.len(),
                usize::from(fits),
                "{text} into {own}"
            );
        }
    }

    #[test]
    fn the_branch_that_asks_for_least_is_taken() {
        let weighed = hold("Apache-2.0 OR MIT", "MIT");
        assert_eq!(weighed.taken_under, [("dep@1.0.0".into(), "MIT".into())]);
        assert_eq!(weighed.duties.len(), 1);
        assert!(hold("Unlicense OR MIT", "").duties.is_empty());
        let duties = hold("Apache-2.0", "MIT").duties;
        assert!(duties.iter().any(|duty| duty.contains("4b")), "{duties:?}");
        let duties = hold("MPL-2.0", "").duties;
        assert!(
            duties.iter().any(|duty| duty.contains("available")),
            "{duties:?}"
        );
    }

    #[test]
    fn a_conflict_names_both_sides_and_what_would_accept_it() {
        let conflict = hold("GPL-3.0", "MIT").conflicts.remove(0);
        let text = conflict.to_string();
        assert!(
            text.starts_with("dep@1.0.0 is under `GPL-3.0`, and app is under `MIT`: "),
            "{text}"
        );
        let [id] = &conflict.accept[..] else {
            panic!("{conflict:?}");
        };
        assert_eq!(accepted(id), accepted("gpl-3.0"));
        let unread = hold("", "").conflicts.remove(0);
        assert_eq!(unread.accept, ["LicenseRef-dep"]);
        assert!(unread.to_string().contains("counts as proprietary"));
    }

    #[test]
    fn what_is_accepted_by_hand_is_told_and_only_that() {
        let packages = [
            stated("a@1.0.0", "GPL-3.0-only"),
            stated("b@2.0.0", "MIT"),
            stated("c@1.0.0", "odd"),
        ];
        let own = [stated("app", "MIT")];
        let given: Vec<String> = ["gpl-3.0-only", "MIT", "LicenseRef-c"]
            .iter()
            .filter_map(|word| accepted(word))
            .collect();
        let weighed = weigh(&packages, &own, &given);
        assert!(weighed.conflicts.is_empty(), "{weighed:?}");
        assert_eq!(weighed.accepted, ["GPL-3.0-only", "LicenseRef-c"]);
        assert_eq!(weigh(&packages, &own, &given[..2]).conflicts.len(), 1);
        assert_eq!(accepted("no such thing"), None);
    }

    #[test]
    fn every_listed_licence_is_one() {
        for id in NOTICE.iter().chain(&FREE).chain(&FILE) {
            assert!(spdx::license_id(id).is_some(), "{id}");
        }
    }

    #[test]
    fn spelling_and_order_make_no_other_licence() {
        assert!(same("MIT/Apache-2.0", "Apache-2.0 OR MIT"));
        assert!(same("MIT License", "MIT"));
        assert!(!same("MIT", "Apache-2.0"));
        assert!(!same("MIT AND Apache-2.0", "MIT OR Apache-2.0"));
        assert!(!same("odd", "odder"));
    }
}
