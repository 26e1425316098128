//! Decides whether a candidate behaves like the original, and how strong the evidence is.
//!
//! The judge knows bytes and observations, no language and no model's opinion. The same inputs go to the original twice
//! and to the module once; what the original does not repeat counts for nothing, and what the module does otherwise is
//! run again from a fresh start before it is called a difference.
//!
//! * [`inputs`]: what to try next
//! * [`sizes`]: how much of it at once
//! * [`run`]: one side on a batch
//! * [`compare`]: one input, three observations
//! * [`shrink`]: a difference confirmed and made small
//! * [`mutants`]: what the same inputs would have caught
//! * [`bulk`]: many more of them, by sums alone; and what each side costs
//! * [`strength`]: mutants and bulk runs, once nothing else speaks against a module
//! * [`left_out`]: what of the original lies behind what a module leaves out
//! * [`bar`]: what `equivalent` needs

mod bar;
mod bulk;
mod compare;
mod inputs;
mod known;
mod left_out;
mod mutants;
mod run;
mod shrink;
mod sizes;
mod strength;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashSet},
    thread::ScopedJoinHandle,
    time::{Duration, Instant},
};

use ripout_model::{
    Candidate, Definition, Harness, Host, Note, Observation, Reason, ReasonCode, Settings, Stop,
    Verdict,
};

use bulk::Compared;
use compare::{Agreement, compare, tell};
use inputs::Inputs;
use run::{Runner, Seen};
use shrink::{Confirmed, Found};
use sizes::Sizes;

pub use bulk::Measured;
pub use left_out::Behind;
pub use mutants::Score;
pub use run::{decode, encode};

/// A search without `--inputs` is content with so many distinct inputs once it learns nothing new: of text that is not the
/// author's, and of the author's own, which can only lack something.
const CONTENT: [u64; 2] = [4000, 1500];

/// The same where nothing runs at full speed, though the text is not the author's.
const ALONE: u64 = 32_000;

/// As much again as it took to learn something has to bring nothing new, but no more than this.
const STALE: u64 = 16_000;

/// While the bar still lacks lines, so many are tried, or half of the budget is spent.
const PATIENT: u64 = 256_000;

/// Inputs are slow where 4,000 of them would take more seconds than this.
const SLOW: f64 = 8.0;

/// So often kept cases have to show the same again, where the original wavers.
const STEADY: usize = 6;

/// Cases kept for the frozen tests.
const FROZEN: usize = 400;

/// What was tried and seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Distinct inputs with deterministic observations from both sides.
    pub inputs: u64,
    /// Those on which the sides agreed.
    pub agreed: u64,
    /// Those on which both raised or panicked alike.
    pub raised: u64,
    /// Byte strings that made no valid input, or on which the original itself died.
    pub discarded: u64,
    /// Inputs on which the original disagrees with itself.
    pub nondeterministic: u64,
    /// Inputs that did not end in time.
    pub timed_out: u64,
    /// Distinct inputs on which the module says that it leaves something out, which it may.
    pub left_out: u64,
    /// Lines of the module.
    pub coverage: Coverage,
}

/// Executable lines of the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All of them.
    pub lines: u64,
    /// Those that ran.
    pub hit: u64,
    /// Those that did not and need not: file, line, reason.
    pub waived: Vec<(String, u32, String)>,
    /// Those that did not: file, line.
    pub missed: Vec<(String, u32)>,
    /// Those that ran, in order; all stand in the module's first file.
    pub ran: Vec<u32>,
    /// Ways of branches.
    pub branches: Branches,
}

/// Ways of the module's branches, those aside that need not run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branches {
    /// All of them: an `if` has two.
    pub total: u64,
    /// Those that were gone.
    pub hit: u64,
    /// Those that were not: file, line, and words that end "the branch …".
    pub missed: Vec<(String, u32, String)>,
}

/// A difference, as small as it could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// The call, as text.
    pub input: String,
    /// What the original did.
    pub original: String,
    /// What the module did.
    pub module: String,
    /// What to feed the driver, in order; the last shows the difference.
    pub bytes: Vec<Vec<u8>>,
}

