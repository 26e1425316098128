//! Confirms a difference by running it again, and makes it small.
//!
//! The method is the usual one for byte-driven generators (MacIver and Donaldson, "Test-Case Reduction via
//! Test-Case Generation", ECOOP 2020): cut and lower bytes, decode again, keep what still differs.

use std::time::{Duration, Instant};

use ripout_model::{Harness, Host, Stop};

use super::{
    compare::{Agreement, compare},
    run::{Runner, Seen},
};

/// Time for making a counterexample smaller, once it is confirmed.
const TIME: Duration = Duration::from_secs(20);

/// Inputs, the last of which shows the difference, and what was seen on it.
#[derive(Debug, Clone)]
pub struct Found {
    /// What to feed both sides, in order. One input, unless the difference needs a history.
    pub inputs: Vec<Vec<u8>>,
    /// The original on the last input.
    pub original: Seen,
    /// The module on the last input.
    pub module: Seen,
}

/// Runs both sides on `inputs` from a fresh start; tells what they saw on the last if they differ there.
pub fn differs(
    runner: &Runner<'_>,
    harness: &Harness,
    inputs: &[Vec<u8>],
) -> Result<Option<Found>, Stop> {
    let (original, module) = both(runner, harness, inputs)?;
    let last = inputs.len() - 1;
    if torn(&original[..last]) || torn(&module[..last]) {
        return Ok(None);
    }
    let differs = |again: &Seen| {
        let (original, module) = (&original[last], &module[last]);
        compare(original, again, module, harness.leaves_out.is_some()) == Agreement::Differs
    };
    if !differs(&original[last]) {
        return Ok(None);
    }
    let again = runner.run(&harness.original.repeated(), "shrink-original", inputs)?;
    if !differs(&again[last]) {
        return Ok(None);
    }
    Ok(Some(Found {
        inputs: inputs.to_vec(),
        original: original[last].clone(),
        module: module[last].clone(),
    }))
}

/// Whether a process ended on the way: the one after it knows nothing of the inputs before, and may differ for that alone.
pub fn torn(seen: &[Seen]) -> bool {
    seen.iter().any(|seen| seen.observation().is_none())
}

/// How often the original is asked again before a difference is laid at the module's door.
const ASKED: usize = 12;

