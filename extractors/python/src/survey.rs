//! What a Python project has of its dependencies: what its manifests declare, what is locked or installed, and each place
//! that uses one.
//!
//! * `manifests`, `requirement`, `marker`, `tables`: what is declared, with file and line
//! * `locks`, `installed`: what is locked, and what the interpreter has
//! * `files`, `literals`, `examples`: the project's own text
//! * `names`: what the text calls a distribution
//! * `uses`, `mentions`: where it is used, in Python text and elsewhere

pub mod examples;
pub mod files;
mod installed;
pub mod literals;
mod locks;
pub mod manifests;
mod marker;
pub mod measure;
mod mentions;
pub mod names;
pub mod requirement;
pub mod tables;
pub mod uses;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use ripout_model::{
    Declared, Dependency, DependencyKind, Host, Locked, Member, Note, Settings, Stop, Survey, Use,
    UsePlace,
};

use installed::Installed;
use locks::Resolution;
use manifests::{Manifests, read_text};
use names::Names;
use requirement::Requirement;
use uses::{Found, Project, Source};

/// Surveys the project in a folder; `None` where there is none of Python.
pub fn survey(root: &Path, settings: &Settings, host: &dyn Host) -> Result<Option<Survey>, Stop> {
    let Some(mut manifests) = manifests::read(root) else {
        return Ok(None);
    };
    let mut notes = std::mem::take(&mut manifests.notes);
    let keys: BTreeSet<String> = locks::roots(&manifests)
        .into_iter()
        .map(|requirement| requirement.key)
        .collect();
    let lock = locks::read(root, &manifests, &mut notes);
    let mut wanted: BTreeSet<String> = keys.clone();
    for package in lock.iter().flat_map(|lock| &lock.packages) {
        wanted.insert(package.key.clone());
    }
    let wanted: Vec<String> = wanted.into_iter().collect();
    let installed = Installed::ask(root, &wanted, settings, host, &mut notes)?;
    let resolution = lock.unwrap_or_else(|| locks::of_installed(&manifests, &installed));

    let listed = files::list(root);
    let sources = sources(root, &manifests, &listed, host)?;
    for source in &sources {
        if let Some(line) = source.parsed.broken {
            let path = &source.path;
            let text = format!("{path}:{line}: does not parse: what stands there may be missed");
            notes.push(Note::new("unreadable", text));
        }
    }
    let imported = imported(&sources);
    // A backend may be imported by nobody but the manifest.
    let mut named = imported.clone();
    for mention in manifests.mentions.iter().filter(|one| !one.tool) {
        if mention.text.contains(['.', ':']) && literals::is_name(&mention.text) {
            named.insert(mention.text.replace(':', "."));
        }
    }
    let names: Vec<Names> = keys
        .iter()
        .map(|key| Names::of(key, installed.distributions.get(key), &named))
        .collect();

    let project = Project::new(&sources, &names, &imported);
    let mut found = Found {
        uses: vec![BTreeSet::new(); names.len()],
        ..Found::default()
    };
    for source in &sources {
        host.check()?;
        project.search(source, None, &mut found);
        documentation(&project, source, &mut found);
    }
    for path in listed.iter().filter(|path| files::is_prose(path)) {
        let code = examples::of_prose(&read_text(root, path).unwrap_or_default());
        if !code.trim().is_empty() {
            let example = Source::new(path, UsePlace::Doc, None, code);
            project.search(&example, None, &mut found);
        }
    }
    mentions::strong(&project, &manifests, &mut found);
    mentions::weak(&project, &manifests, root, &listed, &mut found);
    untold(
        &project, &manifests, &installed, &imported, &mut found, &mut notes,
    );
    remarks(&project, &resolution, &found, &mut notes);
    notes.sort();
    notes.dedup();
    Ok(Some(joined(
        manifests, resolution, &installed, names, found, notes,
    )))
}

