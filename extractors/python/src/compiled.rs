//! The texts of `drive`, compiled once: an extraction starts the interpreter more than a dozen times, and reading the text
//! anew each time takes longer than most of these processes have to do.
//!
//! It is compiled before any stranger's code runs, in a folder that no later process may write to.

use std::{ffi::OsString, path::Path, sync::Arc, time::Duration};

use ripout_model::{Command, Failure, Folder, Host, HostError, Stop};

use crate::drive;

/// A text, put together where it is asked for.
type Text = fn() -> &'static str;

/// What is compiled, by its stem.
const TEXTS: [(&str, Text); 7] = [
    ("run", || drive::RUN),
    ("plan", || drive::PLAN),
    ("api", || drive::API),
    ("mutants", || drive::MUTANTS),
    ("bulk", || drive::BULK),
    ("tests", || drive::TESTS),
    ("collect", || drive::COLLECT),
];

/// Writes the code of each text beside it.
const COMPILE: &str = r#"
import marshal, os, sys
for stem in sys.argv[1:]:
    path = os.path.abspath(stem + ".py")
    with open(path, encoding="utf-8") as text, open(stem + ".code", "wb") as code:
        marshal.dump(compile(text.read(), path, "exec", dont_inherit=True), code)
"#;

/// Runs codes as one script. What a subject can see of it (`sys.argv`, `sys.path`, `__file__`) is as if the first had been
/// started as a file, as it is in the frozen tests, but for its folder, from which nothing is to be imported.
const START: &str = r#"
import marshal, sys
sys.path[:] = [place for place in sys.path if place]
places = sys.argv.pop(1).split("\n")
sys.argv[0] = __file__ = places[0][:-4] + "py"
for place in places:
    with open(place, "rb") as code:
        code = marshal.load(code)
    exec(code)
"#;

/// Where the codes are.
#[derive(Clone)]
pub struct Compiled(Arc<dyn Folder>);

impl Compiled {
    /// The texts, still to be compiled.
    pub fn new(host: &dyn Host) -> Result<Self, Stop> {
        let folder = host.folder("drivers")?;
        for (stem, text) in TEXTS {
            folder.write(&format!("{stem}.py"), text().as_bytes())?;
        }
        Ok(Self(Arc::from(folder)))
    }

    /// Lets the interpreter compile.
    pub fn compile(&self, interpreter: &Path, host: &dyn Host) -> Result<(), Stop> {
        let command = Command::new(interpreter, self.folder())
            .args(["-I", "-S", "-B", "-c", COMPILE])
            .args(TEXTS.map(|(stem, _)| stem))
            .wall(Duration::from_secs(60));
        let failed = |why: String| {
            let text = format!("{} can't compile a driver: {why}", interpreter.display());
            Stop::from(
                Failure::new("toolchain_missing", text)
                    .help("Python 3.8 or newer is needed; name one with --python PATH"),
            )
        };
        match host.run(&command) {
            Ok(answer) if answer.ok() => Ok(()),
            Ok(answer) => {
                let errors = answer.errors();
                let last = errors.trim().lines().last().unwrap_or("no word of why");
                Err(failed(format!("{:?}, {last}", answer.exit)))
            }
            Err(HostError::Start { source, .. }) => Err(failed(source.to_string())),
            Err(other) => Err(other.into()),
        }
    }

    /// Arguments that run the codes of `stems` one after the other, as one script.
    pub fn start(&self, stems: &[&str]) -> Vec<OsString> {
        let mut places = OsString::new();
        for (at, stem) in stems.iter().enumerate() {
            if at > 0 {
                places.push("\n");
            }
            places.push(self.0.path().join(format!("{stem}.code")));
        }
        vec!["-c".into(), START.into(), places]
    }

    /// The folder of the texts.
    pub fn folder(&self) -> &Path {
        self.0.path()
    }
}
