//! Clone or unpack, pinned, read-only.

use std::path::PathBuf;

use ripout_model::{Companion, Failure, Host, Stop, Tree};

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
pub fn checkout(_wanted: &Wanted, _host: &dyn Host) -> Result<Tree, Stop> {
    Err(Failure::new("unsupported", "checkout is being written").into())
}

/// Gets distributions by requirement lines, with all that they require, unpacked.
pub fn companions(
    _requirements: &[String],
    _wanted: &Wanted,
    _host: &dyn Host,
) -> Result<Vec<Companion>, Stop> {
    Err(Failure::new("unsupported", "checkout is being written").into())
}
