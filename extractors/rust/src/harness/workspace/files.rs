//! Files with probes in them, and those of the original.

use std::collections::BTreeMap;

use ripout_model::{Definition, Probe};

use crate::{
    layout,
    original::RustOriginal,
    probe::{self, Detail, Mark, Platform, Probed, Skip},
};

/// Probed text of the original.
pub struct Originals {
    /// Packages that stay dependencies, and so have no probes.
    pub(super) dependencies: Vec<String>,
    pub(super) files: BTreeMap<Place, File>,
    pub(super) probes: Vec<Probe>,
}

/// A file: of a package of the original, or of the module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Package(usize, String),
    Module,
}

/// The text of a file, with and without its probes.
pub(super) struct File {
    pub(super) text: String,
    first: usize,
    pub(super) skip: Skip,
    pub(super) probed: Option<Probed>,
    pub(super) changed: bool,
}

impl Originals {
    /// Puts probes into all packages but those that stay `dependencies` and those that these alone need.
    pub fn new(original: &RustOriginal, dependencies: &[String]) -> Self {
        let platform = Platform::read(&original.printed_cfg);
        let mut originals = Self {
            dependencies: dependencies.to_vec(),
            files: BTreeMap::new(),
            probes: Vec::new(),
        };
        let reached = layout::reached(original, dependencies);
        for (index, package) in original.packages.iter().enumerate() {
            if original.crates[index].proc_macro || !reached.contains(&index) {
                continue;
            }
            for name in &package.files {
                let Some(text) = package
                    .read(name)
                    .ok()
                    .and_then(|bytes| String::from_utf8(bytes).ok())
                else {
                    continue;
                };
                let place = Place::Package(index, name.clone());
                let file = File::new(text, originals.probes.len(), &place, &platform);
                let module = module_path(&original.crates[index].lib_name, name);
                originals.probes.extend(
                    file.probes(|mark| mark.owner.definition(&package.id(), &module, name)),
                );
                originals.files.insert(place, file);
            }
        }
        originals
    }
}

impl File {
    pub(super) fn new(text: String, first: usize, place: &Place, platform: &Platform) -> Self {
        let mut file = Self {
            text,
            first,
            skip: Skip::new(),
            probed: None,
            changed: true,
        };
        file.instrument(place, platform);
        file
    }

    pub(super) fn instrument(&mut self, place: &Place, platform: &Platform) {
        let detail = match place {
            Place::Package(..) => Detail::Entries,
            Place::Module => Detail::Lines,
        };
        self.probed = probe::instrument(&self.text, self.first, detail, platform, &self.skip);
    }

    pub(super) fn probes(&self, definition: impl Fn(&Mark) -> Definition) -> Vec<Probe> {
        let marks = self.probed.iter().flat_map(|probed| &probed.marks);
        let probe = |mark: &Mark| Probe {
            definition: definition(mark),
            entry: mark.entry,
            line: mark.line,
            branch: mark.branch.map(str::to_owned),
            waiver: mark.waiver.clone(),
        };
        marks.map(probe).collect()
    }
}

/// A file of a package as it is written.
pub(super) fn written(original: &RustOriginal, place: &Place, file: &File) -> String {
    let probed = file.probed.as_ref();
    let mut text = probed.map_or(&file.text, |probed| &probed.text).clone();
    if let Place::Package(index, name) = place {
        let krate = &original.crates[*index];
        // Before 2018 a crate is in scope only once it is declared.
        if *name == krate.lib_file && krate.edition == "2015" {
            text.push_str("\nextern crate ripout_probe;\n");
        }
    }
    text
}

/// `humantime::duration` for `src/duration.rs`, as far as paths tell.
fn module_path(lib: &str, file: &str) -> String {
    let path = file.strip_prefix("src/").unwrap_or(file);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut parts = vec![lib];
    parts.extend(
        path.split('/')
            .filter(|part| !matches!(*part, "lib" | "mod")),
    );
    parts.join("::")
}
