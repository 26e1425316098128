//! The work folder: packages, module, prelude and programs; and the probed text of both sides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ripout_model::{Candidate, Command, Definition, Folder, Kind, Probe, Stop};

use crate::{
    accounts,
    drive::{Facade, PRELUDE, Plan},
    layout,
    mutate::Planter,
    original::RustOriginal,
    probe::{self, Detail, Mark, Platform, Probed, Skip},
};

use super::complaints::Complaint;

/// What does not change from round to round.
pub struct Workspace {
    /// Says in the driver's text what `subject` holds.
    pub header: String,
    /// The workspace's manifest with two members more, for mutants.
    with_mutants: String,
}

/// Probed text.
pub struct Texts<'a> {
    original: &'a RustOriginal,
    candidate: &'a Candidate,
    platform: Platform,
    files: BTreeMap<Place, File>,
    probes: [Vec<Probe>; 2],
    facade: Vec<Facade>,
    /// Whether the original's text lies in the work folder already.
    laid: bool,
}

/// Probed text of the original.
pub struct Originals {
    /// Packages that stay dependencies, and so have no probes.
    dependencies: Vec<String>,
    files: BTreeMap<Place, File>,
    probes: Vec<Probe>,
}

/// A file: of a package of the original, or of the module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Package(usize, String),
    Module,
}

struct File {
    text: String,
    first: usize,
    skip: Skip,
    probed: Option<Probed>,
    changed: bool,
}

/// How a probed crate depends on what its probes call.
const PROBE: &str = "ripout_probe = { path = \"../../probe\" }\n";

const ORIGINAL: usize = 0;
const MODULE: usize = 1;

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
        // The original's program: re-exports of the original's public paths.
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
        // The module's program: re-exports of the module, once for each edition.
        let mut manifest = program("module-driver");
        let (mut sides, mut homes) = (Vec::new(), Vec::new());
        for edition in &editions {
            let lib = format!("ripout_module_{edition}");
            homes.push(format!("{lib}::{}::", candidate.module.stem));
            let package = format!("module-{edition}");
            manifest.push_str(&format!(
                "{lib} = {{ path = \"../{package}\", package = \"{package}\" }}\n"
            ));
            let own =
                accounts::module_manifest(original, candidate, &package, &lib, edition) + PROBE;
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

impl Texts<'_> {
    /// What makes mutants of the module, in the workspace in `folder`.
    pub fn planter(&self, workspace: &Workspace, folder: &Arc<dyn Folder>) -> Planter {
        let candidate = self.candidate;
        let edition = &editions(self.original, candidate)[0];
        let lib = "ripout_mutated";
        let (module, others) = candidate
            .module
            .files
            .split_first()
            .expect("a module has a file");
        let manifest = accounts::module_manifest(self.original, candidate, "mutated", lib, edition);
        Planter {
            folder: folder.clone(),
            text: open_to_programs(self.original, &self.facade, &candidate.module.text()),
            file: module.path.clone(),
            stem: candidate.module.stem.clone(),
            manifest: manifest + PROBE,
            others: others
                .iter()
                .map(|file| (file.path.clone(), file.bytes.clone()))
                .collect(),
            uses: uses(&self.facade, |facade| {
                facade.module.replacen(accounts::MODULE, lib, 1)
            }),
            root: workspace.with_mutants.clone(),
            platform: self.platform.clone(),
            definitions: candidate.definitions.clone(),
        }
    }
}

/// What `subject` holds.
fn uses(facade: &[Facade], path: impl Fn(&Facade) -> String) -> String {
    facade
        .iter()
        .map(|facade| format!("pub use ::{} as {};\n", path(facade), facade.name))
        .collect()
}

/// The workspace's manifest. What is searched is lightly optimised: building takes longer than running otherwise saves, and
/// searching slower finds less. The drivers' text says each thing once and is long: optimising it costs more than it saves.
/// So does optimising over the parts of one crate.
fn manifest(members: &str) -> String {
    format!(
        "[workspace]\nresolver = \"2\"\nmembers = [{members}]\nexclude = [\"packages\", \"probe\", \"prelude\", \"mutant\"]\n\n[profile.dev]\nopt-level = 1\nlto = \"off\"\ndebug = false\nincremental = false\ndebug-assertions = true\noverflow-checks = true\npanic = \"unwind\"\n\n[profile.dev.package.ripout_prelude]\ncodegen-units = 1\n\n[profile.dev.package.original-driver]\nopt-level = 0\n\n[profile.dev.package.module-driver]\nopt-level = 0\n"
    )
}

