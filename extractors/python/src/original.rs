//! A package with the symbols that are wanted of it.

use std::{path::PathBuf, sync::Arc};

use ripout_model::{
    Act, Candidate, Drive, Driver, Folder, Gate, Harness, Host, Kind, Made, Module, ModuleFile,
    Observation, Original, Package, Settings, Slice, Source, Stop, Test,
};

use crate::{
    acts, compiled::Compiled, freeze, gate, harness, manifest::interpreter::Interpreter, read,
    slice, upstream,
};

/// A package with the symbols that are wanted of it.
#[derive(Debug, Clone)]
pub struct PythonOriginal {
    /// Where it came from.
    pub source: Source,
    /// The distribution of the symbols first, then those it requires.
    pub packages: Vec<Package>,
    /// Folders for `sys.path`, in order, by the same index as `packages`.
    pub import_roots: Vec<PathBuf>,
    /// The wanted symbols, in the order they were asked for.
    pub symbols: Vec<Symbol>,
    /// `symbols` as users import them.
    pub names: Vec<String>,
    /// Stem of the module's file.
    pub stem: String,
    /// The interpreter that judges.
    pub interpreter: PathBuf,
    /// What that interpreter says of itself.
    pub platform: Interpreter,
    /// Source distribution: tests and docs.
    pub documents: Option<PathBuf>,
    /// What the user asked for.
    pub settings: Settings,
    /// Where compiled text is kept.
    pub bytecode: Bytecode,
}

/// Compiled text, kept from one process of a side to the next of the same side; neither side can write the other's.
#[derive(Clone)]
pub struct Bytecode {
    /// What drives both sides; no side can write there.
    pub drivers: Compiled,
    /// Written by the original's processes.
    pub original: Arc<dyn Folder>,
    /// Written by the module's.
    pub module: Arc<dyn Folder>,
}

impl Bytecode {
    /// Two empty folders beside the drivers.
    pub fn new(drivers: Compiled, host: &dyn Host) -> Result<Self, Stop> {
        Ok(Self {
            drivers,
            original: Arc::from(host.folder("bytecode")?),
            module: Arc::from(host.folder("bytecode")?),
        })
    }
}

impl std::fmt::Debug for Bytecode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bytecode")
    }
}

/// A wanted symbol, found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Module that users import it from.
    pub public_module: String,
    /// Attribute path below that module: `Version`, or `shlex.split` for a bound method.
    pub attribute: String,
    /// Module that defines it.
    pub definition_module: String,
    /// Name it is defined under there.
    pub definition_name: String,
    /// Name it stands under at the module's root (`--as`, or the last part).
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

impl Symbol {
    /// The name it is imported by: the module that users import it from, and the attribute there.
    pub fn public_name(&self) -> String {
        format!("{}.{}", self.public_module, self.attribute)
    }

    /// Its full name: the module that defines it, and the name there.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.definition_module, self.definition_name)
    }
}

impl PythonOriginal {
    /// Whether the user keeps a package: by its name, in any of the spellings that the registry takes for the same.
    pub fn keeps(&self, package: &Package) -> bool {
        self.settings
            .keep
            .iter()
            .any(|name| spelling(name) == spelling(&package.name))
    }

    /// Packages that the module does not keep: their text may be taken, and what runs there is watched.
    pub fn judged_packages(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| !self.keeps(package))
    }

    /// Folders for `sys.path` of the packages that the module goes on using, and of what those require.
    pub fn kept_roots(&self) -> Vec<PathBuf> {
        self.packages
            .iter()
            .zip(&self.import_roots)
            .filter(|(package, _)| self.keeps(package))
            .map(|(_, root)| root.clone())
            .collect()
    }

    /// Top-level modules of the packages that are kept.
    pub fn kept_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .kept_roots()
            .iter()
            .filter_map(|root| std::fs::read_dir(root).ok())
            .flat_map(|entries| entries.flatten())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| !name.ends_with(".dist-info") && !name.ends_with(".libs"))
            .map(|name| name.split('.').next().unwrap_or_default().to_owned())
            .chain(self.settings.keep.iter().map(|name| spelling(name)))
            .filter(|name| !name.is_empty())
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

/// One spelling of a distribution's name for all that mean the same.
fn spelling(name: &str) -> String {
    name.to_lowercase().replace(['-', '.'], "_")
}

impl Original for PythonOriginal {
    fn source(&self) -> &Source {
        &self.source
    }

    fn packages(&self) -> &[Package] {
        &self.packages
    }

    fn symbols(&self) -> &[String] {
        &self.names
    }

    fn stem(&self) -> &str {
        &self.stem
    }

    fn slice(&self, host: &dyn Host) -> Result<Slice, Stop> {
        slice::slice(self, host)
    }

    fn read(&self, synthesizer: &str, module: Module, host: &dyn Host) -> Result<Candidate, Stop> {
        read::read(self, synthesizer, module, host)
    }

    fn gate(&self, candidate: &Candidate, host: &dyn Host) -> Result<Gate, Stop> {
        gate::gate(self, candidate, host)
    }

    fn acts(&self, module: &Module) -> Vec<Act> {
        acts::acts(&module.text())
    }

    fn harness(
        &self,
        candidate: &Candidate,
        drive: Drive<'_>,
        host: &dyn Host,
    ) -> Result<Made, Stop> {
        harness::harness(self, candidate, drive, host)
    }

    fn tests(
        &self,
        _candidate: &Candidate,
        harness: &Harness,
        host: &dyn Host,
    ) -> Result<Option<Vec<Test>>, Stop> {
        upstream::tests(self, harness, host)
    }

    fn freeze(
        &self,
        candidate: &Candidate,
        driver: &Driver,
        cases: &[(Vec<u8>, Observation)],
    ) -> Vec<ModuleFile> {
        freeze::freeze(self, candidate, driver, cases)
    }
}
