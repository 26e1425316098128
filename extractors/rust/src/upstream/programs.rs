//! The packages that hold the tests: for each side one with a crate that stands for the original, and one with unit tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use ripout_model::{Candidate, Folder, Stop};

use super::{
    MODULE, ORIGINAL,
    chunks::{Program, Stock},
};
use crate::{
    accounts,
    drive::Facade,
    harness::{self, module_lib},
    layout,
    original::RustOriginal,
};

/// Packages of programs that are built against the crate that stands for the original, by side.
pub const OUTSIDE: [&str; 2] = ["members/tests-original", "members/tests-module"];

/// Packages of unit tests, by side.
pub const UNITS: [&str; 2] = ["members/units-original", "members/units-module"];

/// Files of the package beside its text, which tests may read.
const LARGEST: u64 = 4 << 20;
const MOST: usize = 2000;

/// The folder of a program's package, by side.
pub fn package(program: &Program, side: usize) -> &'static str {
    match program {
        Program::Outside(_) => OUTSIDE[side],
        Program::Units => UNITS[side],
    }
}

/// Writes all that is built beside what the harness has.
pub fn write(
    original: &RustOriginal,
    candidate: &Candidate,
    facade: &[Facade],
    stock: &Stock,
    folder: &dyn Folder,
) -> Result<(), Stop> {
    let programs: BTreeSet<&Program> = stock
        .chunks
        .iter()
        .filter_map(|it| it.program.as_ref())
        .collect();
    let outside: Vec<(&str, &str)> = programs
        .iter()
        .filter_map(|program| match program {
            Program::Outside(name) => Some((name.as_str(), root_of(stock, name)?)),
            Program::Units => None,
        })
        .collect();
    let mut members = Vec::new();
    if !outside.is_empty() {
        for side in [ORIGINAL, MODULE] {
            copy(original, OUTSIDE[side], folder)?;
            let manifest = outside_manifest(original, candidate, side, &outside);
            folder.write(
                &format!("{}/Cargo.toml", OUTSIDE[side]),
                manifest.as_bytes(),
            )?;
            let shim = shim(original, candidate, facade, side);
            folder.write(&format!("{}/shim.rs", OUTSIDE[side]), shim.as_bytes())?;
            members.push(OUTSIDE[side]);
        }
    }
    if programs.contains(&Program::Units) {
        copy(original, UNITS[ORIGINAL], folder)?;
        let manifest = layout::with_unit_tests(original, "units-original");
        folder.write(
            &format!("{}/Cargo.toml", UNITS[ORIGINAL]),
            manifest.as_bytes(),
        )?;
        let edition = &harness::editions(original, candidate)[0];
        let mut manifest =
            accounts::module_manifest(original, candidate, "units-module", "ripout_units", edition);
        manifest.push_str(&features(original));
        folder.write(
            &format!("{}/Cargo.toml", UNITS[MODULE]),
            manifest.as_bytes(),
        )?;
        let stem = &candidate.module.stem;
        accounts::write_module(candidate, folder, UNITS[MODULE], "")?;
        // What tests name from the crate's root stands in the module.
        let root = format!("#![allow(warnings)]\npub mod {stem};\npub use {stem}::*;\n");
        folder.write(&format!("{}/lib.rs", UNITS[MODULE]), root.as_bytes())?;
        members.extend(UNITS);
    }
    let quoted: Vec<String> = members
        .iter()
        .map(|member| layout::quoted(member))
        .collect();
    let mut root = harness::workspace_manifest(&quoted.join(", "));
    for member in members {
        let name = member.rsplit('/').next().unwrap_or(member);
        root.push_str(&format!("\n[profile.dev.package.{name}]\nopt-level = 0\n"));
    }
    folder.write("Cargo.toml", root.as_bytes())?;
    Ok(())
}

/// What the root file of a program ends with: before 2018 a crate is in scope only once it is declared.
pub fn tail(original: &RustOriginal) -> &'static str {
    match original.crates[0].edition.as_str() {
        "2015" => "\nextern crate ripout_probe;\n",
        _ => "",
    }
}

/// The root file of a program, relative to its package.
fn root_of<'a>(stock: &'a Stock, name: &str) -> Option<&'a str> {
    let wanted = Program::Outside(name.to_owned());
    let chunk = stock
        .chunks
        .iter()
        .find(|chunk| chunk.program.as_ref() == Some(&wanted))?;
    let file = &chunk.places[ORIGINAL].as_ref()?.file;
    file.strip_prefix(OUTSIDE[ORIGINAL])?.strip_prefix('/')
}