/// The project's Python text, in the order of its files.
pub fn sources(
    root: &Path,
    manifests: &Manifests,
    listed: &[String],
    host: &dyn Host,
) -> Result<Vec<Source>, Stop> {
    let mut sources = Vec::new();
    let files = listed.iter().filter(|path| files::is_python(path));
    for (at, path) in files.enumerate() {
        host.check()?;
        host.say("reading the project", at as u64, None);
        if let Some(text) = read_text(root, path) {
            let module = module_of(path, manifests);
            sources.push(Source::new(path, files::place(path), module, text));
        }
    }
    Ok(sources)
}

fn module_of(path: &str, manifests: &Manifests) -> Option<(String, bool)> {
    let member = manifests
        .members
        .iter()
        .filter(|member| path.starts_with(&member.prefix))
        .max_by_key(|member| member.prefix.len())?;
    files::module(path, &member.roots)
}

/// Uses in the examples of a text's documentation.
fn documentation(project: &Project, source: &Source, found: &mut Found) {
    for literal in &source.literals.examples {
        let code = examples::of_docstring(&literal.text, literal.line);
        let module = (!source.module.is_empty()).then(|| (source.module.clone(), source.is_init));
        let example = Source::new(&source.path, UsePlace::Doc, module, code);
        project.search(&example, Some(source), found);
    }
}

/// Every module that the project's text imports, by absolute name, with the packages that it lies in.
pub fn imported(sources: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources {
        for import in source
            .parsed
            .imports
            .iter()
            .filter(|import| import.level == 0)
        {
            let path = &import.module;
            let ends = path
                .match_indices('.')
                .map(|(at, _)| at)
                .chain([path.len()]);
            found.extend(ends.map(|end| path[..end].to_owned()));
        }
    }
    found
}

/// What a reader has to know of what could not be told.
fn remarks(project: &Project, resolution: &Resolution, found: &Found, notes: &mut Vec<Note>) {
    let mut say = |code: &str, text: String| notes.push(Note::new(code, text));
    if resolution.packages.is_empty() && !project.names.is_empty() {
        say(
            "no_lock",
            "there is no lock file, and none of what is declared is installed: versions and what they require are not known".into(),
        );
    }
    if resolution.file.is_empty() && !resolution.packages.is_empty() {
        say(
            "installed",
            "there is no lock file: versions are those that are installed".into(),
        );
    }
    for (index, file, line) in &found.stars {
        let name = project.names[*index].alone();
        say(
            "star_import",
            format!("{file}:{line}: a star import: which names of `{name}` are used is not known"),
        );
    }
}

/// What is found nowhere and may be used all the same is used by its name alone, where it is declared: a plugin that is found
/// by its entry points, a part of the build, a distribution whose import name is a guess.
fn untold(
    project: &Project,
    manifests: &Manifests,
    installed: &Installed,
    imported: &BTreeSet<String>,
    found: &mut Found,
    notes: &mut Vec<Note>,
) {
    let own: BTreeSet<&str> = project
        .sources
        .iter()
        .flat_map(|source| {
            [
                source.module.split('.').next(),
                source.module.rsplit('.').next(),
            ]
        })
        .flatten()
        .collect();
    let strange: Vec<&str> = imported
        .iter()
        .map(String::as_str)
        .filter(|path| !path.contains('.') && !path.is_empty() && !own.contains(path))
        .filter(|path| !installed.stdlib.iter().any(|module| module == path))
        .filter(|path| {
            let begins = |name: &String| name.split('.').next() == Some(path);
            !project
                .names
                .iter()
                .any(|names| names.called.iter().any(begins))
        })
        .collect();
    for (index, names) in project.names.iter().enumerate() {
        if !found.uses[index].is_empty() {
            continue;
        }
        let key = &names.key;
        let Some(wanted) = manifests
            .wanted
            .iter()
            .find(|one| one.requirement.key == *key)
        else {
            continue;
        };
        let groups = installed
            .distributions
            .get(key)
            .map(|one| one.groups.as_slice());
        let (code, why) = if key.starts_with("types-") || key.ends_with("-stubs") {
            (
                "stubs",
                "it holds types for another package, and type checkers find it by themselves"
                    .to_owned(),
            )
        } else if wanted.declared.kind == DependencyKind::Build {
            (
                "build",
                "it is there for the build, which may find it by itself".to_owned(),
            )
        } else if let Some(groups) = groups.filter(|groups| !groups.is_empty()) {
            let text = format!(
                "it registers `{}`, and may be used by being installed",
                groups.join("`, `")
            );
            ("plugin", text)
        } else if names.guessed {
            let called = names.called.join("`, `");
            let mut text =
                format!("it is not installed, and that it is imported as `{called}` is a guess");
            if !strange.is_empty() {
                text.push_str(&format!(
                    "; what else is imported: `{}`",
                    strange.join("`, `")
                ));
            }
            ("import_name_guessed", text)
        } else {
            continue;
        };
        let (file, line) = (&wanted.declared.file, wanted.declared.line);
        notes.push(Note::new(
            code,
            format!("{file}:{line}: nothing names {key}, but {why}"),
        ));
        found.uses[index].insert(Use {
            symbol: names.alone().to_owned(),
            file: file.clone(),
            line,
            place: UsePlace::Manifest,
            exposed: false,
        });
    }
}

