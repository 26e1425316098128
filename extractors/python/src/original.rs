//! A package with the symbols that are wanted of it.

use std::path::PathBuf;

use ripout_model::{
    Candidate, Driver, Failure, Gate, Host, Kind, Made, Module, ModuleFile, Observation, Original,
    Package, Settings, Slice, Source, Stop,
};

use crate::manifest::interpreter::Interpreter;

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
    /// Full names of `symbols`.
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
    /// Its full name: the module that defines it, and the name there.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.definition_module, self.definition_name)
    }
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

    fn slice(&self, _host: &dyn Host) -> Result<Slice, Stop> {
        Err(Failure::new("unsupported", "python slicing is being written").into())
    }

    fn read(
        &self,
        _synthesizer: &str,
        _module: Module,
        _host: &dyn Host,
    ) -> Result<Candidate, Stop> {
        Err(Failure::new("unsupported", "python reading is being written").into())
    }

    fn gate(&self, _candidate: &Candidate, _host: &dyn Host) -> Result<Gate, Stop> {
        Err(Failure::new("unsupported", "python gates are being written").into())
    }

    fn harness(&self, _candidate: &Candidate, _host: &dyn Host) -> Result<Made, Stop> {
        Err(Failure::new("unsupported", "python harnesses are being written").into())
    }

    fn freeze(
        &self,
        _candidate: &Candidate,
        _driver: &Driver,
        _cases: &[(Vec<u8>, Observation)],
    ) -> Vec<ModuleFile> {
        Vec::new()
    }
}
