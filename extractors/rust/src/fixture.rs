//! A small crate of our own and modules made of its text, for the tests of gate and harness.

use ripout_model::{
    Candidate, Definition, Kind, Module, ModuleFile, Origin, Settings, Source, SourceKind, Taken,
    Tree, testing::PlainHost,
};

use crate::{RustOriginal, manifest};

/// A crate on disk, opened.
pub struct Fixture {
    pub original: RustOriginal,
    _folder: tempfile::TempDir,
}

/// Opens a crate called `fixture` whose library is `text`.
pub fn open(text: &str, symbols: &[&str]) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"fixture\"\nversion = \"1.0.0\"\nedition = \"2021\"\nlicense = \"MIT\"\n";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/lib.rs"), text).unwrap();
    let tree = Tree {
        root: folder.path().to_path_buf(),
        source: Source {
            kind: SourceKind::Folder,
            name: "fixture".into(),
            version: None,
            rev: None,
            licence: None,
        },
        documents: None,
        companions: vec![],
    };
    let symbols: Vec<String> = symbols.iter().map(|name| (*name).to_owned()).collect();
    let settings = Settings {
        offline: true,
        ..Settings::default()
    };
    let original = manifest::open(&tree, &symbols, &settings, &PlainHost).unwrap();
    Fixture {
        original,
        _folder: folder,
    }
}

/// A module whose text is taken line by line from the fixture's library, as far as `text` goes on like it.
pub fn candidate(original: &RustOriginal, text: &str) -> Candidate {
    let stem = original.stem.clone();
    let file = format!("{stem}.rs");
    let parsed = syn::parse_file(text).unwrap();
    let definitions = crate::probe::instrument(
        text,
        0,
        crate::probe::Detail::Entries,
        &Default::default(),
        &Default::default(),
    )
    .map(|probed| probed.marks)
    .unwrap_or_default()
    .into_iter()
    .map(|mark| Taken {
        definition: Definition {
            package: original.packages[0].id(),
            ..mark.owner.definition("", "fixture", "src/lib.rs")
        },
        origin: Origin::Verbatim,
        cut: false,
        module_file: file.clone(),
        module_lines: mark.owner.lines,
    })
    .collect();
    assert!(!parsed.items.is_empty());
    let _ = Kind::Function;
    Candidate {
        replaced: Vec::new(),
        synthesizer: "slice".into(),
        module: Module {
            stem,
            files: vec![ModuleFile {
                path: file,
                bytes: text.as_bytes().to_vec(),
            }],
            editions: vec![],
        },
        definitions,
        edits: vec![],
        api_notes: vec![],
        dependencies: vec![],
    }
}
