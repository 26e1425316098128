//! The work folder: packages, module, prelude and programs; and the probed text of both sides.
//!
//! * here: what lies in the folder from the first round on, and the command that builds it
//! * [`crates`]: manifests, programs, and the small crates that all of them use
//! * [`files`]: a file with probes in it, and those of the original
//! * [`texts`]: the probed text of both sides, round by round
//! * [`opening`]: the module with everything public that a program has to name

mod crates;
mod files;
mod opening;
mod texts;

use ripout_model::{Candidate, Command, Folder, Stop};

use crate::{accounts, drive::Plan, layout, original::RustOriginal};
pub use crates::manifest;
use crates::{main, program, uses, write_prelude, write_probe};
pub use files::Originals;
use files::{Place, written};
pub use texts::Texts;

/// What does not change from round to round.
pub struct Workspace {
    /// Says in the driver's text what `subject` holds.
    pub header: String,
    /// The workspace's manifest with two members more, for mutants.
    with_mutants: String,
}

/// How a probed crate depends on what its probes call.
const PROBE: &str = "ripout_probe = { path = \"../../probe\" }\n";

impl Workspace {
    pub fn write(
        original: &RustOriginal,
        candidate: &Candidate,
        plan: &Plan,
        texts: &Texts<'_>,
        folder: &dyn Folder,
    ) -> Result<Self, Stop> {
        let editions = editions(original, candidate);
        if !texts.laid {
            layout::copy_packages(original, folder, PROBE, |_, _, _| None)?;
        }
        let members: Vec<String> = editions
            .iter()
            .map(|edition| format!("\"members/module-{edition}\""))
            .collect();
        let root = |more: &str| {
            manifest(&format!(
                "\"members/original\", \"members/module\", {}{more}",
                members.join(", ")
            ))
        };
        folder.write("Cargo.toml", root("").as_bytes())?;
        let count = texts.probes.iter().map(Vec::len).max().unwrap_or(0);
        write_probe(folder, count)?;
        write_prelude(folder)?;
        write_original(original, plan, folder)?;
        write_module(original, candidate, plan, &editions, folder)?;
        let header = plan
            .facade
            .iter()
            .map(|facade| {
                let module = facade.module.split_once("::").map_or("", |(_, rest)| rest);
                format!("// subject::{} is {module}\n", facade.name)
            })
            .collect();
        Ok(Self {
            header,
            with_mutants: root(", \"members/mutated\", \"members/mutants\""),
        })
    }
}

/// Writes the original's program: re-exports of the original's public paths.
fn write_original(original: &RustOriginal, plan: &Plan, folder: &dyn Folder) -> Result<(), Stop> {
    let mut manifest = program("original-driver");
    for index in 0..original.packages.len() {
        let krate = &original.crates[index];
        let used = index == 0
            || plan.facade.iter().any(|facade| {
                facade
                    .original
                    .starts_with(&format!("{}::", krate.lib_name))
            });
        if used {
            manifest.push_str(&layout::dependency(original, &krate.lib_name, index, false));
        }
    }
    folder.write("members/original/Cargo.toml", manifest.as_bytes())?;
    let sides = vec![(
        "original".to_owned(),
        uses(&plan.facade, |facade| facade.original.clone()),
    )];
    folder.write(
        "members/original/main.rs",
        main(&sides, &[], &folder.path().join("driver.rs")).as_bytes(),
    )?;
    Ok(())
}

/// Writes the module's program: re-exports of the module, once for each edition.
fn write_module(
    original: &RustOriginal,
    candidate: &Candidate,
    plan: &Plan,
    editions: &[String],
    folder: &dyn Folder,
) -> Result<(), Stop> {
    let mut manifest = program("module-driver");
    let (mut sides, mut homes) = (Vec::new(), Vec::new());
    for edition in editions {
        let lib = module_lib(edition);
        homes.push(format!("{lib}::{}::", candidate.module.stem));
        let package = format!("module-{edition}");
        manifest.push_str(&format!(
            "{lib} = {{ path = \"../{package}\", package = \"{package}\" }}\n"
        ));
        let own = accounts::module_manifest(original, candidate, &package, &lib, edition) + PROBE;
        folder.write(&format!("members/{package}/Cargo.toml"), own.as_bytes())?;
        accounts::write_module(
            candidate,
            folder,
            &format!("members/{package}"),
            "#![allow(warnings)]\npub ",
        )?;
        sides.push((
            edition.clone(),
            uses(&plan.facade, |facade| {
                facade.module.replacen(accounts::MODULE, &lib, 1)
            }),
        ));
    }
    folder.write("members/module/Cargo.toml", manifest.as_bytes())?;
    folder.write(
        "members/module/main.rs",
        main(&sides, &homes, &folder.path().join("driver.rs")).as_bytes(),
    )?;
    Ok(())
}

/// A workspace with the prelude, and with the original where there is text of it, and the command that builds it.
pub fn begin(
    original: &RustOriginal,
    originals: Option<&Originals>,
    folder: &dyn Folder,
) -> Result<Command, Stop> {
    folder.write("Cargo.toml", manifest("\"members/begun\"").as_bytes())?;
    let mut manifest = layout::library("begun")
        + "\n[dependencies]\nripout_prelude = { path = \"../../prelude\" }\n";
    if let Some(originals) = originals {
        layout::copy_packages(original, folder, PROBE, |index, file, _| {
            let file = file.to_owned();
            let place = Place::Package(index, file);
            let known = originals.files.get(&place)?;
            Some(written(original, &place, known))
        })?;
        write_probe(folder, originals.probes.len())?;
        let name = &original.crates[0].lib_name;
        manifest.push_str(&layout::dependency(original, name, 0, false));
    }
    folder.write("members/begun/Cargo.toml", manifest.as_bytes())?;
    folder.write("members/begun/lib.rs", b"")?;
    write_prelude(folder)?;
    Ok(build(folder).args(["--keep-going", "-p", "begun"]))
}

/// Builds in a workspace. Whatever is built before must have been built with the same words to be of use.
pub fn build(folder: &dyn Folder) -> Command {
    Command::new("cargo", folder.path())
        .args(["build", "--offline"])
        .env("RUSTFLAGS", "--cap-lints allow")
        // Only the probes' own crate uses what is unstable: a `const fn` that does nothing at compile time.
        .env("RUSTC_BOOTSTRAP", crate::harness::BOOTSTRAPPED)
}

/// What the crate that holds the module under an edition is called.
pub fn module_lib(edition: &str) -> String {
    format!("ripout_module_{edition}")
}

/// The editions that the driver runs the module under.
pub fn editions(original: &RustOriginal, candidate: &Candidate) -> Vec<String> {
    if candidate.module.editions.is_empty() {
        original.settings.editions.clone()
    } else {
        candidate.module.editions.clone()
    }
}
