//! The program that holds all mutants, and the compiler asked until it is content.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use ripout_model::{Command, Folder, Host, Mutant, Mutants, Plant, Stop, Subject, Taken};
use serde_json::Value;

use super::{Change, Fault, alike, render::render, walk};
use crate::{harness, layout, probe::Platform};

/// So often the compiler is asked at most.
const ROUNDS: usize = 10;

const PROGRAM: &str = include_str!("program.rs.txt");

/// What is needed to build mutants beside a harness that is there already.
pub struct Planter {
    /// The harness's workspace.
    pub folder: Arc<dyn Folder>,
    /// The module's text, open to the program.
    pub text: String,
    /// The module's file.
    pub file: String,
    /// The module's stem.
    pub stem: String,
    /// Manifest of the crate that holds the module, its library named `ripout_mutated`.
    pub manifest: String,
    /// Other files of the module.
    pub others: Vec<(String, Vec<u8>)>,
    /// `pub use` lines of `subject`.
    pub uses: String,
    /// The workspace's manifest, with these members as well.
    pub root: String,
    /// What is compiled here.
    pub platform: Platform,
    /// Whether the module keeps a dependency.
    pub keeps: bool,
    /// The module's definitions.
    pub definitions: Vec<Taken>,
    /// Numbers of the mutants that are wanted; all if not given.
    pub chosen: Option<BTreeSet<u32>>,
}

impl Plant for Planter {
    fn alike(
        &self,
        mutants: &[&Mutant],
        until: Instant,
        host: &dyn Host,
    ) -> Result<BTreeSet<u32>, Stop> {
        alike::alike(self, mutants, until, host)
    }

    fn plant(&self, host: &dyn Host) -> Result<Mutants, Stop> {
        let found = walk::faults(&self.text, &self.platform).unwrap_or_default();
        let unwanted = |number: &usize| {
            let chosen = self.chosen.as_ref();
            chosen.is_some_and(|chosen| !chosen.contains(&(*number as u32)))
        };
        let mut left_out: BTreeSet<usize> = (0..found.faults.len()).filter(unwanted).collect();
        self.write(found.faults.len())?;
        let mut built = false;
        let mut why = String::new();
        for round in 0..ROUNDS {
            host.check()?;
            host.say("plant faults", round as u64, None);
            let rendered = render(&self.text, &found.faults, &left_out, &found.steps);
            if let Err(error) = syn::parse_file(&rendered.text) {
                why = format!("{error} at line {}", error.span().start().line);
                break;
            }
            let path = format!("members/mutated/{}", self.file);
            self.folder.write(&path, rendered.text.as_bytes())?;
            let command = Command::new("cargo", self.folder.path())
                .args([
                    "build",
                    "--offline",
                    "--keep-going",
                    "--message-format",
                    "json",
                ])
                .args(["-p", "mutants"])
                .env("RUSTFLAGS", "--cap-lints allow")
                .env("RUSTC_BOOTSTRAP", harness::BOOTSTRAPPED);
            let answer = host.run(&command)?;
            if answer.ok() {
                built = true;
                break;
            }
            let before = left_out.len();
            for places in complaints(&answer.stdout, &self.file) {
                let blamed = places.iter().map(|bytes| rendered.blame(bytes));
                let first = blamed.into_iter().find(|faults| !faults.is_empty());
                left_out.extend(first.unwrap_or_else(|| match hull(&places) {
                    Some(around) => rendered.between(&around),
                    None => Vec::new(),
                }));
            }
            if left_out.len() == before {
                let errors = harness::complaints(&answer.stdout);
                why = errors.into_iter().next().unwrap_or_else(|| answer.errors());
                break;
            }
        }
        let (mut planted, mut unviable) = (Vec::new(), Vec::new());
        for (number, fault) in found.faults.iter().enumerate() {
            let mutant = self.mutant(number, fault);
            // What is not wanted was left out of the build, and says nothing of whether it would build.
            match (built, left_out.contains(&number) && !unwanted(&number)) {
                (true, false) => planted.push(mutant),
                (true, true) => unviable.push(mutant),
                (false, _) => {}
            }
        }
        let failed = (!built).then(|| {
            let why = why.lines().next().unwrap_or_default();
            format!("it does not build with switches: {why}")
        });
        let program = self.folder.path().join("target/debug/mutants");
        Ok(Mutants {
            subject: Subject {
                command: Command::new(program, self.folder.path()),
                again: None,
                probes: Vec::new(),
            },
            planted,
            unviable,
            not_mutated: found.not_mutated,
            failed,
        })
    }
}

impl Planter {
    /// Writes all but the module's text.
    fn write(&self, faults: usize) -> Result<(), Stop> {
        let folder = &*self.folder;
        folder.write("Cargo.toml", self.root.as_bytes())?;
        folder.write("mutant/Cargo.toml", MANIFEST.as_bytes())?;
        folder.write("mutant/lib.rs", switches(faults).as_bytes())?;
        for (name, bytes) in &self.others {
            folder.write(&format!("members/mutated/{name}"), bytes)?;
        }
        let manifest = format!(
            "{}ripout_mutant = {{ path = \"../../mutant\" }}\n",
            self.manifest
        );
        folder.write("members/mutated/Cargo.toml", manifest.as_bytes())?;
        let root = format!("#![allow(warnings)]\npub mod {};\n", self.stem);
        folder.write("members/mutated/lib.rs", root.as_bytes())?;
        folder.write("members/mutants/Cargo.toml", PROGRAM_MANIFEST.as_bytes())?;
        folder.write("members/mutants/program.rs", PROGRAM.as_bytes())?;
        let driver = layout::quoted(&folder.path().join("driver.rs").to_string_lossy());
        let main = format!(
            "#![allow(warnings)]\nmod program;\npub mod subject {{\n{}}}\n#[path = {driver}]\npub mod driver;\nfn main() {{\n    ripout_prelude::homes(&[\"ripout_mutated::{}::\"]);\n    program::run(driver::DRIVER);\n}}\n",
            self.uses, self.stem
        );
        folder.write("members/mutants/main.rs", main.as_bytes())?;
        Ok(())
    }

