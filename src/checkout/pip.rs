//! The interpreter, and its pip: the client whose index settings, proxies and credentials the user has set up.
//!
//! Outside the sandbox pip only downloads: wheels with `pip download --only-binary=:all:`, source distributions with a
//! script of ours. Neither runs a line of a package.

use std::{
    env, fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use ripout_model::{Answer, Command, Failure, Host, HostError, Stop};
use serde::Deserialize;

/// Our script for source distributions.
const SDIST: &str = include_str!("sdist.py");

/// An interpreter, by name and by what tells it from others.
#[derive(Debug, Clone)]
pub(super) struct Interpreter {
    program: PathBuf,
    /// Changes when another interpreter would be started.
    pub key: String,
    /// Whether the program is a script that picks an interpreter by where it is started.
    picks: bool,
}

impl Interpreter {
    /// The interpreter named, or `python3` on PATH. Starts nothing.
    pub fn find(named: Option<&Path>) -> Result<Self, Failure> {
        let program = named.unwrap_or(Path::new("python3"));
        let path = on_path(program).ok_or_else(|| {
            let text = format!("there is no interpreter {}", program.display());
            Failure::new("toolchain_missing", text)
                .help("install Python 3, or name an interpreter with --python")
        })?;
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        let stamp = fs::metadata(&real)
            .map(|it| format!("{} {}.{}", it.len(), it.mtime(), it.mtime_nsec()))
            .unwrap_or_default();
        let mut key = format!("{} {stamp}", real.display());
        let picks = is_script(&real);
        if picks {
            key.push_str(&choice(&real));
        }
        Ok(Self {
            program: path,
            key,
            picks,
        })
    }

    /// The program to start in a work folder: a script that picks by where it stands has picked by then.
    pub fn settle(&self, host: &dyn Host) -> Result<PathBuf, Stop> {
        if !self.picks {
            return Ok(self.program.clone());
        }
        let here = env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        let ask = Command::new(&self.program, &here).args([
            "-I",
            "-S",
            "-c",
            "import sys; print(sys.executable)",
        ]);
        let answer = fetch(&ask, host)?;
        let said = answer.text();
        if !answer.ok() || said.trim().is_empty() {
            let text = format!("{}: {}", self.program.display(), last_words(&answer));
            return Err(Failure::new("toolchain_missing", text)
                .help("name an interpreter with --python")
                .into());
        }
        Ok(PathBuf::from(said.trim()))
    }
}

/// What a version switcher goes by: its variable, and the files that name versions from here up to its own.
fn choice(script: &Path) -> String {
    let mut choice = String::new();
    for name in [
        "PYENV_VERSION",
        "ASDF_PYTHON_VERSION",
        "MISE_PYTHON_VERSION",
    ] {
        choice.push_str(&format!(" {}", env::var(name).unwrap_or_default()));
    }
    let mut files: Vec<PathBuf> = Vec::new();
    if let Ok(here) = env::current_dir() {
        for folder in here.ancestors() {
            files.push(folder.join(".python-version"));
            files.push(folder.join(".tool-versions"));
        }
    }
    // `<root>/shims/python3` goes by `<root>/version`.
    files.extend(script.ancestors().nth(2).map(|root| root.join("version")));
    files.extend(env::var_os("HOME").map(|home| PathBuf::from(home).join(".tool-versions")));
    // A file that is not there counts for nothing, so that folders which choose alike share what was found.
    for said in files
        .into_iter()
        .filter_map(|file| fs::read_to_string(file).ok())
    {
        choice.push_str(&format!(" {}", said.trim()));
    }
    choice
}

fn on_path(program: &Path) -> Option<PathBuf> {
    let runs = |path: &Path| {
        fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
    };
    if program.components().count() > 1 {
        let path = std::path::absolute(program).ok()?;
        return runs(&path).then_some(path);
    }
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| runs(path))
}

fn is_script(path: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 2];
    fs::File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && &start == b"#!"
}

/// pip of one interpreter.
pub(super) struct Pip<'a> {
    pub python: PathBuf,
    pub host: &'a dyn Host,
}

/// What the index has for a requirement.
#[derive(Debug, Deserialize)]
pub(super) struct Sources {
    /// The newest source distribution that fits.
    pub file: Option<PathBuf>,
    /// All versions there are, newest first.
    pub versions: Vec<String>,
}

