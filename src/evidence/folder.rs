//! The output folder, which appears whole or not at all.
//!
//! It is built as a hidden sibling and then takes the place of what was there in one step, so neither Ctrl-C nor a
//! full disk leaves half a result. A folder that ripout did not write is never touched.

use std::{
    fs,
    io::{self, Write},
    path::{Component, Path, PathBuf},
};

use ripout_model::{Failure, Module, ModuleFile};

use crate::evidence::report::{Report, SCHEMA};

/// Where a result goes. Claimed before the work begins, so that a wrong `--out` costs no time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutFolder {
    path: PathBuf,
    parent: PathBuf,
}

/// All that a result folder holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// The module with its header; none if no candidate was viable.
    pub module: Option<Module>,
    /// Frozen tests, relative to `equivalence/`.
    pub equivalence: Vec<ModuleFile>,
    /// Licence texts, as `LICENSES/…`.
    pub licences: Vec<ModuleFile>,
    /// Candidates that did not make it.
    pub attempts: Vec<KeptAttempt>,
    /// Briefs and answers, as `synth/round-N/…`.
    pub recorded: Vec<ModuleFile>,
    /// `mutants.json`, only if mutants were measured.
    pub mutants: Option<Vec<u8>>,
    /// `report.html`.
    pub page: Option<String>,
    /// The patch of a removal and what goes with it, by name.
    pub proposal: Vec<ModuleFile>,
}

/// A candidate that did not make it, kept for whoever wants to know why.
#[derive(Debug)]
pub struct KeptAttempt {
    /// Its place among the attempts, from 1.
    pub number: usize,
    /// `slice`, `llm`, `command`, `replay`.
    pub synthesizer: String,
    /// Its text.
    pub files: Vec<ModuleFile>,
    /// Why it did not make it.
    pub why: String,
}

/// Puts `header` above a module's text.
pub fn with_header(mut module: Module, header: &str) -> Module {
    if let Some(first) = module.files.first_mut() {
        let mut bytes = header.as_bytes().to_vec();
        bytes.append(&mut first.bytes);
        first.bytes = bytes;
    }
    module
}

