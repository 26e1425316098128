//! Where the module's file stands, and the `mod` line of each target that uses it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use ripout_model::{Failure, Fitting, Note, Reason, ReasonCode, Stop, UsePlace};

use super::{User, Work, edits::Edits, site::Site};
use crate::survey::{Opened, Read, files, modules::Module, text::Text};

/// Names of modules and items at the roots of a member's targets, and of files beside them.
pub fn known(member: &Read) -> Vec<String> {
    let mut names = Vec::new();
    for module in member
        .tree
        .modules
        .iter()
        .filter(|module| module.parent.is_none())
    {
        names.extend(module.children.keys().cloned());
        names.extend(module.names.keys().cloned());
    }
    for root in &member.roots {
        let beside = root
            .parent()
            .into_iter()
            .flat_map(std::fs::read_dir)
            .flatten()
            .flatten();
        names.extend(beside.filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.strip_suffix(".rs").map(str::to_owned)
        }));
    }
    names
}

/// Puts the module into a member, and declares it in each target that uses the dependency.
pub fn place(user: &User<'_>, opened: &Opened, work: &mut Work<'_>) -> Result<(), Stop> {
    let tree = &user.member.tree;
    let mut roots = BTreeSet::new();
    let used: BTreeMap<&str, u32> = user
        .places()
        .filter(|place| !matches!(place.place, UsePlace::Doc | UsePlace::Manifest))
        .map(|place| (place.file.as_str(), place.line))
        .collect();
    for (index, module) in tree.modules.iter().enumerate() {
        let text = &tree.texts[module.text];
        let Some(line) = used.get(text.path.as_str()).filter(|_| !module.loose) else {
            continue;
        };
        let root = &tree.modules[module.root];
        let file = work.leaving.folder.join(&tree.texts[root.text].path);
        if user
            .member
            .roots
            .iter()
            .any(|known| files::plain(known) == files::plain(&file))
        {
            roots.insert(module.root);
        } else if module.root == index {
            work.notes.push(Note::new(
                "left_to_do",
                format!(
                    "{}:{line}: no target holds this file: declare the module where it is included",
                    text.path
                ),
            ));
        }
    }
    let Some(&first) = tree.library.as_ref().or(roots.first()) else {
        return Ok(());
    };
    if roots.is_empty() {
        return Ok(());
    }
    let fitting = work.leaving.fitting;
    let site = |root| Site::of(tree, root, &fitting.parents);
    let home = tree.seen(&site(first).folder());
    let stem = &fitting.stem;
    check_macros(work)?;
    let module = joined(&home, &format!("{stem}.rs"));
    for file in &work.leaving.module.files {
        let inside = work.leaving.module.files[0].path == file.path;
        let path = if inside {
            module.clone()
        } else {
            joined(&home, &file.path)
        };
        work.made.insert(path, file.bytes.clone());
    }
    if work.module.is_empty() {
        work.module.clone_from(&module);
    }
    let manifest = work.read(&user.member.manifest)?;
    for root in roots {
        let here = &tree.modules[root];
        allowed(here, &tree.texts[here.text], opened, work)?;
        let condition = condition(user, &manifest);
        let mut line = condition.map_or(String::new(), |one| format!("#[cfg({one})]\n"));
        let site = site(root);
        let own = tree.texts[here.text].path.as_str();
        let elsewhere = tree.seen(&site.folder()) != home || own.ends_with("build.rs");
        if elsewhere {
            let path = files::seen_from(
                Path::new(&absolute(&tree.seen(site.beside()))),
                Path::new(&absolute(&module)),
            );
            line.push_str(&format!("#[path = \"{path}\"]\n"));
        }
        line.push_str(&declaration(fitting));
        let (at, line) = site.spot(stem, line, elsewhere);
        let mut edits = Edits::default();
        edits.replace(at..at, line);
        work.edit(&site.text().path, edits)?;
    }
    Ok(())
}

/// The line that declares the module, without what stands before it. In another module than the root it has to be open to
/// the crate.
pub fn declaration(fitting: &Fitting) -> String {
    let open = match fitting.parents.is_empty() {
        true => "",
        false => "pub(crate) ",
    };
    format!("{open}mod {};\n", fitting.stem)
}