/// The judge's word.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is inconclusive.
    pub reason: Option<Reason>,
    /// What it rests on.
    pub evidence: Evidence,
    /// The difference that was found.
    pub counterexample: Option<Counterexample>,
    /// Planted faults by what became of them, where they were judged.
    pub score: Option<Score>,
    /// What bulk runs came to, where there were some.
    pub measured: Option<Measured>,
    /// Inputs with the original's observations, worth keeping as tests.
    pub frozen: Vec<(Vec<u8>, Observation)>,
    /// All inputs that reached something new, in order.
    pub telling: Vec<Vec<u8>>,
    /// What of the original lies behind what the module leaves out.
    pub behind: Option<Behind>,
    /// Remarks.
    pub notes: Vec<Note>,
}

/// Searches for a difference until the budget ends or nothing new is learnt, and weighs the evidence.
pub fn judge(
    candidate: &Candidate,
    harness: &Harness,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Judgement, Stop> {
    Search::new(candidate, harness, settings, host)?.judge()
}

/// The same, and no further once it is sure that the candidate lacks definitions which the original ran: whoever can tell
/// what stands in their place has to search again.
pub fn glance(
    candidate: &Candidate,
    harness: &Harness,
    settings: &Settings,
    host: &dyn Host,
) -> Result<Judgement, Stop> {
    let mut search = Search::new(candidate, harness, settings, host)?;
    search.glancing = true;
    search.judge()
}

/// Feeds both sides exactly `inputs`, in order, and tells what they saw on the last.
pub fn replay(
    harness: &Harness,
    inputs: &[Vec<u8>],
    host: &dyn Host,
) -> Result<Option<Counterexample>, Stop> {
    let runner = Runner::new(host)?;
    Ok(shrink::differs(&runner, harness, inputs)?.map(|found| counterexample(&found)))
}

/// What became of inputs that all had to be compared.
#[derive(Debug)]
pub enum Met {
    /// The sides agree on each.
    All,
    /// They do not.
    Differ(Box<Counterexample>),
    /// They may: this stood in the way.
    Short(String),
}

/// Feeds both sides exactly `inputs`, in order, and compares each. Where they agree on all, a search by this driver may
/// follow, and inputs at full speed: no evidence comes of these but a difference.
pub fn meet(
    candidate: &Candidate,
    harness: &Harness,
    settings: &Settings,
    inputs: &[Vec<u8>],
    searching: bool,
    host: &dyn Host,
) -> Result<Met, Stop> {
    let mut search = Search::new(candidate, harness, settings, host)?;
    for batch in inputs.chunks(1024) {
        host.check()?;
        search.compare_batch(batch)?;
        if search.found.is_some() || search.unsteady.is_some() {
            return Ok(search.met());
        }
    }
    let agreed = search.evidence.agreed + search.evidence.left_out;
    let all = inputs.len();
    if !usize::try_from(agreed).is_ok_and(|it| it == all) {
        return Ok(Met::Short(format!("{agreed} of {all} could be compared")));
    }
    if searching {
        search.run()?;
        if search.found.is_none() && search.unsteady.is_none() {
            search.strengthen(false, &mut Vec::new())?;
        }
    }
    Ok(search.met())
}

struct Search<'a> {
    candidate: &'a Candidate,
    harness: &'a Harness,
    settings: &'a Settings,
    host: &'a dyn Host,
    runner: Runner<'a>,
    inputs: Inputs,
    sizes: Sizes,
    evidence: Evidence,
    distinct: HashSet<u64>,
    original_hits: BTreeSet<u32>,
    module_hits: BTreeSet<u32>,
    frozen: Vec<(Vec<u8>, Observation)>,
    /// Distinct inputs on which the sides agreed, for mutants: first those that reached something new.
    telling: Vec<Compared>,
    others: Vec<Compared>,
    /// Distinct inputs for which the module leaves something out.
    left_out: Vec<Vec<u8>>,
    /// Inputs of a module that leaves something out for which nothing is known: they could not be compared.
    unknown: Vec<Vec<u8>>,
    found: Option<Found>,
    exhausted: bool,
    unsteady: Option<String>,
    last_words: Option<String>,
    /// Distinct inputs when something new was last reached.
    learnt_at: u64,
    /// Whether it ends once it is sure that definitions are missing.
    glancing: bool,
    /// Whether `--inputs` are still to be had by bulk runs, so that the search may end when it is content.
    bulk_to_come: bool,
}

