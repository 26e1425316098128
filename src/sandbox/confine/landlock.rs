//! Landlock: what may be read and written and whom signals reach, also where there are no namespaces to be had.

use std::{fs, path::PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

/// The newest version of which all that is used here is known. Older kernels enforce what they know of it.
const KNOWN: ABI = ABI::V6;

/// Devices that anybody may write to.
const DEVICES: [&str; 6] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
];

/// What is in force once a process has restricted itself.
pub(super) struct Kept {
    /// Writing anywhere but below the work folders.
    pub writing: bool,
    /// Cutting off a file elsewhere, which the first versions did not count as writing.
    pub truncation: bool,
    /// Reading secrets; and with it looking into processes outside.
    pub reading: bool,
    /// Signals to, and abstract sockets of, processes outside.
    pub signals: bool,
}

/// Writing anywhere but below `writable`, reading below `hidden`, TCP, and signals and abstract sockets of processes
/// outside are denied from here on, as far as this kernel knows of it.
/// With `network` TCP stays.
pub(super) fn restrict(
    writable: &[PathBuf],
    hidden: &[PathBuf],
    network: bool,
) -> Result<Kept, RulesetError> {
    let writing = AccessFs::from_write(KNOWN);
    let devices = AccessFs::WriteFile | AccessFs::Truncate | AccessFs::IoctlDev;
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(writing | AccessFs::IoctlDev | AccessFs::ReadFile)?;
    if !network {
        rules = rules.handle_access(AccessNet::from_all(KNOWN))?;
    }
    let status = rules
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .add_rules(path_beneath_rules(writable, writing | AccessFs::IoctlDev))?
        .add_rules(path_beneath_rules(["/dev/shm"], writing))?
        .add_rules(path_beneath_rules(DEVICES, devices))?
        .add_rules(path_beneath_rules(readable(hidden), AccessFs::ReadFile))?
        .restrict_self()?;
    let any = status.ruleset != RulesetStatus::NotEnforced;
    let files = |access: BitFlags<AccessFs>| any && knows(|it| it.handle_access(access));
    Ok(Kept {
        writing: files(AccessFs::from_write(ABI::V1)),
        truncation: files(AccessFs::Truncate.into()),
        reading: files(AccessFs::ReadFile.into()),
        signals: any && knows(|it| it.scope(Scope::from_all(KNOWN))),
    })
}

/// Whether this kernel knows all that is asked for. A set of rules that nobody is put under costs nothing.
fn knows(ask: impl FnOnce(Ruleset) -> Result<Ruleset, RulesetError>) -> bool {
    let strict = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    ask(strict).and_then(Ruleset::create).is_ok()
}

/// All that is not hidden. Rules can only allow, so whatever lies beside the way to something hidden is named.
fn readable(hidden: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![PathBuf::from("/")];
    while let Some(place) = left.pop() {
        if hidden.contains(&place) {
            continue;
        }
        if !hidden.iter().any(|it| it.starts_with(&place)) {
            found.push(place);
            continue;
        }
        let entries = fs::read_dir(&place).into_iter().flatten().flatten();
        // What a link leads to is allowed, or not, where it lies itself.
        let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
        left.extend(plain.map(|entry| entry.path()));
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_lies_beside_something_hidden_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for file in ["a/keys/one", "a/text", "b/text"] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "x").unwrap();
        }
        std::os::unix::fs::symlink(root.join("a/keys"), root.join("a/link")).unwrap();
        let found = readable(&[root.join("a/keys")]);
        let here: Vec<&Path> = found
            .iter()
            .filter_map(|it| it.strip_prefix(&root).ok())
            .collect();
        assert!(here.contains(&Path::new("a/text")) && here.contains(&Path::new("b")));
        assert_eq!(here.len(), 2, "{here:?}");
        assert_eq!(readable(&[]), [PathBuf::from("/")]);
    }
}
