//! Finished jobs on disk, so that a batch that was killed goes on where it stopped.
//!
//! A job counts as finished only for the same job and the same program: another ripout may come to another verdict.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ripout_model::Failure;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{batch::jobs::Job, evidence::Report};

/// Version of the files.
const SCHEMA: &str = "ripout.batch/1";

/// The folder of a batch.
#[derive(Debug, Clone)]
pub struct State {
    folder: PathBuf,
    program: String,
}

#[derive(Serialize, Deserialize)]
struct Marker {
    schema: String,
}

#[derive(Serialize, Deserialize)]
struct Finished {
    schema: String,
    key: String,
    report: Report,
}

impl State {
    /// Claims a folder: a new one, an empty one, or that of an earlier batch.
    pub fn claim(folder: &Path) -> Result<Self, Failure> {
        let failed = |e: io::Error| {
            Failure::new(
                "output_folder_unwritable",
                format!("write to {}: {e}", folder.display()),
            )
            .help("name a folder that you can write to with --out")
        };
        let marker = folder.join("batch.json");
        let taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
        if taken {
            let ours = fs::read(&marker)
                .ok()
                .and_then(|bytes| serde_json::from_slice::<Marker>(&bytes).ok())
                .is_some_and(|marker| marker.schema == SCHEMA);
            if !ours {
                return Err(Failure::new(
                    "output_folder_foreign",
                    format!(
                        "{} is left alone: it holds no batch of ripout's",
                        folder.display()
                    ),
                )
                .help("name another folder with --out, or move this one away"));
            }
        }
        let folder = std::path::absolute(folder).map_err(failed)?;
        fs::create_dir_all(folder.join("finished")).map_err(failed)?;
        let schema = SCHEMA.to_owned();
        put(&folder, "batch.json", &Marker { schema }).map_err(failed)?;
        Ok(Self {
            folder,
            program: program().map_err(failed)?,
        })
    }

    /// Where a job's result goes.
    pub fn out(&self, job: &Job) -> PathBuf {
        self.folder.join(&job.id)
    }

    /// The result of a job, if it is finished and its folder still stands.
    pub fn finished(&self, job: &Job) -> Option<Report> {
        let bytes = fs::read(self.path(job)).ok()?;
        let finished: Finished = serde_json::from_slice(&bytes).ok()?;
        let stands = self.out(job).join("result.json").is_file();
        (finished.schema == SCHEMA && finished.key == self.key(job) && stands)
            .then_some(finished.report)
    }

    /// Notes that a job is finished.
    pub fn finish(&self, job: &Job, report: &Report) -> io::Result<()> {
        let finished = Finished {
            schema: SCHEMA.to_owned(),
            key: self.key(job),
            report: report.clone(),
        };
        put(
            &self.folder,
            &format!("finished/{}.json", job.id),
            &finished,
        )
    }

    /// Has a job run again.
    pub fn forget(&self, job: &Job) -> Result<(), Failure> {
        match fs::remove_file(self.path(job)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Failure::new(
                "output_folder_unwritable",
                format!("forget the job {}: {e}", job.id),
            )),
            _ => Ok(()),
        }
    }

    fn path(&self, job: &Job) -> PathBuf {
        self.folder.join(format!("finished/{}.json", job.id))
    }

    /// What a result depends on. What is expected of it is no part of that.
    fn key(&self, job: &Job) -> String {
        let job = Job {
            expect: None,
            reason: None,
            note: None,
            ..job.clone()
        };
        let text = serde_json::to_string(&job).unwrap_or_default();
        digest(&[self.program.as_bytes(), text.as_bytes()])
    }
}

/// This program, by version and content.
fn program() -> io::Result<String> {
    let bytes = fs::read(std::env::current_exe()?)?;
    Ok(digest(&[env!("CARGO_PKG_VERSION").as_bytes(), &bytes]))
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Writes a document whole or not at all.
fn put(folder: &Path, file: &str, document: &impl Serialize) -> io::Result<()> {
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut temporary, document)?;
    temporary.persist(folder.join(file)).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ripout_model::{Source, SourceKind, Verdict};

    use super::*;
    use crate::batch::jobs::OneOrMany;

    fn job(id: &str, symbol: &str) -> Job {
        toml::from_str(&format!(
            "id = \"{id}\"\nrepo = \".\"\nsymbol = \"{symbol}\""
        ))
        .unwrap()
    }

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

    #[test]
    fn only_the_same_job_is_finished() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::claim(folder.path()).unwrap();
        let one = job("a", "x::f");
        assert_eq!(state.finished(&one), None);
        state.finish(&one, &report()).unwrap();
        assert_eq!(state.finished(&one), None, "its folder is missing");
        fs::create_dir(state.out(&one)).unwrap();
        fs::write(state.out(&one).join("result.json"), "{}").unwrap();

        let again = State::claim(folder.path()).unwrap();
        assert_eq!(again.finished(&one), Some(report()));
        assert_eq!(again.finished(&job("a", "x::g")), None);
        let expecting = Job {
            expect: Some(OneOrMany::One(Verdict::Refused)),
            ..one
        };
        assert_eq!(again.finished(&expecting), Some(report()));
    }

    #[test]
    fn a_foreign_folder_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine.txt"), "x").unwrap();
        let failure = State::claim(folder.path()).unwrap_err();
        assert_eq!(failure.code, "output_folder_foreign");
    }
}