impl<'a> Search<'a> {
    fn new(
        candidate: &'a Candidate,
        harness: &'a Harness,
        settings: &'a Settings,
        host: &'a dyn Host,
    ) -> Result<Self, Stop> {
        let driver = &harness.driver;
        Ok(Self {
            candidate,
            harness,
            settings,
            host,
            runner: Runner::new(host)?,
            inputs: Inputs::new(settings.seed, &driver.seeds, &driver.dictionary),
            sizes: Sizes::new(),
            evidence: Evidence::default(),
            distinct: HashSet::new(),
            original_hits: BTreeSet::new(),
            module_hits: BTreeSet::new(),
            frozen: Vec::new(),
            telling: Vec::new(),
            others: Vec::new(),
            left_out: Vec::new(),
            unknown: Vec::new(),
            found: None,
            exhausted: false,
            unsteady: None,
            last_words: None,
            learnt_at: 0,
            glancing: false,
            bulk_to_come: harness.bulk.is_some(),
        })
    }

    fn judge(mut self) -> Result<Judgement, Stop> {
        self.run()?;
        self.keep_steady()?;
        self.conclude()
    }

    fn run(&mut self) -> Result<(), Stop> {
        let begun = Instant::now();
        if let Some(all) = &self.harness.driver.exhaustive {
            for chunk in all.chunks(4096) {
                self.host.check()?;
                self.compare_batch(chunk)?;
                if self.done() || begun.elapsed() > self.settings.budget {
                    return Ok(());
                }
            }
            // Whatever was left out on some side was not compared.
            self.exhausted = self.evidence.timed_out == 0
                && self.evidence.nondeterministic == 0
                && self.last_words.is_none();
            return Ok(());
        }
        while !self.done() && begun.elapsed() < self.settings.budget {
            self.host.check()?;
            let batch = self.inputs.batch(self.sizes.size());
            let batch_begun = Instant::now();
            self.compare_batch(&batch)?;
            let most = self.wanted();
            self.sizes.took(batch_begun.elapsed(), most);
            self.host
                .say("inputs", self.evidence.inputs, self.settings.inputs);
            let fruitless = self.evidence.inputs == 0 && begun.elapsed() > self.settings.budget / 3;
            if fruitless || self.seen_enough() || self.content(begun.elapsed()) {
                break;
            }
        }
        Ok(())
    }

    /// A counterexample ends the search, and so do `--inputs` and a module that can't be relied on.
    fn done(&self) -> bool {
        self.found.is_some()
            || self.unsteady.is_some()
            || self
                .settings
                .inputs
                .is_some_and(|most| self.evidence.inputs >= most)
    }

    /// Distinct inputs that are enough where nothing new is learnt. Where inputs are slow, less is.
    fn enough(&self) -> u64 {
        if self.slow() {
            CONTENT[1]
        } else if self.harness.leaves_out.is_some() {
            ALONE
        } else {
            CONTENT[usize::from(!bar::needs_mutants(self.candidate))]
        }
    }

    /// Whether a glance is over: definitions are missing, whatever else may come.
    fn seen_enough(&self) -> bool {
        let lacks = |reason: Reason| reason.code == ReasonCode::OriginalReachedMore;
        self.glancing && self.below().is_some_and(lacks)
    }

    fn slow(&self) -> bool {
        self.sizes.seconds(CONTENT[0]) > SLOW
    }

    /// Whether more of the same is unlikely to tell more: enough was compared, and as much again brought nothing new.
    fn content(&self, elapsed: Duration) -> bool {
        let compared = self.evidence.inputs;
        let left = self.settings.inputs.map(|most| most - compared.min(most));
        if left.is_some_and(|left| !self.bulk_to_come || left < ripout_model::BLOCK as u64) {
            return false;
        }
        let returned = self.evidence.agreed - self.evidence.raised;
        let enough = self.enough();
        // Seeds alone are no search.
        let searched =
            self.inputs.searched() >= enough / 2 && (self.slow() || !self.inputs.waiting());
        if !searched
            || compared < enough
            || compared < self.learnt_at + self.learnt_at.min(STALE)
            || returned * 5 < compared
        {
            return false;
        }
        compared >= PATIENT || elapsed > self.settings.budget / 2 || !self.lacks_lines()
    }

