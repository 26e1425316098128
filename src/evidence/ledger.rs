//! `ripout.lock`: what a project took over, from where, and what showed that it behaves the same.
//!
//! One entry for each module, sorted by its path, so that the file follows from its entries and from nothing else.

use std::path::Path;

use ripout_model::{Candidate, Failure, Module, ModuleFile, Origin, Package, SourceKind, Taken};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{compatible::joined, header::taken_from, report::Report};

/// Its name, in the project's folder.
pub const FILE: &str = "ripout.lock";

/// Version of its format.
const VERSION: u32 = 1;

/// What stands above it.
const HEAD: &str =
    "# What was taken over from other packages, written by ripout; `ripout check` reads it.\n\n";

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Version of the format.
    pub version: u32,
    /// Modules, sorted by path.
    #[serde(rename = "module", default)]
    pub modules: Vec<Entry>,
}

/// A module that was taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The module, relative to the ledger's folder.
    pub path: String,
    /// Content hash of the module as it was judged.
    pub hash: String,
    /// Files that belong to the module, where it has more than one.
    #[serde(rename = "file", default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Beside>,
    /// `rust` or `python`.
    pub language: String,
    /// `crate`, `pypi`, `git`, `folder`.
    pub kind: SourceKind,
    /// The package, or the repository's address.
    pub package: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// What its authors say of their licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Licences among them that conflict with the project's own and were accepted by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted_licence: Vec<String>,
    /// What was asked for.
    pub symbols: Vec<String>,
    /// The command that makes the module again; of a module that somebody wrote, the authors' text that it was written after.
    pub command: String,
    /// Who wrote it, where it is not its authors' text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_by: Option<String>,
    /// What it leaves out, as the project can't reach it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Departures from the authors' text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<String>,
    /// What the verdict rests on.
    pub evidence: Evidence,
    /// All that the symbols reach.
    #[serde(rename = "definition", default)]
    pub definitions: Vec<TakenOver>,
}

/// A further file of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// Relative to the ledger's folder.
    pub path: String,
    /// Content hash of it as it was judged.
    pub hash: String,
}

/// What a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The verdict.
    pub verdict: String,
    /// Distinct inputs that were compared.
    pub inputs: u64,
    /// Seed of the search.
    pub seed: u64,
    /// Executable lines that ran, and all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<[u32; 2]>,
    /// Planted faults that were caught, and those that were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutants: Option<[u32; 2]>,
}

/// A definition that was taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Its full path.
    pub name: String,
    /// What it is.
    pub kind: ripout_model::Kind,
    /// `name@version`.
    pub package: String,
    /// Relative to its package's root.
    pub file: String,
    /// First and last line there.
    pub lines: [u32; 2],
    /// Content hash of these lines.
    pub hash: String,
    /// How much of it is the authors' text.
    pub origin: Origin,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            version: VERSION,
            modules: Vec::new(),
        }
    }
}

impl Ledger {
    /// The ledger of a project; an empty one where there is none.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        let wrong = |why: String| {
            Failure::new("ledger", format!("read {}: {why}", path.display()))
                .help("take it back from version control: nothing else knows what was taken over")
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => return Err(wrong(e.to_string())),
        };
        let ledger: Self = toml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        if ledger.version != VERSION {
            return Err(wrong(format!(
                "its version is {}, this ripout knows {VERSION}",
                ledger.version
            )));
        }
        Ok(ledger)
    }

    /// Adds an entry; one of the same module goes.
    pub fn put(&mut self, entry: Entry) {
        self.modules.retain(|known| known.path != entry.path);
        self.modules.push(entry);
        self.modules.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// The file's text.
    pub fn text(&self) -> Result<String, Failure> {
        let text = toml::to_string(self)
            .map_err(|e| Failure::new("ledger", format!("write {FILE}: {e}")))?;
        Ok(format!("{HEAD}{text}"))
    }
}

