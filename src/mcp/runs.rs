//! What this server has judged, for as long as it runs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use ripout_model::Failure;

use super::{
    answer::{Next, Trouble},
    front::Asked,
};
use crate::evidence::Report;

/// A run that came to a result.
#[derive(Debug)]
pub struct Run {
    /// Its name, which the server made.
    pub id: String,
    /// The folder with all of it.
    pub folder: PathBuf,
    /// What was asked; none for a removal, which finds that out by itself.
    pub asked: Option<Asked>,
    /// The result.
    pub report: Report,
    /// The module that was judged, where there is one.
    pub module: Option<PathBuf>,
    /// What a model would be sent.
    pub brief: Option<String>,
}

/// The runs, and a folder for those that were given none.
#[derive(Debug)]
pub struct Runs {
    folder: tempfile::TempDir,
    /// Tells the runs of one server from those of the one before.
    word: String,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    begun: u64,
    finished: BTreeMap<String, Arc<Run>>,
}

impl Runs {
    /// None so far.
    pub fn new() -> Result<Self, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("ripout-mcp-")
            .tempdir()
            .map_err(|e| Failure::new("folder", format!("make a folder for runs: {e}")))?;
        Ok(Self {
            folder,
            word: format!("{:04x}", fastrand::u16(..)),
            kept: Mutex::default(),
        })
    }

    /// A name for a run that begins, and a folder of its own.
    pub fn begin(&self) -> (String, PathBuf) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.begun += 1;
        let id = format!("run-{}-{}", self.word, kept.begun);
        let folder = self.folder.path().join(&id);
        (id, folder)
    }

    /// Deletes what was kept. Threads that wait for a client that is gone may hold on to us, so it is not left to them.
    pub fn end(&self) {
        // Whatever can't be deleted lies in the system's own folder for what is temporary.
        let _ = std::fs::remove_dir_all(self.folder.path());
    }

    /// Keeps a run.
    pub fn keep(&self, run: Run) -> Arc<Run> {
        let run = Arc::new(run);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.finished.insert(run.id.clone(), Arc::clone(&run));
        run
    }

    /// A run by its name.
    pub fn find(&self, id: &str) -> Result<Arc<Run>, Trouble> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = kept.finished.get(id) {
            return Ok(Arc::clone(run));
        }
        let known: Vec<&str> = kept.finished.keys().map(String::as_str).collect();
        let trouble = Trouble::new("run_unknown", format!("this server knows no run `{id}`"));
        Err(match known.last() {
            Some(last) => trouble
                .help(format!("runs of this server: {}", known.join(", ")))
                .next(Next::new(
                    "ripout_evidence",
                    serde_json::json!({"run": last, "part": "summary"}),
                    "read the newest run",
                )),
            None => trouble
                .help("runs are kept until the server ends, and it has none yet: ripout_extract or ripout_verify makes one"),
        })
    }
}

impl Run {
    /// A file of its folder as text; `None` where there is none.
    pub fn text(&self, file: &str) -> Result<Option<String>, Trouble> {
        read(&self.folder.join(file))
    }

    /// The module's text; `None` where there is no module.
    pub fn module_text(&self) -> Result<Option<String>, Trouble> {
        self.module.as_deref().map_or(Ok(None), read)
    }
}

fn read(path: &Path) -> Result<Option<String>, Trouble> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Trouble::new(
            "run_unreadable",
            format!("read {}: {e}", path.display()),
        )),
    }
}