    /// Whether too many lines of the module did not run yet for its bar.
    fn lacks_lines(&self) -> bool {
        let probes = &self.harness.module.probes;
        !self.not_entered().is_empty()
            || bar::too_few_lines(&self.coverage())
            || !bar::one_way(self.candidate, probes, &self.module_hits).is_empty()
    }

    fn coverage(&self) -> Coverage {
        let file = &self.candidate.module.files[0].path;
        bar::coverage(file, &self.harness.module.probes, &self.module_hits)
    }

    /// How many inputs are likely to be enough, at the rate at which new ones were found so far. A search that only lacks
    /// a few is not to begin a long batch for them.
    fn wanted(&self) -> usize {
        let tried = self.inputs.tried();
        let compared = self.evidence.inputs;
        let enough = self
            .enough()
            .max(self.learnt_at + self.learnt_at.min(STALE));
        let goal = self.settings.inputs.unwrap_or(enough);
        if compared == 0 || compared >= goal {
            return usize::MAX;
        }
        let most = (goal - compared) * tried / compared;
        usize::try_from(most + most / 8 + 64).unwrap_or(usize::MAX)
    }

    /// Whether the original is to be run twice on each input. Where it did not waver on any of the first batches, it is asked
    /// again only where the module differs.
    fn may_waver(&self) -> bool {
        self.sizes.freezing() || self.evidence.nondeterministic > 0
    }

