//! What the evidence would have caught: mutants of the module, run on the inputs that showed agreement.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ripout_model::{Exit, Fate, Folder, Host, Mutant, Mutants, Observation, Outcome, Stop};

use super::run::{Runner, Seen, encode};

/// A process that judges mutants ends by itself long before; one that does not hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a module's mutants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// Those that were judged.
    pub judged: Vec<(Mutant, Fate)>,
    /// Those that did not build.
    pub unviable: Vec<Mutant>,
    /// Lines of the module without mutants, and why.
    pub not_mutated: Vec<(u32, String)>,
}

impl Score {
    /// How many ended so.
    pub fn count(&self, fate: Fate) -> usize {
        self.judged.iter().filter(|(_, it)| *it == fate).count()
    }

    /// Those that no input told from the module.
    pub fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        self.judged
            .iter()
            .filter(|(_, fate)| *fate == Fate::Survived)
            .map(|(mutant, _)| mutant)
    }
}

/// Runs `mutants` on `inputs` until `until`. `None` with a reason where the copy that holds them can't be relied on:
/// with no mutant active it has to show what the module showed, which is `known` of some of the inputs.
pub fn judge(
    mutants: Mutants,
    inputs: &[Vec<u8>],
    known: &[(Vec<u8>, Observation)],
    until: Instant,
    host: &dyn Host,
) -> Result<Result<Score, String>, Stop> {
    if let Some(why) = mutants.failed {
        return Ok(Err(why));
    }
    if mutants.planted.is_empty() {
        return Ok(Ok(Score {
            judged: Vec::new(),
            unviable: mutants.unviable,
            not_mutated: mutants.not_mutated,
        }));
    }
    let folder = host.folder("mutants")?;
    folder.write("inputs", &encode(inputs.iter().map(Vec::as_slice)))?;
    let last = mutants.planted.iter().map(|it| it.number + 1).max();
    let (middle, last) = (last.unwrap_or(0) / 2, last.unwrap_or(0));
    let part = |name, from, to| {
        let part = Part {
            mutants: &mutants,
            folder: &*folder,
            host,
            until,
        };
        part.run(name, from, to)
    };
    // Hardly ever it is not, so that nothing waits for it.
    let (faithful, first, second) = std::thread::scope(|scope| {
        let faithful = scope.spawn(|| faithful(&mutants, known, host));
        let first = scope.spawn(|| part("first", 0, middle));
        let second = part("second", middle, last);
        (
            faithful.join().expect("judging mutants does not panic"),
            first.join().expect("judging mutants does not panic"),
            second,
        )
    });
    if let Err(why) = faithful? {
        return Ok(Err(why));
    }
    let mut fates = BTreeMap::new();
    for part in [first?, second?] {
        match part {
            Some(part) => fates.extend(part),
            None => return Ok(Err("its process died with no mutant active".into())),
        }
    }
    let judged = mutants.planted.into_iter().map(|mutant| {
        let fate = fates.get(&mutant.number).copied();
        (mutant, fate.unwrap_or(Fate::Unfinished))
    });
    Ok(Ok(Score {
        judged: judged.collect(),
        unviable: mutants.unviable,
        not_mutated: mutants.not_mutated,
    }))
}

fn faithful(
    mutants: &Mutants,
    known: &[(Vec<u8>, Observation)],
    host: &dyn Host,
) -> Result<Result<(), String>, Stop> {
    let inputs: Vec<Vec<u8>> = known.iter().map(|(bytes, _)| bytes.clone()).collect();
    let seen = Runner::new(host)?.run(&mutants.subject, "unchanged", &inputs)?;
    for ((_, expected), seen) in known.iter().zip(seen) {
        let same = matches!(&seen, Seen::Observed(seen)
            if (&seen.input, seen.kind, &seen.value) == (&expected.input, expected.kind, &expected.value));
        if !same {
            return Ok(Err(format!(
                "with no mutant active it does something else on {}",
                expected.input
            )));
        }
    }
    Ok(Ok(()))
}

/// A share of the mutants, judged by one process after the other.
struct Part<'a> {
    mutants: &'a Mutants,
    folder: &'a dyn Folder,
    host: &'a dyn Host,
    until: Instant,
}

impl Part<'_> {
    /// The fates by number; `None` where the process dies with no mutant active.
    fn run(&self, name: &str, mut from: u32, to: u32) -> Result<Option<BTreeMap<u32, Fate>>, Stop> {
        let mut fates = BTreeMap::new();
        while from < to && Instant::now() < self.until {
            self.host.check()?;
            let outcomes = format!("{name}.outcomes");
            let mut command = self.mutants.subject.command.clone();
            command = command
                .arg(self.folder.path().join("inputs"))
                .arg(self.folder.write(&outcomes, b"")?)
                .arg(from.to_string())
                .arg(to.to_string());
            command.writable.push(self.folder.path().to_path_buf());
            command.limits.wall = PATIENCE;
            let answer = self.host.run(&command)?;
            let bytes = self.folder.read(&outcomes)?;
            let text = String::from_utf8_lossy(&bytes);
            let mut lines = text
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            if lines.next() != Some("known\n") {
                return Ok(None);
            }
            let before = from;
            for line in lines {
                let Ok(outcome) = serde_json::from_str::<Outcome>(line) else {
                    break;
                };
                fates.insert(outcome.mutant, outcome.fate);
                from = outcome.mutant + 1;
            }
            let next = match answer.exit {
                // It wants to be started again, or is done.
                Exit::Code(0) if from > before || text.ends_with("\nagain\n") => continue,
                Exit::TimedOut => Fate::TimedOut,
                _ => Fate::Killed,
            };
            if from < to {
                fates.insert(from, next);
                from += 1;
            }
        }
        Ok(Some(fates))
    }
}