/// The survey, with every name as an index.
fn joined(
    manifests: Manifests,
    resolution: Resolution,
    installed: &Installed,
    names: Vec<Names>,
    found: Found,
    notes: Vec<Note>,
) -> Survey {
    let edges = resolution.edges(&locks::roots(&manifests));
    let locked: Vec<Locked> = resolution
        .packages
        .iter()
        .zip(edges)
        .map(|(package, edges)| {
            let here = installed
                .distributions
                .get(&package.key)
                .filter(|one| one.version == package.version);
            let module = here.and_then(|one| one.native.as_ref());
            let native = module
                .map(|file| format!("an extension module: {file}"))
                .or_else(|| {
                    package
                        .native
                        .then(|| "its wheels are for named platforms alone".to_owned())
                });
            let repo = (package.registry && !package.version.is_empty())
                .then(|| format!("pypi:{}@{}", package.name, package.version));
            Locked {
                name: package.name.clone(),
                version: package.version.clone(),
                repo,
                requires: edges.into_iter().collect(),
                folder: here
                    .filter(|one| !one.files.is_empty())
                    .map(|one| one.place.clone()),
                files: here.map(|one| one.files.clone()).unwrap_or_default(),
                licence: here.and_then(installed::Distribution::licence),
                native,
            }
        })
        .collect();
    let mut declared: BTreeMap<String, (String, Vec<Declared>)> = BTreeMap::new();
    let mut requires: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); manifests.members.len()];
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for wanted in &manifests.wanted {
        let requirement = &wanted.requirement;
        let here = installed.distributions.get(&requirement.key);
        if let Some(index) = resolution.first(requirement, here.map(|one| one.version.as_str())) {
            places.entry(requirement.key.clone()).or_insert(index);
        }
        let indices = resolution.find(requirement);
        requires[wanted.declared.member].extend(indices);
        let (_, list) = declared
            .entry(wanted.requirement.key.clone())
            .or_insert_with(|| (wanted.requirement.name.clone(), Vec::new()));
        list.push(wanted.declared.clone());
    }
    let dependencies = names
        .into_iter()
        .zip(found.uses)
        .filter_map(|(names, uses)| {
            let (written, declared) = declared.remove(&names.key)?;
            let place = places.get(&names.key).copied();
            Some(Dependency {
                name: place.map_or(written, |index| locked[index].name.clone()),
                locked: place,
                called: names.called,
                declared,
                uses: uses.into_iter().collect(),
            })
        })
        .collect();
    let members = manifests
        .members
        .into_iter()
        .zip(requires)
        .map(|(member, requires)| Member {
            name: member.name,
            manifest: member.manifest,
            licence: member.licence,
            requires: requires.into_iter().collect(),
        })
        .collect();
    Survey {
        members,
        dependencies,
        locked,
        notes,
    }
}

/// Whether a text names a distribution.
pub fn is_key(text: &str, key: &str) -> bool {
    Requirement::named(text).key == key
}

#[cfg(test)]
mod tests;
