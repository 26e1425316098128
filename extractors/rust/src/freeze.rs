//! Frozen tests: a cargo package that holds the driver, the recorded inputs and what the original showed.
//!
//! It lies beside the module, uses it by its path, and needs neither the original nor ripout.

use ripout_model::{Candidate, Driver, ModuleFile, Observation};

use crate::{drive::PRELUDE, layout, original::RustOriginal};

const TEST: &str = include_str!("freeze/test.rs.txt");
const BUILD: &str = include_str!("freeze/build.rs.txt");

/// Stands before effects in what the prelude writes.
const EFFECTS: char = '\u{1}';

/// The package's files, relative to its folder.
pub fn freeze(
    original: &RustOriginal,
    candidate: &Candidate,
    driver: &Driver,
    cases: &[(Vec<u8>, Observation)],
) -> Vec<ModuleFile> {
    let stem = &candidate.module.stem;
    // It says what `subject` holds.
    let names: Vec<(&str, &str)> = driver
        .about
        .lines()
        .filter_map(|line| line.strip_prefix("// subject::"))
        .filter_map(|line| line.split_once(" is "))
        .collect();
    let hidden = names.iter().any(|(_, path)| path.matches("::").count() > 1);
    let uses: String = names
        .iter()
        .map(|(name, path)| format!("    pub(crate) use super::{path} as {name};\n"))
        .collect();
    let module = if hidden {
        "include!(concat!(env!(\"OUT_DIR\"), \"/module.rs\"));".to_owned()
    } else {
        format!("#[allow(warnings)]\n#[path = \"../../{stem}.rs\"]\nmod {stem};")
    };
    let test = TEST
        .replace("STEM", stem)
        .replace("MODULE", &module)
        .replace("USES", &uses);
    let mut files = vec![
        file("Cargo.toml", manifest(original, candidate, hidden)),
        file("prelude.rs", PRELUDE.clone()),
        file("driver.rs", format!("{}{}", driver.about, driver.text)),
        file("cases.txt", recorded(cases)),
        file("tests/equivalence.rs", test),
    ];
    if hidden {
        files.push(file("build.rs", BUILD.replace("STEM", stem)));
    }
    files
}

fn file(path: &str, text: String) -> ModuleFile {
    ModuleFile {
        path: path.into(),
        bytes: text.into_bytes(),
    }
}

fn manifest(original: &RustOriginal, candidate: &Candidate, hidden: bool) -> String {
    let edition = candidate
        .module
        .editions
        .iter()
        .chain(&original.settings.editions)
        .next()
        .map_or("2021", String::as_str);
    let build = if hidden { "\"build.rs\"" } else { "false" };
    // A workspace of its own, so that it can lie anywhere; checks on, as when the cases were recorded.
    let mut text = format!(
        "[package]\nname = \"equivalence\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\npublish = false\nbuild = {build}\n\n[workspace]\n\n[lib]\nname = \"ripout_prelude\"\npath = \"prelude.rs\"\ntest = false\ndoctest = false\n\n[profile.test]\nopt-level = 1\ndebug-assertions = true\noverflow-checks = true\n"
    );
    let kept: Vec<usize> = (0..original.packages.len())
        .filter(|index| layout::kept(original, &candidate.dependencies, *index))
        .collect();
    if !kept.is_empty() {
        text.push_str("\n[dependencies]\n");
        for index in kept {
            let package = &original.packages[index];
            text.push_str(&format!(
                "{} = {{ version = \"={}\", package = \"{}\" }}\n",
                original.crates[index].lib_name, package.version, package.name
            ));
        }
    }
    text
}

/// The cases as text: a block of lines for each.
fn recorded(cases: &[(Vec<u8>, Observation)]) -> String {
    let mut text = String::from(
        "# Recorded inputs and what the original showed. `bytes` is what the driver decodes; `input` is the same for people.\n",
    );
    // What a subject does beside answering is not seen there.
    let plain = cases
        .iter()
        .filter(|(_, observation)| !observation.value.contains(EFFECTS));
    for (bytes, observation) in plain {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let kind = observation.kind.word();
        text.push_str(&format!(
            "\ninput: {}\nbytes: {hex}\nkind: {kind}\nvalue: {}\n",
            quoted(&observation.input),
            quoted(&observation.value)
        ));
    }
    text
}

/// The same spelling that the prelude gives to text.
fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            char if u32::from(char) < 0x20 => json.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => json.push(char),
        }
    }
    json.push('"');
    json
}
