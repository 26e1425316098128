//! Small originals and candidates for the tests of this crate.

use ripout_model::{
    Candidate, Definition, Host, Module, ModuleFile, Origin, Settings, Source, SourceKind, Taken,
    Tree, testing::PlainHost,
};

use crate::{manifest, original::PythonOriginal};

/// A package in a folder of its own, deleted with it.
pub struct Sample {
    pub original: PythonOriginal,
    _folder: tempfile::TempDir,
}

/// Writes files and opens the symbols.
pub fn sample(files: &[(&str, &str)], symbols: &[&str]) -> Sample {
    let folder = tempfile::tempdir().expect("a temp folder");
    let licence = (
        "LICENSE",
        "MIT License\n\nPermission is hereby granted, free of charge",
    );
    let project = (
        "pyproject.toml",
        "[project]\nname = \"pkg\"\nversion = \"1.0\"\nlicense = \"MIT\"\n",
    );
    for (path, text) in files.iter().chain([&licence, &project]) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let tree = Tree {
        root: folder.path().to_path_buf(),
        source: Source {
            kind: SourceKind::Folder,
            name: "pkg".into(),
            version: Some("1.0".into()),
            rev: None,
            licence: None,
        },
        documents: None,
        companions: Vec::new(),
    };
    let symbols: Vec<String> = symbols.iter().map(|symbol| (*symbol).to_owned()).collect();
    let host: &dyn Host = &PlainHost;
    let original = manifest::open(&tree, &symbols, &Settings::default(), host).expect("it opens");
    Sample {
        original,
        _folder: folder,
    }
}

/// A module of one definition that spans it all.
pub fn candidate(original: &PythonOriginal, text: &str, origin: Origin) -> Candidate {
    let file = format!("{}.py", original.stem);
    let lines = u32::try_from(text.lines().count()).expect("short");
    let symbol = &original.symbols[0];
    Candidate {
        replaced: Vec::new(),
        synthesizer: "file".into(),
        module: Module {
            stem: original.stem.clone(),
            files: vec![ModuleFile {
                path: file.clone(),
                bytes: text.as_bytes().to_vec(),
            }],
            editions: Vec::new(),
        },
        definitions: vec![Taken {
            definition: Definition {
                name: symbol.full_name(),
                kind: symbol.kind,
                package: original.packages[0].id(),
                file: format!("{}.py", symbol.definition_module.replace('.', "/")),
                lines: [1, lines],
            },
            origin,
            cut: false,
            module_file: file,
            module_lines: [1, lines],
        }],
        edits: Vec::new(),
        api_notes: Vec::new(),
        dependencies: Vec::new(),
    }
}
