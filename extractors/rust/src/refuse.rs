//! What can't be taken, said with the place and with what the user can do. Only what the closure reaches is looked at.

use std::collections::BTreeSet;

use ripout_model::{Reason, ReasonCode, Stop};

use crate::{
    items::ItemKind,
    original::RustOriginal,
    resolve::{Def, Id, World},
    slice::mentions,
};

/// Packages that are a runtime or reach into one.
const RUNTIMES: [&str; 12] = [
    "tokio",
    "tokio_util",
    "async_std",
    "smol",
    "async_executor",
    "async_io",
    "async_global_executor",
    "futures_executor",
    "mio",
    "actix_rt",
    "glommio",
    "monoio",
];

/// Derives that the compiler brings itself.
const DERIVES: [&str; 10] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "CoercePointee",
];

/// Attributes that the compiler or its tools know.
const ATTRIBUTES: [&str; 47] = [
    "allow",
    "warn",
    "deny",
    "forbid",
    "expect",
    "cfg",
    "cfg_attr",
    "derive",
    "doc",
    "inline",
    "cold",
    "must_use",
    "deprecated",
    "repr",
    "path",
    "macro_use",
    "macro_export",
    "test",
    "bench",
    "ignore",
    "should_panic",
    "no_mangle",
    "export_name",
    "link",
    "link_name",
    "link_section",
    "used",
    "target_feature",
    "track_caller",
    "non_exhaustive",
    "automatically_derived",
    "global_allocator",
    "no_std",
    "feature",
    "recursion_limit",
    "type_length_limit",
    "rustfmt",
    "clippy",
    "rustfmt_skip",
    "unsafe",
    "default",
    "diagnostic",
    "debugger_visualizer",
    "instruction_set",
    "no_link",
    "coverage",
    "proc_macro_derive",
];

/// Before the compiler is asked: what no pruning could make right.
pub fn early(world: &World<'_>, live: &BTreeSet<Id>, surface: &BTreeSet<Id>) -> Result<(), Stop> {
    for &id in live.iter().filter(|id| surface.contains(id)) {
        procedural(world, id)?;
    }
    Ok(())
}

/// Once the closure is known.
pub fn late(original: &RustOriginal, world: &World<'_>, live: &BTreeSet<Id>) -> Result<(), Stop> {
    let krates: BTreeSet<u32> = live.iter().map(|id| id.krate).collect();
    for krate in krates {
        package(original, world, krate, live)?;
    }
    for &id in live {
        procedural(world, id)?;
        native(world, id)?;
    }
    for &id in live {
        process_state(world, id, live)?;
    }
    Ok(())
}

fn at(world: &World<'_>, id: Id, reason: Reason) -> Reason {
    let unit = world.unit(id);
    let file = &world.krate(id.krate).files[unit.file as usize];
    reason.at(file.path.clone(), file.lines(&unit.item.tokens)[0])
}

/// Why a crate can't be taken if it runs futures.
pub fn runtime(world: &World<'_>, krate: u32) -> Option<Reason> {
    let package = world.package(krate);
    RUNTIMES
        .contains(&world.facts(krate).lib_name.as_str())
        .then(|| {
            Reason::new(
                ReasonCode::AsyncRuntime,
                format!(
                    "{} is reached, and is an async runtime: a copy would be a second one",
                    package.id()
                ),
            )
            .help(if krate == 0 {
                "futures need the runtime that drives them; keep the dependency".to_owned()
            } else {
                format!("keep the package with --keep {}", package.name)
            })
        })
}

fn package(
    original: &RustOriginal,
    world: &World<'_>,
    krate: u32,
    live: &BTreeSet<Id>,
) -> Result<(), Stop> {
    let package = world.package(krate);
    let facts = world.facts(krate);
    let first = live.iter().copied().find(|id| id.krate == krate);
    let place = |reason: Reason| first.map_or(reason.clone(), |id| at(world, id, reason));
    let keep = format!("keep the package with --keep {}", package.name);
    if let Some(reason) = runtime(world, krate) {
        return Err(Stop::Refused(place(reason)));
    }
    if package.licence.is_none() && package.licence_files.is_empty() {
        return Err(Stop::Refused(place(
            Reason::new(
                ReasonCode::LicenceMissing,
                format!(
                    "{} is reached from {}, and names no licence",
                    package.id(),
                    original.packages[0].id()
                ),
            )
            .help(keep),
        )));
    }
    if let Some(links) = &facts.links {
        return Err(Stop::Refused(place(
            Reason::new(
                ReasonCode::NativeCode,
                format!("{} links the native library {links}", package.id()),
            )
            .help(keep),
        )));
    }
    Ok(())
}

