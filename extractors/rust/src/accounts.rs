//! Asks the compiler for its account of the original and of a module.

use std::sync::{Arc, Mutex, PoisonError};

use ripout_model::{Candidate, Command, Failure, Folder, Host, Stop};

use crate::{doc::World, layout, original::RustOriginal};

/// Crate name of a module that stands alone.
pub const MODULE: &str = "ripout_module";

/// Both sides of one candidate.
#[derive(Debug)]
pub struct Accounts {
    /// The wanted crate first, then the packages whose text is taken.
    pub original: World,
    /// The module as `ripout_module::<stem>`.
    pub module: World,
}

/// What could be asked.
pub enum Asked {
    /// Both sides answered.
    Both(Arc<Accounts>),
    /// The module does not build: what the compiler says.
    ModuleFails(String),
}

/// The accounts of the candidate asked about last, so that gate and harness ask once.
#[derive(Debug, Clone, Default)]
pub struct Remembered(Arc<Mutex<Option<Answered>>>);

/// A module's bytes, and the accounts of it.
type Answered = (Vec<u8>, Arc<Accounts>);

/// Asks for both accounts.
pub fn ask(original: &RustOriginal, candidate: &Candidate, host: &dyn Host) -> Result<Asked, Stop> {
    let text = &candidate.module.files[0].bytes;
    let lock = || {
        original
            .accounts
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    };
    if let Some((known, accounts)) = &*lock()
        && known == text
    {
        return Ok(Asked::Both(accounts.clone()));
    }
    let folder = host.folder("accounts")?;
    layout::copy_packages(original, &*folder, "", |_, _, _| None)?;
    write_consumer(original, candidate, &*folder)?;
    let documented = documented(original, candidate);
    let mut command = Command::new("cargo", folder.path())
        .args(["doc", "--quiet", "--offline", "--no-deps", "--lib", "--keep-going"])
        .args(["-p", "ripout-module"])
        .env("RUSTFLAGS", "--cap-lints allow")
        .env(
            "RUSTDOCFLAGS",
            "-Zunstable-options --output-format json --document-private-items --document-hidden-items --cap-lints allow",
        )
        .env("RUSTDOC", rustdoc(&*folder)?);
    for index in &documented {
        let package = &original.packages[*index];
        command = command.args(["-p".to_owned(), package.id()]);
    }
    let answer = host.run(&command)?;
    let mut worlds = Accounts {
        original: World::default(),
        module: World::default(),
    };
    for index in &documented {
        let name = &original.crates[*index].lib_name;
        let json = folder.read(&format!("target/doc/{name}.json"));
        let read = json.map(|json| worlds.original.add(name, &json));
        if !matches!(read, Ok(Ok(()))) {
            return Err(Failure::new(
                "original_does_not_build",
                format!(
                    "cargo doc of {} failed: {}",
                    original.packages[*index].id(),
                    shortened(&answer.errors())
                ),
            )
            .help("the crate may need another compiler, or other features (`--features`)")
            .into());
        }
    }
    let json = folder.read(&format!("target/doc/{MODULE}.json"));
    let read = json.map(|json| worlds.module.add(MODULE, &json));
    if !matches!(read, Ok(Ok(()))) {
        return Ok(Asked::ModuleFails(shortened(&answer.errors())));
    }
    let accounts = Arc::new(worlds);
    *lock() = Some((text.clone(), accounts.clone()));
    Ok(Asked::Both(accounts))
}

/// Packages whose account is needed: the wanted one, and those whose text is taken or may be named in its API.
fn documented(original: &RustOriginal, candidate: &Candidate) -> Vec<usize> {
    let taken = |index: usize| {
        let id = original.packages[index].id();
        candidate
            .definitions
            .iter()
            .any(|taken| taken.definition.package == id)
    };
    (0..original.packages.len())
        .filter(|index| !original.crates[*index].proc_macro && (*index == 0 || taken(*index)))
        .collect()
}

/// A workspace with the module as a package of its own and the wanted package as its neighbour's dependency.
fn write_consumer(
    original: &RustOriginal,
    candidate: &Candidate,
    folder: &dyn Folder,
) -> Result<(), Stop> {
    let edition = edition(&candidate.module.editions, &original.settings.editions);
    // Packages below a workspace that its members depend on by path are members themselves.
    let wanted = layout::package_folder(original, 0);
    let twins: Vec<String> = twins(original)
        .iter()
        .map(|to| layout::quoted(to))
        .collect();
    folder.write(
        "Cargo.toml",
        format!(
            "[workspace]\nresolver = \"2\"\nmembers = [\"members/module\", {}]\nexclude = [{}]\n",
            layout::quoted(&wanted),
            twins.join(", ")
        )
        .as_bytes(),
    )?;
    folder.write(
        "members/module/Cargo.toml",
        module_manifest(original, candidate, "ripout-module", MODULE, &edition).as_bytes(),
    )?;
    write_module(
        candidate,
        folder,
        "members/module",
        "#![allow(warnings)]\npub ",
    )?;
    Ok(())
}

/// Folders of packages that share their name with another one: a workspace has no two members of one name.
fn twins(original: &RustOriginal) -> Vec<String> {
    let all = 0..original.packages.len() + original.tools.len();
    let name = |index: &usize| original.package(*index).0.name.as_str();
    all.clone()
        .filter(|index| *index > 0)
        .filter(|index| {
            all.clone()
                .any(|other| other != *index && name(&other) == name(index))
        })
        .map(|index| layout::package_folder(original, index))
        .collect()
}

/// The edition to read a module under: the first of its own, else of those wanted.
fn edition(own: &[String], wanted: &[String]) -> String {
    own.iter()
        .chain(wanted)
        .next()
        .cloned()
        .unwrap_or_else(|| "2021".into())
}

/// A package of a module: what it keeps, and nothing else.
pub fn module_manifest(
    original: &RustOriginal,
    candidate: &Candidate,
    package: &str,
    lib: &str,
    edition: &str,
) -> String {
    let mut manifest = format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n[lib]\nname = \"{lib}\"\npath = \"lib.rs\"\n\n[dependencies]\n"
    );
    for index in 0..original.packages.len() {
        if layout::kept(original, &candidate.dependencies, index) {
            let name = &original.crates[index].lib_name;
            manifest.push_str(&layout::dependency(original, name, index, false));
        }
    }
    manifest
}

/// A library whose root holds the module, `opening` before its `mod`.
pub fn write_module(
    candidate: &Candidate,
    folder: &dyn Folder,
    package: &str,
    opening: &str,
) -> Result<(), Stop> {
    let module = &candidate.module;
    for file in &module.files {
        folder.write(&format!("{package}/{}", file.path), &file.bytes)?;
    }
    let root = format!("{opening}mod {};\n", module.stem);
    folder.write(&format!("{package}/lib.rs"), root.as_bytes())?;
    Ok(())
}

/// A stable rustdoc writes JSON only when told that unstable options are meant; nothing else of the build is told so,
/// as build scripts look at that too.
fn rustdoc(folder: &dyn Folder) -> Result<std::ffi::OsString, Stop> {
    let script = folder.write(
        "rustdoc.sh",
        b"#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc \"$@\"\n",
    )?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&script, executable).map_err(|source| {
            ripout_model::HostError::File {
                path: script.clone(),
                source,
            }
        })?;
    }
    Ok(script.into_os_string())
}

/// The first complaints of a compiler.
pub fn shortened(errors: &str) -> String {
    let lines: Vec<&str> = errors.lines().take(40).collect();
    lines.join("\n").trim().to_owned()
}
