//! Rounds in which somebody proposes a smaller module: each answer is judged as anything else is, and what was wrong with it
//! is told in the next brief. Whatever becomes of them, the slice stands until something better was shown.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use ripout_model::{Candidate, Module, Note, Original, Slice, Stop, Verdict, left_out};

use super::{
    Run,
    brief::subject,
    judging::{Feed, Outcome},
    outcome::{Judged, Kept, Tried, attempt},
    precedent::Precedent,
    size,
    weigh::{self, Weights, Worth},
};
use crate::{
    evidence::{
        Header,
        folder::with_header,
        header,
        report::{Attempt, seconds},
    },
    synth::{
        self, Allowed, Brief, Earlier, Reply, Synthesizer, Trouble, Who, brief, record,
        reply::{Found, module},
    },
};

/// Rounds without anything new, after which nothing new is expected.
const FRUITLESS: usize = 2;

/// A module of fewer lines than the slice's has lines of a usual length.
const BYTES: usize = 64 << 10;

/// Deeper nesting says nothing to a reader, and parsers go down as deep.
const DEEP: usize = 200;

/// Seconds of judging at least, however little of the loop's time is left.
const JUDGING: Duration = Duration::from_secs(10);

/// How often, how long and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Rounds {
    /// Who is asked.
    pub who: Who,
    /// Rounds at most.
    pub most: usize,
    /// Tokens at most, sent and received together.
    pub tokens: Option<u64>,
    /// Dollars at most.
    pub usd: Option<f64>,
    /// Time at most.
    pub budget: Duration,
    /// Tokens of a brief at most.
    pub brief_tokens: usize,
    /// How equivalent modules are chosen from; the smallest that is not slower if nothing is said.
    pub weights: Option<Weights>,
}

/// Rounds that may begin.
pub(super) struct Asking<'a> {
    rounds: &'a Rounds,
    synthesizer: Box<dyn Synthesizer>,
}

impl Rounds {
    /// Rounds at most, if nothing is said.
    pub const USUAL: usize = 3;

    /// Time at most, if nothing is said.
    pub const BUDGET: Duration = Duration::from_secs(300);

    /// One round, for a module that somebody wrote.
    pub fn given(by: &str, text: &str) -> Self {
        Self {
            who: Who::Given {
                by: by.to_owned(),
                text: text.to_owned(),
            },
            most: 1,
            tokens: None,
            usd: None,
            budget: Self::BUDGET,
            // Nobody reads it.
            brief_tokens: usize::MAX,
            weights: None,
        }
    }

    /// Makes ready to ask.
    pub(super) fn begin(&self) -> Result<Asking<'_>, Stop> {
        Ok(Asking {
            synthesizer: self.who.synthesizer()?,
            rounds: self,
        })
    }
}

/// What has been spent, and what was learnt.
struct Spent {
    tokens: u64,
    usd: f64,
    fruitless: usize,
    /// Modules that were proposed, trimmed; the slice is the first.
    seen: BTreeSet<String>,
    earlier: Vec<Earlier>,
}

