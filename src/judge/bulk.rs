//! Both sides at full speed: many more inputs than a search by observations can afford, and what each side costs.
//!
//! Only sums are compared, block by block. Where two differ, the block's inputs go back to the search, which looks at
//! them one by one; what shows at full speed alone (nothing is checked for overflow there) is told as well.

use std::time::{Duration, Instant};

use ripout_model::{Block, Built, Command, Exit, Folder, Host, Observation, Stop};

use super::run::{decode, encode};

/// Blocks of a run that was not asked for more.
const BLOCKS: u64 = 16;

/// Blocks of the first run, which tells how long one takes.
const TRIAL: u64 = 1;

/// Most blocks where nothing counts, unless fewer inputs were asked for.
pub const MOST_LOOKED: u64 = 256;

/// Both sides together may take this long for one run, unless more inputs were asked for.
const SPAN: Duration = Duration::from_millis(600);

/// A process that goes on for longer hangs, or is too slow to be of use.
const PATIENCE: Duration = Duration::from_secs(20);

/// A module that takes more than this much of the original's time or memory gets a warning.
pub const MORE: f64 = 1.2;

/// Runs from which the shortest time of each block is taken, at least where they are short, and while the module seems to
/// be the slower: what else the machine does may be why.
const TIMES: [usize; 2] = [3, 6];

/// What the runs came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measured {
    /// Inputs that no side had seen before, and what became of them on both.
    pub extra: Extra,
    /// Run time of the module by the original's.
    pub runtime_ratio: Option<f64>,
    /// Memory of the module by the original's: what was allocated at once for an input, at most.
    pub memory_ratio: Option<f64>,
    /// Seconds to build the original with all it needs, and the module.
    pub build_seconds: Option<[f64; 2]>,
    /// Bytes of a program with the original, and with the module.
    pub binary_bytes: Option<[u64; 2]>,
    /// Milliseconds to import the original, and the module.
    pub import_ms: Option<[f64; 2]>,
    /// Why there was no run, or why it ended early.
    pub stopped: Option<String>,
    /// Inputs among which there is one on which the sides differ.
    pub suspects: Vec<Vec<u8>>,
    /// How the sides differ at full speed, though the original does not differ from itself.
    pub differs: Option<String>,
}

/// Inputs that were compared by sums.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Extra {
    /// Distinct ones.
    pub inputs: u64,
    /// Of these: both sides raised or panicked alike.
    pub raised: u64,
    /// Seconds that the original took, and the module.
    pub seconds: [f64; 2],
}

/// How much to run.
pub struct Wanted {
    /// Distinct inputs beside the pool's; none: as many as are cheap.
    pub inputs: Option<u64>,
    /// Whether the pool holds all that was compared before. Otherwise nothing counts as new.
    pub all_known: bool,
    /// Blocks that are run even where nothing counts, at most: they may show a difference.
    pub looked: u64,
    /// Seed of the search.
    pub seed: u64,
    /// When to stop.
    pub until: Instant,
}

/// Longer texts of inputs are not kept.
const LONGEST: usize = 500;

/// An input that was compared, and what a program may be told of it.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The decoded input, unless that is long.
    pub text: Option<String>,
    /// Whether it returned normally.
    pub returned: bool,
}

impl Compared {
    /// An input on which the sides agreed.
    pub fn new(bytes: &[u8], text: &str, returned: bool) -> Self {
        Self {
            bytes: bytes.to_vec(),
            text: (text.len() <= LONGEST).then(|| text.to_owned()),
            returned,
        }
    }
}

/// Runs what was built.
pub fn run(
    built: Built,
    pool: &[Compared],
    wanted: &Wanted,
    host: &dyn Host,
) -> Result<Measured, Stop> {
    let mut measured = Measured {
        build_seconds: built.build_seconds,
        binary_bytes: built.binary_bytes,
        import_ms: built.import_ms,
        stopped: built.why,
        ..Measured::default()
    };
    let Some(programs) = built.programs else {
        return Ok(measured);
    };
    let folder = host.folder("bulk-runs")?;
    folder.write("pool", &encode(pool.iter().map(|one| &one.bytes[..])))?;
    let told = built.sparing && wanted.all_known;
    if told {
        let told: Vec<_> = pool.iter().map(|one| (one.returned, &one.text)).collect();
        let told = serde_json::to_vec(&told).expect("texts can be written as JSON");
        folder.write("pool.told", &told)?;
    }
    let runs = Runs {
        programs,
        folder: &*folder,
        seed: wanted.seed,
        told,
        pool: pool.len(),
        in_turn: wanted.inputs.is_some(),
        host,
    };
    runs.all(wanted, &mut measured)?;
    Ok(measured)
}

