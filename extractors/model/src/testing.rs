//! A host for the extractors' own tests: runs commands on fixtures of ours, unconfined. Never part of the program.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command as Process, Stdio},
    time::Instant,
};

use crate::host::{Answer, Command, Exit, Folder, Host, HostError, READ_LIMIT};

/// Runs commands as they are.
pub struct PlainHost;

impl Host for PlainHost {
    fn folder(&self, purpose: &str) -> Result<Box<dyn Folder>, HostError> {
        let folder = tempfile::Builder::new()
            .prefix(purpose)
            .tempdir()
            .map_err(|source| HostError::File {
                path: std::env::temp_dir(),
                source,
            })?;
        Ok(Box::new(PlainFolder(folder)))
    }

    fn run(&self, command: &Command) -> Result<Answer, HostError> {
        let begun = Instant::now();
        let output = Process::new(&command.program)
            .args(&command.args)
            // Whoever runs the tests may build somewhere of their own; a fixture is built where it lies.
            .env_remove("CARGO_TARGET_DIR")
            .envs(command.env.iter().map(|(name, value)| (name, value)))
            .current_dir(&command.folder)
            .stdin(Stdio::null())
            .output()
            .map_err(|source| HostError::Start {
                program: command.program.clone(),
                source,
            })?;
        Ok(Answer {
            exit: output.status.code().map_or(Exit::Signal(0), Exit::Code),
            stdout: output.stdout,
            stderr: output.stderr,
            elapsed: begun.elapsed(),
        })
    }

    fn fetch(&self, command: &Command) -> Result<Answer, HostError> {
        self.run(command)
    }

    fn say(&self, _what: &str, _done: u64, _total: Option<u64>) {}

    fn warn(&self, text: &str) {
        eprintln!("{text}");
    }

    fn check(&self) -> Result<(), HostError> {
        Ok(())
    }
}

struct PlainFolder(tempfile::TempDir);

impl Folder for PlainFolder {
    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, file: &str, bytes: &[u8]) -> Result<PathBuf, HostError> {
        let path = self.0.path().join(file);
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&path, bytes))
            .map_err(|source| HostError::File {
                path: path.clone(),
                source,
            })?;
        Ok(path)
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, HostError> {
        let path = self.0.path().join(file);
        let read = || match std::fs::metadata(&path)?.len() {
            ..=READ_LIMIT => std::fs::read(&path),
            _ => Err(ErrorKind::FileTooLarge.into()),
        };
        read().map_err(|source| HostError::File { path, source })
    }
}