impl Run<'_> {
    /// Asks until the rounds or the budgets end, or nothing new comes.
    pub(super) fn rounds(
        &mut self,
        original: &dyn Original,
        slice: &Slice,
        mut tried: Tried,
        asking: &mut Asking<'_>,
    ) -> Result<Tried, Stop> {
        let rounds = asking.rounds;
        let Some(precedent) = self.first(original, &mut tried)? else {
            let text =
                "nobody was asked for a smaller module: the slice itself could not be judged";
            tried.notes.push(Note::new("synth_not_asked", text));
            return Ok(tried);
        };
        let deadline = Instant::now() + rounds.budget;
        let subject = subject(self.language, original, slice, self.request);
        let mut known = synth::Known::default();
        let mut best = Worth {
            lines: subject.lines,
            runtime: precedent.runtime_ratio,
        };
        let mut spent = Spent {
            tokens: 0,
            usd: 0.0,
            fruitless: 0,
            seen: BTreeSet::from([subject.text.trim().to_owned()]),
            earlier: Vec::new(),
        };
        for round in 1..=rounds.most {
            self.host.check()?;
            if Instant::now() >= deadline || spent.fruitless >= FRUITLESS {
                break;
            }
            let brief = brief::brief(&subject, &known, &spent.earlier, rounds.brief_tokens);
            let brief = match brief {
                Ok(brief) => brief,
                Err(failure) => {
                    tried.notes.push(Note::new(failure.code, failure.text));
                    break;
                }
            };
            let Some(tokens) = spent.left(rounds, &brief) else {
                let text = format!("the budget did not suffice for round {round}");
                tried.notes.push(Note::new("synth_budget", text));
                break;
            };
            let allowed = Allowed::new(deadline, tokens);
            self.host
                .say("asking", round as u64, Some(rounds.most as u64));
            let asked = Instant::now();
            let answer = asking.synthesizer.answer(&brief, self.host, allowed);
            let waited = asked.elapsed();
            self.times.synthesize += seconds(waited);
            match answer {
                Err(Trouble::Interrupted) => return Err(Stop::Interrupted),
                Err(Trouble::Ended) => break,
                _ => {}
            }
            let files = record::files(round, &brief, &answer, seconds(waited));
            tried.recorded.extend(files);
            let named = asking.synthesizer.name().to_owned();
            let mut told = Attempt {
                synthesizer: named,
                outcome: String::new(),
                seconds: seconds(waited),
                tokens: None,
                usd: None,
                text: None,
            };
            let reply = match answer {
                Ok(reply) => reply,
                Err(trouble) => {
                    told.outcome = trouble.outcome().into();
                    told.text = Some(trouble.to_string());
                    if let Trouble::TooLong(_) = trouble {
                        told.tokens = Some(brief.tokens as u64 + allowed.tokens());
                    }
                    // What was sent is spent, whatever came of it.
                    spent.tokens += told.tokens.unwrap_or(brief.tokens as u64);
                    spent.usd += rounds.who.price().map_or(0.0, |price| {
                        let out = told.tokens.map_or(0, |_| allowed.tokens());
                        dollars(price, brief.tokens as u64, out)
                    });
                    let stale = matches!(trouble, Trouble::Stale(_));
                    spent.learn(round, &told, None, false);
                    tried.attempts.push(told);
                    if stale {
                        break;
                    }
                    continue;
                }
            };
            spent.tokens += reply.tokens();
            spent.usd += reply.usd.unwrap_or(0.0);
            (told.tokens, told.usd) = (Some(reply.tokens()), reply.usd);
            let proposed = match self.proposed(&reply, slice, rounds.weights, best, &mut spent) {
                Ok(text) => text,
                Err(refused) => {
                    told.outcome = refused.outcome.into();
                    told.text = Some(refused.why);
                    spent.learn(round, &told, refused.text, false);
                    tried.attempts.push(told);
                    continue;
                }
            };
            self.ceiling = deadline
                .saturating_duration_since(Instant::now())
                .max(JUDGING);
            let number = tried.attempts.len() + 1;
            let judged = self.judged(
                original,
                slice,
                &precedent,
                &Proposal {
                    synthesizer: &told.synthesizer,
                    by: &reply.by,
                    text: &proposed,
                },
                rounds.weights,
            )?;
            let (mut judged, lines) = match judged {
                Ok(judged) => judged,
                Err(why) => {
                    told.outcome = "failed".into();
                    told.text = Some(why);
                    spent.learn(round, &told, Some(proposed), false);
                    tried.attempts.push(told);
                    continue;
                }
            };
            judged.number = number;
            let of = attempt(&judged.candidate, &judged.outcome, 0.0);
            told.outcome = of.outcome;
            told.text = of.text;
            told.seconds += seconds(judged.latest.judged_in);
            known = precedent.known.clone();
            let equivalent = told.outcome == "equivalent";
            let worth = Worth {
                lines,
                runtime: runtime(&judged.outcome),
            };
            let wins = weigh::wins(rounds.weights, worth, best, precedent.runtime_ratio);
            if let (true, Err(text)) = (equivalent, &wins) {
                told.text = Some(text.clone());
            }
            spent.learn(round, &told, Some(proposed), true);
            let loser = match equivalent && wins.is_ok() {
                true => {
                    let how = if lines < best.lines {
                        "smaller"
                    } else {
                        "better"
                    };
                    best = worth;
                    let why =
                        format!("attempt {number} is equivalent and {how}: {lines} lines of code");
                    (std::mem::replace(&mut tried.best, judged), why)
                }
                false => {
                    let why = told.text.clone().unwrap_or_default();
                    (judged, why)
                }
            };
            let (judged, why) = loser;
            tried.kept.push(Kept { judged, why });
            tried.attempts.push(told);
        }
        self.ceiling = Duration::MAX;
        Ok(tried)
    }

    /// What the slice asks of text in its place. Where it was called by names that are not public, it is judged once more
    /// without these.
    fn first(
        &mut self,
        original: &dyn Original,
        tried: &mut Tried,
    ) -> Result<Option<Precedent>, Stop> {
        let Judged {
            candidate, outcome, ..
        } = &mut tried.best;
        if let Outcome::Judged { driver, .. } = &*outcome
            && driver.inside
            && outcome.viable()
        {
            let outside = self.judge(original, candidate, &Feed::Outside, None);
            let outside = outside.or_else(Outcome::from_stop)?;
            let precedent = Precedent::of(original, candidate, &outside);
            if outside.word() == Verdict::Different.word() {
                // No less true of the slice.
                *outcome = outside;
                let took = tried.attempts[0].seconds;
                tried.attempts[0] = attempt(candidate, outcome, took);
            }
            return Ok(precedent);
        }
        Ok(Precedent::of(original, candidate, outcome))
    }

    /// The module in an answer, if it is worth judging.
    fn proposed(
        &self,
        reply: &Reply,
        slice: &Slice,
        weights: Option<Weights>,
        best: Worth,
        spent: &mut Spent,
    ) -> Result<String, Refused> {
        let refused = |outcome: &'static str, why: &str, text: Option<String>| Refused {
            outcome,
            why: why.to_owned(),
            text,
        };
        let path = &slice.module.files[0].path;
        let text = match module(&reply.text) {
            Found::CutOff => {
                let why = "the last fenced block has no end: the answer was cut off";
                return Err(refused("no_module", why, None));
            }
            Found::Bare(text) => {
                let facts = self.language.parse(path, text.as_bytes());
                let whole = facts.broken.is_none();
                let graph = self.language.graph(&[(path.clone(), facts)]);
                if !whole || graph.definitions.is_empty() {
                    let why = "the answer has no fenced block, and is no module by itself";
                    return Err(refused("no_module", why, None));
                }
                text
            }
            Found::Block(text) => text,
        };
        if text.trim().is_empty() {
            return Err(refused("no_module", "the last fenced block is empty", None));
        }
        // Somebody may have begun with a module that ripout wrote.
        let text = header::without(&text, self.language.comment());
        let text = format!("{}\n", text.trim_matches(['\n', '\r']).trim_end());
        if !spent.seen.insert(text.trim().to_owned()) {
            let why = "it is the same as the slice or as an earlier attempt";
            return Err(refused("repeated", why, None));
        }
        let most = BYTES.max(slice.module.files[0].bytes.len());
        if text.len() > most {
            let why = format!("it has {} bytes, more than {most}", text.len());
            return Err(refused("larger", &why, None));
        }
        if depth(&text) > DEEP {
            let why = format!("it is nested more than {DEEP} deep");
            return Err(refused("unviable", &why, None));
        }
        let lines = size::code_lines(self.language, &with_text(slice, &text));
        if !weigh::may_win(weights, lines, best) {
            let least = best.lines;
            let why = format!("it has {lines} lines of code, and fewer than {least} are wanted");
            return Err(refused("larger", &why, Some(text)));
        }
        Ok(text)
    }

    /// Judges a proposed module. `Err` with words where that failed for this one alone.
    fn judged(
        &mut self,
        original: &dyn Original,
        slice: &Slice,
        precedent: &Precedent,
        proposal: &Proposal<'_>,
        weights: Option<Weights>,
    ) -> Result<Result<(Judged, u32), String>, Stop> {
        let consumer = self.request.consumer.as_ref();
        let command = match consumer {
            Some(consumer) => consumer.again.clone(),
            None => {
                // The rounds lie beside the module, so that this makes the same again without asking anybody.
                let mut options = self.request.options.clone();
                options.extend(["--replay".to_owned(), ".".to_owned()]);
                options.extend(
                    weights
                        .into_iter()
                        .flat_map(|it| ["--weigh".to_owned(), it.to_string()]),
                );
                header::command(original.source(), &self.request.symbols, &options)
            }
        };
        let told_in = consumer.map_or(header::RESULT, |consumer| consumer.told_in);
        let (packages, closure) = (original.packages(), &slice.closure);
        let symbols = original.symbols();
        let header = Header::new(original.source(), symbols, packages, closure, command)
            .written_by(proposal.by, told_in)
            .leaving_out(left_out(proposal.text))
            .text(self.language.comment());
        let module = with_header(with_text(slice, proposal.text), &header);
        let lines = size::code_lines(self.language, &module);
        let judged = original
            .read(proposal.synthesizer, module, self.host)
            .and_then(|mut candidate: Candidate| {
                candidate.api_notes.clone_from(&slice.api_notes);
                let outcome = self.judge(original, &candidate, &Feed::Search, Some(precedent));
                Ok((candidate, outcome.or_else(Outcome::from_stop)?))
            });
        Ok(match judged {
            Ok((candidate, outcome)) => {
                let latest = std::mem::take(&mut self.latest);
                let judged = Judged {
                    candidate,
                    outcome,
                    latest,
                    number: 0,
                    by: Some(proposal.by.to_owned()),
                };
                Ok((judged, lines))
            }
            Err(Stop::Interrupted) => return Err(Stop::Interrupted),
            Err(Stop::Failed(failure)) => Err(failure.text),
            Err(Stop::Refused(reason) | Stop::Inconclusive(reason)) => Err(reason.text),
        })
    }
}

