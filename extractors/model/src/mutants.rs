//! Planted faults: what a language makes of a module so that the judge can ask what the evidence would have caught.
//!
//! All mutants of a module are in one program, behind a switch, so that they cost one build and not one each.
//!
//! # Protocol
//!
//! With two arguments the program is an ordinary subject in which no mutant is active. With four, `INPUTS OUTCOMES FIRST
//! LAST`, it runs every input once as it is and then the mutants from `FIRST` up to `LAST`, which is not included. Each
//! sees the inputs that reach it until one shows a difference. `OUTCOMES` gets the line `known` once every input was run
//! as it is, and then one [`Outcome`] a line, flushed before the next mutant is begun: a process that dies was killed by
//! the mutant after the last whole line. A process may end early with code 0 and wants to be started again then, with the
//! mutant after the last line; the first mutant of a process always gets its line. It does so within a few seconds: one
//! that goes on for longer hangs.

use std::{collections::BTreeSet, time::Instant};

use serde::{Deserialize, Serialize};

use crate::{harness::Subject, host::Host, place::Definition, stop::Stop};

/// Makes mutants of one module, once they are asked for: it takes a build.
pub trait Plant: Send + Sync {
    /// Makes them.
    fn plant(&self, host: &dyn Host) -> Result<Mutants, Stop>;

    /// Those of some mutants, by number, that are shown to be the module itself: the same machine code or bytecode is made
    /// of them. What is not shown by `until` is not.
    fn alike(
        &self,
        _mutants: &[&Mutant],
        _until: Instant,
        _host: &dyn Host,
    ) -> Result<BTreeSet<u32>, Stop> {
        Ok(BTreeSet::new())
    }
}

/// The mutants of one module.
pub struct Mutants {
    /// Runs them.
    pub subject: Subject,
    /// Those that it holds, by number.
    pub planted: Vec<Mutant>,
    /// Those that did not build.
    pub unviable: Vec<Mutant>,
    /// Lines whose text can't be mutated, and why.
    pub not_mutated: Vec<(u32, String)>,
    /// Why there is no program that could hold any.
    pub failed: Option<String>,
}

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// What the program calls it.
    pub number: u32,
    /// The definition it stands in; none for text that belongs to no definition.
    pub definition: Option<Definition>,
    /// In the module's file, 1-based.
    pub line: u32,
    /// The kind of change: `arithmetic`, `boundary`, …
    pub operator: String,
    /// The text that was replaced.
    pub from: String,
    /// What stands there instead.
    pub to: String,
}

/// What became of one mutant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its number.
    pub mutant: u32,
    /// How it ended.
    pub fate: Fate,
    /// The input that showed it, by its place among the inputs.
    pub input: Option<u32>,
    /// How many inputs reached it.
    pub reached: u32,
}

/// How a mutant ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// An input showed a difference.
    Killed,
    /// No input did.
    Survived,
    /// It ran without end.
    TimedOut,
    /// No input can: it is the module itself.
    Equivalent,
    /// There was no time to try all inputs that reach it.
    Unfinished,
}
