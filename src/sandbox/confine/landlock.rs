//! Landlock: what may be written and whom signals reach, also where there are no namespaces to be had.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

/// The newest version of which all that is used here is known. Older kernels enforce what they know of it.
const KNOWN: ABI = ABI::V6;

/// Writing anywhere but below `writable`, TCP, and signals and abstract sockets of processes outside are denied from here
/// on. Whether all of it is.
pub(super) fn restrict(writable: &[impl AsRef<Path>]) -> Result<bool, RulesetError> {
    let writing = AccessFs::from_write(KNOWN);
    let devices = AccessFs::WriteFile | AccessFs::Truncate | AccessFs::IoctlDev;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(writing | AccessFs::IoctlDev)?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .add_rules(path_beneath_rules(writable, writing | AccessFs::IoctlDev))?
        .add_rules(path_beneath_rules(["/dev/shm"], writing))?
        .add_rules(path_beneath_rules(["/dev"], devices))?
        .restrict_self()?;
    Ok(status.ruleset == RulesetStatus::FullyEnforced)
}
