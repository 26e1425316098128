//! The forms of `<repo>`.

use std::path::{Path, PathBuf};

use ripout_model::Failure;

/// What a `<repo>` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// A repository: its address for git, or its folder.
    Git { address: String },
    /// A folder that is no git repository.
    Folder(PathBuf),
    /// A published crate.
    Crate {
        name: String,
        version: Option<String>,
    },
    /// A published distribution.
    Pypi {
        name: String,
        version: Option<String>,
    },
}

impl Form {
    /// Reads a `<repo>`. Looks at the disk only to tell a folder from `owner/name`.
    pub fn of(repo: &str) -> Result<Self, Failure> {
        if let Some(package) = repo.strip_prefix("crate:") {
            let (name, version) = package_of(repo, package, "crate")?;
            return Ok(Form::Crate { name, version });
        }
        if let Some(package) = repo.strip_prefix("pypi:") {
            let (name, version) = package_of(repo, package, "pypi")?;
            return Ok(Form::Pypi { name, version });
        }
        if is_address(repo) {
            return Ok(Form::Git {
                address: repo.to_owned(),
            });
        }
        let path = Path::new(repo);
        if path.is_dir() {
            let root = path
                .canonicalize()
                .map_err(|error| Failure::new("repo_not_found", format!("{repo}: {error}")))?;
            return Ok(if is_repository(&root) {
                Form::Git {
                    address: root.display().to_string(),
                }
            } else {
                Form::Folder(root)
            });
        }
        if path.exists() {
            let text = format!("{repo} is a file, not a repository or folder");
            return Err(Failure::new("repo_not_found", text).help(FORMS));
        }
        match repo.split_once('/') {
            Some((owner, name)) if is_word(owner) && is_word(name) => Ok(Form::Git {
                address: format!("https://github.com/{owner}/{name}"),
            }),
            _ => Err(Failure::new(
                "repo_not_found",
                format!("there is no repository or folder `{repo}`"),
            )
            .help(FORMS)),
        }
    }

    /// Whether `--rev` can pick one of several.
    pub fn has_revs(&self) -> bool {
        matches!(self, Form::Git { .. })
    }
}

const FORMS: &str = "a repository is an address (https://…, ssh://…, git@host:…, file://…), a folder, owner/name, \
                     crate:NAME[@VERSION] or pypi:NAME[@VERSION]";

fn package_of(
    repo: &str,
    package: &str,
    scheme: &str,
) -> Result<(String, Option<String>), Failure> {
    let (name, version) = match package.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (package, None),
    };
    // Both go into command lines and manifests, so nothing else than names and versions may pass.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let good_name =
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain);
    let good_version = version.is_none_or(|version| {
        version.starts_with(|c: char| c.is_ascii_digit())
            && version.chars().all(|c| plain(c) || matches!(c, '+' | '!'))
    });
    if good_name && good_version {
        Ok((name.to_owned(), version.map(str::to_owned)))
    } else {
        let text = format!("`{repo}` names no package");
        Err(Failure::new("bad_arguments", text)
            .help(format!("write {scheme}:NAME or {scheme}:NAME@VERSION")))
    }
}

/// `scheme://…` or `user@host:path`.
fn is_address(repo: &str) -> bool {
    if let Some((scheme, _)) = repo.split_once("://") {
        return is_word(scheme);
    }
    match repo.split_once(':') {
        Some((host, path)) => {
            !path.is_empty()
                && host
                    .split_once('@')
                    .is_some_and(|(user, host)| is_word(user) && is_word(host))
        }
        None => false,
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'))
}

/// A folder with a `.git`, or a bare repository.
fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
        || (folder.join("HEAD").is_file()
            && folder.join("objects").is_dir()
            && folder.join("refs").is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(address: &str) -> Form {
        Form::Git {
            address: address.into(),
        }
    }

    #[test]
    fn addresses() {
        for address in [
            "https://example.org/a/b.git",
            "ssh://git@example.org:2222/a",
            "git@example.org:a/b.git",
            "file:///srv/a.git",
            "git://example.org/a",
        ] {
            assert_eq!(Form::of(address).unwrap(), git(address));
        }
        assert_eq!(
            Form::of("no-such-owner/its-name").unwrap(),
            git("https://github.com/no-such-owner/its-name")
        );
    }

    #[test]
    fn packages() {
        assert_eq!(
            Form::of("crate:humantime@2.4.0").unwrap(),
            Form::Crate {
                name: "humantime".into(),
                version: Some("2.4.0".into())
            }
        );
        assert_eq!(
            Form::of("pypi:zope.interface").unwrap(),
            Form::Pypi {
                name: "zope.interface".into(),
                version: None
            }
        );
        for bad in [
            "crate:",
            "crate:a b",
            "crate:a@",
            "crate:a@\"",
            "pypi:-r",
            "pypi:a@--x",
            "pypi:../a",
        ] {
            assert_eq!(Form::of(bad).unwrap_err().code, "bad_arguments", "{bad}");
        }
    }

    #[test]
    fn folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        let text = path.to_str().unwrap();
        assert_eq!(Form::of(text).unwrap(), Form::Folder(path.clone()));
        std::fs::create_dir(path.join(".git")).unwrap();
        assert_eq!(Form::of(text).unwrap(), git(text));
        let missing = path.join("none");
        let error = Form::of(missing.to_str().unwrap()).unwrap_err();
        assert_eq!(error.code, "repo_not_found");
    }
}
