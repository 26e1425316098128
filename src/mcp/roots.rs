//! Where may be written: below the roots that the server was started with, and nowhere in read-only mode.

use std::path::{Path, PathBuf};

use ripout_model::Failure;

use super::answer::Trouble;
use crate::patch::apply;

/// Folders that may be written to.
#[derive(Debug)]
pub struct Roots {
    folders: Vec<PathBuf>,
    read_only: bool,
}

impl Roots {
    /// Roots have to be there: one that is misspelt would refuse everything for no visible reason.
    pub fn new(folders: &[PathBuf], read_only: bool) -> Result<Self, Failure> {
        let folders = folders
            .iter()
            .map(|folder| {
                let found = folder.canonicalize().ok().filter(|found| found.is_dir());
                found.ok_or_else(|| {
                    Failure::new(
                        "root_not_found",
                        format!("the root {} is no folder", folder.display()),
                    )
                    .help("--root takes a folder that is there")
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { folders, read_only })
    }

    /// Whether nothing may be written at all.
    pub fn read_only(&self) -> bool {
        self.read_only
    }

    /// Fails unless `path`, which need not be there yet, may be written.
    pub fn check(&self, path: &Path) -> Result<(), Trouble> {
        if self.read_only {
            return Err(Trouble::new(
                "read_only",
                format!("this server writes nothing: not {}", path.display()),
            )
            .help("leave `out` and `apply` out: results are kept by the server and can be read with ripout_evidence"));
        }
        if apply::lies_within(path, &self.folders) {
            return Ok(());
        }
        let roots: Vec<String> = self
            .folders
            .iter()
            .map(|root| root.display().to_string())
            .collect();
        Err(Trouble::new(
            "outside_roots",
            format!(
                "{} is outside the folders that may be written",
                path.display()
            ),
        )
        .help(format!(
            "name a folder below {}; the user can add others with `ripout mcp --root DIR`",
            roots.join(" or ")
        )))
    }

    /// The roots, for whoever checks each file; empty in read-only mode.
    pub fn folders(&self) -> &[PathBuf] {
        match self.read_only {
            true => &[],
            false => &self.folders,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(checked: Result<(), Trouble>) -> String {
        checked.map_or_else(|trouble| trouble.error.code, |()| "ok".to_owned())
    }

    #[test]
    fn no_way_leads_out_of_a_root() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        let outside = folder.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
        std::os::unix::fs::symlink("/nowhere/at/all", inside.join("dangling")).unwrap();
        let roots = Roots::new(std::slice::from_ref(&inside), false).unwrap();
        assert_eq!(code(roots.check(&inside)), "ok");
        assert_eq!(code(roots.check(&inside.join("new/deep"))), "ok");
        for wrong in [
            "../outside",
            "new/../../outside",
            "link",
            "link/new",
            "dangling",
            "dangling/new",
            "new/../..",
        ] {
            assert_eq!(
                code(roots.check(&inside.join(wrong))),
                "outside_roots",
                "{wrong}"
            );
        }
        assert_eq!(code(roots.check(Path::new("/etc/new"))), "outside_roots");
        let roots = Roots::new(std::slice::from_ref(&inside), true).unwrap();
        assert_eq!(code(roots.check(&inside.join("new"))), "read_only");
        assert!(Roots::new(&[folder.path().join("absent")], false).is_err());
    }
}
