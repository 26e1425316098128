//! The interpreter that judges, and what it says of itself.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use ripout_model::{Command, Failure, Host, HostError, Settings, Stop};
use serde::Deserialize;

/// What an interpreter says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Interpreter {
    /// Its own path: behind the shims of version managers.
    #[serde(rename = "executable")]
    pub program: PathBuf,
    /// `[3, 11, 7]`.
    pub version: [u32; 3],
    /// `sys.platform`.
    pub platform: String,
    /// `os.name`.
    pub os_name: String,
    /// `platform.system()`.
    pub system: String,
    /// Top-level modules of its standard library.
    pub stdlib: BTreeSet<String>,
    /// Names of the module `builtins`.
    pub builtins: BTreeSet<String>,
    /// Words that are no names.
    pub keywords: BTreeSet<String>,
}

impl Interpreter {
    /// Whether a dotted module name belongs to the standard library.
    pub fn has_module(&self, module: &str) -> bool {
        let top = module.split('.').next().unwrap_or(module);
        self.stdlib.contains(top)
    }
}

/// `sys.stdlib_module_names` came with 3.10; before that the files of the library are counted.
const QUESTION: &str = r#"
import builtins, json, keyword, os, platform, sys
names = getattr(sys, "stdlib_module_names", None)
if names is None:
    names = set(sys.builtin_module_names)
    folder = os.path.dirname(os.__file__)
    for place in (folder, os.path.join(folder, "lib-dynload")):
        if os.path.isdir(place):
            names.update(name.split(".")[0] for name in os.listdir(place) if name != "site-packages")
print(json.dumps({
    "executable": sys.executable, "version": list(sys.version_info[:3]), "platform": sys.platform,
    "os_name": os.name, "system": platform.system(), "stdlib": sorted(names),
    "builtins": sorted(dir(builtins)), "keywords": sorted(keyword.kwlist),
}))
"#;

/// Starts the interpreter that the user chose, or `python3`, and asks it.
pub fn ask(settings: &Settings, host: &dyn Host) -> Result<Interpreter, Stop> {
    let program = settings.python.clone().unwrap_or_else(|| "python3".into());
    let folder = host.folder("interpreter")?;
    let command = Command::new(&program, folder.path())
        .args(["-I", "-S", "-c", QUESTION])
        .wall(Duration::from_secs(60));
    let missing = |why: String| {
        Stop::from(
            Failure::new(
                "toolchain_missing",
                format!("no Python interpreter at `{}`: {why}", program.display()),
            )
            .help("install Python 3, or name one with --python PATH"),
        )
    };
    let answer = match host.run(&command) {
        Ok(answer) => answer,
        Err(HostError::Start { source, .. }) => return Err(missing(source.to_string())),
        Err(other) => return Err(other.into()),
    };
    if !answer.ok() {
        let errors = answer.errors();
        let last = errors.lines().last().unwrap_or("it printed nothing");
        return Err(missing(format!("{:?}, {last}", answer.exit)));
    }
    serde_json::from_slice(&answer.stdout)
        .map_err(|error| missing(format!("it does not answer as Python 3 would ({error})")))
}