/// A module that is worth judging.
struct Proposal<'a> {
    synthesizer: &'a str,
    /// Who wrote it.
    by: &'a str,
    text: &'a str,
}

/// An answer that is not judged.
struct Refused {
    outcome: &'static str,
    why: String,
    /// Its module, where the next brief may show it.
    text: Option<String>,
}

impl Spent {
    /// Remembers an attempt for the next brief.
    /// Tokens that an answer may have; none where not even the brief may be sent.
    fn left(&self, rounds: &Rounds, brief: &Brief) -> Option<u64> {
        let brief = brief.tokens as u64;
        let mut left = match rounds.tokens {
            Some(most) => most.checked_sub(self.tokens)?.checked_sub(brief)?,
            None => u64::MAX,
        };
        if let Some(most) = rounds.usd {
            let price = rounds.who.price().unwrap_or_default();
            let dollar = most - self.usd - dollars(price, brief, 0);
            if dollar <= 0.0 {
                return None;
            }
            if price[1] > 0.0 {
                left = left.min((dollar * 1_000_000.0 / price[1]) as u64);
            }
        }
        (left > 0).then_some(left)
    }

    fn learn(&mut self, round: usize, told: &Attempt, module: Option<String>, new: bool) {
        self.fruitless = if new { 0 } else { self.fruitless + 1 };
        let earlier = Earlier {
            round,
            outcome: told.outcome.clone(),
            module,
            said: told
                .text
                .clone()
                .map(|it| without_places(&it))
                .unwrap_or_default(),
        };
        self.earlier.insert(0, earlier);
    }
}

