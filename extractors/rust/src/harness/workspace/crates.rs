//! Manifests, programs, and the small crates that all of them use.

use ripout_model::{Folder, Stop};

use crate::{
    drive::{Facade, PRELUDE},
    layout,
};

/// What `subject` holds.
pub(super) fn uses(facade: &[Facade], path: impl Fn(&Facade) -> String) -> String {
    facade
        .iter()
        .map(|facade| format!("pub use ::{} as {};\n", path(facade), facade.name))
        .collect()
}

/// The workspace's manifest. What is searched is lightly optimised: building takes longer than running otherwise saves, and
/// searching slower finds less. The drivers' text says each thing once and is long: optimising it costs more than it saves.
/// So does optimising over the parts of one crate.
pub fn manifest(members: &str) -> String {
    format!(
        "[workspace]\nresolver = \"2\"\nmembers = [{members}]\nexclude = [\"packages\", \"probe\", \"prelude\", \"mutant\"]\n\n[profile.dev]\nopt-level = 1\nlto = \"off\"\ndebug = false\nincremental = false\ndebug-assertions = true\noverflow-checks = true\npanic = \"unwind\"\n\n[profile.dev.package.ripout_prelude]\ncodegen-units = 1\n\n[profile.dev.package.original-driver]\nopt-level = 0\n\n[profile.dev.package.module-driver]\nopt-level = 0\n\n[profile.dev.package.mutants]\nopt-level = 0\n"
    )
}

/// Writes what probes call, unless it lies there with room for all of them.
pub(super) fn write_probe(folder: &dyn Folder, count: usize) -> Result<(), Stop> {
    let text = probes(count.max(PLACES).next_power_of_two());
    let known = folder.path().join("probe/lib.rs").exists();
    if known && folder.read("probe/lib.rs")? == text.as_bytes() {
        return Ok(());
    }
    folder.write(
        "probe/Cargo.toml",
        layout::library("ripout_probe").as_bytes(),
    )?;
    folder.write("probe/lib.rs", text.as_bytes())?;
    Ok(())
}

/// Writes the prelude, unless it lies there: cargo would take it for another one.
pub(super) fn write_prelude(folder: &dyn Folder) -> Result<(), Stop> {
    if folder.path().join("prelude/lib.rs").exists() {
        return Ok(());
    }
    folder.write(
        "prelude/Cargo.toml",
        layout::library("ripout_prelude").as_bytes(),
    )?;
    folder.write("prelude/lib.rs", PRELUDE.as_bytes())?;
    Ok(())
}

pub(super) fn program(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[[bin]]\nname = \"{name}\"\npath = \"main.rs\"\n\n[dependencies]\nripout_probe = {{ path = \"../../probe\" }}\nripout_prelude = {{ path = \"../../prelude\" }}\n"
    )
}

pub(super) fn main(
    sides: &[(String, String)],
    homes: &[String],
    driver: &std::path::Path,
) -> String {
    let driver = layout::quoted(&driver.to_string_lossy());
    let mut text = String::from("#![allow(warnings)]\n");
    let mut drivers = Vec::new();
    for (name, uses) in sides {
        text.push_str(&format!(
            "mod side_{name} {{\n    pub mod subject {{\n{uses}    }}\n    #[path = {driver}]\n    pub mod driver;\n}}\n"
        ));
        drivers.push(format!("({name:?}, side_{name}::driver::DRIVER)"));
    }
    text.push_str(&format!(
        "fn main() {{\n    ripout_prelude::homes(&{homes:?});\n    ripout_prelude::run(&[{}], ripout_probe::new_hits, ripout_probe::show_features, ripout_probe::allow, ripout_probe::capture);\n}}\n",
        drivers.join(", ")
    ));
    text
}

/// The crate that probes call. It needs neither `std` nor an allocator to be called.
const CALLED: &str = include_str!("probe.rs.txt");

/// The crate that probes call, with room for so many.
pub(super) fn probes(count: usize) -> String {
    let room = format!("const COUNT: usize = {};", count.max(1));
    CALLED.replacen("const COUNT: usize = 1;", &room, 1)
}

/// Room for so many probes at least, so that the module's may be more than the original's, which are counted first.
const PLACES: usize = 1 << 17;
