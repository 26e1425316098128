//! The slice: closure by names, pruned by the compiler, put together as one file of the author's text.

mod compile;
pub mod header;
pub mod mentions;
pub mod paths;
mod prune;
pub mod reach;

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{
    Definition, Host, Kind, Module, ModuleFile, Note, Origin, Reason, ReasonCode, Slice, Stop,
    Taken, Unresolved,
};

use crate::{
    assemble::{Assembled, Piece, Plan},
    build,
    items::ItemKind,
    modules::line_of,
    original::RustOriginal,
    refuse,
    resolve::{Id, World},
    slice::{compile::Compiler, prune::Pruner},
    symbols::{self, kind},
};

/// Lints that any copied text may raise in a consumer that uses less of it than the original's users.
const ALWAYS: [&str; 3] = ["clippy::all", "dead_code", "unused_imports"];

/// Slices.
pub fn slice(original: &RustOriginal, host: &dyn Host) -> Result<Slice, Stop> {
    host.say("slice", 0, None);
    let none = BTreeMap::new();
    let names: BTreeSet<&str> = original
        .symbols
        .iter()
        .map(|symbol| symbol.name.as_str())
        .collect();
    let plain = World::new(
        &original.packages,
        &original.crates,
        &original.platform,
        &none,
        &original.settings.keep,
    );
    let mut public = symbols::public_units(&plain);
    let asked = BTreeSet::new();
    let start = reach::Start {
        symbols: &original.symbols,
        public: &public,
        asked: &asked,
    };
    let mut reach = reach::reach(&plain, start, None);
    // Build scripts are run only if text of their packages is reached.
    let outputs = build::outputs(original, &reach, host)?;
    let world = World::new(
        &original.packages,
        &original.crates,
        &original.platform,
        &outputs,
        &original.settings.keep,
    )
    .leaving_free(&names);
    if !outputs.is_empty() {
        public = symbols::public_units(&world);
        let start = reach::Start {
            symbols: &original.symbols,
            public: &public,
            asked: &asked,
        };
        reach = reach::reach(&world, start, None);
    }
    let plan = Plan {
        live: reach.live.clone(),
        modules: reach.modules.clone(),
        ..Plan::default()
    };
    let editions = if original.settings.editions.is_empty() {
        vec!["2021".to_owned(), "2024".to_owned()]
    } else {
        original.settings.editions.clone()
    };
    let mut pruner = Pruner {
        world: &world,
        symbols: &original.symbols,
        public: &public,
        asked,
        stem: &original.stem,
        compiler: Compiler::new(host, &original.stem)?,
        edition: own_edition(original, &editions),
        plan,
        narrow: reach::Narrow::default(),
        pinned: BTreeMap::new(),
        pinned_leaves: BTreeSet::new(),
        crowd: BTreeSet::new(),
        demands: BTreeMap::new(),
        pool: None,
        reach,
    };
    refuse::early(&world, &pruner.plan.live, &pruner.reach.surface)?;
    let kept = build::externs(original, host)?;
    pruner.compiler.externs.clone_from(&kept.arguments);
    original.begun.want();
    carve(original, pruner, &editions)
}

/// Prunes until the compiler is content.
fn carve(
    original: &RustOriginal,
    mut pruner: Pruner<'_, '_>,
    editions: &[String],
) -> Result<Slice, Stop> {
    let world = pruner.world;
    let made = match pruner.run() {
        Ok(made) => made,
        // A text that does not build may be so because of what can't be taken: that is the better reason.
        Err(stop) => {
            refuse::late(original, world, &pruner.plan.live)?;
            return Err(stop);
        }
    };
    refuse::late(original, world, &pruner.plan.live)?;
    let mut builds = Vec::new();
    let mut allow: BTreeSet<String> = ALWAYS.iter().map(ToString::to_string).collect();
    for edition in editions {
        if *edition == pruner.edition || pruner.also_builds(edition)? {
            builds.push(edition.clone());
        }
    }
    let made = if pruner.plan.swaps.is_empty() {
        made
    } else {
        pruner.put_together()
    };
    for edition in &builds {
        allow.extend(pruner.compiler.lints(&made.text, edition)?);
    }
    allow.remove("warnings");
    pruner.plan.allow = allow;
    let made = pruner.put_together();
    too_large(code_lines(&made.text), original.settings.max_lines)?;
    Ok(finish(original, world, &pruner.plan, made, builds))
}

