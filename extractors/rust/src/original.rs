//! A crate with the symbols that are wanted of it.

use std::sync::OnceLock;

use ripout_model::{
    Act, Candidate, Drive, Driver, Gate, Harness, Host, Kind, Made, Module, ModuleFile,
    Observation, Original, Package, Settings, Slice, Source, Stop, Test,
};

use crate::{
    accounts::Remembered,
    acts,
    cfg::CfgSet,
    freeze, gate,
    harness::{self, Begun},
    manifest::Crate,
    upstream,
};

/// A crate with the symbols that are wanted of it.
#[derive(Debug, Clone)]
pub struct RustOriginal {
    /// Where it came from.
    pub source: Source,
    /// The package of the symbols first, then what its library can reach.
    pub packages: Vec<Package>,
    /// What cargo knows of each package, by the same index.
    pub crates: Vec<Crate>,
    /// The wanted symbols, in the order they were asked for.
    pub symbols: Vec<Symbol>,
    /// Full names of `symbols`.
    pub names: Vec<String>,
    /// Stem of the module's file.
    pub stem: String,
    /// What the user asked for.
    pub settings: Settings,
    /// What `rustc` says of this platform.
    pub platform: CfgSet,
    /// The same as `rustc` prints it.
    pub printed_cfg: String,
    /// Packages that only build scripts need: built, never taken from. Numbered on from `packages`.
    pub tools: Vec<(Package, Crate)>,
    /// What the compiler said of the candidate asked about last.
    pub accounts: Remembered,
    /// What a harness can begin with.
    pub begun: Begun,
    /// The closure, once it was taken.
    pub sliced: OnceLock<Slice>,
}

/// A wanted symbol, found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Path by which users import it, the crate's name first; a macro without its `!`.
    pub public_path: String,
    /// Path where it is defined.
    pub definition_path: String,
    /// Name it stands under at the module's root (`--as`, or the last part of `public_path`).
    pub name: String,
    /// What it is. `Type::method` is the type, `Trait::method` the trait.
    pub kind: Kind,
    /// The one member that is wanted of a trait or type.
    pub member: Option<String>,
}

impl RustOriginal {
    /// A package by its number, those of build scripts included.
    pub fn package(&self, index: usize) -> (&Package, &Crate) {
        match index.checked_sub(self.packages.len()) {
            None => (&self.packages[index], &self.crates[index]),
            Some(tool) => (&self.tools[tool].0, &self.tools[tool].1),
        }
    }
}

impl Original for RustOriginal {
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

    fn prepare(&self, host: &dyn Host) {
        self.begun.prepare(self, host);
    }

    fn abandon(&self) {
        self.begun.abandon();
    }

    fn slice(&self, host: &dyn Host) -> Result<Slice, Stop> {
        if let Some(slice) = self.sliced.get() {
            return Ok(slice.clone());
        }
        let slice = crate::slice::slice(self, host)?;
        Ok(self.sliced.get_or_init(|| slice).clone())
    }

    fn read(&self, synthesizer: &str, module: Module, host: &dyn Host) -> Result<Candidate, Stop> {
        crate::read::read(self, synthesizer, module, host)
    }

    fn gate(&self, candidate: &Candidate, host: &dyn Host) -> Result<Gate, Stop> {
        self.begun.want();
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
        candidate: &Candidate,
        harness: &Harness,
        host: &dyn Host,
    ) -> Result<Option<Vec<Test>>, Stop> {
        upstream::tests(self, candidate, harness, host)
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