fn outside_manifest(
    original: &RustOriginal,
    candidate: &Candidate,
    side: usize,
    programs: &[(&str, &str)],
) -> String {
    let krate = &original.crates[0];
    let name = OUTSIDE[side].rsplit('/').next().unwrap_or_default();
    let mut text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = {}\nbuild = false\nautobins = false\nautoexamples = false\nautotests = false\nautobenches = false\n\n[lib]\nname = {}\npath = \"shim.rs\"\ntest = false\ndoctest = false\n",
        layout::quoted(&krate.edition),
        layout::quoted(&krate.lib_name),
    );
    text.push_str(&features(original));
    for (name, path) in programs {
        text.push_str(&format!(
            "\n[[test]]\nname = {}\npath = {}\n",
            layout::quoted(name),
            layout::quoted(path)
        ));
    }
    // The text of macros has probes in it.
    text.push_str("\n[dependencies]\nripout_probe = { path = \"../../probe\" }\n");
    if side == ORIGINAL {
        text.push_str(&layout::dependency(original, "ripout_subject", 0, false));
    } else {
        let edition = &harness::editions(original, candidate)[0];
        let lib = module_lib(edition);
        text.push_str(&format!(
            "{lib} = {{ path = \"../module-{edition}\", package = \"module-{edition}\" }}\n"
        ));
    }
    text
}

/// The features that are on: tests ask for them by name.
fn features(original: &RustOriginal) -> String {
    let on = original.crates[0].features.iter();
    let on: Vec<String> = on
        .filter(|name| *name != "default")
        .map(|name| layout::quoted(name))
        .collect();
    let mut text = String::from("\n[features]\n");
    for feature in &on {
        text.push_str(&format!("{feature} = []\n"));
    }
    text.push_str(&format!("default = [{}]\n", on.join(", ")));
    text
}

/// The crate that stands for the original: what the module offers, at the original's paths.
fn shim(original: &RustOriginal, candidate: &Candidate, facade: &[Facade], side: usize) -> String {
    let lib = &original.crates[0].lib_name;
    let module = module_lib(&harness::editions(original, candidate)[0]);
    let mut paths: BTreeMap<&str, String> = BTreeMap::new();
    for facade in facade {
        let within = |path: &str| path.split_once("::").map(|(_, rest)| rest.to_owned());
        let Some((krate, path)) = facade.original.split_once("::") else {
            continue;
        };
        let target = match side {
            ORIGINAL => Some(format!("::ripout_subject::{path}")),
            _ => within(&facade.module).map(|rest| format!("::{module}::{rest}")),
        };
        if let (true, Some(target)) = (krate == lib, target) {
            paths.entry(path).or_insert(target);
        }
    }
    let mut root = Node::default();
    for (path, target) in paths {
        root.add(path, target);
    }
    // Before 2018 a crate is in scope only once it is declared.
    let own = if side == ORIGINAL {
        "ripout_subject"
    } else {
        &module
    };
    let mut text = format!("#![allow(warnings)]\nextern crate {own};\n");
    root.write(&mut text);
    text
}

#[derive(Default)]
struct Node {
    names: BTreeMap<String, String>,
    inner: BTreeMap<String, Node>,
}

impl Node {
    fn add(&mut self, path: &str, target: String) {
        match path.split_once("::") {
            Some((first, rest)) => self
                .inner
                .entry(first.to_owned())
                .or_default()
                .add(rest, target),
            None => {
                self.names.insert(path.to_owned(), target);
            }
        }
    }

    fn write(&self, text: &mut String) {
        for (name, target) in &self.names {
            let last = target.rsplit("::").next().unwrap_or_default();
            match last == name {
                true => text.push_str(&format!("pub use {target};\n")),
                false => text.push_str(&format!("pub use {target} as {name};\n")),
            }
        }
        for (name, node) in &self.inner {
            // A type or trait of the same name has members of its own there.
            if !self.names.contains_key(name) {
                text.push_str(&format!("pub mod {name} {{\n"));
                node.write(text);
                text.push_str("}\n");
            }
        }
    }
}

/// Copies the package's files, which tests may read; what is generated lies over them.
fn copy(original: &RustOriginal, to: &str, folder: &dyn Folder) -> Result<(), Stop> {
    let package = &original.packages[0];
    let mut files = Vec::new();
    below(&package.root, "", &mut files);
    for file in files {
        if file == "Cargo.toml" || file == "Cargo.lock" {
            continue;
        }
        if let Ok(bytes) = package.read(&file) {
            folder.write(&format!("{to}/{file}"), &bytes)?;
        }
    }
    Ok(())
}

fn below(root: &Path, folder: &str, found: &mut Vec<String>) {
    let entries = std::fs::read_dir(root.join(folder));
    let mut entries: Vec<_> = entries.into_iter().flatten().flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = match folder {
            "" => name.clone(),
            folder => format!("{folder}/{name}"),
        };
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && name != "target" && !name.starts_with('.') {
            below(root, &path, found);
        } else if kind.is_file()
            && found.len() < MOST
            && entry.metadata().is_ok_and(|data| data.len() < LARGEST)
        {
            found.push(path);
        }
    }
}
