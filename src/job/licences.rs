//! The licences of a removal: those of the text that is taken, held against those of the members that take it in.

use ripout_model::{Dependency, Package, Reason, ReasonCode, Stop, Survey, Taken};

use crate::evidence::{
    compatible::{self, Stated, Weighed},
    header::taken_from,
};

/// Holds them against each other.
pub fn weigh(
    survey: &Survey,
    dependency: &Dependency,
    packages: &[Package],
    definitions: &[Taken],
    accepted: &[String],
) -> Weighed {
    let taken: Vec<Stated> = taken_from(packages, definitions)
        .map(|package| Stated {
            name: package.id(),
            licence: package.licence.clone(),
        })
        .collect();
    let mut consumers: Vec<Stated> = Vec::new();
    for declared in &dependency.declared {
        let Some(member) = survey.members.get(declared.member) else {
            continue;
        };
        // Members under one licence answer alike; the first speaks for them.
        if !consumers
            .iter()
            .any(|known| known.licence == member.licence)
        {
            consumers.push(Stated {
                name: member.name.clone(),
                licence: member.licence.clone(),
            });
        }
    }
    compatible::weigh(&taken, &consumers, accepted)
}

/// Ends a run whose licences do not go together.
pub fn refuse(weighed: &Weighed) -> Result<(), Stop> {
    if weighed.conflicts.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = weighed.conflicts.iter().map(ToString::to_string).collect();
    let mut accept: Vec<String> = Vec::new();
    for id in weighed.conflicts.iter().flat_map(|found| &found.accept) {
        let words = format!("--accept-licence {id}");
        if !accept.contains(&words) {
            accept.push(words);
        }
    }
    Err(Stop::Refused(
        Reason::new(ReasonCode::LicenceConflict, told.join("; ")).help(format!(
            "keep the dependency, or state a licence of your own that the text fits; where its authors gave you leave, or \
             you have read it and know better, say {}: the ledger and the pull request will tell",
            accept.join(" ")
        )),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_is_refused_with_what_to_do() {
        let stated = |name: &str, licence: &str| Stated {
            name: name.into(),
            licence: Some(licence.into()),
        };
        let own = [stated("app", "MIT")];
        let weighed = compatible::weigh(&[stated("dep@1.0.0", "GPL-3.0-only")], &own, &[]);
        let Err(Stop::Refused(reason)) = refuse(&weighed) else {
            panic!("not refused");
        };
        assert_eq!(reason.code, ReasonCode::LicenceConflict);
        assert!(reason.text.contains("dep@1.0.0 is under `GPL-3.0-only`"));
        let help = reason.help.unwrap();
        assert!(help.contains("--accept-licence GPL-3.0-only"), "{help}");
        let weighed = compatible::weigh(&[stated("dep@1.0.0", "MIT")], &own, &[]);
        assert!(refuse(&weighed).is_ok());
    }
}
