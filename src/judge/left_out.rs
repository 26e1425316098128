//! What of the original lies behind what a module leaves out: it ran for inputs that end with the error which says so, and
//! for no other, compared or not. Nothing stands in the place of such a definition.

use std::collections::BTreeSet;

use ripout_model::{Definition, Stop, Subject};

use super::{Runner, Seen};

/// Inputs in a process.
const AT_ONCE: usize = 4096;

/// Definitions of the original by the inputs that they ran for.
#[derive(Debug, Clone, Default)]
pub struct Behind {
    left_out: BTreeSet<Definition>,
    others: BTreeSet<Definition>,
}

impl Behind {
    /// Runs the original once more. None where it does not end for some input.
    pub(super) fn of(
        runner: &Runner<'_>,
        original: &Subject,
        left_out: &[Vec<u8>],
        others: &[Vec<u8>],
    ) -> Result<Option<Self>, Stop> {
        let left_out = ran(runner, original, left_out)?;
        let others = ran(runner, original, others)?;
        Ok(left_out
            .zip(others)
            .map(|(left_out, others)| Self { left_out, others }))
    }

    /// Whether all runs of a definition were left out, and there were some.
    pub fn holds(&self, definition: &Definition) -> bool {
        let within = |all: &BTreeSet<Definition>| {
            all.iter().any(|other| {
                other.package == definition.package
                    && other.file == definition.file
                    && other.lines[0] <= definition.lines[1]
                    && definition.lines[0] <= other.lines[1]
            })
        };
        within(&self.left_out) && !within(&self.others)
    }
}

/// Definitions that inputs run.
fn ran(
    runner: &Runner<'_>,
    original: &Subject,
    inputs: &[Vec<u8>],
) -> Result<Option<BTreeSet<Definition>>, Stop> {
    let mut hits = BTreeSet::new();
    for inputs in inputs.chunks(AT_ONCE) {
        for seen in runner.run(original, "left-out", inputs)? {
            let Seen::Observed(observation) = seen else {
                return Ok(None);
            };
            hits.extend(observation.hits);
        }
    }
    let probes = hits
        .iter()
        .filter_map(|hit| original.probes.get(*hit as usize));
    Ok(Some(probes.map(|probe| probe.definition.clone()).collect()))
}