/// Writes what probes call, unless it lies there with room for all of them.
fn write_probe(folder: &dyn Folder, count: usize) -> Result<(), Stop> {
    let text = probes(count.max(PLACES).next_power_of_two());
    let known = folder.path().join("probe/lib.rs").exists();
    if known && folder.read("probe/lib.rs")? == text.as_bytes() {
        return Ok(());
    }
    folder.write("probe/Cargo.toml", library("ripout_probe").as_bytes())?;
    folder.write("probe/lib.rs", text.as_bytes())?;
    Ok(())
}

/// Writes the prelude, unless it lies there: cargo would take it for another one.
fn write_prelude(folder: &dyn Folder) -> Result<(), Stop> {
    if folder.path().join("prelude/lib.rs").exists() {
        return Ok(());
    }
    folder.write("prelude/Cargo.toml", library("ripout_prelude").as_bytes())?;
    folder.write("prelude/lib.rs", PRELUDE.as_bytes())?;
    Ok(())
}

/// A workspace with the prelude, and with the original where there is text of it, and the command that builds it.
pub fn begin(
    original: &RustOriginal,
    originals: Option<&Originals>,
    folder: &dyn Folder,
) -> Result<Command, Stop> {
    folder.write("Cargo.toml", manifest("\"members/begun\"").as_bytes())?;
    let mut manifest =
        library("begun") + "\n[dependencies]\nripout_prelude = { path = \"../../prelude\" }\n";
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
        .env("RUSTC_BOOTSTRAP", super::BOOTSTRAPPED)
}

/// The editions that the driver runs the module under.
fn editions(original: &RustOriginal, candidate: &Candidate) -> Vec<String> {
    if candidate.module.editions.is_empty() {
        original.settings.editions.clone()
    } else {
        candidate.module.editions.clone()
    }
}

fn library(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\npath = \"lib.rs\"\n"
    )
}

fn program(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[[bin]]\nname = \"{name}\"\npath = \"main.rs\"\n\n[dependencies]\nripout_probe = {{ path = \"../../probe\" }}\nripout_prelude = {{ path = \"../../prelude\" }}\n"
    )
}

fn main(sides: &[(String, String)], homes: &[String], driver: &std::path::Path) -> String {
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
        "fn main() {{\n    ripout_prelude::homes(&{homes:?});\n    ripout_prelude::run(&[{}], ripout_probe::new_hits, ripout_probe::show_features, ripout_probe::allow);\n}}\n",
        drivers.join(", ")
    ));
    text
}

