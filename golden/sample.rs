//! So many of a binary's tests, where all of them take too long: `RIPOUT_SAMPLE=20`, drawn by a seed that is printed, and
//! `RIPOUT_SEED` draws them again.

use libtest_mimic::Trial;

/// All of them, those that were not drawn marked as ignored.
pub fn drawn(mut trials: Vec<Trial>) -> Vec<Trial> {
    trials.sort_by(|one, other| one.name().cmp(other.name()));
    let Some(sample) = number("RIPOUT_SAMPLE") else {
        return trials;
    };
    let seed = number("RIPOUT_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    println!("a sample of {sample}, seed {seed}");
    fastrand::Rng::with_seed(seed).shuffle(&mut trials);
    let rest = trials.split_off(trials.len().min(sample as usize));
    trials.extend(rest.into_iter().map(|trial| trial.with_ignored_flag(true)));
    trials
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
