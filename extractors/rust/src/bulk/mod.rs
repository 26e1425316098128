//! Both sides built as their users build them, without probes: for many inputs at once, and for what each costs.
//!
//! A workspace of its own holds the packages of the original and the module as they are, the prelude, and for each side a
//! program with the driver's text and what makes inputs in place ([`PROGRAM`]). It is optimised, with neither overflow
//! checks nor debug assertions: what shows only there shows here.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ripout_model::{Answer, Built, Bulk, Candidate, Command, Folder, Host, Stop};

use crate::{accounts, layout, original::RustOriginal};

/// What each program consists of, beside the driver.
const PROGRAM: &str = include_str!("program.rs.txt");

/// A build that takes longer than the budget of judging is given up, as what is measured here is no part of any bar; so many
/// times as long where the user asked for inputs that are to be had here only.
const WANTED: u32 = 3;

/// The programs, by the names of their packages.
const SIDES: [&str; 2] = ["original-bulk", "module-bulk"];

/// Crate name and package of the module.
const MODULE: &str = "module";

/// A workspace that is written and not built yet.
pub struct Workspace {
    folder: Arc<dyn Folder>,
    /// The original's package, as cargo names it.
    original: String,
    /// A build that takes longer is given up.
    patience: Duration,
}

/// What of a harness is built here as well.
pub struct Parts<'a> {
    /// The driver's text.
    pub driver: &'a str,
    /// The module's text, open to programs.
    pub module: &'a str,
    /// `pub use` lines of `subject`, for the original and for the module.
    pub uses: [String; 2],
    /// The prelude's text.
    pub prelude: &'a str,
}

impl Workspace {
    /// Writes it into a folder of its own.
    pub fn write(
        original: &RustOriginal,
        candidate: &Candidate,
        edition: &str,
        parts: &Parts<'_>,
        folder: Arc<dyn Folder>,
    ) -> Result<Self, Stop> {
        layout::copy_packages(original, &*folder, "", |_, _, _| None)?;
        folder.write("Cargo.toml", MANIFEST.as_bytes())?;
        folder.write(
            "prelude/Cargo.toml",
            layout::library("ripout_prelude").as_bytes(),
        )?;
        folder.write("prelude/lib.rs", parts.prelude.as_bytes())?;
        let manifest =
            accounts::module_manifest(original, candidate, MODULE, accounts::MODULE, edition);
        folder.write("members/module/Cargo.toml", manifest.as_bytes())?;
        accounts::write_module(
            candidate,
            &*folder,
            "members/module",
            "#![allow(warnings)]\npub ",
        )?;
        let file = &candidate.module.files[0].path;
        folder.write(&format!("members/module/{file}"), parts.module.as_bytes())?;
        folder.write("driver.rs", parts.driver.as_bytes())?;
        folder.write("program.rs", PROGRAM.as_bytes())?;
        let mut of_original = String::new();
        for index in 0..original.packages.len() {
            let name = &original.crates[index].lib_name;
            let named = parts.uses[0].contains(&format!("::{name}::"));
            if index == 0 || named {
                of_original.push_str(&layout::dependency(original, name, index, false));
            }
        }
        let of_module = format!(
            "{} = {{ path = \"../module\", package = \"{MODULE}\" }}\n",
            accounts::MODULE
        );
        let homes = [
            String::new(),
            format!(
                "{:?}",
                format!("{}::{}::", accounts::MODULE, candidate.module.stem)
            ),
        ];
        let dependencies = [of_original, of_module];
        for ((name, uses), (dependencies, home)) in SIDES
            .iter()
            .zip(&parts.uses)
            .zip(dependencies.iter().zip(homes))
        {
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[[bin]]\nname = \"{name}\"\npath = \"main.rs\"\n\n[dependencies]\nripout_prelude = {{ path = \"../../prelude\" }}\n{dependencies}"
            );
            folder.write(&format!("members/{name}/Cargo.toml"), manifest.as_bytes())?;
            let main = format!(
                "#![allow(warnings)]\n#[path = \"../../program.rs\"]\nmod program;\npub mod subject {{\n{uses}}}\n#[path = \"../../driver.rs\"]\npub mod driver;\nfn main() {{\n    ripout_prelude::homes(&[{home}]);\n    program::run(driver::DRIVER);\n}}\n"
            );
            folder.write(&format!("members/{name}/main.rs"), main.as_bytes())?;
        }
        let settings = &original.settings;
        let times = if settings.inputs.is_some() { WANTED } else { 1 };
        Ok(Self {
            folder,
            original: original.packages[0].name.clone(),
            patience: settings.budget * times,
        })
    }

    fn cargo(&self, packages: &[&str], host: &dyn Host) -> Result<Answer, Stop> {
        let mut command = Command::new("cargo", self.folder.path())
            .args(["build", "--release", "--offline", "--quiet"])
            .env("RUSTFLAGS", "--cap-lints allow")
            .wall(self.patience);
        for package in packages {
            command = command.args(["-p", package]);
        }
        Ok(host.run(&command)?)
    }
}

impl Bulk for Workspace {
    fn build(&self, host: &dyn Host) -> Result<Built, Stop> {
        let mut built = Built::default();
        let mut seconds = [0.0; 2];
        for (package, seconds) in [self.original.as_str(), MODULE]
            .into_iter()
            .zip(&mut seconds)
        {
            let begun = Instant::now();
            let answer = self.cargo(&[package], host)?;
            *seconds = begun.elapsed().as_secs_f64();
            if !answer.ok() {
                built.why = Some(said(package, &answer));
                return Ok(built);
            }
        }
        built.build_seconds = Some(seconds);
        let answer = self.cargo(&SIDES, host)?;
        if !answer.ok() {
            built.why = Some(said("the driver", &answer));
            return Ok(built);
        }
        let programs = SIDES.map(|side| self.folder.path().join("target/release").join(side));
        let bytes = |at: usize| std::fs::metadata(&programs[at]).map(|data| data.len());
        if let (Ok(original), Ok(module)) = (bytes(0), bytes(1)) {
            built.binary_bytes = Some([original, module]);
        }
        built.programs = Some(programs.map(|program| Command::new(program, self.folder.path())));
        Ok(built)
    }
}

/// Why something was not built, in a line.
fn said(what: &str, answer: &Answer) -> String {
    let errors = answer.errors();
    let first = errors.lines().find(|line| line.starts_with("error"));
    match first {
        Some(line) => format!("{what} does not build for release: {line}"),
        None => format!(
            "{what} was not built for release in {} s",
            answer.elapsed.as_secs()
        ),
    }
}

/// As users build, but for the drivers, whose text is long and says each thing once.
const MANIFEST: &str = "[workspace]\nresolver = \"2\"\nmembers = [\"members/module\", \"members/original-bulk\", \"members/module-bulk\"]\nexclude = [\"packages\", \"prelude\"]\n\n[profile.release]\ndebug = false\nstrip = true\npanic = \"unwind\"\n";
