//! Changed lines as rustfmt would have them, in projects that it has been over.
//!
//! A file that was as rustfmt would have it before, and is not after, differs in the lines that were changed alone: it is
//! formatted. One that was not is left to its authors. The module is the original's text, which nobody formats: where it is
//! not as the project's rustfmt would have it, the line that declares it says so.

use std::{collections::BTreeSet, path::Path};

use ripout_model::{Changes, Command, Exit, Host, HostError, Leaving, Stop, place::read_below};

use super::roots;

/// What the line of a module that rustfmt is to leave alone begins with.
const SKIP: &str = "#[rustfmt::skip]\n";

/// Formats the changes of a project. `copy` is the project with them made, and is written to.
pub fn format(
    leaving: &Leaving<'_>,
    copy: &Path,
    changes: &mut Changes,
    host: &dyn Host,
) -> Result<(), Stop> {
    let changed: BTreeSet<String> = changes
        .files
        .iter()
        .filter(|change| change.before.is_some())
        .map(|change| change.file.clone())
        .collect();
    if !changes
        .files
        .iter()
        .any(|it| it.file.ends_with(".rs") && it.before.is_some())
    {
        return Ok(());
    }
    let Some(before) = unformatted(leaving.folder, host)? else {
        return Ok(());
    };
    let Some(mut after) = unformatted(copy, host)? else {
        return Ok(());
    };
    // Other files differ now: the copy lacks settings that lie above the project.
    let all: BTreeSet<&str> = changes.files.iter().map(|it| it.file.as_str()).collect();
    if after
        .iter()
        .any(|file| !before.contains(file) && !all.contains(file.as_str()))
    {
        return Ok(());
    }
    let module = changes.module.clone();
    let mut marked = BTreeSet::new();
    if before.is_empty() && after.contains(&module) {
        let line = roots::declaration(leaving.fitting);
        for change in changes.files.iter_mut().filter(|it| it.before.is_some()) {
            let Some(text) = change
                .after
                .as_deref()
                .and_then(|it| std::str::from_utf8(it).ok())
            else {
                continue;
            };
            let at = text
                .find(&line)
                .filter(|at| change.file.ends_with(".rs") && text[..*at].ends_with(['\n', ']']));
            let at = at.or_else(|| text.starts_with(&line).then_some(0));
            let Some(at) = at.filter(|_| change.file.ends_with(".rs")) else {
                continue;
            };
            let text = format!("{}{SKIP}{}", &text[..at], &text[at..]);
            write(copy, &change.file, text.as_bytes())?;
            change.after = Some(text.into_bytes());
            marked.insert(change.file.clone());
        }
        after.extend(marked);
    }
    let wanted: Vec<String> = after
        .into_iter()
        .filter(|file| *file != module && !before.contains(file) && changed.contains(file))
        .collect();
    if wanted.is_empty() || !cargo_fmt(copy, &[], host)?.is_some_and(|answer| answer.ok()) {
        return Ok(());
    }
    for change in &mut changes.files {
        if wanted.contains(&change.file)
            && let Ok(text) = read_below(copy, &change.file)
        {
            change.after = Some(text);
        }
    }
    Ok(())
}

fn write(copy: &Path, file: &str, bytes: &[u8]) -> Result<(), Stop> {
    let path = copy.join(file);
    std::fs::write(&path, bytes).map_err(|source| HostError::File { path, source }.into())
}

/// The files of a project that are not as rustfmt would have them; `None` where it can't tell.
fn unformatted(folder: &Path, host: &dyn Host) -> Result<Option<BTreeSet<String>>, Stop> {
    let answer = cargo_fmt(folder, &["--check", "-l"], host)?;
    let Some(answer) = answer.filter(|answer| matches!(answer.exit, Exit::Code(0 | 1))) else {
        return Ok(None);
    };
    let real = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_path_buf());
    let listed: BTreeSet<String> = answer
        .text()
        .lines()
        .filter_map(|line| {
            let path = Path::new(line.trim());
            let below = path
                .strip_prefix(&real)
                .or_else(|_| path.strip_prefix(folder));
            Some(below.ok()?.to_string_lossy().into_owned())
        })
        .collect();
    // It failed for another reason than what it would change.
    if !answer.ok() && listed.is_empty() {
        return Ok(None);
    }
    Ok(Some(listed))
}

fn cargo_fmt(
    folder: &Path,
    words: &[&str],
    host: &dyn Host,
) -> Result<Option<ripout_model::Answer>, Stop> {
    let home = host.folder("format")?;
    let mut command = Command::new("cargo", folder)
        .args(["fmt", "--all", "--"])
        .args(words.iter().copied());
    command.writable = vec![home.path().to_path_buf()];
    if words.is_empty() {
        command.writable.push(folder.to_path_buf());
    }
    match host.run(&command) {
        Ok(answer) => Ok(Some(answer)),
        Err(HostError::Start { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
