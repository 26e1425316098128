//! `cargo ripout`: where `<repo>` is left out it is the dependency as `Cargo.lock` pins it.

use std::path::Path;

use ripout_model::Failure;
use serde::Deserialize;

/// A dependency as it is locked, as `<repo>` and `--rev`.
#[derive(Debug, PartialEq, Eq)]
pub struct Locked {
    /// Any form of `<repo>`.
    pub repo: String,
    /// Commit of a git dependency.
    pub rev: Option<String>,
}

#[derive(Deserialize)]
struct LockFile {
    #[serde(default)]
    package: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: String,
    version: String,
    source: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

/// Whether a word is a `<repo>`. A symbol has no slash, and its colons come in pairs.
pub fn is_repo(word: &str) -> bool {
    let registry = ["crate:", "pypi:"].iter().any(|prefix| {
        word.strip_prefix(prefix)
            .is_some_and(|rest| !rest.starts_with(':'))
    });
    registry || word.contains('/') || word.starts_with("git@") || Path::new(word).is_dir()
}

/// The locked package that holds a symbol, for the workspace that `folder` lies in.
pub fn of_symbol(symbol: &str, folder: &Path) -> Result<Locked, Failure> {
    let Some(path) = folder
        .ancestors()
        .map(|above| above.join("Cargo.lock"))
        .find(|p| p.is_file())
    else {
        return Err(Failure::new(
            "lock_file_missing",
            format!(
                "no Cargo.lock in {} or above, so no version is known",
                folder.display()
            ),
        )
        .help("run `cargo generate-lockfile`, or name the repository: `crate:NAME@VERSION`"));
    };
    let text = std::fs::read_to_string(&path)
        .map_err(|e| Failure::new("lock_file", format!("read {}: {e}", path.display())))?;
    find(symbol, &text).map_err(|mut failure| {
        failure.text = format!("{}: {}", path.display(), failure.text);
        failure
    })
}

fn find(symbol: &str, lock_file: &str) -> Result<Locked, Failure> {
    let lock: LockFile = toml::from_str(lock_file)
        .map_err(|e| Failure::new("lock_file", e.to_string().trim_end().to_owned()))?;
    let library = symbol.split("::").next().unwrap_or(symbol);
    let spelt = |name: &str| name.replace('-', "_");
    let mut found: Vec<&LockedPackage> = lock
        .package
        .iter()
        .filter(|package| spelt(&package.name) == spelt(library))
        .collect();
    if found.len() > 1 {
        // Several versions: the one that the workspace itself asks for.
        let wanted = |package: &&LockedPackage| {
            let exact = format!("{} {}", package.name, package.version);
            let members = lock
                .package
                .iter()
                .filter(|package| package.source.is_none());
            members
                .flat_map(|member| &member.dependencies)
                .any(|dependency| {
                    *dependency == exact || dependency.starts_with(&format!("{exact} "))
                })
        };
        let direct: Vec<_> = found.iter().copied().filter(wanted).collect();
        if !direct.is_empty() {
            found = direct;
        }
    }
    match found.as_slice() {
        [] => Err(Failure::new(
            "dependency_not_found",
            format!("no package `{library}` is locked"),
        )
        .help(
            "a symbol begins with its crate's name; or name the repository: `crate:NAME@VERSION`",
        )),
        [one] => one.locate(),
        several => {
            let versions: Vec<&str> = several
                .iter()
                .map(|package| package.version.as_str())
                .collect();
            Err(Failure::new(
                "dependency_ambiguous",
                format!(
                    "`{library}` is locked in versions {}",
                    versions.join(" and ")
                ),
            )
            .help(format!(
                "name one: `crate:{}@{}`",
                several[0].name, several[0].version
            )))
        }
    }
}

impl LockedPackage {
    fn locate(&self) -> Result<Locked, Failure> {
        let source = self.source.as_deref().unwrap_or_default();
        if let Some(address) = source.strip_prefix("git+") {
            let (address, rev) = address.split_once('#').unwrap_or((address, ""));
            let address = address
                .split_once('?')
                .map_or(address, |(address, _)| address);
            return Ok(Locked {
                repo: address.to_owned(),
                rev: (!rev.is_empty()).then(|| rev.to_owned()),
            });
        }
        if source.is_empty() {
            return Err(Failure::new(
                "dependency_local",
                format!("`{}` is a package of the workspace or a folder", self.name),
            )
            .help("name its folder as the repository"));
        }
        Ok(Locked {
            repo: format!("crate:{}@{}", self.name, self.version),
            rev: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4
[[package]]
name = "mine"
version = "0.1.0"
dependencies = ["num-traits", "syn 2.0.1", "forked"]
[[package]]
name = "num-traits"
version = "0.2.19"
source = "registry+https://example.org/index"
[[package]]
name = "syn"
version = "1.0.9"
source = "registry+https://example.org/index"
[[package]]
name = "syn"
version = "2.0.1"
source = "registry+https://example.org/index"
[[package]]
name = "forked"
version = "0.1.0"
source = "git+https://example.org/forked.git?branch=main#0123abc"
"#;

    #[test]
    fn names_the_version_that_is_locked() {
        let locked = find("num_traits::Num", LOCK).unwrap();
        assert_eq!(locked.repo, "crate:num-traits@0.2.19");
        assert_eq!(
            find("syn::parse_str", LOCK).unwrap().repo,
            "crate:syn@2.0.1"
        );
    }

    #[test]
    fn follows_git_dependencies() {
        let locked = find("forked::f", LOCK).unwrap();
        assert_eq!(locked.repo, "https://example.org/forked.git");
        assert_eq!(locked.rev.as_deref(), Some("0123abc"));
    }

    #[test]
    fn says_what_it_can_not_know() {
        assert_eq!(
            find("serde::Serialize", LOCK).unwrap_err().code,
            "dependency_not_found"
        );
        assert_eq!(find("mine::f", LOCK).unwrap_err().code, "dependency_local");
    }

    #[test]
    fn a_symbol_is_no_repository() {
        assert!(is_repo("crate:humantime@2.4.0"));
        assert!(is_repo("owner/name"));
        assert!(is_repo("."));
        assert!(!is_repo("humantime::parse_duration"));
        assert!(!is_repo("crate::x"));
    }
}