/// The edition of the rounds: the text's own where it is wanted, and otherwise the one that is most like it.
fn own_edition(original: &RustOriginal, editions: &[String]) -> String {
    let own = &original.crates[0].edition;
    let known = editions.iter().find(|edition| *edition == own);
    known.unwrap_or(&editions[0]).clone()
}

fn finish(
    original: &RustOriginal,
    world: &World<'_>,
    plan: &Plan,
    made: Assembled,
    editions: Vec<String>,
) -> Slice {
    let file = format!("{}.rs", original.stem);
    let mut closure = Vec::new();
    let mut pieces: Vec<&Piece> = made
        .pieces
        .iter()
        .filter(|piece| piece.leaf.is_none())
        .collect();
    pieces.sort_by_key(|piece| (piece.core.start, std::cmp::Reverse(piece.core.end)));
    for piece in pieces {
        closure.extend(taken(world, &made, piece, &file, plan));
    }
    let mut edits = made.edits.clone();
    edits.sort();
    edits.dedup();
    let lines = code_lines(&made.text);
    let all: u32 = original.packages[0]
        .files
        .iter()
        .filter_map(|file| original.packages[0].read(file).ok())
        .map(|bytes| code_lines(&String::from_utf8_lossy(&bytes)))
        .sum();
    let mut notes = Vec::new();
    if lines * 5 > all * 3 {
        notes.push(Note::new("little_gain", format!("the module has {lines} lines of code, the package {all}: little is gained by taking it out")));
    }
    notes.extend(platform_note(world, plan));
    let mut api_notes: Vec<String> = Vec::new();
    for symbol in &original.symbols {
        if matches!(
            symbol.kind,
            Kind::Struct | Kind::Enum | Kind::Union | Kind::Trait
        ) {
            api_notes.push(format!(
                "`{}` of the module and of {} are different to the compiler",
                symbol.name, original.packages[0].name
            ));
        }
    }
    let mut dependencies: Vec<String> = original
        .packages
        .iter()
        .enumerate()
        .filter(|(index, package)| {
            world.kept(*index as u32)
                && made
                    .text
                    .contains(&format!("{}::", original.crates[*index].lib_name))
                && !package.name.is_empty()
        })
        .map(|(_, package)| package.name.clone())
        .collect();
    dependencies.sort();
    Slice {
        module: Module {
            stem: original.stem.clone(),
            files: vec![ModuleFile {
                path: file,
                bytes: made.text.into_bytes(),
            }],
            editions,
        },
        closure,
        edits,
        api_notes,
        unresolved: unresolved(world, plan),
        notes,
        dependencies,
    }
}

/// A piece as a definition of the result. An inherent impl is its members; so is what was cut, with its header.
fn taken(
    world: &World<'_>,
    made: &Assembled,
    piece: &Piece,
    module_file: &str,
    plan: &Plan,
) -> Option<Taken> {
    let unit = world.unit(piece.id);
    let inherent = unit.item.kind == ItemKind::Impl && unit.item.of_trait.is_empty();
    if inherent
        || matches!(
            unit.item.kind,
            ItemKind::Use | ItemKind::ExternCrate | ItemKind::Mod
        )
    {
        return None;
    }
    let file = &world.krate(piece.id.krate).files[unit.file as usize];
    if let Some(container) = unit.container {
        let krate = piece.id.krate;
        let container = world.unit(Id {
            krate,
            unit: container,
        });
        let whole = container.members.iter().all(|member| {
            plan.live.contains(&Id {
                krate,
                unit: *member,
            })
        });
        let inherent = container.item.kind == ItemKind::Impl && container.item.of_trait.is_empty();
        if whole && !inherent {
            return None;
        }
    }
    let name = full_name(world, piece.id);
    let of_kind = member_kind(world, piece.id).unwrap_or_else(|| kind(unit));
    // Of a container that was cut, the header alone is the definition.
    let (tokens, core) = match (piece.cut, unit.item.body) {
        (true, Some((open, _))) => {
            let length = made.text[piece.core.clone()].find('{').unwrap_or(0);
            (
                unit.item.tokens.start..open + 1,
                piece.core.start..piece.core.start + length + 1,
            )
        }
        _ => (unit.item.tokens.clone(), piece.core.clone()),
    };
    let lines = file.lines(&tokens);
    let edited = made.edited.contains(&piece.id);
    Some(Taken {
        definition: Definition {
            name,
            kind: of_kind,
            package: world.package(piece.id.krate).id(),
            file: file.path.clone(),
            lines,
        },
        origin: if edited {
            Origin::Edited
        } else {
            Origin::Verbatim
        },
        cut: false,
        module_file: module_file.to_owned(),
        module_lines: [
            line_of(&made.text, core.start),
            line_of(&made.text, core.end.saturating_sub(1)),
        ],
    })
}

