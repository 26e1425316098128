//! What a Cargo project has of its dependencies.
//!
//! * [`cargo`]: what cargo says of it
//! * [`declared`]: what its manifests declare, line by line
//! * [`locked`]: the packages of its lock file
//! * [`text`], [`docs`]: its files as tokens, and the examples in their comments
//! * [`modules`], [`names`]: what each module has, and what a path in it means
//! * [`uses`]: each place that uses a dependency

mod cargo;
mod declared;
mod docs;
mod files;
mod locked;
mod modules;
mod names;
#[cfg(test)]
mod tests;
mod text;
mod uses;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use cargo_metadata::{
    Package, TargetKind,
    semver::{Version, VersionReq},
};
use rayon::prelude::*;
use ripout_model::{
    Declared, Dependency, DependencyKind, Failure, Host, Member, Note, Settings, Stop, Survey, Use,
    UsePlace,
};

use cargo::Project;
use declared::Entry;
use locked::Lock;
use modules::{Target, Tree};

/// Surveys the workspace that a folder belongs to.
pub fn survey(folder: &Path, settings: &Settings, host: &dyn Host) -> Result<Option<Survey>, Stop> {
    let folder = folder
        .canonicalize()
        .map_err(|e| Failure::new("project", format!("open {}: {e}", folder.display())))?;
    let mut survey = Survey::default();
    host.say("asking cargo", 0, None);
    let Some(project) = cargo::ask(&folder, settings, host, &mut survey.notes)? else {
        return Ok(None);
    };
    let mut members: Vec<&Package> = project.metadata.workspace_packages();
    members.sort_by(|a, b| a.manifest_path.cmp(&b.manifest_path));
    let own: BTreeSet<String> = members
        .iter()
        .map(|member| member.name.to_string())
        .collect();
    let lock = locked::read(&project, &own);
    let workspace = std::fs::read_to_string(project.root.join("Cargo.toml")).unwrap_or_default();
    let workspace_file = files::seen_from(&folder, &project.root.join("Cargo.toml"));
    let mut made: BTreeMap<(String, Option<usize>), Dependency> = BTreeMap::new();
    let total = members.len() as u64;
    host.say("reading the project", 0, Some(total));
    let read: Vec<Read> = members
        .par_iter()
        .map(|member| {
            host.check()?;
            read(member, &folder, &project, &workspace, &lock, &own)
        })
        .collect::<Result<_, Stop>>()?;
    for (index, member) in read.into_iter().enumerate() {
        survey.notes.extend(member.notes);
        for (entry, locked) in &member.entries {
            let called = lib_name(&project, &lock, *locked, entry);
            let dependency = made
                .entry((entry.package.clone(), *locked))
                .or_insert_with(|| Dependency {
                    name: entry.package.clone(),
                    locked: *locked,
                    called: Vec::new(),
                    declared: Vec::new(),
                    uses: Vec::new(),
                });
            dependency.called.push(entry_name(entry, &called));
            let declared = |file: &str, line| Declared {
                member: index,
                file: file.to_owned(),
                line,
                kind: entry.kind,
                optional: entry.optional,
                target: entry.target.clone(),
                features: entry.features.keys().cloned().collect(),
            };
            dependency
                .declared
                .push(declared(&member.manifest, entry.line));
            if let Some(line) = entry.inherited {
                dependency.declared.push(declared(&workspace_file, line));
            }
            for line in entry.features.values().flatten() {
                dependency.uses.push(Use {
                    symbol: called.clone(),
                    file: member.manifest.clone(),
                    line: *line,
                    place: UsePlace::Manifest,
                    exposed: false,
                });
            }
        }
        for place in member.places {
            for (entry, locked) in of_place(&member.entries, &place, &project, &lock) {
                let crate_name = lib_name(&project, &lock, *locked, entry);
                let mut parts = vec![crate_name];
                parts.extend(place.path[1..].iter().cloned());
                let Some(dependency) = made.get_mut(&(entry.package.clone(), *locked)) else {
                    continue;
                };
                dependency.uses.push(Use {
                    symbol: parts.join("::"),
                    file: place.file.clone(),
                    line: place.line,
                    place: place.place.clone(),
                    exposed: place.exposed,
                });
            }
        }
        survey.members.push(Member {
            name: members[index].name.to_string(),
            manifest: member.manifest,
            licence: members[index].license.clone(),
            requires: lock
                .members
                .get(members[index].name.as_str())
                .cloned()
                .unwrap_or_default(),
        });
    }
    survey.dependencies = made
        .into_values()
        .map(|mut dependency| {
            dependency.called.sort();
            dependency.called.dedup();
            dependency.uses.sort_by(|a, b| {
                (&a.file, a.line, &a.symbol, &a.place).cmp(&(&b.file, b.line, &b.symbol, &b.place))
            });
            dependency.uses.dedup();
            dependency
        })
        .collect();
    survey.locked = lock.packages;
    Ok(Some(survey))
}

