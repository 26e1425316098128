//! How strong the evidence is: what the same inputs would have caught, and what many more of them show at full speed.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use ripout_model::{Built, Fate, Mutant, Note, Stop};

use super::{Measured, Score, Search, bar, bulk, mutants};

/// Inputs that mutants see, beside those that reached something new.
const FOR_MUTANTS: usize = 8000;

/// Time for judging mutants, their build aside: where a verdict depends on them, and where they only tell how strong the
/// evidence is.
const MUTANTS_TIME: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(5)];

/// Time for showing that survivors are the module itself, in the same two cases.
const ALIKE_TIME: [Duration; 2] = [Duration::from_secs(40), Duration::from_millis(1500)];

/// Seconds that the inputs for mutants may take, in the same two cases: each process runs them all before its first mutant.
const MUTANTS_SECONDS: [f64; 2] = [1.5, 0.25];

/// Inputs at full speed for text that is not the author's, and the time that they may take.
const OF_OTHERS: u64 = 1_000_000;
const TIME_OF_OTHERS: Duration = Duration::from_secs(12);

/// Inputs that bulk runs begin with, where the whole of them would take longer than these seconds.
const POOL_SECONDS: f64 = 10.0;

impl Search<'_> {
    /// Asks what the same inputs would have caught.
    fn plant(&self, notes: &mut Vec<Note>) -> Result<Option<Score>, Stop> {
        let Some(plant) = &self.harness.mutants else {
            return Ok(None);
        };
        let mut mutants = plant.plant(self.host)?;
        let mut unasked = Vec::new();
        if let Some(chosen) = &self.settings.mutants {
            (mutants.planted, unasked) = mutants
                .planted
                .into_iter()
                .partition(|mutant| chosen.contains(&mutant.number));
        }
        let total = mutants.planted.len() as u64;
        self.host.say("mutants", total, Some(total));
        let needed = bar::needs_mutants(self.candidate);
        let others = self.others.iter().take(FOR_MUTANTS);
        let all = self.telling.iter().chain(others);
        let mut inputs: Vec<Vec<u8>> = all.map(|one| one.bytes.clone()).collect();
        let seconds = MUTANTS_SECONDS[usize::from(!needed)];
        let most = seconds / self.sizes.seconds(1).max(f64::MIN_POSITIVE);
        inputs.truncate((most as usize).max(500));
        let until = Instant::now() + MUTANTS_TIME[usize::from(!needed)];
        match mutants::judge(mutants, &inputs, &self.frozen, until, self.host)? {
            Ok(mut score) => {
                let until = Instant::now() + ALIKE_TIME[usize::from(!needed)];
                let survivors: Vec<&Mutant> = score.survivors().collect();
                let alike = match survivors.is_empty() {
                    true => BTreeSet::new(),
                    false => plant.alike(&survivors, until, self.host)?,
                };
                for (mutant, fate) in &mut score.judged {
                    if alike.contains(&mutant.number) {
                        *fate = Fate::Equivalent;
                    }
                }
                // Nobody knows what would have become of these, so that they count as not judged.
                let unasked = unasked.into_iter();
                score
                    .judged
                    .extend(unasked.map(|mutant| (mutant, Fate::Unfinished)));
                Ok(Some(score))
            }
            Err(why) => {
                notes.push(Note::new(
                    "mutants_not_judged",
                    format!("no faults were judged in a copy of the module: {why}"),
                ));
                Ok(None)
            }
        }
    }

    /// Judges mutants, if more than a difference is hoped for, and builds both sides for bulk runs meanwhile; then runs
    /// them.
    pub(super) fn strengthen(
        &mut self,
        hopeful: bool,
        notes: &mut Vec<Note>,
    ) -> Result<(Option<Score>, Option<Measured>), Stop> {
        let build = || {
            let bulk = self.harness.bulk.as_ref();
            bulk.map(|bulk| bulk.build(self.host)).transpose()
        };
        if bar::needs_mutants(self.candidate) {
            // Many inputs show a difference sooner than mutants show that there were too few.
            let built = build()?;
            let measured = built.map(|built| self.measure(built, notes)).transpose()?;
            let settled = self.found.is_some() || self.unsteady.is_some();
            let score = match hopeful && !settled {
                true => self.plant(notes)?,
                false => None,
            };
            return Ok((score, measured));
        }
        let (score, built) = std::thread::scope(|scope| {
            let built = scope.spawn(build);
            let score = self.plant(notes);
            (score, built.join().expect("building does not panic"))
        });
        let measured = built?.map(|built| self.measure(built, notes)).transpose()?;
        Ok((score?, measured))
    }

    /// Runs both sides at full speed, looks at what differs there one by one, and counts what agreed.
    fn measure(&mut self, built: Built, notes: &mut Vec<Note>) -> Result<Measured, Stop> {
        let mut pool = self.telling.clone();
        pool.extend_from_slice(&self.others);
        let most = POOL_SECONDS / self.sizes.seconds(1).max(f64::MIN_POSITIVE);
        let all_known = pool.len() <= most as usize && !self.exhausted;
        pool.truncate(most as usize);
        let compared = self.evidence.inputs;
        // Text that is not the author's has to stand many more than the author's own.
        let (mut inputs, mut time) = (self.settings.inputs, self.settings.budget);
        if inputs.is_none() && bar::needs_mutants(self.candidate) {
            (inputs, time) = (Some(compared + OF_OTHERS), time.min(TIME_OF_OTHERS));
        }
        let all_known = all_known && inputs.is_none_or(|most| most > compared);
        let looked = match bar::needs_mutants(self.candidate) && !self.exhausted {
            true => self.settings.inputs.map_or(bulk::MOST_LOOKED, |most| {
                most.div_ceil(ripout_model::BLOCK as u64)
                    .min(bulk::MOST_LOOKED)
            }),
            false => 0,
        };
        let wanted = bulk::Wanted {
            inputs: inputs.map(|most| most.saturating_sub(compared)),
            all_known,
            looked,
            seed: self.settings.seed,
            until: Instant::now() + time,
        };
        self.host.say("inputs at full speed", 0, None);
        let mut measured = bulk::run(built, &pool, &wanted, self.host)?;
        if !all_known {
            measured.extra = bulk::Extra::default();
        }
        for suspects in std::mem::take(&mut measured.suspects).chunks(1024) {
            self.compare_batch(suspects)?;
            if self.found.is_some() || self.unsteady.is_some() {
                return Ok(measured);
            }
        }
        if let Some(how) = &measured.differs {
            self.unsteady = Some(format!("built for release they differ: {how}"));
        }
        let bulk::Extra { inputs, raised, .. } = measured.extra;
        let evidence = &mut self.evidence;
        let (all, all_raised) = (evidence.inputs + inputs, evidence.raised + raised);
        // A share that returns is asked of all that counts.
        if evidence.nondeterministic == 0 && (all - all_raised) * 5 >= all {
            evidence.inputs = all;
            evidence.agreed += inputs;
            evidence.raised = all_raised;
        } else {
            measured.extra = bulk::Extra::default();
        }
        let more = [
            ("slower", "time", measured.runtime_ratio),
            ("more_memory", "memory", measured.memory_ratio),
        ];
        for (code, what, ratio) in more {
            if let Some(ratio) = ratio.filter(|ratio| *ratio > bulk::MORE) {
                notes.push(Note::new(
                    code,
                    format!("the module takes {ratio:.2} times the original's {what}"),
                ));
            }
        }
        if let Some(why) = &measured.stopped {
            notes.push(Note::new("not_at_full_speed", why.clone()));
        }
        Ok(measured)
    }
}
