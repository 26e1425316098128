//! Many inputs at once, and what a side costs: what a language builds without probes, and the judge runs at full speed.
//!
//! # Protocol
//!
//! Each side is a program that is started with `POOL REPORT SEED FIRST COUNT` as its last arguments.
//!
//! * `POOL`: inputs in the format of a harness, known to be compared. Each is run once before anything else, so that what
//!   the two sides do at first is done, and none of them counts as new.
//! * Block `n` is made of [`BLOCK`] inputs that follow from `POOL`, `SEED` and `n` alone: both sides make the same ones.
//!   Blocks from `FIRST` on are run, `COUNT` of them.
//! * `REPORT`: one line once the pool was run, then one for each block, each a [`Block`], flushed before the next block is
//!   begun. The first has the pool's digest.
//!
//! With a sixth argument, `LIST`, the program runs nothing: it writes the inputs of these blocks to `LIST`, in the format of
//! a harness, for whoever has to look at them one by one.
//!
//! A program that has a seventh, `SEEN`, does run them, and writes one [`crate::Observation`] a line to `SEEN` for each.
//!
//! # Where starting and running the pool is dear
//!
//! Programs that are [`Built::sparing`] know two things more.
//!
//! * A file `POOL.told` beside the pool, one JSON list of `[returned, text]` for its inputs, tells what became of each and
//!   what it is as text. Of the pool only inputs without a text (too long to be kept) are run then.
//! * A `COUNT` of the form `MOST/MILLIS` is for as many blocks as fit: one, and twice as many as long as those are likely
//!   to take no more than so much time of the processor, up to `MOST`.

use serde::{Deserialize, Serialize};

use crate::{
    host::{Command, Host},
    stop::Stop,
};

/// Inputs of one block.
pub const BLOCK: usize = 4096;

/// Makes the programs of both sides, once they are asked for: it may take a build.
pub trait Bulk: Send + Sync {
    /// Makes them.
    fn build(&self, host: &dyn Host) -> Result<Built, Stop>;
}

/// What building for speed gave.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// The original's program and the module's; none where they can't be had.
    pub programs: Option<[Command; 2]>,
    /// Why there are none.
    pub why: Option<String>,
    /// Seconds to build the original with all it needs, and the module.
    pub build_seconds: Option<[f64; 2]>,
    /// Bytes of a program with the original, and with the module.
    pub binary_bytes: Option<[u64; 2]>,
    /// Whether the programs take `POOL.told` and `MOST/MILLIS`.
    pub sparing: bool,
    /// Milliseconds to import the original, and the module.
    pub import_ms: Option<[f64; 2]>,
}

/// What one side saw of one block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Equal on both sides if, and but for a chance that can be ignored only if, all inputs and observations are.
    pub digest: String,
    /// Inputs that were not seen before, neither in the pool nor in an earlier block of this process.
    pub distinct: u64,
    /// Of these: both ended normally.
    pub returned: u64,
    /// Of these: raised or panicked. The rest made no valid input.
    pub raised: u64,
    /// Nanoseconds that running the block took.
    pub nanos: u64,
    /// Bytes: the most that were allocated at once within one input of this block, beyond what was when it began.
    pub peak: u64,
}
