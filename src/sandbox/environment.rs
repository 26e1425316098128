//! What a confined process sees of the user's environment: enough for compilers and interpreters to start, no secrets.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use ripout_model::{Command, HostError};

use super::secrets::Secrets;

/// Variables that say where programs and libraries lie. Everything else of the user's stays out: tokens, proxies with
/// passwords, agents' sockets have too many names to be listed.
const KEPT: [&str; 7] = [
    "PATH",
    "LD_LIBRARY_PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "RUSTUP_TOOLCHAIN",
    "DEVELOPER_DIR",
    "SDKROOT",
];

/// Variables that say how the network is reached, and where packages come from. Who may use the network gets those of them
/// that hold no name of a user.
const NETWORK: [&str; 19] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "UV_INDEX",
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
];

/// The bare environment, but for what depends on the command.
pub(super) struct Environment {
    variables: BTreeMap<OsString, OsString>,
    network: BTreeMap<OsString, OsString>,
    secrets: Secrets,
}

impl Environment {
    /// Reads the user's environment.
    pub fn of_user() -> Self {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let mut variables = BTreeMap::new();
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                variables.insert(OsString::from(name), value);
            }
        }
        // These programs look below HOME, which is another one inside.
        for (name, folder) in [
            ("CARGO_HOME", ".cargo"),
            ("RUSTUP_HOME", ".rustup"),
            ("PYENV_ROOT", ".pyenv"),
        ] {
            let place = std::env::var_os(name)
                .map(PathBuf::from)
                .or_else(|| home.as_ref().map(|home| home.join(folder)))
                .filter(|place| place.is_dir());
            if let Some(place) = place {
                variables.insert(name.into(), place.into());
            }
        }
        // A toolchain file in a stranger's tree must not choose (or ask to download) another compiler.
        if !variables.contains_key(OsStr::new("RUSTUP_TOOLCHAIN"))
            && let Some(toolchain) = variables
                .get(OsStr::new("RUSTUP_HOME"))
                .and_then(|home| default_toolchain(Path::new(home)))
        {
            variables.insert("RUSTUP_TOOLCHAIN".into(), toolchain.into());
        }
        for (name, value) in [
            ("LANG", "C.UTF-8"),
            ("RUSTUP_AUTO_INSTALL", "0"),
            ("CARGO_NET_OFFLINE", "true"),
            ("CARGO_TERM_COLOR", "never"),
            // Files beside a stranger's text would be new files in a tree that is read-only.
            ("PYTHONDONTWRITEBYTECODE", "1"),
            ("PYTHONNOUSERSITE", "1"),
            ("PIP_NO_INPUT", "1"),
            ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        ] {
            variables.insert(name.into(), value.into());
        }
        variables
            .entry("PATH".into())
            .or_insert_with(|| "/usr/local/bin:/usr/bin:/bin".into());
        let cargo = variables.get(OsStr::new("CARGO_HOME")).map(Path::new);
        let secrets = Secrets::of_user(home.as_deref(), cargo);
        Self {
            variables,
            network: without_users(
                NETWORK
                    .iter()
                    .filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?))),
            ),
            secrets,
        }
    }

    /// Files and folders that hold the user's secrets, but for those that a command is about.
    pub fn hidden(&self, command: &Command, home: &Home) -> Vec<PathBuf> {
        let listed = ["PATH", "LD_LIBRARY_PATH"].map(OsStr::new);
        let mut needed: Vec<PathBuf> = Vec::new();
        for (name, value) in &self.variables {
            if listed.contains(&name.as_os_str()) {
                needed.extend(std::env::split_paths(value));
            } else {
                needed.push(value.into());
            }
        }
        needed.extend([
            command.program.clone(),
            command.folder.clone(),
            home.path.clone(),
        ]);
        needed.extend(command.writable.iter().cloned());
        needed.extend(command.args.iter().map(PathBuf::from));
        needed.extend(std::env::current_exe());
        needed.push(std::env::temp_dir());
        // What the user works on, or named, may lie anywhere.
        needed.extend(std::env::current_dir());
        needed.extend(std::env::args_os().map(PathBuf::from));
        for name in ["RIPOUT_CACHE_DIR", "XDG_CACHE_HOME"] {
            needed.extend(std::env::var_os(name).map(PathBuf::from));
        }
        let mut hidden = self.secrets.but_for(&needed);
        if command.network
            && let Ok(names) = Path::new("/etc/resolv.conf").canonicalize()
        {
            // Who uses the network asks there for addresses; what lies beside it stays hidden.
            hidden = hidden
                .iter()
                .flat_map(|place| all_but(place, &names))
                .collect();
        }
        hidden
    }

    /// The environment of one process.
    pub fn bare(&self, home: &Home, network: bool) -> BTreeMap<OsString, OsString> {
        let mut variables = self.variables.clone();
        if network {
            variables.extend(self.network.clone());
        }
        variables.insert("HOME".into(), home.path.clone().into());
        variables.insert("TMPDIR".into(), home.path.join(".tmp").into());
        variables
    }
}