struct Runs<'a> {
    programs: [Command; 2],
    folder: &'a dyn Folder,
    seed: u64,
    /// Whether the programs were told of the pool, so that as many blocks as fit cost no more starts than one does.
    told: bool,
    /// Inputs of the pool.
    pool: usize,
    /// Whether one side waits for the other, so that neither takes from the other's speed.
    in_turn: bool,
    host: &'a dyn Host,
}

/// What one process reported: the pool's line and those of the blocks, and why there are not more.
struct Reported {
    lines: Vec<Block>,
    ended: Option<String>,
}

const NAMES: [&str; 2] = ["original", "module"];

impl Runs<'_> {
    fn all(&self, wanted: &Wanted, measured: &mut Measured) -> Result<(), Stop> {
        if self.told && wanted.inputs.is_none() {
            let count = format!("{BLOCKS}/{}", (SPAN / 2).as_millis());
            let Some(mut sides) = self.both(BLOCKS, Some(&count), measured)? else {
                return Ok(());
            };
            let blocks = sides[0].len() as u64 - 1;
            return self.weigh(&mut sides, blocks, wanted, measured);
        }
        let trial = if wanted.all_known { TRIAL } else { 0 };
        let Some(mut sides) = self.both(trial, None, measured)? else {
            return Ok(());
        };
        let took = Duration::from_nanos(sides.iter().flatten().map(|it| it.nanos).sum());
        let mut blocks = trial;
        if trial == 0 && wanted.looked > 0 {
            // What the pool took tells what a block will take; nothing of it counts but a difference.
            let block = took.mul_f64(ripout_model::BLOCK as f64 / self.pool.max(1) as f64);
            let left = wanted.until.saturating_duration_since(Instant::now());
            let next = fitting(left, block).min(wanted.looked);
            if next > 0 {
                let Some(more) = self.both(next, None, measured)? else {
                    return Ok(());
                };
                (sides, blocks) = (more, next);
            }
        }
        if trial > 0 {
            let [one, other] = [0, 1].map(|at: usize| Duration::from_nanos(last(&sides[at]).nanos));
            let block = (one + other).max(Duration::from_micros(1));
            loop {
                let new = sides[0].iter().skip(1).map(|it| it.distinct).sum::<u64>();
                let next = match wanted.inputs {
                    // As many again as are missing, at the rate of new ones so far; a run begins at the first block again.
                    Some(goal) if new < goal => {
                        let missing = (goal - new) * blocks / new.max(1);
                        (blocks + missing + missing / 16 + 1).min(blocks * 64)
                    }
                    Some(_) => break,
                    None if blocks == trial => cheap(block, took),
                    None => break,
                };
                let left = wanted.until.saturating_duration_since(Instant::now());
                let next = next.min(fitting(left, block));
                // A little more is not worth another start of both.
                let little = wanted.inputs.is_none() && next < blocks * 4;
                if next <= blocks || little || new == 0 {
                    break;
                }
                let Some(more) = self.both(next, None, measured)? else {
                    return Ok(());
                };
                (sides, blocks) = (more, next);
            }
        }
        self.weigh(&mut sides, blocks, wanted, measured)
    }

    /// Counts, and takes the ratios from the shortest times of a few runs.
    fn weigh(
        &self,
        sides: &mut [Vec<Block>; 2],
        blocks: u64,
        wanted: &Wanted,
        measured: &mut Measured,
    ) -> Result<(), Stop> {
        let nanos = |side: &[Block]| side.iter().map(|it| it.nanos).sum::<u64>();
        for (side, seconds) in sides.iter().zip(&mut measured.extra.seconds) {
            *seconds = nanos(&side[1..]) as f64 / 1e9;
        }
        for block in &sides[0][1..] {
            measured.extra.inputs += block.distinct;
            measured.extra.raised += block.raised;
        }
        let peak = |side: &[Block]| side.iter().map(|it| it.peak).max().unwrap_or(0);
        let [original, module] = [peak(&sides[0]), peak(&sides[1])];
        measured.memory_ratio = (original > 0).then(|| module as f64 / original as f64);
        let slower =
            |sides: &[Vec<Block>; 2]| ratio(&sides[0], &sides[1]).is_some_and(|it| it > MORE);
        let both =
            |sides: &[Vec<Block>; 2]| Duration::from_nanos(nanos(&sides[0]) + nanos(&sides[1]));
        let until = wanted.until.max(Instant::now() + SPAN * 4);
        let mut blocks = blocks;
        if slower(sides) && both(sides) > SPAN * 2 {
            // A long run can't be had often, and its first blocks tell as much.
            let share = SPAN.as_secs_f64() / both(sides).as_secs_f64();
            blocks = ((blocks as f64 * share) as u64).max(1);
            let Some(first) = self.both(blocks, None, measured)? else {
                return Ok(());
            };
            *sides = first;
        }
        for time in 1..TIMES[1] {
            let took = both(sides);
            let short = took <= SPAN / 4 && time < TIMES[0];
            if !(short || slower(sides)) || took > SPAN * 2 || Instant::now() + took > until {
                break;
            }
            let Some(again) = self.both(blocks, None, measured)? else {
                return Ok(());
            };
            for (side, again) in sides.iter_mut().zip(again) {
                for (line, again) in side.iter_mut().zip(again) {
                    line.nanos = line.nanos.min(again.nanos);
                }
            }
        }
        measured.runtime_ratio = ratio(&sides[0], &sides[1]);
        Ok(())
    }

    /// Runs both: what is measured is time of the processor, so that side by side will do but where it is asked how many
    /// inputs there are in a second. `None` where they part or one ends early: `measured` says how.
    /// `fitting` lets each side have as many of the blocks as fit; what both have counts.
    fn both(
        &self,
        blocks: u64,
        fitting: Option<&str>,
        measured: &mut Measured,
    ) -> Result<Option<[Vec<Block>; 2]>, Stop> {
        self.host.check()?;
        let (original, module) = std::thread::scope(|scope| {
            let module = || self.side(1, [0, blocks], fitting, &[]);
            let original = scope.spawn(|| self.side(0, [0, blocks], fitting, &[]));
            let beside = (!self.in_turn).then(module);
            let original = original.join().expect("a run does not panic");
            (original, beside.unwrap_or_else(module))
        });
        let (mut original, mut module) = (original?, module?);
        let mut whole = usize::try_from(blocks).unwrap_or(usize::MAX) + 1;
        if fitting.is_some() && original.ended.is_none() && module.ended.is_none() {
            whole = original.lines.len().min(module.lines.len()).max(2);
            original.lines.truncate(whole);
            module.lines.truncate(whole);
        }
        let same = original
            .lines
            .iter()
            .zip(&module.lines)
            .take_while(|(one, other)| {
                (&one.digest, one.distinct, one.returned, one.raised)
                    == (&other.digest, other.distinct, other.returned, other.raised)
            })
            .count();
        let (of_original, of_module) = (original.lines.len(), module.lines.len());
        if same == whole {
            return Ok(Some([original.lines, module.lines]));
        }
        // The original may have had fewer blocks than the one that the module died on.
        let beyond = fitting.is_some() && original.ended.is_none() && same == of_module;
        let met = same < of_original || beyond;
        if met && (same < of_module || module.ended.is_some()) {
            self.part(same, measured)?;
        } else {
            let why = original.ended.or(module.ended).unwrap_or_default();
            measured.stopped = Some(format!("inputs at full speed ended early: {why}"));
        }
        Ok(None)
    }

    /// The sides part in this line of their reports.
    fn part(&self, line: usize, measured: &mut Measured) -> Result<(), Stop> {
        let blocks = u64::try_from(line).unwrap_or(u64::MAX);
        let first = blocks.saturating_sub(1);
        let count = u64::from(line > 0);
        let again = self.side(0, [0, blocks], None, &[])?;
        let once_more = self.side(0, [0, blocks], None, &[])?;
        let told = |reported: &Reported| reported.lines.get(line).map(|it| it.digest.clone());
        if told(&again) != told(&once_more) || told(&again).is_none() {
            measured.stopped =
                Some("at full speed the original does not agree with itself".to_owned());
            return Ok(());
        }
        let listed = ["list", "seen"];
        let mut seen = Vec::new();
        for (side, name) in NAMES.iter().enumerate() {
            self.side(side, [first, count], None, &listed)?;
            let bytes = self.folder.read(&format!("{name}.seen"))?;
            let lines = bytes.split(|byte| *byte == b'\n');
            let lines = lines.map(serde_json::from_slice::<Observation>);
            seen.push(lines.map_while(Result::ok).collect::<Vec<_>>());
            if side == 0 {
                measured.suspects = decode(&self.folder.read("original.list")?);
            }
        }
        let place = (0..seen[0].len()).find(|place| seen[0].get(*place) != seen[1].get(*place));
        let tell = |observation: Option<&Observation>| match observation {
            Some(seen) => format!("{} {}", seen.kind.word(), shortened(&seen.value)),
            None => "its process ended".to_owned(),
        };
        measured.differs = Some(match place {
            Some(place) => format!(
                "on {} the original {}, the module {}",
                shortened(&seen[0][place].input),
                tell(seen[0].get(place)),
                tell(seen[1].get(place))
            ),
            None => "on inputs that agree one by one".to_owned(),
        });
        Ok(())
    }

    /// One process, for `count` blocks or as many of them as fit. `listed` names the files that it writes beside its report.
    fn side(
        &self,
        side: usize,
        [first, count]: [u64; 2],
        fitting: Option<&str>,
        listed: &[&str],
    ) -> Result<Reported, Stop> {
        let name = NAMES[side];
        let report = format!("{name}.report");
        let mut command = self.programs[side]
            .clone()
            .arg(self.folder.path().join("pool"))
            .arg(self.folder.write(&report, b"")?)
            .args([self.seed, first].map(|number| number.to_string()))
            .arg(fitting.map_or_else(|| count.to_string(), str::to_owned));
        for word in listed {
            command = command.arg(self.folder.write(&format!("{name}.{word}"), b"")?);
        }
        command.writable.push(self.folder.path().to_path_buf());
        // What is asked for on purpose may take its time.
        let blocks = u32::try_from(count).unwrap_or(u32::MAX);
        command.limits.wall = PATIENCE + PATIENCE / 100 * blocks;
        let answer = self.host.run(&command)?;
        let bytes = self.folder.read(&report)?;
        let lines = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| line.ends_with(b"\n"));
        let lines = lines.map_while(|line| serde_json::from_slice(line).ok());
        let ended = match answer.exit {
            Exit::Code(0) => None,
            Exit::Code(code) => {
                let said = answer.errors();
                let last = said.lines().last().map(shortened).unwrap_or_default();
                Some(format!("the {name} ended with exit code {code}: {last}"))
            }
            Exit::Signal(signal) => Some(format!("the {name} ended by signal {signal}")),
            Exit::TimedOut => Some(format!("the {name} did not end in time")),
            Exit::TooMuchOutput => Some(format!("the {name} printed without end")),
        };
        Ok(Reported {
            lines: lines.collect(),
            ended,
        })
    }
}

