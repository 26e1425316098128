//! Plants faults in a copy of the module: all at once, each behind a switch.
//!
//! `a < b` becomes `(if ::ripout_mutant::on(7) { a <= b } else { a < b })`: only text is inserted, and lines stay where
//! they are. A mutant that the compiler rejects is found by where its message points, and left out of the next attempt.
//! `on` is a `const fn` that is false for the compiler, so `const fn` stays what it is; what the compiler alone evaluates
//! is not mutated.
//!
//! The operators are those of the literature (DeMillo, Lipton and Sayward 1978; Offutt et al. 1996; for error paths and
//! returned values, Tuya et al. 2007 and cargo-mutants), chosen for what people get wrong.
//!
//! * [`walk`]: from a syntax tree to faults
//! * [`operators`]: what stands instead of an operator, a literal, a method, a returned value
//! * [`render`]: the text with its switches, and whose fault a place in it is
//! * [`alike`]: mutants that are the module itself
//! * [`build`]: the program, and the compiler asked until it is content

mod alike;
mod build;
mod operators;
mod render;
mod walk;

pub use build::Planter;

use std::ops::Range;

/// One fault, by bytes of the module's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The kind of change.
    pub operator: &'static str,
    /// What is replaced.
    pub range: Range<usize>,
    /// How it is put in.
    pub change: Change,
}

/// How a fault is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An expression that stands instead.
    Instead(String),
    /// A statement that is left out.
    LeftOut,
    /// A value that is returned as the first thing in the body which begins here.
    Return(String),
    /// A guard that never holds, on the arm whose pattern this is; the text of the guard there is.
    NoArm(Option<Range<usize>>),
}
