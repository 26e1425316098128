//! Checkouts, from registries, git servers and disks.

#[path = "checkout/git.rs"]
mod git;
#[path = "checkout/registry.rs"]
mod registry;

use std::path::Path;

use ripout::{
    checkout::{self, Wanted},
    sandbox::{Options, Sandbox, Silent},
};
use ripout_model::{Failure, Stop, Tree};

/// The host that the program itself uses.
fn host() -> Sandbox {
    let options = Options {
        launcher: Some(env!("CARGO_BIN_EXE_ripout").into()),
        ..Options::default()
    };
    Sandbox::new(options, Box::new(Silent))
}

fn wanted(repo: &str, cache: &Path) -> Wanted {
    Wanted {
        repo: repo.into(),
        cache: Some(cache.into()),
        ..Wanted::default()
    }
}

fn checkout(wanted: &Wanted) -> Tree {
    match checkout::checkout(wanted, &host()) {
        Ok(tree) => tree,
        Err(stop) => panic!("{}: {stop:?}", wanted.repo),
    }
}

fn failure(wanted: &Wanted) -> Failure {
    match checkout::checkout(wanted, &host()) {
        Err(Stop::Failed(failure)) => failure,
        other => panic!("{}: {other:?}", wanted.repo),
    }
}
