//! The only way out for a language crate: what it may ask of the program around it.
//!
//! A language never starts a process or makes a temp folder by itself. It builds a [`Command`] and hands it to the
//! [`Host`], which runs it in the sandbox. Tests hand in a host of their own.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// What the program around a language offers to it.
pub trait Host: Sync {
    /// Makes a work folder that goes away when it is dropped. `purpose` is a word for logs.
    fn folder(&self, purpose: &str) -> Result<Box<dyn Folder>, HostError>;

    /// Runs strangers' code: confined, without network, to its end or to its limits.
    fn run(&self, command: &Command) -> Result<Answer, HostError>;

    /// Runs a package client outside the sandbox, with the network and the user's settings.
    /// Only for commands that run no package's code (`cargo metadata`, `pip download` of wheels).
    fn fetch(&self, command: &Command) -> Result<Answer, HostError>;

    /// Tells the user what is being done. `done` of `total` where that is known.
    fn say(&self, what: &str, done: u64, total: Option<u64>);

    /// A warning on standard error.
    fn warn(&self, text: &str);

    /// Fails once the user asked to stop. Long loops call it.
    fn check(&self) -> Result<(), HostError>;
}

/// Bytes that [`Folder::read`] reads at most: more than any report or module of ours, less than what would hurt.
pub const READ_LIMIT: u64 = 64 << 20;

/// A work folder; dropping it deletes it.
pub trait Folder: Send + Sync {
    /// Where it is.
    fn path(&self) -> &Path;

    /// Writes a file below it, with the folders that lead there.
    fn write(&self, file: &str, bytes: &[u8]) -> Result<PathBuf, HostError>;

    /// Reads a file below it that a confined process may have written: never through a link, never one
    /// that is larger than [`READ_LIMIT`].
    fn read(&self, file: &str) -> Result<Vec<u8>, HostError>;
}

/// A process to be run.
#[derive(Debug, Clone)]
pub struct Command {
    /// Looked up on PATH unless it is a path.
    pub program: PathBuf,
    /// Arguments.
    pub args: Vec<OsString>,
    /// Added to the bare environment (PATH, HOME in the work folder, LANG=C.UTF-8, TMPDIR, and the toolchain's own variables).
    pub env: Vec<(OsString, OsString)>,
    /// Current folder. Confined processes can write below `writable` and nowhere else.
    pub folder: PathBuf,
    /// Folders it may write to.
    pub writable: Vec<PathBuf>,
    /// Limits on time, memory, processes and output.
    pub limits: Limits,
    /// Whether it may use the network: only for a program of the user's own, and only if the user asked for it or does not
    /// work offline.
    pub network: bool,
    /// Once this is set the process is ended, as if the user had asked to stop: for what turns out not to be needed.
    pub stop: Option<Arc<AtomicBool>>,
}

impl Command {
    /// A command that runs in, and may write to, one folder.
    pub fn new(program: impl Into<PathBuf>, folder: &Path) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            folder: folder.to_path_buf(),
            writable: vec![folder.to_path_buf()],
            limits: Limits::default(),
            network: false,
            stop: None,
        }
    }

    /// Adds one argument.
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets one variable.
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Sets the limit on wall time.
    pub fn wall(mut self, wall: Duration) -> Self {
        self.limits.wall = wall;
        self
    }
}

/// Limits on a confined process and all that it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall time.
    pub wall: Duration,
    /// Address space per process, bytes.
    pub memory: u64,
    /// Processes and threads.
    pub processes: u64,
    /// Bytes of standard output and of standard error that are read, each.
    pub output: u64,
    /// Bytes of any one file that it writes.
    pub file: u64,
    /// Bytes of all that lies in the folders it may write to.
    pub disk: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(300),
            memory: 8 << 30,
            processes: 512,
            output: 64 << 20,
            file: 2 << 30,
            disk: 4 << 30,
        }
    }
}

/// How a process ended and what it printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub exit: Exit,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Wall time.
    pub elapsed: Duration,
}

impl Answer {
    /// Whether it ended by itself with code 0.
    pub fn ok(&self) -> bool {
        self.exit == Exit::Code(0)
    }

    /// Standard error as text.
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself.
    Code(i32),
    /// By a signal that was not the sandbox's.
    Signal(i32),
    /// It reached the limit on wall time.
    TimedOut,
    /// It printed more than the limit.
    TooMuchOutput,
}

/// What kept the host from running a command. How the command itself ended is an [`Answer`].
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The program is not on PATH or can't be started.
    #[error("start {}: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Strangers' code can't be confined on this machine, and was not started.
    #[error("strangers' code can't be confined on this machine; nothing here keeps it from {}", lost.join(", from "))]
    Unconfined {
        /// What would not be denied, each with why not.
        lost: Vec<String>,
    },
    /// A file of a work folder.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
