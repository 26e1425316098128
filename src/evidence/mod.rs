//! Output folder, result.json, report.html, licences, frozen tests.
//!
//! * [`report`]: `result.json` as the interface fixes it; wire types only
//! * [`header`]: what stands above a module's text: provenance, and the command that makes it again
//! * [`ledger`]: `ripout.lock`, what a project took over
//! * [`licences`]: the licence texts of every package that text was taken from
//! * [`compatible`], [`spelling`]: whether text under one licence may stand in a project under another
//! * [`checked`], [`advisories`], [`versions`]: what became of it since: by its text, upstream, and in advisories
//! * [`sbom`]: the ledger as a bill of materials
//! * [`mutants`]: what became of each planted fault
//! * [`page`]: `report.html`, the same for people
//! * [`folder`]: the output folder, which appears whole or not at all
//!
//! What does not happen here: nothing is judged, and nothing that depends on time or machine gets into the module or
//! into `equivalence/`.

pub mod advisories;
pub mod checked;
pub mod compatible;
pub mod folder;
pub mod header;
pub mod ledger;
pub mod licences;
pub mod mutants;
pub mod page;
pub mod report;
pub mod sbom;
pub mod spelling;
pub mod versions;

pub use folder::{Contents, KeptAttempt, OutFolder};
pub use header::Header;
pub use report::{
    Attempt, BinaryBytes, BothTimes, Branches, BulkCount, ClosureEntry, Comparison, Counterexample,
    Coverage, Evidence, ModuleReport, MutantCount, OriginalReport, ReasonReport, Report, Seconds,
    SourceReport, TestCount, TestNames,
};