/// Derives and attributes that are procedural macros.
fn procedural(world: &World<'_>, id: Id) -> Result<(), Stop> {
    let unit = world.unit(id);
    let krate = world.krate(id.krate);
    let file = &krate.files[unit.file as usize];
    let here = world.module_of(id);
    for attr in &unit.item.attrs {
        if attr.inside.is_empty() {
            continue;
        }
        let first = file.word(attr.inside.start);
        let found: Vec<mentions::Mention> = if first == "derive" {
            mentions::mentions(file, attr.inside.start + 1..attr.inside.end)
                .into_iter()
                .filter(|mention| {
                    !mention
                        .path
                        .last()
                        .is_some_and(|name| DERIVES.contains(&name.as_str()))
                })
                .collect()
        } else if ATTRIBUTES.contains(&first) {
            Vec::new()
        } else {
            mentions::mentions(file, attr.inside.clone())
                .into_iter()
                .take(1)
                .collect()
        };
        for mention in found {
            let name = mention.path.join("::");
            // A helper attribute of a derive names nothing; the derive is what matters.
            let known = world.path(here, &mention.path, true).0;
            let external = known.iter().any(|def| matches!(def, Def::External(_)));
            let foreign = known.iter().any(|def| match def {
                Def::Unit(id) => world.facts(id.krate).proc_macro,
                Def::Module(at) => world.facts(at.krate).proc_macro,
                Def::External(_) => false,
            });
            if foreign || (first == "derive" && !external) {
                let owner = world
                    .facts(id.krate)
                    .dependencies
                    .iter()
                    .map(|(_, index)| *index as u32)
                    .find(|index| world.facts(*index).proc_macro);
                let help = owner.map_or_else(
                    || "keep the dependency that provides it with --keep NAME".to_owned(),
                    |index| {
                        format!(
                            "keep it with --keep {}, or write what it generates by hand",
                            world.package(index).name
                        )
                    },
                );
                return Err(Stop::Refused(
                    Reason::new(
                        ReasonCode::ProcMacro,
                        format!("`{}` needs the procedural macro `{name}`", unit.item.name),
                    )
                    .at(file.path.clone(), file.lines(&attr.tokens)[0])
                    .help(help),
                ));
            }
        }
    }
    Ok(())
}

/// Native code behind an `extern` block.
fn native(world: &World<'_>, id: Id) -> Result<(), Stop> {
    let unit = world.unit(id);
    if unit.item.kind != ItemKind::ForeignMod {
        return Ok(());
    }
    let reason = Reason::new(
        ReasonCode::NativeCode,
        "functions of native code are called",
    );
    Err(Stop::Refused(at(world, id, reason).help(format!(
        "keep the package with --keep {}",
        world.package(id.krate).name
    ))))
}

/// Types of statics that other code of the process could share.
const SHARED: [&str; 24] = [
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "UnsafeCell",
    "AtomicBool",
    "AtomicU8",
    "AtomicU16",
    "AtomicU32",
    "AtomicU64",
    "AtomicUsize",
    "AtomicI8",
    "AtomicI16",
    "AtomicI32",
    "AtomicI64",
    "AtomicIsize",
    "AtomicPtr",
    "OnceLock",
    "OnceCell",
    "LazyLock",
    "Once",
    "ReentrantLock",
    "Condvar",
    "mut",
];

/// A static whose state other public functions of the original share: a copy would split it.
fn process_state(world: &World<'_>, id: Id, live: &BTreeSet<Id>) -> Result<(), Stop> {
    let unit = world.unit(id);
    if unit.item.kind != ItemKind::Static {
        return Ok(());
    }
    let krate = world.krate(id.krate);
    let file = &krate.files[unit.file as usize];
    let head = unit
        .item
        .tokens
        .clone()
        .take_while(|at| file.word(*at) != "=");
    if !head.clone().any(|at| SHARED.contains(&file.word(at))) {
        return Ok(());
    }
    for (index, other) in krate.units.iter().enumerate() {
        let other_id = Id {
            krate: id.krate,
            unit: index as u32,
        };
        if live.contains(&other_id) || other.item.kind != ItemKind::Fn || !other.public() {
            continue;
        }
        let other_file = &krate.files[other.file as usize];
        if other
            .item
            .tokens
            .clone()
            .any(|at| other_file.word(at) == unit.item.name)
        {
            let reason = Reason::new(
                ReasonCode::ProcessState,
                format!(
                    "`{}` is state of the whole process: `{}`, which is not taken, shares it, and a copy would split it",
                    unit.item.name, other.item.name
                ),
            );
            return Err(Stop::Refused(at(world, id, reason).help(format!(
                "keep the package with --keep {}",
                world.package(id.krate).name
            ))));
        }
    }
    Ok(())
}