impl Entry {
    /// The entry of a candidate that was judged and stands at `path`. `closure` is what the symbols reach, whoever wrote the
    /// module.
    pub fn new(
        report: &Report,
        candidate: &Candidate,
        closure: &[Taken],
        packages: &[Package],
        path: &str,
        command: String,
    ) -> Self {
        let found = &report.evidence;
        let licences: Vec<String> = taken_from(packages, closure)
            .filter_map(|package| package.licence.clone())
            .collect();
        Self {
            path: path.to_owned(),
            hash: hash(&candidate.module.files[0].bytes),
            files: places(path, &candidate.module)
                .into_iter()
                .zip(&candidate.module.files)
                .skip(1)
                .map(|(path, file)| Beside {
                    path,
                    hash: hash(&file.bytes),
                })
                .collect(),
            language: report.language.clone(),
            kind: report.source.kind,
            package: report.source.name.clone(),
            version: report.source.version.clone(),
            revision: report.source.rev.clone(),
            // Different licences are all named.
            licence: joined(licences.iter().map(String::as_str))
                .or_else(|| report.source.licence.clone()),
            accepted_licence: Vec::new(),
            symbols: report.symbols.clone(),
            command,
            written_by: None,
            left_out: report
                .module
                .as_ref()
                .map_or(Vec::new(), |module| module.left_out.clone()),
            edits: candidate.edits.iter().map(ToString::to_string).collect(),
            evidence: Evidence {
                verdict: report.verdict.word().to_owned(),
                inputs: found.inputs,
                seed: found.seed,
                lines: found
                    .coverage
                    .as_ref()
                    .map(|lines| [lines.hit, lines.lines]),
                mutants: found.mutants.as_ref().map(|of| [of.killed, of.survived]),
            },
            definitions: taken_over(&stands(closure, candidate), packages),
        }
    }
}

/// The closure, with how much of each definition stands in a candidate: of one that is not there, somebody else's text does
/// the work.
fn stands(closure: &[Taken], candidate: &Candidate) -> Vec<Taken> {
    let kept = |taken: &Taken| {
        let own = &candidate.definitions;
        if own.contains(taken) {
            return taken.origin;
        }
        let mut own = own.iter();
        let own = own.find(|own| own.definition == taken.definition);
        own.map_or(Origin::Synthesized, |own| own.origin)
    };
    let with_origin = |taken: &Taken| Taken {
        origin: kept(taken),
        ..taken.clone()
    };
    closure.iter().map(with_origin).collect()
}

/// Definitions, each with the hash of its authors' text.
pub fn taken_over(definitions: &[Taken], packages: &[Package]) -> Vec<TakenOver> {
    definitions
        .iter()
        .map(|taken| {
            let definition = &taken.definition;
            TakenOver {
                name: definition.name.clone(),
                kind: definition.kind,
                package: definition.package.clone(),
                file: definition.file.clone(),
                lines: definition.lines,
                hash: hash(original_text(definition, packages).as_bytes()),
                origin: taken.origin,
            }
        })
        .collect()
}

/// The lines of a definition in its package.
pub fn original_text(definition: &ripout_model::Definition, packages: &[Package]) -> String {
    let package = packages
        .iter()
        .find(|package| package.id() == definition.package);
    let bytes = package.and_then(|package| package.read(&definition.file).ok());
    let text = String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
    let [first, last] = definition.lines;
    let lines: Vec<&str> = text
        .lines()
        .skip(first.saturating_sub(1) as usize)
        .take((last + 1).saturating_sub(first) as usize)
        .collect();
    lines.join("\n")
}

/// Where the files of a module lie whose first one stands at `path`.
pub fn places(path: &str, module: &Module) -> Vec<String> {
    let first = module.files.first().map_or("", |file| file.path.as_str());
    // A folder may go by another name in the project than in the module.
    let folder = |path: &str| {
        path.rsplit_once('/')
            .map_or(String::new(), |it| format!("{}/", it.0))
    };
    let (own, here) = (folder(first), folder(path));
    let of = |file: &ModuleFile| match file.path.strip_prefix(&own) {
        Some(below) => format!("{here}{below}"),
        None => format!("{here}{}", file.path),
    };
    let rest = module.files.iter().skip(1).map(of);
    std::iter::once(path.to_owned()).chain(rest).collect()
}

