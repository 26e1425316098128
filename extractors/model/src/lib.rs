//! The words that every part of ripout shares, and the traits a language plugs in by.
//!
//! Read in this order:
//!
//! * [`place`]: where text stands: packages, definitions, files and lines
//! * [`graph`]: the call graph, with what could not be resolved as part of it
//! * [`explain`]: what is worth knowing of a definition, in the author's own words
//! * [`slice`]: a closure and the module made of it
//! * [`outline`]: what of a module's text users see, and what can be left out of it
//! * [`candidate`]: one proposed replacement, and how much of it is the author's text
//! * [`harness`]: a driver on its two subjects, ready to run, and what it reports
//! * [`bulk`]: both sides at full speed, and what each costs
//! * [`tests`]: the original's own tests, run against a candidate
//! * [`mutants`]: planted faults, to ask what the evidence would have caught
//! * [`left_out`]: what a module made for one project leaves out
//! * [`verdict`]: what a run comes to
//! * [`stop`]: why a run ended early: refused, inconclusive, failed, interrupted
//! * [`survey`]: what a project has of its dependencies
//! * [`removal`]: how a project lets one of them go
//! * [`settings`]: what the user asked for
//! * [`host`]: the only way out for a language crate: processes and work folders
//! * [`pack`]: compact bytes for what is remembered
//! * [`language`]: the traits [`Language`] and [`Original`]
//!
//! What does not happen here: this crate knows no language, starts no process and writes no file.

pub mod act;
pub mod bulk;
pub mod candidate;
pub mod explain;
pub mod graph;
pub mod harness;
pub mod host;
pub mod language;
pub mod left_out;
pub mod mutants;
pub mod outline;
pub mod pack;
pub mod place;
pub mod removal;
pub mod settings;
pub mod slice;
pub mod stop;
pub mod survey;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tests;
pub mod verdict;

pub use act::Act;
pub use bulk::{BLOCK, Block, Built, Bulk};
pub use candidate::{Candidate, Module, ModuleFile, Origin, Taken};
pub use explain::{CHECK, Lines, Passage, Sight, Statement, Topic};
pub use graph::{CallGraph, Edge, FileFacts, Unresolved};
pub use harness::{Drive, Driver, Harness, Observation, ObservationKind, Probe, Subject, Waiver};
pub use host::{Answer, Command, Exit, Folder, Host, HostError, Limits, READ_LIMIT};
pub use language::{Companion, Gate, Language, Made, Original, Tree};
pub use left_out::{LEFT_OUT, left_out};
pub use mutants::{Fate, Mutant, Mutants, Outcome, Plant};
pub use outline::{Body, Outline, Remark};
pub use place::{Definition, Kind, Package, Place, Source, SourceKind};
pub use removal::{Change, Changes, Fitting, Kept, Leaving, Relocked, Suite};
pub use settings::Settings;
pub use slice::{Edit, Note, Slice};
pub use stop::{Failure, Reason, ReasonCode, Stop};
pub use survey::{
    Costs, Declared, Dependency, DependencyKind, Locked, Member, Survey, Use, UsePlace,
};
pub use tests::{Test, TestOutcome};
pub use verdict::Verdict;