/// Blocks that a run without a goal is to have: a power of two, so that a little more or less speed gives the same.
fn cheap(block: Duration, trial: Duration) -> u64 {
    if trial > SPAN * 2 {
        return 0;
    }
    let fit = fitting(SPAN, block).min(BLOCKS);
    if fit == 0 { 0 } else { 1 << fit.ilog2() }
}

/// How many blocks fit into some time.
fn fitting(time: Duration, block: Duration) -> u64 {
    u64::try_from(time.as_nanos() / block.as_nanos().max(1)).unwrap_or(u64::MAX)
}

/// Time of the module by the original's, block by block, where there are blocks, and of the pool where there are none.
fn ratio(original: &[Block], module: &[Block]) -> Option<f64> {
    let from = usize::from(original.len() > 1);
    let pairs = original[from..].iter().zip(&module[from..]);
    let mut ratios: Vec<f64> = pairs
        .map(|(original, module)| module.nanos as f64 / original.nanos.max(1) as f64)
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

fn last(side: &[Block]) -> &Block {
    side.last().expect("a whole report has a line")
}

fn shortened(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_as_many_blocks_as_are_cheap() {
        let millis = Duration::from_millis;
        assert_eq!(cheap(millis(2), millis(10)), BLOCKS);
        assert_eq!(cheap(millis(170), millis(300)), 2);
        assert_eq!(cheap(millis(700), millis(900)), 0);
        assert_eq!(cheap(millis(2), millis(5000)), 0, "the pool alone is slow");
    }
}