/// The crate that probes call. It needs neither `std` nor an allocator to be called.
fn probes(count: usize) -> String {
    format!(
        "#![no_std]
#![feature(core_intrinsics, const_eval_select)]
#![allow(internal_features)]
extern crate alloc;
use core::sync::atomic::{{AtomicU32, AtomicU8, AtomicUsize, Ordering}};
const COUNT: usize = {};
static HITS: [AtomicU8; COUNT] = [const {{ AtomicU8::new(0) }}; COUNT];
static FIRST: [AtomicU32; COUNT] = [const {{ AtomicU32::new(0) }}; COUNT];
static FOUND: AtomicUsize = AtomicUsize::new(0);
static TOLD: AtomicUsize = AtomicUsize::new(0);
/// This place ran.
#[inline(always)]
pub const fn hit(number: usize) {{
    core::intrinsics::const_eval_select((number,), compiled, ran)
}}
const fn compiled(_number: usize) {{}}
#[inline(always)]
fn ran(number: usize) {{
    if HITS[number].load(Ordering::Relaxed) == 0 {{
        first(number);
    }}
}}
#[cold]
#[inline(never)]
fn first(number: usize) {{
    if HITS[number].swap(1, Ordering::Relaxed) == 0 {{
        FIRST[FOUND.fetch_add(1, Ordering::Relaxed)].store(number as u32, Ordering::Relaxed);
    }}
}}
static STEPS: core::sync::atomic::AtomicU64 = core::sync::atomic::AtomicU64::new(u64::MAX);
/// How many steps are left.
pub fn left() -> u64 {{
    STEPS.load(Ordering::Relaxed)
}}
/// So many steps may be taken from now on.
pub fn allow(steps: u64) {{
    STEPS.store(steps, Ordering::Relaxed);
}}
/// One step of a loop.
#[inline(always)]
pub const fn step() {{
    core::intrinsics::const_eval_select((), no_step, take_step)
}}
const fn no_step() {{}}
#[inline(always)]
fn take_step() {{
    let left = STEPS.load(Ordering::Relaxed);
    if left == 0 {{
        spent();
    }}
    STEPS.store(left - 1, Ordering::Relaxed);
}}
#[cold]
#[inline(never)]
fn spent() {{
    // What runs while the stack is unwound may go on for a while.
    STEPS.store(1_000_000, Ordering::Relaxed);
    panic!(\"took too many steps\");
}}
static FEATURES: AtomicU8 = AtomicU8::new(1);
/// Whether what the processor can do beyond the least is to be seen.
pub fn features() -> bool {{
    FEATURES.load(Ordering::Relaxed) == 1
}}
/// Shows or hides it.
pub fn show_features(shown: bool) {{
    FEATURES.store(u8::from(shown), Ordering::Relaxed);
}}
/// What ran for the first time since this was asked last.
pub fn new_hits(new: &mut alloc::vec::Vec<u32>) {{
    let (from, to) = (TOLD.load(Ordering::Relaxed), FOUND.load(Ordering::Relaxed));
    new.extend(FIRST[from..to].iter().map(|number| number.load(Ordering::Relaxed)));
    TOLD.store(to, Ordering::Relaxed);
}}
",
        count.max(1)
    )
}

/// Room for so many probes at least, so that the module's may be more than the original's, which are counted first.
const PLACES: usize = 1 << 17;

impl Originals {
    /// Puts probes into all packages but those that stay `dependencies`.
    pub fn new(original: &RustOriginal, dependencies: &[String]) -> Self {
        let platform = Platform::read(&original.printed_cfg);
        let mut originals = Self {
            dependencies: dependencies.to_vec(),
            files: BTreeMap::new(),
            probes: Vec::new(),
        };
        for (index, package) in original.packages.iter().enumerate() {
            let apart =
                original.crates[index].proc_macro || layout::kept(original, dependencies, index);
            if apart {
                continue;
            }
            for name in &package.files {
                let Some(text) = package
                    .read(name)
                    .ok()
                    .and_then(|bytes| String::from_utf8(bytes).ok())
                else {
                    continue;
                };
                let place = Place::Package(index, name.clone());
                let file = File::new(text, originals.probes.len(), &place, &platform);
                let module = module_path(&original.crates[index].lib_name, name);
                originals.probes.extend(
                    file.probes(|mark| mark.owner.definition(&package.id(), &module, name)),
                );
                originals.files.insert(place, file);
            }
        }
        originals
    }
}

impl File {
    fn new(text: String, first: usize, place: &Place, platform: &Platform) -> Self {
        let mut file = Self {
            text,
            first,
            skip: Skip::new(),
            probed: None,
            changed: true,
        };
        file.instrument(place, platform);
        file
    }

    fn instrument(&mut self, place: &Place, platform: &Platform) {
        let detail = match place {
            Place::Package(..) => Detail::Entries,
            Place::Module => Detail::Lines,
        };
        self.probed = probe::instrument(&self.text, self.first, detail, platform, &self.skip);
    }

    fn probes(&self, definition: impl Fn(&Mark) -> Definition) -> Vec<Probe> {
        let marks = self.probed.iter().flat_map(|probed| &probed.marks);
        let probe = |mark: &Mark| Probe {
            definition: definition(mark),
            entry: mark.entry,
            line: mark.line,
            waiver: mark.waiver.clone(),
        };
        marks.map(probe).collect()
    }
}

/// A file of a package as it is written.
fn written(original: &RustOriginal, place: &Place, file: &File) -> String {
    let probed = file.probed.as_ref();
    let mut text = probed.map_or(&file.text, |probed| &probed.text).clone();
    if let Place::Package(index, name) = place {
        let krate = &original.crates[*index];
        // Before 2018 a crate is in scope only once it is declared.
        if *name == krate.lib_file && krate.edition == "2015" {
            text.push_str("\nextern crate ripout_probe;\n");
        }
    }
    text
}

impl<'a> Texts<'a> {
    /// Puts probes into both sides; `begun` is the original's text where it was written and built before.
    pub fn new(
        original: &'a RustOriginal,
        candidate: &'a Candidate,
        begun: Option<Originals>,
    ) -> Self {
        let begun = begun.filter(|begun| begun.dependencies == candidate.dependencies);
        let laid = begun.is_some();
        let mut originals =
            begun.unwrap_or_else(|| Originals::new(original, &candidate.dependencies));
        for file in originals.files.values_mut() {
            file.changed = !laid;
        }
        let platform = Platform::read(&original.printed_cfg);
        let text = candidate.module.text().into_owned();
        let module = File::new(text, 0, &Place::Module, &platform);
        let mut texts = Self {
            original,
            candidate,
            platform,
            files: originals.files,
            probes: [originals.probes, Vec::new()],
            facade: Vec::new(),
            laid,
        };
        texts.probes[MODULE] = module.probes(|mark| texts.definition(mark));
        texts.files.insert(Place::Module, module);
        texts
    }

    /// Names that the module's copy has to let out.
    pub fn open(&mut self, facade: &[Facade]) {
        self.facade = facade.to_vec();
    }

    /// The definition that was taken in which a probe of the module stands.
    fn definition(&self, mark: &Mark) -> Definition {
        let path = &self.candidate.module.files[0].path;
        let [begin, end] = mark.owner.lines;
        self.candidate
            .definitions
            .iter()
            .filter(|taken| taken.module_file == *path)
            .filter(|taken| {
                // The probe's line, or what its owner shares with it.
                let [from, to] = taken.module_lines;
                (from..=to).contains(&mark.line) || (from >= begin && to <= end)
            })
            .min_by_key(|taken| {
                let [from, to] = taken.module_lines;
                (!(from..=to).contains(&mark.line), to - from)
            })
            .map_or_else(
                || mark.owner.definition("", "", path),
                |taken| taken.definition.clone(),
            )
    }

    pub fn original_probes(&self) -> Vec<Probe> {
        self.probes[ORIGINAL].clone()
    }

    pub fn module_probes(&self) -> Vec<Probe> {
        self.probes[MODULE].clone()
    }

    /// Writes what changed since it was written last.
    pub fn write(&mut self, folder: &dyn Folder) -> Result<(), Stop> {
        let editions = editions(self.original, self.candidate);
        for (place, file) in &mut self.files {
            if !std::mem::take(&mut file.changed) {
                continue;
            }
            let text = written(self.original, place, file);
            match place {
                Place::Package(index, name) => {
                    let to = layout::package_folder(self.original, *index);
                    folder.write(&format!("{to}/{name}"), text.as_bytes())?;
                }
                Place::Module => {
                    let text = open_to_programs(self.original, &self.facade, &text);
                    let name = &self.candidate.module.files[0].path;
                    for edition in &editions {
                        folder
                            .write(&format!("members/module-{edition}/{name}"), text.as_bytes())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes the probes out of the functions that a complaint points at; whether there were any.
    pub fn blame(&mut self, complaint: &Complaint) -> bool {
        let mut found = Vec::new();
        for (name, line) in complaint.places() {
            for (place, file) in &self.files {
                let path = match place {
                    Place::Package(index, file) => {
                        format!("{}/{file}", layout::package_folder(self.original, *index))
                    }
                    Place::Module => format!("/{}", self.candidate.module.files[0].path),
                };
                if name.ends_with(&path)
                    && let Some(body) = file
                        .probed
                        .as_ref()
                        .and_then(|probed| probed.blame(&file.text, *line))
                    && !file.skip.contains(&body)
                {
                    found.push((place.clone(), body));
                }
            }
        }
        for (place, body) in &found {
            if let Some(mut file) = self.files.remove(place) {
                file.skip.insert(*body);
                file.changed = true;
                file.instrument(place, &self.platform);
                self.files.insert(place.clone(), file);
            }
        }
        !found.is_empty()
    }
}

/// The module with everything public that a program has to name.
fn open_to_programs(original: &RustOriginal, facade: &[Facade], text: &str) -> String {
    let paths: BTreeSet<Vec<String>> = facade
        .iter()
        .map(|facade| {
            facade
                .module
                .split("::")
                .skip(2)
                .map(str::to_owned)
                .collect()
        })
        .collect();
    let text = opened(text, &paths);
    let macros = original
        .symbols
        .iter()
        .any(|symbol| symbol.kind == Kind::Macro);
    if macros {
        with_open_macros(&text)
    } else {
        text
    }
}

/// `humantime::duration` for `src/duration.rs`, as far as paths tell.
fn module_path(lib: &str, file: &str) -> String {
    let path = file.strip_prefix("src/").unwrap_or(file);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut parts = vec![lib];
    parts.extend(
        path.split('/')
            .filter(|part| !matches!(*part, "lib" | "mod")),
    );
    parts.join("::")
}

/// Makes what stands on some paths public, so that the program can name it. Lines stay where they are.
/// The module with its macros open to other crates, as they are to the crate that it stands in.
fn with_open_macros(text: &str) -> String {
    let mut known = BTreeSet::new();
    let mut open = String::with_capacity(text.len() + 256);
    for line in text.split_inclusive('\n') {
        let plain = line.trim_start();
        let indent = &line[..line.len() - plain.len()];
        open.push_str(indent);
        if let Some(rest) = plain.strip_prefix("macro_rules!") {
            let name: String = rest
                .trim_start()
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_')
                .collect();
            if known.insert(name) {
                open.push_str("#[macro_export] ");
            }
            open.push_str(plain);
        } else if let Some(rest) = plain.strip_prefix("pub(crate) ")
            && (rest.starts_with("use ") || rest.starts_with("mod "))
        {
            open.push_str("pub ");
            open.push_str(rest);
        } else {
            open.push_str(plain);
        }
    }
    open
}

fn opened(text: &str, paths: &BTreeSet<Vec<String>>) -> String {
    let Ok(file) = syn::parse_file(text) else {
        return text.to_owned();
    };
    let mut places = BTreeMap::new();
    for path in paths {
        open_items(&file.items, path, &mut places);
    }
    let mut opened = String::with_capacity(text.len() + 64);
    let mut from = 0;
    for (begin, end) in places {
        opened.push_str(&text[from..begin]);
        opened.push_str("pub ");
        from = end;
    }
    opened.push_str(&text[from..]);
    opened
}

fn open_items(items: &[syn::Item], path: &[String], places: &mut BTreeMap<usize, usize>) {
    use quote::ToTokens;
    use syn::spanned::Spanned;
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    for item in items {
        let (visibility, name, inner) = match item {
            syn::Item::Mod(item) => (&item.vis, &item.ident, item.content.as_ref()),
            syn::Item::Struct(item) => (&item.vis, &item.ident, None),
            syn::Item::Enum(item) => (&item.vis, &item.ident, None),
            syn::Item::Union(item) => (&item.vis, &item.ident, None),
            syn::Item::Trait(item) => (&item.vis, &item.ident, None),
            syn::Item::Fn(item) => (&item.vis, &item.sig.ident, None),
            syn::Item::Type(item) => (&item.vis, &item.ident, None),
            _ => continue,
        };
        if name != first {
            continue;
        }
        match visibility {
            syn::Visibility::Public(_) => {}
            syn::Visibility::Inherited => {
                // The first token behind the attributes.
                let tokens: Vec<_> = item.to_token_stream().into_iter().collect();
                let mut place = 0;
                while matches!(tokens.get(place), Some(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == '#')
                {
                    place += 2;
                }
                if let Some(token) = tokens.get(place) {
                    let at = token.span().byte_range().start;
                    places.insert(at, at);
                }
            }
            syn::Visibility::Restricted(_) => {
                let range = visibility.span().byte_range();
                places.insert(range.start, range.end);
            }
        }
        if let Some((_, items)) = inner {
            open_items(items, rest, places);
        }
    }
}
