//! The programs that make lock files. They are the user's own, but may build a package to see what it needs: so they run
//! confined, and see none of the user's settings that hold passwords.

use std::{path::Path, time::Duration};

use ripout_model::{Command, Exit, Host, HostError, Settings, Stop};

use super::Format;

/// So long a resolution may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What became of a run.
#[derive(Debug)]
pub enum Ran {
    /// It ended well.
    Done,
    /// It is not on PATH.
    Missing,
    /// It needs the network, and the user wants none.
    Offline,
    /// What it said.
    Failed(String),
}

/// Lets the tool make the lock file of a copy anew, with as little change as it makes.
pub fn run(format: Format, copy: &Path, settings: &Settings, host: &dyn Host) -> Result<Ran, Stop> {
    let home = host.folder("lock")?;
    let program = format.program();
    let start = |words: &[&str]| {
        let mut command = Command::new(program, copy).args(words).wall(PATIENCE);
        // Its caches, and environments that it makes, are no part of the project.
        command.writable.insert(0, home.path().to_path_buf());
        command.network = !settings.offline;
        let variables = [
            ("UV_NO_BUILD", "1"),
            ("UV_PYTHON_DOWNLOADS", "never"),
            ("POETRY_VIRTUALENVS_CREATE", "false"),
            ("POETRY_NO_INTERACTION", "1"),
            ("PDM_CHECK_UPDATE", "0"),
            ("PDM_USE_VENV", "0"),
            ("PDM_IGNORE_SAVED_PYTHON", "1"),
            ("PDM_NON_INTERACTIVE", "1"),
            ("PDM_ONLY_BINARY", ":all:"),
        ];
        for (name, value) in variables {
            command = command.env(name, value);
        }
        command
    };
    let mut command = match format {
        Format::Uv if settings.offline => start(&["lock", "--offline"]),
        Format::Uv => start(&["lock"]),
        _ if settings.offline => return Ok(Ran::Offline),
        Format::Pdm => start(&["lock", "--update-reuse"]),
        Format::Poetry => {
            let version = match asked(&start(&["--version"]), host)? {
                Some(answer) => answer,
                None => return Ok(Ran::Missing),
            };
            // Before 2 it would move every package to its newest version.
            match version.contains("version 1.") {
                true => start(&["lock", "--no-update"]),
                false => start(&["lock"]),
            }
        }
    };
    if let Some(python) = &settings.python
        && format == Format::Uv
    {
        command = command.env("UV_PYTHON", python);
    }
    host.say(&format!("making {} anew", format.file()), 0, None);
    let answer = match host.run(&command) {
        Ok(answer) => answer,
        Err(HostError::Start { .. }) => return Ok(Ran::Missing),
        Err(error) => return Err(error.into()),
    };
    if answer.ok() {
        return Ok(Ran::Done);
    }
    Ok(Ran::Failed(match answer.exit {
        Exit::TimedOut => format!("it did not end within {} s", PATIENCE.as_secs()),
        _ => last(&(answer.text() + "\n" + &answer.errors())),
    }))
}

fn asked(command: &Command, host: &dyn Host) -> Result<Option<String>, Stop> {
    match host.run(command) {
        Ok(answer) => Ok(Some(answer.text())),
        Err(HostError::Start { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The last line that says something.
fn last(output: &str) -> String {
    let mut lines = output.lines().map(str::trim);
    let told = lines.rfind(|line| line.contains(char::is_alphabetic));
    told.unwrap_or("it said nothing")
        .chars()
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_are_told() {
        assert_eq!(
            last("a\n\n  Package x not found.\n\n ╰─\n"),
            "Package x not found."
        );
        assert_eq!(last("\n"), "it said nothing");
    }
}