    fn mutant(&self, number: usize, fault: &Fault) -> Mutant {
        let line_of = |byte: usize| self.text[..byte].matches('\n').count() as u32 + 1;
        let line = line_of(fault.range.start);
        let definition = Taken::around(&self.definitions, &self.file, line);
        let from = &self.text[fault.range.clone()];
        let to = match &fault.change {
            Change::Instead(other) => other.clone(),
            Change::LeftOut => String::new(),
            Change::Return(value) => format!("return {value};"),
            Change::NoArm(_) => format!("{from} if false"),
        };
        Mutant {
            number: number as u32,
            definition: definition.map(|taken| taken.definition.clone()),
            line,
            operator: fault.operator.into(),
            from: from.into(),
            to,
        }
    }
}

const MANIFEST: &str = "[package]\nname = \"ripout_mutant\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\npath = \"lib.rs\"\n";

const PROGRAM_MANIFEST: &str = "[package]\nname = \"mutants\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[[bin]]\nname = \"mutants\"\npath = \"main.rs\"\n\n[dependencies]\nripout_probe = { path = \"../../probe\" }\nripout_prelude = { path = \"../../prelude\" }\nripout_mutant = { path = \"../../mutant\" }\nripout_mutated = { path = \"../mutated\", package = \"mutated\" }\n";

/// The crate that holds the switches. It needs neither `std` nor an allocator to be asked.
fn switches(count: usize) -> String {
    format!(
        "#![no_std]
#![feature(core_intrinsics, const_eval_select)]
#![allow(internal_features)]
extern crate alloc;
use core::sync::atomic::{{AtomicU32, AtomicU8, AtomicUsize, Ordering}};
/// How many mutants there are.
pub const COUNT: usize = {count};
/// No mutant is active.
pub const NONE: u32 = u32::MAX;
/// None is, and what would be reached is noted.
pub const NOTING: u32 = u32::MAX - 1;
const ROOM: usize = if COUNT == 0 {{ 1 }} else {{ COUNT }};
static ACTIVE: AtomicU32 = AtomicU32::new(NONE);
static SEEN: [AtomicU8; ROOM] = [const {{ AtomicU8::new(0) }}; ROOM];
static FIRST: [AtomicU32; ROOM] = [const {{ AtomicU32::new(0) }}; ROOM];
static FOUND: AtomicUsize = AtomicUsize::new(0);
/// Whether a mutant is active.
#[inline(always)]
pub const fn on(number: u32) -> bool {{
    core::intrinsics::const_eval_select((number,), compiled, ran)
}}
const fn compiled(_number: u32) -> bool {{
    false
}}
#[inline(always)]
fn ran(number: u32) -> bool {{
    let active = ACTIVE.load(Ordering::Relaxed);
    if active == NOTING {{
        note(number as usize);
    }}
    active == number
}}
#[cold]
#[inline(never)]
fn note(number: usize) {{
    if SEEN[number].swap(1, Ordering::Relaxed) == 0 {{
        FIRST[FOUND.fetch_add(1, Ordering::Relaxed)].store(number as u32, Ordering::Relaxed);
    }}
}}
/// Makes a mutant active.
pub fn activate(number: u32) {{
    ACTIVE.store(number, Ordering::Relaxed);
}}
/// What was reached since this was asked last.
pub fn reached() -> alloc::vec::Vec<u32> {{
    let found = FOUND.swap(0, Ordering::Relaxed);
    let numbers: alloc::vec::Vec<u32> = FIRST[..found].iter().map(|number| number.load(Ordering::Relaxed)).collect();
    for number in &numbers {{
        SEEN[*number as usize].store(0, Ordering::Relaxed);
    }}
    numbers
}}
"
    )
}

/// Where each of the compiler's errors points to in a file, in bytes: main places first, from macros to where they are
/// called.
fn complaints(stdout: &[u8], file: &str) -> Vec<Vec<Range<usize>>> {
    let text = String::from_utf8_lossy(stdout);
    text.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["message"]["level"] == "error")
        .map(|message| {
            let spans = message["message"]["spans"].as_array();
            let mut found: Vec<(bool, Range<usize>)> = spans
                .into_iter()
                .flatten()
                .filter_map(|span| Some((span["is_primary"] != true, in_file(span, file)?)))
                .collect();
            found.sort_by_key(|(other, bytes)| (*other, bytes.start));
            found.into_iter().map(|(_, bytes)| bytes).collect()
        })
        .collect()
}

/// From the first of these bytes to the last.
fn hull(places: &[Range<usize>]) -> Option<Range<usize>> {
    let start = places.iter().map(|bytes| bytes.start).min()?;
    let end = places.iter().map(|bytes| bytes.end).max()?;
    Some(start..end)
}

fn in_file(span: &Value, file: &str) -> Option<Range<usize>> {
    let mut span = span;
    let mut found = None;
    for _ in 0..16 {
        if span["file_name"]
            .as_str()
            .is_some_and(|name| name.ends_with(file))
        {
            found = span["byte_start"].as_u64().zip(span["byte_end"].as_u64());
        }
        span = &span["expansion"]["span"];
        if span.is_null() {
            break;
        }
    }
    let (begin, end) = found?;
    Some(usize::try_from(begin).ok()?..usize::try_from(end).ok()?)
}