/// Names its macros by the crate's root, where it does not stand.
fn check_macros(work: &Work<'_>) -> Result<(), Stop> {
    let Fitting { parents, stem, .. } = work.leaving.fitting;
    let text = work.leaving.module.text();
    if parents.is_empty() || !text.contains(&format!("$crate::{stem}")) {
        return Ok(());
    }
    let text = format!("the module's macros lead to themselves by `$crate::{stem}`");
    Err(Failure::new("module_path", text)
        .help("leave --module-path out: such a module has to stand at the crate's root")
        .into())
}

/// The condition that the dependency was there under.
fn condition(user: &User<'_>, manifest: &str) -> Option<String> {
    let mut ways = Vec::new();
    for entry in &user.entries {
        let mut all = Vec::new();
        if entry.optional {
            // It is a feature by itself unless a `dep:` says otherwise, and others turn that one on.
            let by_itself = !manifest.contains(&format!("\"dep:{}\"", entry.key));
            let features: Vec<String> = entry
                .features
                .keys()
                .filter(|_| !by_itself)
                .map(|feature| format!("feature = \"{feature}\""))
                .collect();
            all.push(match &features[..] {
                [] => format!("feature = \"{}\"", entry.key),
                [one] => one.clone(),
                several => format!("any({})", several.join(", ")),
            });
        }
        if let Some(target) = &entry.target {
            let inside = target
                .strip_prefix("cfg(")
                .and_then(|rest| rest.strip_suffix(')'));
            // A triple by its name has no condition that text could be under.
            all.extend(inside.map(str::to_owned));
        }
        match &all[..] {
            [] => return None,
            [one] => ways.push(one.clone()),
            several => ways.push(format!("all({})", several.join(", "))),
        }
    }
    ways.dedup();
    match &ways[..] {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("any({})", several.join(", "))),
    }
}

/// Refuses what the target forbids and the module has.
fn allowed(root: &Module, text: &Text, opened: &Opened, work: &Work<'_>) -> Result<(), Stop> {
    let mut forbidden: BTreeSet<String> = opened.forbidden().into_iter().collect();
    let mut place = (text.path.clone(), 1);
    for attr in &root.inner {
        if text.word(attr.inside.start) == "forbid" {
            let names = attr
                .inside
                .clone()
                .skip(2)
                .map(|at| text.word(at).to_owned())
                .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'));
            forbidden.extend(names);
            place.1 = text.line(attr.inside.start);
        }
        if text.word(attr.inside.start) == "no_std" {
            return Err(Stop::Refused(
                Reason::new(
                    ReasonCode::ForbiddenLint,
                    "the crate does without the standard library, and the module needs it",
                )
                .at(&text.path, text.line(attr.inside.start)),
            ));
        }
    }
    let module = Text::new(String::new(), work.leaving.module.text().into_owned());
    let words = || (0..module.len()).map(|at| module.word(at));
    if forbidden.contains("unsafe_code") && words().any(|word| word == "unsafe") {
        return Err(Stop::Refused(
            Reason::new(
                ReasonCode::ForbiddenUnsafe,
                "the crate forbids `unsafe`, and the module has it",
            )
            .at(place.0, place.1),
        ));
    }
    let (_, inner) = module.items(0..module.len());
    for attr in inner
        .iter()
        .filter(|attr| module.word(attr.inside.start) == "allow")
    {
        let lint = attr
            .inside
            .clone()
            .map(|at| module.word(at))
            .find(|word| *word != "unsafe_code" && forbidden.contains(*word));
        if let Some(lint) = lint {
            return Err(Stop::Refused(
                Reason::new(
                    ReasonCode::ForbiddenLint,
                    format!("the crate forbids `{lint}`, which copied text needs to be allowed"),
                )
                .at(place.0, place.1)
                .help("`deny` would do in its place: a module can be excepted from that"),
            ));
        }
    }
    Ok(())
}

fn joined(folder: &str, file: &str) -> String {
    if folder.is_empty() {
        file.to_owned()
    } else {
        format!("{folder}/{file}")
    }
}

fn absolute(path: &str) -> String {
    format!("/{path}")
}
