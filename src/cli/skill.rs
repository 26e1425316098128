//! `ripout skill`: a short guide for coding agents that use the command line.

use std::{fs, io, path::PathBuf};

use ripout_model::{Failure, Stop};

use crate::cli::{Session, args::SkillVerb};

/// The guide.
const GUIDE: &str = include_str!("skill.md");

/// Where agents look for it, below a project.
const PLACE: &str = ".claude/skills/ripout/SKILL.md";

/// Prints it, or writes it where agents look.
pub fn skill(session: &Session, verb: SkillVerb) -> Result<u8, Stop> {
    match verb {
        SkillVerb::Print => session.console.print(GUIDE)?,
        SkillVerb::Install { dir, force } => {
            let file = dir.unwrap_or(PathBuf::from(".")).join(PLACE);
            install(&file, force)?;
            session.console.print(&format!("{}\n", file.display()))?;
        }
    }
    Ok(0)
}

/// Never over somebody's own text, unless that is asked for.
fn install(file: &std::path::Path, force: bool) -> Result<(), Failure> {
    let failed = |e: io::Error| Failure::new("output", format!("write {}: {e}", file.display()));
    match fs::read(file) {
        Ok(there) if there == GUIDE.as_bytes() => return Ok(()),
        Ok(_) if !force => {
            return Err(Failure::new(
                "file_differs",
                format!("{} is there and says something else", file.display()),
            )
            .help("--force replaces it; `ripout skill print` shows what would be written"));
        }
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(failed(e)),
    }
    let folder = file.parent().unwrap_or(std::path::Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut written = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    io::Write::write_all(&mut written, GUIDE.as_bytes()).map_err(failed)?;
    open_to_all(written.path()).map_err(failed)?;
    written.persist(file).map(drop).map_err(|e| failed(e.error))
}

/// Temporary files are for their owner alone.
fn open_to_all(file: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o644))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_is_short_and_begins_as_agents_want_it() {
        assert!(GUIDE.lines().count() <= 80);
        let mut lines = GUIDE.lines();
        assert_eq!(lines.next(), Some("---"));
        assert_eq!(lines.next(), Some("name: ripout"));
        let description = lines.next().unwrap().strip_prefix("description: ").unwrap();
        assert!(
            description.len() <= 1024 && !description.contains(": "),
            "YAML reads it as it stands"
        );
    }

    #[test]
    fn a_text_of_somebody_s_own_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(PLACE);
        install(&file, false).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), GUIDE);
        install(&file, false).unwrap();
        fs::write(&file, "mine").unwrap();
        assert_eq!(install(&file, false).unwrap_err().code, "file_differs");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
        install(&file, true).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), GUIDE);
    }
}
