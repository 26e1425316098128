//! The one door to the outside: every process and every work folder comes from here.
//!
//! Strangers' code is never a child of ours. We start our own binary again, in the role of a *warden*
//! ([`confine_main`]), which confines itself, starts the stranger as its child, collects whatever the stranger leaves
//! behind, and tells us over a socket how it ended. When we die, or hang up, the warden ends everything below it.
//!
//! * [`spec`]: what the two sides say to each other
//! * [`warden`]: the confined side; [`confine`]: what keeps strangers in
//! * [`process`]: our side: start, read, end; [`watch`]: what all of it takes together
//! * [`environment`]: what a confined process sees of the user's environment
//! * [`secrets`]: what of the user's files it does not see
//! * [`sweep`]: finds and ends descendants
//! * [`folder`]: work folders
//!
//! What does not happen here: no shell is started, nothing inherits the user's environment or standard input, and no
//! process outlives the call that started it.

#[cfg(target_os = "linux")]
mod confine;
mod environment;
mod folder;
mod process;
mod secrets;
mod spec;
mod sweep;
mod warden;
mod watch;

use std::{
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use ripout_model::{Answer, Command, Folder, Host, HostError};

pub use spec::Measure;
use warden::WARDEN;
pub use warden::{CONFINE, confine_main};

/// Hears what a run is doing: the progress of the command line.
pub trait Watcher: Send + Sync {
    /// `done` of `total`, where that is known.
    fn say(&self, what: &str, done: u64, total: Option<u64>);
    /// A warning for the user.
    fn warn(&self, text: &str);
}

/// A watcher that tells nobody.
pub struct Silent;

impl Watcher for Silent {
    fn say(&self, _what: &str, _done: u64, _total: Option<u64>) {}
    fn warn(&self, _text: &str) {}
}

/// How strangers' code is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether to confine; `--no-sandbox` turns it off. Limits on time and output hold either way.
    pub confine: bool,
    /// Set when the user asks to stop: each wait ends within some 20 ms, and takes its processes with it.
    pub interrupted: Arc<AtomicBool>,
    /// A binary whose main calls [`confine_main`]; our own if `None`.
    pub launcher: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            confine: true,
            interrupted: Arc::default(),
            launcher: None,
        }
    }
}

/// Runs strangers' code, and package clients.
pub struct Sandbox {
    options: Options,
    launcher: PathBuf,
    environment: environment::Environment,
    watcher: Box<dyn Watcher>,
    measures: OnceLock<Vec<Measure>>,
}

impl Sandbox {
    /// A sandbox for one run of the program.
    pub fn new(options: Options, watcher: Box<dyn Watcher>) -> Self {
        let launcher = options
            .launcher
            .clone()
            .or_else(|| std::env::current_exe().ok())
            .unwrap_or_else(|| PathBuf::from("ripout"));
        Self {
            options,
            launcher,
            environment: environment::Environment::of_user(),
            watcher,
            measures: OnceLock::new(),
        }
    }

    /// Says once what could not be had.
    fn tell_gaps(&self) {
        let gaps: Vec<String> = self
            .measures
            .get()
            .into_iter()
            .flatten()
            .filter_map(|it| {
                Some(format!(
                    "{} by {} ({})",
                    it.denies,
                    it.by,
                    it.missing.as_ref()?
                ))
            })
            .collect();
        if !gaps.is_empty() {
            self.watcher.warn(&format!(
                "the sandbox is weaker here than it should be; what keeps strangers' code in is not doubled by: {}",
                gaps.join(", ")
            ));
        }
    }

    /// What keeps strangers' code in, on this machine, and what was not to be had.
    pub fn describe(&self) -> Result<&[Measure], HostError> {
        if let Some(measures) = self.measures.get() {
            return Ok(measures);
        }
        let folder = self.folder("probe")?;
        match self.run(&Command::new("true", folder.path())) {
            // That, too, is told by the measures.
            Ok(_) | Err(HostError::Unconfined { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(self.measures.get().map_or(&[], Vec::as_slice))
    }
}

impl Host for Sandbox {
    fn folder(&self, purpose: &str) -> Result<Box<dyn Folder>, HostError> {
        self.check()?;
        folder::WorkFolder::make(purpose).map(|folder| Box::new(folder) as Box<dyn Folder>)
    }

    fn run(&self, command: &Command) -> Result<Answer, HostError> {
        self.check()?;
        let home = environment::Home::of(command)?;
        let started = process::Confined {
            launcher: &self.launcher,
            confine: self.options.confine,
            interrupted: &self.options.interrupted,
            environment: self.environment.bare(&home, command.network),
            writable: home.writable(command)?,
            hidden: self.environment.hidden(command, &home),
        };
        started.run(command, |measures| {
            if self.measures.set(measures).is_ok() && self.options.confine {
                self.tell_gaps();
            }
        })
    }

    fn fetch(&self, command: &Command) -> Result<Answer, HostError> {
        self.check()?;
        process::fetch(command, &self.options.interrupted)
    }

    fn say(&self, what: &str, done: u64, total: Option<u64>) {
        self.watcher.say(what, done, total);
    }

    fn warn(&self, text: &str) {
        self.watcher.warn(text);
    }

    fn check(&self) -> Result<(), HostError> {
        if self.options.interrupted.load(Ordering::Relaxed) {
            Err(HostError::Interrupted)
        } else {
            Ok(())
        }
    }
}
