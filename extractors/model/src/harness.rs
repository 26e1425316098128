//! One driver, two subjects: what a language builds and the judge runs.
//!
//! # Protocol
//!
//! A harness is a program that is started with two paths as its last arguments: `INPUTS` and `OBSERVATIONS`.
//!
//! * `INPUTS`: for each input its length as 32-bit little-endian, then its bytes. The driver decodes values from the
//!   bytes; any bytes decode to something, and missing bytes read as zero, so that cutting bytes makes inputs smaller.
//! * `OBSERVATIONS`: one JSON object a line, in the order of the inputs, each flushed before the next input is begun,
//!   so that a process that dies has died on the input after the last whole line. See [`Observation`].
//!
//! The same driver text is built against each side. Only what it writes is compared.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    bulk::Bulk,
    host::{Command, Folder},
    mutants::Plant,
    place::Definition,
};

/// A driver, built against both subjects.
pub struct Harness {
    /// The driver.
    pub driver: Driver,
    /// The driver against the original.
    pub original: Subject,
    /// The driver against the module.
    pub module: Subject,
    /// Plants faults in a copy of the module, where the language can.
    pub mutants: Option<Box<dyn Plant>>,
    /// Builds both sides for speed, where the language can.
    pub bulk: Option<Box<dyn Bulk>>,
    /// Where the module may leave out what the original does, and says so: its definitions that do nothing else.
    pub leaves_out: Option<BTreeSet<Definition>>,
    /// Hold what the subjects' commands need; deleted with the harness.
    pub folders: Vec<Arc<dyn Folder>>,
}

/// Source text that exercises a subject, and inputs to begin with.
#[derive(Debug, Clone, Default)]
pub struct Driver {
    /// Says in comments what the text stands for. The same text below another one takes the same bytes for the same input.
    pub about: String,
    /// Its text, the same for both sides.
    pub text: String,
    /// Where it came from: `signatures`, `user`, …
    pub origin: String,
    /// Inputs that decode to doc examples, literals of source and tests, and edges.
    pub seeds: Vec<Vec<u8>>,
    /// Byte strings worth splicing into inputs: encoded literals.
    pub dictionary: Vec<Vec<u8>>,
    /// All inputs there are, where the domain is small enough to exhaust.
    pub exhaustive: Option<Vec<Vec<u8>>>,
    /// Whether it calls what only the author's own text has to have.
    pub inside: bool,
}

/// What a driver may call.
#[derive(Debug, Clone, Copy)]
pub enum Drive<'a> {
    /// Public names, and others where the module has them as the author does.
    Inside,
    /// Public names alone, which text in the place of the author's has as well.
    Outside,
    /// What this one calls.
    As(&'a Driver),
}

/// One side of a harness.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Starts it; the judge adds the two paths.
    pub command: Command,
    /// Starts its second run, where that differs in what must not matter (another hash order).
    pub again: Option<Command>,
    /// What `hits` refer to, by index.
    pub probes: Vec<Probe>,
}

impl Subject {
    /// The same side as it is started for the second run; probes stay with the first.
    pub fn repeated(&self) -> Self {
        Self {
            command: self.again.as_ref().unwrap_or(&self.command).clone(),
            again: None,
            probes: Vec::new(),
        }
    }
}

/// A place whose execution is reported.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The definition it stands in. An impl or class is one definition with many probes.
    pub definition: Definition,
    /// Whether it is the entry of a function body; otherwise it is a line.
    pub entry: bool,
    /// Line: in the module's file on the module's side, in the original's on the other.
    pub line: u32,
    /// Which way of a branch it stands for, as words that end "the branch …": `is never taken`, `always is`. Then it is no
    /// line of its own.
    pub branch: Option<String>,
    /// Why a line that was not hit may be waived, where a reader can check the reason.
    pub waiver: Option<Waiver>,
}

/// A reason that a line need not run: `unreachable!`, an arm for another platform.
pub type Waiver = String;

/// What a driver saw for one input: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The decoded input as text that a person can read; inputs with equal text are the same input.
    pub input: String,
    /// How the call ended.
    pub kind: ObservationKind,
    /// What was observed, as text: values deep, floats so that bits are told apart and NaN equals NaN.
    #[serde(default)]
    pub value: String,
    /// Probes hit for the first time in this process.
    #[serde(default)]
    pub hits: Vec<u32>,
    /// How many of the input's bytes were read, where the driver knows: what follows them says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<usize>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservationKind {
    /// Normally; `Err(…)` of a Rust `Result` counts as raised.
    Returned,
    /// With an exception, or an `Err`.
    Raised,
    /// With a panic.
    Panicked,
    /// The bytes made no valid input, or building it failed the same on any side.
    Discarded,
    /// The call took more steps than the driver allows, and was given up.
    GivenUp,
    /// With an error that says that this is left out, see [`crate::LEFT_OUT`].
    LeftOut,
}

impl ObservationKind {
    /// The word that drivers write.
    pub fn word(self) -> &'static str {
        match self {
            ObservationKind::Returned => "returned",
            ObservationKind::Raised => "raised",
            ObservationKind::Panicked => "panicked",
            ObservationKind::Discarded => "discarded",
            ObservationKind::GivenUp => "given_up",
            ObservationKind::LeftOut => "left_out",
        }
    }
}