/// A content hash, with the method's name.
pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An entry for `path`.
    pub(crate) fn entry(path: &str, inputs: u64) -> Entry {
        Entry {
            path: path.into(),
            hash: hash(b"text"),
            files: Vec::new(),
            language: "rust".into(),
            kind: SourceKind::Crate,
            package: "strsim".into(),
            version: Some("0.11.1".into()),
            revision: None,
            licence: Some("MIT".into()),
            accepted_licence: Vec::new(),
            symbols: vec!["strsim::jaro_winkler".into()],
            command: "ripout extract crate:strsim@0.11.1 strsim::jaro_winkler".into(),
            written_by: None,
            left_out: Vec::new(),
            edits: Vec::new(),
            evidence: Evidence {
                verdict: "equivalent".into(),
                inputs,
                seed: 1,
                lines: Some([45, 45]),
                mutants: None,
            },
            definitions: vec![TakenOver {
                name: "strsim::jaro_winkler".into(),
                kind: ripout_model::Kind::Function,
                package: "strsim@0.11.1".into(),
                file: "src/lib.rs".into(),
                lines: [1, 9],
                hash: hash(b"fn"),
                origin: Origin::Verbatim,
            }],
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_a_module_has_one_entry() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::read(folder.path()).unwrap();
        assert!(ledger.modules.is_empty());
        ledger.put(entry("src/b.rs", 1));
        ledger.put(entry("src/a.rs", 2));
        ledger.put(entry("src/b.rs", 3));
        std::fs::write(folder.path().join(FILE), ledger.text().unwrap()).unwrap();
        let again = Ledger::read(folder.path()).unwrap();
        assert_eq!(again, ledger);
        let told: Vec<(&str, u64)> = again
            .modules
            .iter()
            .map(|entry| (entry.path.as_str(), entry.evidence.inputs))
            .collect();
        assert_eq!(told, [("src/a.rs", 2), ("src/b.rs", 3)]);
    }

    #[test]
    fn what_a_written_module_has_not_is_recorded_all_the_same() {
        let taken = |name: &str, origin| Taken {
            definition: ripout_model::Definition {
                name: name.into(),
                kind: ripout_model::Kind::Function,
                package: "x@1.0.0".into(),
                file: "src/lib.rs".into(),
                lines: [1, 2],
            },
            origin,
            cut: false,
            module_file: "f.rs".into(),
            module_lines: [1, 2],
        };
        let closure = [
            taken("x::f", Origin::Verbatim),
            taken("x::g", Origin::Verbatim),
            taken("x::h", Origin::Verbatim),
        ];
        let candidate = Candidate {
            synthesizer: "command".into(),
            module: Module {
                stem: "f".into(),
                files: Vec::new(),
                editions: Vec::new(),
            },
            definitions: vec![
                taken("x::f", Origin::Synthesized),
                taken("x::h", Origin::Edited),
            ],
            edits: Vec::new(),
            api_notes: Vec::new(),
            dependencies: Vec::new(),
            replaced: Vec::new(),
        };
        let origins = stands(&closure, &candidate);
        let origins: Vec<Origin> = origins.iter().map(|taken| taken.origin).collect();
        let written = Origin::Synthesized;
        assert_eq!(origins, [written, written, Origin::Edited]);
    }

    #[test]
    fn files_beside_a_module_lie_in_its_folder() {
        let file = |path: &str| ModuleFile {
            path: path.into(),
            bytes: Vec::new(),
        };
        let module = Module {
            stem: "frob".into(),
            files: vec![file("frob/__init__.py"), file("frob/data/table.json")],
            editions: Vec::new(),
        };
        assert_eq!(
            places("src/pkg/_frob/__init__.py", &module),
            ["src/pkg/_frob/__init__.py", "src/pkg/_frob/data/table.json"]
        );
    }

    #[test]
    fn a_broken_ledger_and_one_of_another_version_are_said() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["version = 1\n[[module]]\n", "version = 99\n", "oh no"] {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(Ledger::read(folder.path()).unwrap_err().code, "ledger");
        }
    }
}