impl Pip<'_> {
    fn command(&self, folder: &Path) -> Command {
        Command::new(&self.python, folder)
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            .env("PIP_NO_INPUT", "1")
            .env("NO_COLOR", "1")
    }

    /// Downloads wheels for requirements, and all that those require, into `into`. The answer may be pip's refusal.
    pub fn download(
        &self,
        requirements: &[String],
        into: &Path,
        more: Option<&Path>,
        folder: &Path,
    ) -> Result<Answer, Stop> {
        let mut command = self
            .command(folder)
            .args(["-m", "pip", "download", "--quiet", "--only-binary=:all:"])
            .args(["--progress-bar=off", "--dest"])
            .arg(into);
        if let Some(more) = more {
            command = command.arg("--find-links").arg(more);
        }
        fetch(&command.arg("--").args(requirements), self.host)
    }

    /// Downloads the source distribution that fits best, if there is one.
    pub fn source(&self, requirement: &str, into: &Path, folder: &Path) -> Result<Sources, Stop> {
        let command = self
            .command(folder)
            .args(["-c", SDIST, requirement])
            .arg(into);
        let answer = fetch(&command, self.host)?;
        if !answer.ok() {
            return Err(self.explain(requirement, &answer).into());
        }
        serde_json::from_slice(&answer.stdout)
            .map_err(|error| Failure::new("toolchain", format!("pip: {error}")).into())
    }

    /// Builds a wheel of an unpacked source distribution, in the sandbox, with build tools from `tools` only.
    pub fn build(
        &self,
        source: &Path,
        tools: &Path,
        into: &Path,
        folder: &Path,
    ) -> Result<Answer, Stop> {
        let command = self
            .command(folder)
            .args([
                "-m",
                "pip",
                "wheel",
                "--no-index",
                "--no-deps",
                "--no-cache-dir",
            ])
            .arg("--find-links")
            .arg(tools)
            .arg("--wheel-dir")
            .arg(into)
            .arg(source)
            .env("PIP_CONFIG_FILE", "/dev/null");
        Ok(self.host.run(&command)?)
    }

    /// What pip's words mean for the user.
    pub fn explain(&self, wanted: &str, answer: &Answer) -> Failure {
        let said = answer.errors();
        if said.contains("No module named pip") || said.contains("No module named 'pip'") {
            let text = format!("{} has no pip", self.python.display());
            return Failure::new("toolchain_missing", text).help(format!(
                "run `{} -m ensurepip`, install your system's python3-pip, or name another interpreter with --python",
                self.python.display()
            ));
        }
        let network = [
            "Retrying (Retry",
            "NewConnectionError",
            "ConnectionError",
            "Max retries",
            "ReadTimeout",
            "SSLError",
            "ProxyError",
            "HTTPError",
        ];
        if network.iter().any(|word| said.contains(word)) {
            return Failure::new("network", format!("fetch {wanted}: {}", last_words(answer)))
                .help("check the network, or use --offline for what was fetched before");
        }
        if said.contains("No space left on device") {
            return Failure::new(
                "disk_full",
                format!("fetch {wanted}: {}", last_words(answer)),
            )
            .help("free some space; `ripout cache prune` helps");
        }
        Failure::new(
            "checkout",
            format!("fetch {wanted}: {}", last_words(answer)),
        )
    }
}

/// The requirement that no wheel was found for.
pub(super) fn without_wheel(answer: &Answer) -> Option<String> {
    let said = answer.errors();
    let rest = said
        .lines()
        .find_map(|line| line.split_once("No matching distribution found for "))?
        .1;
    let end = rest.find(" (from ").unwrap_or(rest.len());
    let requirement = rest[..end].split(';').next()?.trim();
    (!requirement.is_empty()).then(|| requirement.to_owned())
}

/// The line that says most: the last error, or else the last line.
pub(super) fn last_words(answer: &Answer) -> String {
    let said = answer.errors();
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().rfind(|line| line.starts_with("ERROR"));
    error
        .or(lines().next_back())
        .unwrap_or("it said nothing")
        .to_owned()
}

/// The last lines, where no single one says why: what a build prints on its way stands before pip's own words.
pub(super) fn end_of(answer: &Answer) -> String {
    const LINES: usize = 20;
    let said = answer.errors();
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

fn fetch(command: &Command, host: &dyn Host) -> Result<Answer, Stop> {
    host.fetch(command).map_err(|error| match error {
        HostError::Start { program, source } => {
            let text = format!("{} can't be started: {source}", program.display());
            Failure::new("toolchain_missing", text)
                .help("install Python 3, or name an interpreter with --python")
                .into()
        }
        other => other.into(),
    })
}

#[cfg(test)]
mod tests {
    use ripout_model::Exit;

    use super::*;

    #[test]
    fn the_requirement_without_a_wheel_is_found() {
        let said = |text: &str| Answer {
            exit: Exit::Code(1),
            stdout: Vec::new(),
            stderr: text.into(),
            elapsed: std::time::Duration::ZERO,
        };
        let text = "ERROR: Could not find a version that satisfies the requirement a>=1 (from b) (from versions: none)\n\
                    ERROR: No matching distribution found for a>=1; python_version > \"3\" (from b)\n";
        assert_eq!(without_wheel(&said(text)).as_deref(), Some("a>=1"));
        assert_eq!(without_wheel(&said("ERROR: ResolutionImpossible")), None);
    }

    #[test]
    fn an_interpreter_is_found_without_starting_it() {
        let found = Interpreter::find(None).unwrap();
        assert_eq!(found.key, Interpreter::find(None).unwrap().key);
        let missing = Interpreter::find(Some(Path::new("/no/such/python"))).unwrap_err();
        assert_eq!(missing.code, "toolchain_missing");
    }
}