    fn compare_batch(&mut self, batch: &[Vec<u8>]) -> Result<(), Stop> {
        let (runner, harness) = (&self.runner, self.harness);
        let twice = self.may_waver();
        let (first, second, module) = std::thread::scope(|scope| {
            let first = scope.spawn(|| runner.run(&harness.original, "original", batch));
            let second = twice.then(|| {
                let repeated = harness.original.repeated();
                scope.spawn(move || runner.run(&repeated, "original-again", batch))
            });
            let module = runner.run(&harness.module, "module", batch);
            let joined = |run: ScopedJoinHandle<_>| run.join().expect("a run does not panic");
            (joined(first), second.map(joined), module)
        });
        let (first, module) = (first?, module?);
        let second = second.transpose()?.unwrap_or_else(|| first.clone());
        for i in 0..batch.len() {
            let torn = [&first, &second, &module]
                .iter()
                .any(|side| shrink::torn(&side[..i]));
            self.weigh(batch, i, torn, [&first[i], &second[i], &module[i]])?;
            if self.found.is_some() || self.unsteady.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn weigh(
        &mut self,
        batch: &[Vec<u8>],
        i: usize,
        torn: bool,
        [first, second, module]: [&Seen; 3],
    ) -> Result<(), Stop> {
        let input = &batch[i][..];
        let mut new = false;
        // What only the original reaches is worth following as well.
        let mut more = false;
        for seen in [first, second].into_iter().filter_map(Seen::observation) {
            for hit in &seen.hits {
                more |= self.original_hits.insert(*hit);
            }
        }
        if let Seen::Died(how) = first {
            self.last_words.get_or_insert_with(|| how.clone());
        }
        let used = first
            .observation()
            .and_then(|seen| seen.used)
            .map_or(input.len(), |used| used.min(input.len()));
        if used < input.len() {
            self.inputs.trim(input, used);
        }
        let agreement = compare(first, second, module, self.harness.leaves_out.is_some());
        let no_word = !matches!(
            agreement,
            Agreement::Returned | Agreement::Raised | Agreement::LeftOut
        );
        if self.harness.leaves_out.is_some() && no_word {
            self.unknown.push(input[..used].to_vec());
        }
        match agreement {
            Agreement::Discarded => self.evidence.discarded += 1,
            Agreement::Nondeterministic => self.evidence.nondeterministic += 1,
            Agreement::TimedOut | Agreement::NotRun => self.evidence.timed_out += 1,
            Agreement::Differs => {
                let late = matches!(module, Seen::TimedOut);
                match shrink::confirm(&self.runner, self.harness, &batch[..=i], late, self.host)? {
                    Confirmed::Difference(found) => {
                        self.evidence.inputs += 1;
                        self.found = Some(*found);
                    }
                    Confirmed::Wavers => self.evidence.nondeterministic += 1,
                    // A busy machine makes a process late; anything else is the module's own doing.
                    Confirmed::Gone if late => self.evidence.timed_out += 1,
                    // One side had forgotten what came before.
                    Confirmed::Gone if torn => self.evidence.nondeterministic += 1,
                    Confirmed::Gone => {
                        self.unsteady = Some(format!("{} / {}", tell(first), tell(module)));
                    }
                }
            }
            Agreement::LeftOut => {
                let observation = first.observation().expect("agreement needs observations");
                new = self.reached(module);
                let distinct = self.distinct.insert(hash(&observation.input));
                if distinct {
                    self.evidence.left_out += 1;
                    self.left_out.push(input[..used].to_vec());
                    let kept = Compared::new(&input[..used], &observation.input, false);
                    self.keep(kept, new || more);
                }
                if distinct || new || more {
                    self.inputs.learn(input, used, false, new || more);
                }
            }
            Agreement::Returned | Agreement::Raised => {
                let observation = first.observation().expect("agreement needs observations");
                let returned = agreement == Agreement::Returned;
                new = self.reached(module);
                let distinct = self.distinct.insert(hash(&observation.input));
                if distinct {
                    self.evidence.inputs += 1;
                    self.evidence.agreed += 1;
                    self.evidence.raised += u64::from(!returned);
                    self.freeze(&input[..used], observation, new);
                    let kept = Compared::new(&input[..used], &observation.input, returned);
                    self.keep(kept, new || more);
                }
                // Other bytes for a known input teach nothing, unless they came further.
                if distinct || new || more {
                    self.inputs.learn(input, used, returned, new || more);
                }
            }
        }
        if new {
            self.learnt_at = self.evidence.inputs;
        }
        Ok(())
    }

    /// Counts what the module ran as covered, and tells whether anything of it is new. Only what was compared counts, and
    /// what ends with the error that something is left out.
    fn reached(&mut self, module: &Seen) -> bool {
        let hits = module.observation().map_or(&[][..], |seen| &seen.hits);
        let before = self.module_hits.len();
        self.module_hits.extend(hits);
        self.module_hits.len() > before
    }

    /// Keeps what reached something new, and a thinning sample of the rest.
    fn freeze(&mut self, input: &[u8], observation: &Observation, new: bool) {
        let sample = self.evidence.inputs < 100 || self.evidence.inputs.is_multiple_of(37);
        let small = observation.input.len() + observation.value.len() < 20_000;
        if self.sizes.freezing() && (new || sample) && small && self.frozen.len() < FROZEN {
            let mut observation = observation.clone();
            observation.hits.clear();
            observation.used = None;
            self.frozen.push((input.to_vec(), observation));
        }
    }

    /// Where the original wavers at all, a kept case may have agreed by chance, and would fail now and then as a test.
    fn keep_steady(&mut self) -> Result<(), Stop> {
        if self.evidence.nondeterministic == 0 || self.found.is_some() || self.frozen.is_empty() {
            return Ok(());
        }
        let again = self.harness.original.repeated();
        let mut steady = 0;
        while steady < STEADY && !self.frozen.is_empty() {
            let inputs: Vec<Vec<u8>> = self.frozen.iter().map(|(input, _)| input.clone()).collect();
            let mut seen = self
                .runner
                .run(&again, "original-again", &inputs)?
                .into_iter();
            self.frozen.retain(|(_, known)| {
                let seen = seen.next();
                let seen = seen.as_ref().and_then(Seen::observation);
                seen.is_some_and(|seen| seen.kind == known.kind && seen.value == known.value)
            });
            let same = self.frozen.len() == inputs.len();
            steady = if same { steady + 1 } else { 0 };
        }
        Ok(())
    }

    /// Keeps an input for mutants and bulk runs.
    fn keep(&mut self, input: Compared, new: bool) {
        if new {
            self.telling.push(input);
        } else {
            self.others.push(input);
        }
    }

    /// What came of it where only a difference counts.
    fn met(self) -> Met {
        match (&self.found, self.unsteady) {
            (Some(found), _) => Met::Differ(Box::new(counterexample(found))),
            (None, Some(unsteady)) => Met::Short(unsteady),
            (None, None) => Met::All,
        }
    }

    /// Definitions that were never entered and do more than to say that they are left out.
    fn not_entered(&self) -> Vec<&Definition> {
        let probes = &self.harness.module.probes;
        let mut never = bar::not_entered(self.candidate, probes, &self.module_hits);
        let ends = self.harness.leaves_out.as_ref();
        never.retain(|definition| !ends.is_some_and(|all| all.contains(definition)));
        never
    }

    /// What still keeps the evidence below the bar.
    fn below(&self) -> Option<Reason> {
        let module = &self.harness.module.probes;
        let original = &self.harness.original.probes;
        let ground = bar::Ground {
            not_entered: self.not_entered(),
            reached_more: bar::reached_more(self.candidate, original, &self.original_hits),
            one_way: bar::one_way(self.candidate, module, &self.module_hits),
            exhausted: self.exhausted,
            unsteady: self.unsteady.clone(),
        };
        bar::below(&self.evidence, &ground)
    }

    fn behind(&self) -> Result<Option<Behind>, Stop> {
        let left_out: HashSet<&[u8]> = self.left_out.iter().map(|it| &**it).collect();
        let all = self.telling.iter().chain(&self.others);
        let compared = all.filter(|it| !left_out.contains(&*it.bytes));
        let compared = compared.map(|it| it.bytes.clone());
        let others: Vec<Vec<u8>> = compared.chain(self.unknown.iter().cloned()).collect();
        let original = &self.harness.original;
        Behind::of(&self.runner, original, &self.left_out, &others)
    }

    fn conclude(mut self) -> Result<Judgement, Stop> {
        self.evidence.coverage = self.coverage();
        let mut notes = Vec::new();
        if let Some(how) = &self.last_words {
            notes.push(Note::new(
                "original_died",
                format!("the original's process died on some inputs, which do not count: {how}"),
            ));
        }
        let (mut score, mut measured) = (None, None);
        let mut below = self.below();
        // Where text is not the author's, a difference is looked for at full speed even if the evidence falls short.
        let hopeful = below.is_none();
        let suspect = bar::needs_mutants(self.candidate)
            && self.unsteady.is_none()
            && self.evidence.agreed > 0
            && !self.seen_enough();
        if self.found.is_none() && (hopeful || suspect) {
            (score, measured) = self.strengthen(hopeful, &mut notes)?;
            if self.found.is_none() && self.bulk_to_come {
                // What was left to bulk runs and was not to be had there.
                self.bulk_to_come = false;
                if self.settings.inputs.is_some() && self.harness.driver.exhaustive.is_none() {
                    self.run()?;
                }
            }
            self.evidence.coverage = self.coverage();
            below = self.below().or_else(|| {
                let leaves_out = self.harness.leaves_out.as_ref();
                bar::survivors(self.candidate, score.as_ref(), leaves_out)
            });
        }
        let (verdict, reason) = match (&self.found, below) {
            (Some(_), _) => (Verdict::Different, None),
            (None, Some(reason)) => (Verdict::Inconclusive, Some(reason)),
            (None, None) => (Verdict::Equivalent, None),
        };
        let behind = match verdict {
            Verdict::Different | Verdict::Refused => None,
            _ if self.left_out.is_empty() => None,
            _ => self.behind()?,
        };
        Ok(Judgement {
            verdict,
            reason,
            counterexample: self.found.as_ref().map(counterexample),
            evidence: self.evidence,
            score: score.filter(|_| self.found.is_none()),
            measured,
            frozen: self.frozen,
            telling: self.telling.into_iter().map(|one| one.bytes).collect(),
            behind,
            notes,
        })
    }
}

fn counterexample(found: &Found) -> Counterexample {
    let text = |seen: &Seen| {
        seen.observation()
            .map(|observation| observation.input.clone())
    };
    Counterexample {
        input: text(&found.original)
            .or_else(|| text(&found.module))
            .unwrap_or_default(),
        original: tell(&found.original),
        module: tell(&found.module),
        bytes: found.inputs.clone(),
    }
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
