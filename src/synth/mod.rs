//! Whoever proposes a module that is smaller than the slice: a model, a program of the user's, or what they said before.
//!
//! * [`brief`]: what they are told, as a text that a person can read
//!
//! What does not happen here: nothing a synthesizer says is believed. It returns text, and the judge alone tells what that
//! is worth.

pub mod brief;

pub use brief::{Brief, Earlier, Known, Subject};
