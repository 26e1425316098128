//! The original's own tests, run against a module: unit tests, integration tests and documentation examples.
//!
//! One text, two subjects, as for drivers. Integration tests and examples are built against a crate that is called as the
//! original is and has at its public paths what the module offers, and nothing else: once from the original, once from the
//! module. Unit tests stand in the original as they are, and in a copy of the module where the definitions ended up that
//! stood beside them. The compiler says which functions need what was not taken; these are left out on both sides, the
//! rest of their file stays.
//!
//! A test counts if it reaches a name of what was taken and passes on the original. It is said to fail only if it does so
//! again by itself, where it passes again on the original.
//!
//! * [`chunks`]: stretches of test text on both sides, and what of them is left out; [`pieces`]: what can be
//! * [`doctests`], [`integration`], [`units`]: where tests are found
//! * [`programs`]: manifests, and the crate that stands for the original
//! * [`build`]: the compiler asked until it is content; [`messages`]: what it says
//! * [`run`]: what the tests say

mod build;
mod chunks;
pub mod doctests;
mod integration;
mod messages;
mod pieces;
mod programs;
mod run;
#[cfg(test)]
mod tests;
mod units;

use std::time::{Duration, Instant};

use ripout_model::{Candidate, Harness, Host, Stop, Test};

use crate::{harness, original::RustOriginal};
use chunks::{Names, Stock};

/// Time for building all of them, and for running them.
const BUILD: Duration = Duration::from_secs(40);
const RUN: Duration = Duration::from_secs(30);

/// Sides, as indices.
const ORIGINAL: usize = 0;
const MODULE: usize = 1;

/// Runs the tests of the symbols' package; `None` where it has none.
pub fn tests(
    original: &RustOriginal,
    candidate: &Candidate,
    harness: &Harness,
    host: &dyn Host,
) -> Result<Option<Vec<Test>>, Stop> {
    let Some(folder) = harness.folders.first() else {
        return Ok(None);
    };
    let Some(facade) = harness::facade(original, candidate, host)? else {
        return Ok(None);
    };
    let names = Names::of(candidate, &facade);
    let mut stock = Stock::default();
    doctests::collect(original, &names, &mut stock);
    integration::collect(original, &names, &mut stock);
    units::collect(original, candidate, &names, &mut stock);
    if !stock.any {
        return Ok(None);
    }
    stock.reaching = stock.all_reaching(&names);
    if stock.chunks.iter().any(|chunk| chunk.counted) {
        // Whoever builds in this folder next finds its manifest as it was.
        let manifest = folder.read("Cargo.toml")?;
        programs::write(original, candidate, &facade, &stock, &**folder)?;
        let built = build::build(&mut stock, &**folder, host, Instant::now() + BUILD);
        folder.write("Cargo.toml", &manifest)?;
        run::run(&mut stock, &built?, &**folder, host, Instant::now() + RUN)?;
    }
    Ok(Some(stock.told()))
}
