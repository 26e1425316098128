//! Where the user's secrets lie. Strangers' code has no business there, and what it prints may end up in a report that is
//! passed on.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Entries of a home that begin with a dot are programs' own, and many hold keys, tokens or what was typed. These hold
/// compilers, interpreters and what was fetched.
const TOOLS: [&str; 14] = [
    ".cargo",
    ".rustup",
    ".pyenv",
    ".local",
    ".cache",
    ".asdf",
    ".conda",
    ".mise",
    ".nix-defexpr",
    ".nix-profile",
    ".rye",
    ".venv",
    ".venvs",
    ".virtualenvs",
];

/// Secrets within those.
const WITHIN: [&str; 7] = [
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".local/share/keyrings",
    ".local/share/kwalletd",
    ".local/share/gnupg",
    ".cache/keyring",
    ".cache/google-chrome",
];

/// The system's, where root runs us; and the sockets and secrets of services.
const OF_SYSTEM: [&str; 13] = [
    "/etc/shadow",
    "/etc/shadow-",
    "/etc/gshadow",
    "/etc/gshadow-",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/ssh",
    "/etc/ssl/private",
    "/etc/krb5.keytab",
    "/run",
    "/var/run",
    "/var/lib/docker",
    "/var/spool",
];

/// Files and folders, by their true paths.
pub(super) struct Secrets(Vec<PathBuf>);

impl Secrets {
    /// Looks for them. `home` may be another than the one the system knows for the user.
    pub fn of_user(home: Option<&Path>, cargo_home: Option<&Path>) -> Self {
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let user = rustix::process::getuid().as_raw();
        let mut found: Vec<PathBuf> = OF_SYSTEM.iter().map(PathBuf::from).collect();
        let own = homes(&users, |number| number == user);
        for home in own.iter().map(PathBuf::as_path).chain(home) {
            found.extend(of_home(home));
        }
        // Only root could read these.
        let others = homes(&users, |number| {
            number != user && (number == 0 || number >= 1000)
        });
        found.extend(
            others
                .into_iter()
                .filter(|it| it.starts_with("/home") || it == Path::new("/root")),
        );
        if let Some(cargo_home) = cargo_home {
            found.extend(["credentials.toml", "credentials"].map(|name| cargo_home.join(name)));
        }
        // Mounts know no links, and what is not there needs no hiding.
        let mut found: Vec<PathBuf> = found
            .into_iter()
            .filter_map(|path| path.canonicalize().ok())
            .filter(|path| path.is_absolute() && path.parent().is_some())
            .collect();
        found.sort();
        found.dedup();
        Self(found)
    }

    /// All but those that something needed lies in.
    pub fn but_for(&self, needed: &[PathBuf]) -> Vec<PathBuf> {
        let needed: Vec<PathBuf> = needed
            .iter()
            .filter(|path| path.is_absolute())
            .flat_map(|path| [path.canonicalize().ok(), Some(path.clone())])
            .flatten()
            .collect();
        let wanted = |secret: &&PathBuf| needed.iter().any(|path| path.starts_with(secret));
        self.0.iter().filter(|it| !wanted(it)).cloned().collect()
    }
}

/// Homes of the users whose number is wanted.
fn homes(users: &str, wanted: impl Fn(u32) -> bool) -> Vec<PathBuf> {
    let home = |line: &str| {
        let fields: Vec<&str> = line.split(':').collect();
        let number = fields.get(2)?.parse().ok()?;
        let home = PathBuf::from(fields.get(5)?);
        (wanted(number) && home.parent().is_some()).then_some(home)
    };
    users.lines().filter_map(home).collect()
}

fn of_home(home: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = WITHIN.iter().map(|place| home.join(place)).collect();
    for entry in fs::read_dir(home).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && !TOOLS.contains(&&*name) {
            found.push(entry.path());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_a_dot_is_hidden_but_for_tools_and_what_is_needed() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap();
        for file in [
            ".ssh/key",
            ".netrc",
            ".cargo/credentials.toml",
            ".cargo/bin/cargo",
            ".work/repo/a",
            "text/b",
        ] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "x").unwrap();
        }
        let secrets = Secrets::of_user(Some(&root), None);
        let hidden = |needed: &[PathBuf]| -> Vec<String> {
            let all = secrets.but_for(needed);
            let ours = all.iter().filter_map(|it| it.strip_prefix(&root).ok());
            ours.map(|it| it.display().to_string()).collect()
        };
        assert_eq!(
            hidden(&[]),
            [".cargo/credentials.toml", ".netrc", ".ssh", ".work"]
        );
        assert_eq!(
            hidden(&[root.join(".work/repo")]),
            [".cargo/credentials.toml", ".netrc", ".ssh"]
        );
    }

    #[test]
    fn homes_are_found_by_number() {
        let users = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\nann:x:1000:1000::/home/ann:\nbroken\n";
        assert_eq!(
            homes(users, |number| number >= 1000),
            [PathBuf::from("/home/ann")]
        );
        assert_eq!(homes(users, |number| number == 0), [PathBuf::from("/root")]);
    }
}