/// Whether the original, asked often enough, says something else on the last of `inputs`: two runs may agree by chance on
/// what has but a few ways to be, like the order of a small map.
fn wavers(runner: &Runner<'_>, harness: &Harness, inputs: &[Vec<u8>]) -> Result<bool, Stop> {
    let last = inputs.len() - 1;
    let first = runner.run(&harness.original, "shrink-original", inputs)?;
    for _ in 0..ASKED {
        let again = runner.run(&harness.original.repeated(), "shrink-original", inputs)?;
        let (first, again) = (&first[last], &again[last]);
        if compare(first, again, first, false) == Agreement::Nondeterministic {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Runs both sides on the same inputs, side by side.
fn both(
    runner: &Runner<'_>,
    harness: &Harness,
    inputs: &[Vec<u8>],
) -> Result<(Vec<Seen>, Vec<Seen>), Stop> {
    std::thread::scope(|scope| {
        let original = scope.spawn(|| runner.run(&harness.original, "shrink-original", inputs));
        let module = runner.run(&harness.module, "shrink-module", inputs);
        let original = original.join().expect("running a subject does not panic");
        Ok((original?, module?))
    })
}

/// What became of a difference that was asked about again.
pub enum Confirmed {
    /// It is there, and this small.
    Difference(Box<Found>),
    /// The original does not agree with itself on it.
    Wavers,
    /// It did not show again.
    Gone,
}

/// Confirms the difference at the end of `batch`, alone or with its history, and shrinks it. `late`: the difference is that
/// the module did not end in time. A process that is late has its whole history to blame, and the time of a batch is the
/// machine's: what does not end is only what does not end by itself.
pub fn confirm(
    runner: &Runner<'_>,
    harness: &Harness,
    batch: &[Vec<u8>],
    late: bool,
    host: &dyn Host,
) -> Result<Confirmed, Stop> {
    let alone = &batch[batch.len() - 1..];
    if late && differs(runner, harness, alone)?.is_none() {
        return Ok(Confirmed::Gone);
    }
    if wavers(runner, harness, alone)? {
        return Ok(Confirmed::Wavers);
    }
    host.say("shrinking a difference", 0, None);
    if let Some(found) = differs(runner, harness, alone)? {
        let smaller = smaller_input(runner, harness, found.clone())?;
        return steady(runner, harness, smaller, found);
    }
    // What was made once for all inputs, like a map in a static, may have another order in each process.
    if batch.len() > 1 && wavers(runner, harness, batch)? {
        return Ok(Confirmed::Wavers);
    }
    match differs(runner, harness, batch)? {
        Some(Found {
            module: Seen::TimedOut,
            ..
        })
        | None => Ok(Confirmed::Gone),
        Some(found) => {
            let shorter = shorter_history(runner, harness, found.clone())?;
            steady(runner, harness, shorter, found)
        }
    }
}

/// The smaller of two counterexamples, unless the original wavers on it: what was cut may have been what held it.
fn steady(
    runner: &Runner<'_>,
    harness: &Harness,
    smaller: Found,
    whole: Found,
) -> Result<Confirmed, Stop> {
    let kept = if wavers(runner, harness, &smaller.inputs)? {
        whole
    } else {
        smaller
    };
    Ok(Confirmed::Difference(Box::new(kept)))
}

fn smaller_input(runner: &Runner<'_>, harness: &Harness, mut found: Found) -> Result<Found, Stop> {
    let begun = Instant::now();
    while begun.elapsed() < TIME {
        let best = weight(&found.inputs[0], &found.original);
        let candidates = reductions(&found.inputs[0]);
        if candidates.is_empty() {
            break;
        }
        let (original, module) = both(runner, harness, &candidates)?;
        let mut better: Vec<_> = (0..candidates.len())
            .filter(|&i| {
                let (original, module) = (&original[i], &module[i]);
                compare(original, original, module, harness.leaves_out.is_some())
                    == Agreement::Differs
            })
            .map(|i| (weight(&candidates[i], &original[i]), i))
            .filter(|(weight, _)| *weight < best)
            .collect();
        better.sort();
        // Seen among others; only what differs from a fresh start is kept.
        let mut kept = None;
        for (_, i) in better.into_iter().take(4) {
            kept = differs(runner, harness, &candidates[i..=i])?;
            if kept.is_some() {
                break;
            }
        }
        match kept {
            Some(smaller) => found = smaller,
            None => break,
        }
    }
    Ok(found)
}

fn shorter_history(
    runner: &Runner<'_>,
    harness: &Harness,
    mut found: Found,
) -> Result<Found, Stop> {
    let begun = Instant::now();
    let mut step = found.inputs.len() / 2;
    while step > 0 && begun.elapsed() < TIME {
        let mut at = 0;
        while at + step < found.inputs.len() && begun.elapsed() < TIME {
            let mut shorter = found.inputs.clone();
            shorter.drain(at..at + step);
            match differs(runner, harness, &shorter)? {
                Some(still) => found = still,
                None => at += step,
            }
        }
        step /= 2;
    }
    Ok(found)
}

/// What a reader has to read, then what a machine has to.
fn weight(input: &[u8], seen: &Seen) -> (usize, usize, Vec<u8>) {
    let text = seen
        .observation()
        .map_or(usize::MAX, |observation| observation.input.len());
    (text, input.len(), input.to_vec())
}

/// Byte strings that are smaller than `input`: without a chunk, or with lower bytes.
fn reductions(input: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut size = input.len();
    while size > 0 {
        // Few large cuts, more small ones, and never more than some dozens of each size.
        let stride = size.max(input.len() / 64).max(1);
        for at in (0..input.len()).step_by(stride) {
            let mut shorter = input.to_vec();
            shorter.drain(at..(at + size).min(input.len()));
            all.push(shorter);
        }
        size /= 2;
    }
    let stride = (input.len() / 64).max(1);
    for at in (0..input.len()).step_by(stride).filter(|&at| input[at] > 0) {
        for lower in [0, input[at] / 2, input[at] - 1] {
            let mut lowered = input.to_vec();
            lowered[at] = lower;
            all.push(lowered);
        }
    }
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reductions_are_shorter_or_lower_and_end() {
        let input = vec![3, 0, 200];
        for reduced in reductions(&input) {
            assert!(
                reduced.len() < input.len() || reduced < input,
                "{reduced:?}"
            );
        }
        assert!(reductions(&[]).is_empty());
        assert_eq!(reductions(&[0]), vec![Vec::<u8>::new()]);
    }
}
