//! ripout takes the one thing out of a library, as a self-contained module that is shown to behave the same.
//!
//! The map of the code, in reading order:
//!
//! * [`cli`]: arguments, one file per command, text and JSON, exit codes
//! * `mcp`: a server for coding agents; the feature of this name brings it
//! * [`job`]: runs the stages in order; budget, cancellation, progress events
//! * [`batch`]: many jobs, resumable
//! * [`languages`]: the registry: the only file here that names a language crate
//! * [`checkout`]: clone or unpack, pinned, read-only
//! * [`map`]: every file in parallel, cached by content, joined to a call graph
//! * [`survey`]: what a project has of its dependencies, and which of them are worth leaving
//! * [`synth`]: whoever proposes a smaller module, and what they are told
//! * [`judge`]: gates, inputs, comparison, shrinking, the bar
//! * [`patch`]: what changes in a project once a module takes a dependency's place
//! * [`evidence`]: output folder, result.json, licences, frozen tests
//! * [`sandbox`]: the one door: processes, temp folders, limits
//!
//! What does not happen here: no stage imports another, only `cli` talks to the terminal and only `mcp` to an agent, nothing but `sandbox`
//! starts a process, and the consumer's tree is written to by `patch::apply` alone.

pub mod batch;
pub mod checkout;
pub mod cli;
pub mod evidence;
pub mod job;
pub mod judge;
pub mod languages;
pub mod map;
#[cfg(feature = "mcp")]
pub mod mcp;
pub mod patch;
pub mod sandbox;
pub mod survey;
pub mod synth;
