//! The probed text of both sides: written, and written again without the probes that broke the build.

use std::{collections::BTreeMap, sync::Arc};

use ripout_model::{Candidate, Definition, Folder, Probe, Stop};

use super::{
    PROBE, Workspace,
    crates::uses,
    editions,
    files::{File, Originals, Place, written},
    opening::open_to_programs,
};
use crate::{
    accounts, bulk,
    drive::{Facade, PRELUDE},
    harness::complaints::Complaint,
    layout,
    mutate::Planter,
    original::RustOriginal,
    probe::{Mark, Platform},
};

/// Probed text.
pub struct Texts<'a> {
    original: &'a RustOriginal,
    candidate: &'a Candidate,
    platform: Platform,
    files: BTreeMap<Place, File>,
    pub(super) probes: [Vec<Probe>; 2],
    facade: Vec<Facade>,
    /// Whether the original's text lies in the work folder already.
    pub(super) laid: bool,
}

const ORIGINAL: usize = 0;
const MODULE: usize = 1;

impl Texts<'_> {
    /// What makes mutants of the module, in the workspace in `folder`.
    pub fn planter(&self, workspace: &Workspace, folder: &Arc<dyn Folder>) -> Planter {
        let candidate = self.candidate;
        let edition = &editions(self.original, candidate)[0];
        let lib = "ripout_mutated";
        let (module, others) = candidate
            .module
            .files
            .split_first()
            .expect("a module has a file");
        let manifest = accounts::module_manifest(self.original, candidate, "mutated", lib, edition);
        Planter {
            folder: folder.clone(),
            text: open_to_programs(self.original, &self.facade, &candidate.module.text()),
            file: module.path.clone(),
            stem: candidate.module.stem.clone(),
            manifest: manifest + PROBE,
            others: others
                .iter()
                .map(|file| (file.path.clone(), file.bytes.clone()))
                .collect(),
            uses: uses(&self.facade, |facade| {
                facade.module.replacen(accounts::MODULE, lib, 1)
            }),
            root: workspace.with_mutants.clone(),
            platform: self.platform.clone(),
            keeps: !candidate.dependencies.is_empty(),
            definitions: candidate.definitions.clone(),
            chosen: self.original.settings.mutants.clone(),
        }
    }
}

impl Texts<'_> {
    /// Both sides without probes, in a workspace of their own in `folder`; `module` is the module open to programs.
    pub fn bulk(
        &self,
        module: &str,
        driver: &str,
        folder: Arc<dyn Folder>,
    ) -> Result<bulk::Workspace, Stop> {
        let edition = &editions(self.original, self.candidate)[0];
        let parts = bulk::Parts {
            driver,
            module,
            uses: [
                uses(&self.facade, |facade| facade.original.clone()),
                uses(&self.facade, |facade| facade.module.clone()),
            ],
            prelude: &PRELUDE,
        };
        bulk::Workspace::write(self.original, self.candidate, edition, &parts, folder)
    }
}

impl<'a> Texts<'a> {
    /// Puts probes into both sides; `begun` is the original's text where it was written and built before.
    pub fn new(
        original: &'a RustOriginal,
        candidate: &'a Candidate,
        begun: Option<Originals>,
    ) -> Self {
        let begun = begun.filter(|begun| begun.dependencies == candidate.dependencies);
        let laid = begun.is_some();
        let mut originals =
            begun.unwrap_or_else(|| Originals::new(original, &candidate.dependencies));
        for file in originals.files.values_mut() {
            file.changed = !laid;
        }
        let platform = Platform::read(&original.printed_cfg);
        let text = candidate.module.text().into_owned();
        let module = File::new(text, 0, &Place::Module, &platform);
        let mut texts = Self {
            original,
            candidate,
            platform,
            files: originals.files,
            probes: [originals.probes, Vec::new()],
            facade: Vec::new(),
            laid,
        };
        texts.probes[MODULE] = module.probes(|mark| texts.definition(mark));
        texts.files.insert(Place::Module, module);
        texts
    }

    /// Names that the module's copy has to let out.
    pub fn open(&mut self, facade: &[Facade]) {
        self.facade = facade.to_vec();
    }

    /// The definition that was taken in which a probe of the module stands.
    fn definition(&self, mark: &Mark) -> Definition {
        let path = &self.candidate.module.files[0].path;
        let [begin, end] = mark.owner.lines;
        self.candidate
            .definitions
            .iter()
            .filter(|taken| taken.module_file == *path)
            .filter(|taken| {
                // The probe's line, or what its owner shares with it.
                let [from, to] = taken.module_lines;
                (from..=to).contains(&mark.line) || (from >= begin && to <= end)
            })
            .min_by_key(|taken| {
                let [from, to] = taken.module_lines;
                (!(from..=to).contains(&mark.line), to - from)
            })
            .map_or_else(
                || mark.owner.definition("", "", path),
                |taken| taken.definition.clone(),
            )
    }

    pub fn original_probes(&self) -> Vec<Probe> {
        self.probes[ORIGINAL].clone()
    }

    pub fn module_probes(&self) -> Vec<Probe> {
        self.probes[MODULE].clone()
    }

    /// Writes what changed since it was written last.
    pub fn write(&mut self, folder: &dyn Folder) -> Result<(), Stop> {
        let editions = editions(self.original, self.candidate);
        for (place, file) in &mut self.files {
            if !std::mem::take(&mut file.changed) {
                continue;
            }
            let text = written(self.original, place, file);
            match place {
                Place::Package(index, name) => {
                    let to = layout::package_folder(self.original, *index);
                    folder.write(&format!("{to}/{name}"), text.as_bytes())?;
                }
                Place::Module => {
                    let text = open_to_programs(self.original, &self.facade, &text);
                    let name = &self.candidate.module.files[0].path;
                    for edition in &editions {
                        folder
                            .write(&format!("members/module-{edition}/{name}"), text.as_bytes())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes the probes out of the functions that a complaint points at; whether there were any.
    pub fn blame(&mut self, complaint: &Complaint) -> bool {
        let mut found = Vec::new();
        for (name, line) in complaint.places() {
            for (place, file) in &self.files {
                let path = match place {
                    Place::Package(index, file) => {
                        format!("{}/{file}", layout::package_folder(self.original, *index))
                    }
                    Place::Module => format!("/{}", self.candidate.module.files[0].path),
                };
                if name.ends_with(&path)
                    && let Some(body) = file
                        .probed
                        .as_ref()
                        .and_then(|probed| probed.blame(&file.text, *line))
                    && !file.skip.contains(&body)
                {
                    found.push((place.clone(), body));
                }
            }
        }
        for (place, body) in &found {
            if let Some(mut file) = self.files.remove(place) {
                file.skip.insert(*body);
                file.changed = true;
                file.instrument(place, &self.platform);
                self.files.insert(place.clone(), file);
            }
        }
        !found.is_empty()
    }
}