impl OutFolder {
    /// Checks that `path` may be written: it is free, empty, or a result of ripout's own.
    pub fn claim(path: &Path) -> Result<Self, Failure> {
        let absolute = std::path::absolute(path).map_err(|e| unwritable(path, &e))?;
        // A link to a result is followed, so that the result is replaced and the link stays.
        let path = match absolute.canonicalize() {
            Ok(path) => path,
            Err(e) if e.kind() == io::ErrorKind::NotFound => absolute,
            Err(e) => return Err(unwritable(&absolute, &e)),
        };
        let (Some(parent), Some(_)) = (path.parent(), path.file_name()) else {
            return Err(foreign(&path, "it is no folder of its own"));
        };
        let folder = Self {
            parent: parent.to_path_buf(),
            path,
        };
        folder.check_is_ours()?;
        folder.check_writable()?;
        Ok(folder)
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes everything beside the folder's place, then puts it there.
    pub fn write(&self, contents: &Contents, report: &Report) -> Result<(), Failure> {
        // What stands there may have changed while the judge worked.
        self.check_is_ours()?;
        fs::create_dir_all(&self.parent).map_err(|e| unwritable(&self.parent, &e))?;
        let building = tempfile::Builder::new()
            .prefix(".ripout-")
            .tempdir_in(&self.parent)
            .map_err(|e| unwritable(&self.parent, &e))?;
        let root = building.path();
        let put = |file: &str, bytes: &[u8]| write_below(root, file, bytes);
        for file in contents.module.iter().flat_map(|module| &module.files) {
            put(&file.path, &file.bytes)?;
        }
        for file in &contents.equivalence {
            put(&format!("equivalence/{}", file.path), &file.bytes)?;
        }
        for file in &contents.licences {
            put(&file.path, &file.bytes)?;
        }
        for attempt in &contents.attempts {
            let folder = attempt_folder(attempt.number, &attempt.synthesizer);
            for file in &attempt.files {
                put(&format!("{folder}/{}", file.path), &file.bytes)?;
            }
            put(&format!("{folder}/why.txt"), attempt.why.as_bytes())?;
        }
        for file in &contents.recorded {
            put(&file.path, &file.bytes)?;
        }
        if let Some(mutants) = &contents.mutants {
            put("mutants.json", mutants)?;
        }
        if let Some(page) = &contents.page {
            put("report.html", page.as_bytes())?;
        }
        for file in &contents.proposal {
            put(&file.path, &file.bytes)?;
        }
        put("result.json", report.to_json().as_bytes())?;
        open_to_all(root).map_err(|e| unwritable(root, &e))?;
        put_in_place(root, &self.path).map_err(|e| unwritable(&self.path, &e))
        // What stood there before is now in `building`, and goes away with it.
    }

    /// Writes a result that has learnt something since its folder was written.
    pub fn say_again(folder: &Path, report: &Report) -> Result<(), Failure> {
        let failed = |e: io::Error| unwritable(folder, &e);
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(report.to_json().as_bytes())
            .map_err(failed)?;
        let place = folder.join("result.json");
        let mode = fs::metadata(&place).map_err(failed)?.permissions();
        file.as_file().set_permissions(mode).map_err(failed)?;
        file.persist(place).map(drop).map_err(|e| failed(e.error))
    }

    /// An existing folder is ours if it holds a result of this schema.
    fn check_is_ours(&self) -> Result<(), Failure> {
        let entries = match fs::read_dir(&self.path) {
            Ok(mut entries) => entries.next(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
                return Err(foreign(&self.path, "it is a file"));
            }
            Err(e) => return Err(unwritable(&self.path, &e)),
        };
        if entries.is_none() {
            return Ok(());
        }
        if is_result(&self.path) {
            Ok(())
        } else {
            Err(foreign(&self.path, "it holds no result.json of ripout's"))
        }
    }

    /// Finds out early whether the parent can be written to, or made.
    fn check_writable(&self) -> Result<(), Failure> {
        let mut existing = self.parent.as_path();
        while !existing.exists() {
            let Some(above) = existing.parent() else {
                break;
            };
            existing = above;
        }
        tempfile::Builder::new()
            .prefix(".ripout-")
            .tempfile_in(existing)
            .map(drop)
            .map_err(|e| unwritable(existing, &e))
    }
}

/// Whether a folder is a result of ripout's own.
pub fn is_result(folder: &Path) -> bool {
    #[derive(serde::Deserialize)]
    struct Schema {
        schema: String,
    }
    fs::read(folder.join("result.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Schema>(&bytes).ok())
        .is_some_and(|document| document.schema == SCHEMA)
}

/// Where an attempt lies in the output folder; the first has number 1.
pub fn attempt_folder(number: usize, synthesizer: &str) -> String {
    format!("attempts/{number}-{synthesizer}")
}

/// Writes one file below `root`. Candidates name their files: a path that leads out is refused.
fn write_below(root: &Path, file: &str, bytes: &[u8]) -> Result<(), Failure> {
    let relative = Path::new(file);
    let inside = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if file.is_empty() || !inside {
        return Err(Failure::new(
            "output_path",
            format!("a file of the result would lie outside its folder: {file}"),
        ));
    }
    let path = root.join(relative);
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // A full disk may show only when the file is closed or synced.
        let mut out = fs::File::create_new(&path)?;
        out.write_all(bytes)?;
        out.sync_all()
    };
    write().map_err(|e| unwritable(&path, &e))
}

/// A temporary folder is for its owner alone; a result is for whoever may read what lies beside it.
#[cfg(unix)]
fn open_to_all(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // The permissions that the user's umask gives to a new folder.
    let probe = folder.join(".permissions");
    fs::create_dir(&probe)?;
    let mode = fs::metadata(&probe)?.permissions().mode();
    fs::remove_dir(&probe)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to_all(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Puts `new` where `place` is: by one exchange where the system has that, by two renames elsewhere.
fn put_in_place(new: &Path, place: &Path) -> io::Result<()> {
    if !place.exists() {
        return fs::rename(new, place);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, new, CWD, place, RenameFlags::EXCHANGE) {
            Ok(()) => return Ok(()),
            // Some network file systems can't exchange.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let aside = new.with_extension("old");
    fs::rename(place, &aside)?;
    if let Err(e) = fs::rename(new, place) {
        fs::rename(&aside, place)?;
        return Err(e);
    }
    fs::remove_dir_all(&aside)
}

fn foreign(path: &Path, why: &str) -> Failure {
    Failure::new(
        "output_folder_foreign",
        format!("{} is left alone: {why}", path.display()),
    )
    .help("name another folder with --out, or move this one away")
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let (code, help) = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
            "disk_full",
            "free some space, or name a folder on another disk with --out",
        ),
        _ => (
            "output_folder_unwritable",
            "name a folder that you can write to with --out",
        ),
    };
    Failure::new(code, format!("write to {}: {error}", path.display())).help(help)
}

#[cfg(test)]
mod tests {
    use ripout_model::{Source, SourceKind, Verdict};

    use super::*;

    fn report() -> Report {
        let source = Source {
            kind: SourceKind::Folder,
            name: "x".into(),
            version: None,
            rev: None,
            licence: None,
        };
        Report::new("rust", &source, &["x::f".into()], Verdict::Equivalent)
    }

    fn contents(text: &str) -> Contents {
        Contents {
            module: Some(Module {
                stem: "f".into(),
                files: vec![ModuleFile {
                    path: "f.rs".into(),
                    bytes: text.as_bytes().to_vec(),
                }],
                editions: vec!["2021".into()],
            }),
            equivalence: vec![ModuleFile {
                path: "tests/frozen.rs".into(),
                bytes: b"t".to_vec(),
            }],
            ..Contents::default()
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_its_own_result_whole() {
        let parent = tempfile::tempdir().unwrap();
        let place = parent.path().join("deep/out");
        let out = OutFolder::claim(&place).unwrap();
        out.write(&contents("one"), &report()).unwrap();
        assert_eq!(fs::read_to_string(place.join("f.rs")).unwrap(), "one");
        fs::write(place.join("stale.txt"), "x").unwrap();

        let out = OutFolder::claim(&place).unwrap();
        out.write(&contents("two"), &report()).unwrap();
        assert_eq!(names(&place), ["equivalence", "f.rs", "result.json"]);
        assert_eq!(fs::read_to_string(place.join("f.rs")).unwrap(), "two");
        assert_eq!(names(&parent.path().join("deep")), ["out"]);
    }

    #[test]
    fn leaves_foreign_folders_and_files_alone() {
        let parent = tempfile::tempdir().unwrap();
        let place = parent.path().join("out");
        fs::create_dir(&place).unwrap();
        OutFolder::claim(&place).unwrap();
        fs::write(place.join("result.json"), r#"{"schema": "other/1"}"#).unwrap();
        assert_eq!(
            OutFolder::claim(&place).unwrap_err().code,
            "output_folder_foreign"
        );
        let file = parent.path().join("file");
        fs::write(&file, "x").unwrap();
        assert_eq!(
            OutFolder::claim(&file).unwrap_err().code,
            "output_folder_foreign"
        );
        assert_eq!(
            OutFolder::claim(Path::new("/")).unwrap_err().code,
            "output_folder_foreign"
        );
    }

    #[test]
    fn a_folder_that_became_foreign_meanwhile_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let place = parent.path().join("out");
        let out = OutFolder::claim(&place).unwrap();
        fs::create_dir(&place).unwrap();
        fs::write(place.join("mine.txt"), "x").unwrap();
        assert_eq!(
            out.write(&contents("one"), &report()).unwrap_err().code,
            "output_folder_foreign"
        );
        assert_eq!(names(&place), ["mine.txt"]);
        assert_eq!(names(parent.path()), ["out"]);
    }

    #[test]
    fn nothing_is_left_of_a_result_that_could_not_be_written() {
        let parent = tempfile::tempdir().unwrap();
        let place = parent.path().join("out");
        let out = OutFolder::claim(&place).unwrap();
        let mut outside = contents("one");
        outside.licences.push(ModuleFile {
            path: "../escape".into(),
            bytes: Vec::new(),
        });
        assert_eq!(
            out.write(&outside, &report()).unwrap_err().code,
            "output_path"
        );
        assert!(names(parent.path()).is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_named() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(unwritable(Path::new("/x"), &full).code, "disk_full");
    }

    #[test]
    fn the_header_stands_first() {
        let module = with_header(
            contents("#![allow(dead_code)]\n").module.unwrap(),
            "// h\n\n",
        );
        assert_eq!(module.text(), "// h\n\n#![allow(dead_code)]\n");
    }
}