/// What so many tokens cost, sent and received.
fn dollars([sent, received]: [f64; 2], tokens_in: u64, tokens_out: u64) -> f64 {
    (tokens_in as f64 * sent + tokens_out as f64 * received) / 1_000_000.0
}

/// The slice's module with another text in its first file.
fn with_text(slice: &Slice, text: &str) -> Module {
    let mut module = slice.module.clone();
    module.files[0].bytes = text.as_bytes().to_vec();
    module
}

/// A module's run time by the original's, where it could be told.
fn runtime(outcome: &Outcome) -> Option<f64> {
    outcome.judgement()?.measured.as_ref()?.runtime_ratio
}

/// How deep brackets are nested; those in texts count as well.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' => {
                now += 1;
                most = most.max(now);
            }
            ')' | ']' | '}' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Words of a tool without the work folder that it ran in, whose name is another each time.
fn without_places(said: &str) -> String {
    let temp = std::env::temp_dir();
    let temp = temp.to_string_lossy();
    let mut made = String::new();
    let mut rest = said;
    while let Some(at) = rest.find(&*temp) {
        made.push_str(&rest[..at]);
        let after = rest[at + temp.len()..].trim_start_matches('/');
        let folder = after.find(['/', ' ', '\n', ':', '\'', '"', '`', ')']);
        rest = &after[folder.unwrap_or(after.len())..];
        made.push('…');
    }
    made + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_folders_are_not_told() {
        let temp = std::env::temp_dir();
        let said = format!("error: {}/ripout-x1/src/lib.rs:3: no", temp.display());
        assert_eq!(without_places(&said), "error: …/src/lib.rs:3: no");
        assert_eq!(without_places("plain"), "plain");
    }

    #[test]
    fn nesting_is_counted() {
        assert_eq!(depth("f(a[{}], b)"), 3);
        assert_eq!(depth(")))(("), 2);
    }
}