/// Variables of which none holds an address with a user's name, and so perhaps a password.
fn without_users(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> BTreeMap<OsString, OsString> {
    variables
        .filter(|(_, value)| !value.to_string_lossy().contains('@'))
        .collect()
}

/// A folder, or all in it but what leads to a file.
fn all_but(place: &Path, file: &Path) -> Vec<PathBuf> {
    if place == file {
        return Vec::new();
    }
    if !file.starts_with(place) {
        return vec![place.to_path_buf()];
    }
    let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| all_but(&entry.path(), file))
        .collect()
}

/// A confined process's home: the first folder that it may write to, so that it is the same from run to run.
pub(super) struct Home {
    path: PathBuf,
    /// Keeps a home alive that had to be made, for a process that may write nowhere else.
    made: Option<tempfile::TempDir>,
}

impl Home {
    /// Finds or makes it.
    pub fn of(command: &Command) -> Result<Self, HostError> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| HostError::File { path, source }
        };
        let (path, made) = match command.writable.first() {
            Some(path) => (path.clone(), None),
            None => {
                let made = tempfile::Builder::new()
                    .prefix("ripout-home-")
                    .tempdir()
                    .map_err(failed(&std::env::temp_dir()))?;
                (made.path().to_path_buf(), Some(made))
            }
        };
        let temp = path.join(".tmp");
        std::fs::create_dir_all(&temp).map_err(failed(&temp))?;
        Ok(Self { path, made })
    }

    /// All that a process may write to. Mounts know no links, and a link that a stranger put in the place of a work folder
    /// would let the next one write where it leads.
    pub fn writable(&self, command: &Command) -> Result<Vec<PathBuf>, HostError> {
        let made = self.made.as_ref().map(|_| &self.path);
        let mut folders = Vec::new();
        for path in command.writable.iter().chain(made) {
            let failed = |source| HostError::File {
                path: path.clone(),
                source,
            };
            let real = path.canonicalize().map_err(failed)?;
            let temp = std::env::temp_dir().canonicalize().map_err(failed)?;
            // Above the work folders links are the system's own.
            let below = path.strip_prefix(std::env::temp_dir());
            let straight = real == *path || below.is_ok_and(|below| temp.join(below) == real);
            if !straight || !real.is_dir() {
                let why = "it is no longer the folder that it was";
                return Err(failed(std::io::Error::other(why)));
            }
            folders.push(real);
        }
        folders.sort();
        folders.dedup();
        Ok(folders)
    }
}

/// The toolchain that rustup would use outside any project.
fn default_toolchain(rustup_home: &Path) -> Option<String> {
    let text = std::fs::read_to_string(rustup_home.join("settings.toml")).ok()?;
    let settings: toml::Table = text.parse().ok()?;
    Some(settings.get("default_toolchain")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_default_toolchain() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("settings.toml"),
            "default_toolchain = \"stable\"\n[overrides]\n",
        )
        .unwrap();
        assert_eq!(default_toolchain(folder.path()).as_deref(), Some("stable"));
        assert_eq!(default_toolchain(Path::new("/nowhere")), None);
    }

    #[test]
    fn addresses_with_a_user_stay_out() {
        let of = |value: &str| without_users([("A".into(), value.into())].into_iter()).len();
        assert_eq!(of("https://index.example.org/simple"), 1);
        assert_eq!(of("https://me:secret@index.example.org/simple"), 0);
    }

    #[test]
    fn what_lies_beside_a_file_that_is_needed_stays_hidden() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["run/resolve/names", "run/resolve/key", "run/other/key"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let run = folder.path().join("run");
        let mut hidden = all_but(&run, &run.join("resolve/names"));
        hidden.sort();
        assert_eq!(hidden, [run.join("other"), run.join("resolve/key")]);
        assert_eq!(all_but(&run, Path::new("/elsewhere")), [run]);
    }

    #[test]
    fn a_process_that_may_write_nowhere_gets_a_home() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("true", folder.path());
        command.writable.clear();
        let home = Home::of(&command).unwrap();
        assert!(!home.path.starts_with(folder.path()));
        let path = home.path.clone();
        drop(home);
        assert!(!path.exists());
    }
}
