//! Clone or unpack, pinned, read-only.
//!
//! Every form of `<repo>` becomes a [`Tree`]. No line of what is fetched is run on the way: git trees are written out
//! from git's objects by ourselves (no hooks, filters or submodules), archives are unpacked by ourselves, and a source
//! distribution that must be built is built in the sandbox.
//!
//! * [`cache`]: trees by what they hold, and what each wish led to
//! * [`git`]: repositories, remote and on disk
//! * [`registry_crate`]: published crates, through cargo
//! * [`pypi`]: published distributions, through the interpreter's pip
//! * [`unpack`]: archives, with suspicion

pub mod cache;
mod form;
mod git;
mod git_tree;
mod pip;
mod pypi;
mod registry_crate;
mod unpack;

use std::path::PathBuf;

use ripout_model::{Companion, Failure, Host, Source, SourceKind, Stop, Tree};

use cache::Cache;
use form::Form;

/// A `<repo>` as the user wrote it, and how to get it.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Any form of `<repo>`.
    pub repo: String,
    /// Branch, tag or commit.
    pub rev: Option<String>,
    /// Fetch nothing.
    pub offline: bool,
    /// The interpreter that distributions are chosen for; `None` means `python3` on PATH.
    pub python: Option<PathBuf>,
    /// Extras to install with a distribution.
    pub extras: Vec<String>,
    /// Cache folder; `None` means the user's.
    pub cache: Option<PathBuf>,
}

/// Gets what is wanted, from the cache where it is there.
pub fn checkout(wanted: &Wanted, host: &dyn Host) -> Result<Tree, Stop> {
    host.check()?;
    let form = Form::of(&wanted.repo)?;
    if let (Some(rev), false) = (&wanted.rev, form.has_revs()) {
        let text = format!("--rev {rev}: {} has no revisions", wanted.repo);
        return Err(Failure::new("bad_arguments", text)
            .help("for a registry package write its version: NAME@VERSION")
            .into());
    }
    match form {
        Form::Folder(root) => Ok(Tree {
            source: Source {
                kind: SourceKind::Folder,
                name: root.display().to_string(),
                version: None,
                rev: None,
                licence: None,
            },
            root,
            documents: None,
            companions: Vec::new(),
        }),
        Form::Crate { name, version } => {
            let cache = Cache::open(wanted.cache.as_deref())?;
            registry_crate::checkout(&name, version.as_deref(), wanted, &cache, host)
        }
        Form::Pypi { name, version } => {
            let cache = Cache::open(wanted.cache.as_deref())?;
            pypi::checkout(&name, version.as_deref(), wanted, &cache, host)
        }
        Form::Git { address } => {
            let cache = Cache::open(wanted.cache.as_deref())?;
            git::checkout(&address, wanted, &cache, host)
        }
    }
}

/// Gets distributions by requirement lines, with all that they require, unpacked.
pub fn companions(
    requirements: &[String],
    wanted: &Wanted,
    host: &dyn Host,
) -> Result<Vec<Companion>, Stop> {
    host.check()?;
    let cache = Cache::open(wanted.cache.as_deref())?;
    pypi::companions(requirements, wanted, &cache, host)
}

/// The names nearest to one that was not found, best first.
fn near<'a>(wanted: &str, names: &[&'a str]) -> Vec<&'a str> {
    similar::get_close_matches(wanted, names, 3, 0.6)
}