/// A unit's full name as results spell it.
pub fn full_name(world: &World<'_>, id: Id) -> String {
    let unit = world.unit(id);
    let file = &world.krate(id.krate).files[unit.file as usize];
    let module = world.module_path(world.module_of(id)).join("::");
    let impl_name = |item: &crate::items::Item| {
        let (of_trait, for_type) = (file.spaced(&item.of_trait), file.spaced(&item.for_type));
        format!("impl {of_trait} for {for_type}")
    };
    match (unit.item.kind, unit.container) {
        (_, Some(container)) => {
            let of = &world.krate(id.krate).units[container as usize].item;
            let container = if of.kind == ItemKind::Trait {
                of.name.clone()
            } else if of.of_trait.is_empty() {
                let for_type = file.spaced(&of.for_type);
                let plain = for_type.split('<').next().unwrap_or_default();
                plain.trim_start_matches(['&', ' ']).to_owned()
            } else {
                impl_name(of)
            };
            format!("{module}::{container}::{}", unit.item.name)
        }
        (ItemKind::Impl, None) => impl_name(&unit.item),
        (ItemKind::MacroCall, None) => file.spaced(&unit.item.tokens).chars().take(80).collect(),
        _ => format!("{module}::{}", unit.item.name),
    }
}

/// The kind of a member of a trait.
pub fn member_kind(world: &World<'_>, id: Id) -> Option<Kind> {
    let container = world.unit(id).container?;
    let container = &world.krate(id.krate).units[container as usize];
    (container.item.kind == ItemKind::Trait).then_some(Kind::TraitMember)
}

fn platform_note(world: &World<'_>, plan: &Plan) -> Option<Note> {
    let mut places: BTreeSet<(String, u32)> = BTreeSet::new();
    for id in &plan.live {
        let unit = world.unit(*id);
        let file = &world.krate(id.krate).files[unit.file as usize];
        let lines = file.lines(&unit.item.tokens);
        for change in file.cleaned.changes.iter().filter(|change| change.platform) {
            let line = line_of(&file.original, change.old.start);
            let named = !unit.item.name.is_empty()
                && unit.container.is_none()
                && file.original[change.old.clone()].contains(&format!(" {}", unit.item.name));
            if (lines[0] <= line && line <= lines[1]) || named {
                places.insert((file.path.clone(), line));
            }
        }
    }
    let (file, line) = places.first()?;
    Some(Note::new(
        "one_platform",
        format!(
            "text for other platforms was left behind ({file}:{line} and {} more places): the module is for this one",
            places.len() - 1
        ),
    ))
}

fn unresolved(world: &World<'_>, plan: &Plan) -> Vec<Unresolved> {
    let krates: BTreeSet<u32> = plan.live.iter().map(|id| id.krate).collect();
    let mut found = Vec::new();
    for index in krates {
        let krate = world.krate(index);
        for (file, line, why) in &krate.problems {
            found.push(Unresolved {
                from: krate.name.clone(),
                text: why.clone(),
                file: file.clone(),
                line: *line,
                why: "unknown".to_owned(),
            });
        }
    }
    found.sort();
    found
}

/// Lines that are not blank and not only comment.
pub fn code_lines(text: &str) -> u32 {
    let mut lines = BTreeSet::new();
    let mut line = 1u32;
    let mut at = 0usize;
    for token in crate::tokens::tokens(text) {
        if matches!(
            token.kind,
            crate::tokens::TokenKind::Doc | crate::tokens::TokenKind::InnerDoc
        ) {
            continue;
        }
        line += text.as_bytes()[at..token.start as usize]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u32;
        at = token.start as usize;
        let inside = text.as_bytes()[at..token.end as usize]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u32;
        lines.extend(line..=line + inside);
    }
    lines.len() as u32
}

/// Over the limit the user set.
fn too_large(lines: u32, limit: Option<u32>) -> Result<(), Stop> {
    match limit {
        Some(limit) if lines > limit => Err(Stop::Refused(
            Reason::new(
                ReasonCode::TooLarge,
                format!("the module would have {lines} lines of code, more than {limit}"),
            )
            .help("raise --max-lines, or ask for less"),
        )),
        _ => Ok(()),
    }
}