/// What one member has.
struct Read {
    manifest: String,
    /// What it declares, with its place in the lock file.
    entries: Vec<(Entry, Option<usize>)>,
    places: Vec<uses::Place>,
    notes: Vec<Note>,
}

fn read(
    member: &Package,
    folder: &Path,
    project: &Project,
    workspace: &str,
    lock: &Lock,
    own: &BTreeSet<String>,
) -> Result<Read, Stop> {
    let path = project.own(member.manifest_path.as_std_path());
    let manifest = files::seen_from(folder, &path);
    let text = std::fs::read_to_string(&path)
        .map_err(|e| Failure::new("project", format!("read {}: {e}", path.display())))?;
    let entries = declared::read(&text, workspace)
        .map_err(|e| Failure::new("project", format!("read {}: {e}", path.display())))?;
    let mut notes = Vec::new();
    let entries: Vec<(Entry, Option<usize>)> = entries
        .into_iter()
        // Another member is no dependency that could be left.
        .filter(|entry| !(entry.elsewhere && own.contains(&entry.package)))
        .map(|entry| {
            let wants = entry
                .wants
                .as_deref()
                .and_then(|wants| VersionReq::parse(wants).ok());
            let fits = |version: &str| {
                Version::parse(version)
                    .is_ok_and(|version| wants.as_ref().is_none_or(|wants| wants.matches(&version)))
            };
            let locked = lock.find(member.name.as_str(), &entry.package, &fits);
            (entry, locked)
        })
        .collect();
    let called: BTreeSet<String> = entries
        .iter()
        .map(|(entry, locked)| entry_name(entry, &lib_name(project, lock, *locked, entry)))
        .collect();
    let home = path.parent().unwrap_or(folder).to_path_buf();
    let tree = Tree::read(folder, &home, &targets(member, project));
    for file in &tree.unread {
        notes.push(Note::new(
            "unreadable",
            format!("{file} can't be read: what it uses is not known"),
        ));
    }
    let places = uses::find(&names::Names {
        tree: &tree,
        called: &called,
    });
    Ok(Read {
        manifest,
        entries,
        places,
        notes,
    })
}

fn targets(member: &Package, project: &Project) -> Vec<Target> {
    let targets = member.targets.iter();
    targets
        .map(|target| {
            let is = |kind: TargetKind| target.kind.contains(&kind);
            let (place, library) = if is(TargetKind::Test) {
                (UsePlace::Test, false)
            } else if is(TargetKind::Bench) {
                (UsePlace::Bench, false)
            } else if is(TargetKind::Example) {
                (UsePlace::Example, false)
            } else if is(TargetKind::CustomBuild) {
                (UsePlace::Build, false)
            } else {
                (UsePlace::Code, !is(TargetKind::Bin))
            };
            Target {
                file: files::plain(&project.own(&PathBuf::from(target.src_path.as_str()))),
                place,
                library: library.then(|| target.name.replace('-', "_")),
            }
        })
        .collect()
}

/// What Rust code calls a dependency: the name it is given, or else its library's.
fn entry_name(entry: &Entry, library: &str) -> String {
    if entry.key == entry.package {
        library.to_owned()
    } else {
        entry.key.replace('-', "_")
    }
}

/// The name of a package's library.
fn lib_name(project: &Project, lock: &Lock, locked: Option<usize>, entry: &Entry) -> String {
    let version = locked
        .and_then(|at| lock.packages.get(at))
        .map(|package| package.version.as_str());
    let package = project.metadata.packages.iter().find(|package| {
        package.name.as_str() == entry.package
            && version.is_none_or(|version| package.version.to_string() == version)
    });
    let library = package.and_then(crate::manifest::library_of);
    library.map_or_else(
        || entry.package.replace('-', "_"),
        |library| library.name.replace('-', "_"),
    )
}

/// The dependencies that a place may mean: of several by one name those that its kind of target has.
fn of_place<'e>(
    entries: &'e [(Entry, Option<usize>)],
    place: &uses::Place,
    project: &Project,
    lock: &Lock,
) -> Vec<&'e (Entry, Option<usize>)> {
    let named: Vec<&(Entry, Option<usize>)> = entries
        .iter()
        .filter(|(entry, locked)| {
            entry_name(entry, &lib_name(project, lock, *locked, entry)) == place.path[0]
        })
        .collect();
    let has = |kind: DependencyKind| match place.target {
        UsePlace::Build => kind == DependencyKind::Build,
        UsePlace::Code => kind == DependencyKind::Normal,
        _ => kind != DependencyKind::Build,
    };
    let fitting: Vec<&(Entry, Option<usize>)> = named
        .iter()
        .copied()
        .filter(|(entry, _)| has(entry.kind))
        .collect();
    let mut found = if fitting.is_empty() { named } else { fitting };
    found.sort_by(|a, b| (&a.0.package, a.1).cmp(&(&b.0.package, b.1)));
    found.dedup_by(|a, b| (&a.0.package, a.1) == (&b.0.package, b.1));
    found
}
