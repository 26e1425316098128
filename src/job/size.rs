//! How large things are: what a user leaves behind, and what stays.

use rayon::prelude::*;
use ripout_model::{CallGraph, Language, Module, Original};

use crate::evidence::OriginalReport;

/// Both sides of one candidate.
#[derive(Debug)]
pub struct Sizes {
    /// Code lines of the module.
    pub module: u32,
    /// The original with all that it can reach.
    pub original: OriginalReport,
    /// The call graph of each of the original's packages, in their order: counting its definitions makes it anyway.
    pub graphs: Vec<CallGraph>,
}

/// Counts both sides.
pub fn of(language: &dyn Language, original: &dyn Original, module: &Module) -> Sizes {
    let (module, (original, graphs)) = rayon::join(
        || code_lines(language, module),
        || of_original(language, original),
    );
    Sizes {
        module,
        original,
        graphs,
    }
}

/// Code lines of a module, without blanks, comments and header.
pub fn code_lines(language: &dyn Language, module: &Module) -> u32 {
    module
        .files
        .iter()
        .filter(|file| language.owns(&file.path))
        .map(|file| language.parse(&file.path, &file.bytes).code_lines)
        .sum()
}

/// Code lines, definitions, packages and bytes of an original with all that its package can reach, and the call graphs.
pub fn of_original(
    language: &dyn Language,
    original: &dyn Original,
) -> (OriginalReport, Vec<CallGraph>) {
    let mut graphs = Vec::new();
    let mut size = OriginalReport {
        packages: 0,
        ..OriginalReport::default()
    };
    for package in original.packages() {
        size.packages += 1;
        let files: Vec<_> = package
            .files
            .par_iter()
            .filter_map(|file| {
                let bytes = package.read(file).ok()?;
                Some((
                    file.clone(),
                    bytes.len() as u64,
                    language.parse(file, &bytes),
                ))
            })
            .collect();
        size.bytes += files.iter().map(|(_, bytes, _)| bytes).sum::<u64>();
        size.lines += files
            .iter()
            .map(|(_, _, facts)| facts.code_lines)
            .sum::<u32>();
        let facts: Vec<_> = files
            .into_iter()
            .map(|(file, _, facts)| (file, facts))
            .collect();
        let graph = language.graph(&facts);
        size.definitions += u32::try_from(graph.definitions.len()).unwrap_or(u32::MAX);
        graphs.push(graph);
    }
    (size, graphs)
}
