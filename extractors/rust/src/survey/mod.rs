//! What a Cargo project has of its dependencies.
//!
//! * [`cargo`]: what cargo says of it
//! * [`declared`]: what its manifests declare, line by line
//! * [`locked`]: the packages of its lock file
//! * [`text`], [`docs`]: its files as tokens, and the examples in their comments
//! * [`modules`], [`names`]: what each module has, and what a path in it means
//! * [`uses`]: each place that uses a dependency
//! * [`measure`]: what building each package takes

mod cargo;
pub mod declared;
mod docs;
pub mod files;
mod locked;
pub mod measure;
pub mod modules;
mod names;
#[cfg(test)]
mod tests;
pub mod text;
pub mod uses;

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

/// The folder of the workspace that a folder belongs to.
pub fn root(folder: &Path, host: &dyn Host) -> Result<PathBuf, Stop> {
    let folder = folder
        .canonicalize()
        .map_err(|e| Failure::new("project", format!("open {}: {e}", folder.display())))?;
    let bare = cargo::metadata(&folder.join("Cargo.toml"), &["--no-deps"], host)?
        .map_err(|error| Failure::new("cargo_metadata", error))?;
    Ok(bare.workspace_root.into_std_path_buf())
}

/// A project that was read: what cargo says of it, and the text of its members.
pub struct Opened {
    /// What cargo says.
    pub project: Project,
    lock: Lock,
    /// The members' own names.
    names: Vec<String>,
    licences: Vec<Option<String>>,
    /// The members, in the order of their manifests.
    pub members: Vec<Read>,
    notes: Vec<Note>,
}

/// Reads the workspace that a folder belongs to. Paths are told as seen from the folder.
pub fn open(folder: &Path, settings: &Settings, host: &dyn Host) -> Result<Option<Opened>, Stop> {
    let folder = folder
        .canonicalize()
        .map_err(|e| Failure::new("project", format!("open {}: {e}", folder.display())))?;
    let mut notes = Vec::new();
    host.say("asking cargo", 0, None);
    let Some(project) = cargo::ask(&folder, settings, host, &mut notes)? else {
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
    let total = members.len() as u64;
    host.say("reading the project", 0, Some(total));
    let read: Vec<Read> = members
        .par_iter()
        .map(|member| {
            host.check()?;
            read(member, &folder, &project, &workspace, &lock, &own)
        })
        .collect::<Result<_, Stop>>()?;
    Ok(Some(Opened {
        names: members
            .iter()
            .map(|member| member.name.to_string())
            .collect(),
        licences: members
            .iter()
            .map(|member| member.license.clone())
            .collect(),
        members: read,
        project,
        lock,
        notes,
    }))
}

impl Opened {
    /// The name of a declared package's library.
    pub fn library(&self, entry: &Entry, locked: Option<usize>) -> String {
        lib_name(&self.project, &self.lock, locked, entry)
    }

    /// The features of a dependency as they are resolved for the project; none where cargo could not resolve it.
    pub fn features(&self, dependency: &Dependency, survey: &Survey) -> Option<Vec<String>> {
        let locked = survey.locked.get(dependency.locked?)?;
        let packages = &self.project.metadata.packages;
        let package = packages.iter().find(|package| {
            package.name.as_str() == locked.name && package.version.to_string() == locked.version
        })?;
        let nodes = &self.project.metadata.resolve.as_ref()?.nodes;
        let node = nodes.iter().find(|node| node.id == package.id)?;
        let features = node.features.iter().map(|feature| feature.to_string());
        Some(features.filter(|feature| feature != "default").collect())
    }

    /// The workspace's manifest, as seen from the project.
    pub fn workspace_manifest(&self, folder: &Path) -> String {
        let folder = folder.canonicalize().unwrap_or(folder.to_path_buf());
        files::seen_from(&folder, &self.project.root.join("Cargo.toml"))
    }

    /// Lints that the workspace's or a member's table forbids.
    pub fn forbidden(&self) -> Vec<String> {
        let manifests = self.project.metadata.workspace_packages();
        let paths = manifests
            .iter()
            .map(|member| self.project.own(member.manifest_path.as_std_path()))
            .chain([self.project.root.join("Cargo.toml")]);
        let mut forbidden = Vec::new();
        for path in paths {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            let Ok(manifest) = text.parse::<toml::Table>() else {
                continue;
            };
            let own = manifest.get("lints");
            let shared = manifest
                .get("workspace")
                .and_then(|table| table.get("lints"));
            for tool in [own, shared]
                .into_iter()
                .flatten()
                .filter_map(toml::Value::as_table)
            {
                for (lint, level) in tool.values().filter_map(toml::Value::as_table).flatten() {
                    let level = level.get("level").unwrap_or(level);
                    if level.as_str() == Some("forbid") {
                        forbidden.push(lint.clone());
                    }
                }
            }
        }
        forbidden
    }
}

/// Surveys the workspace that a folder belongs to.
pub fn survey(folder: &Path, settings: &Settings, host: &dyn Host) -> Result<Option<Survey>, Stop> {
    let Some(Opened {
        project,
        lock,
        names,
        licences,
        members,
        notes,
    }) = open(folder, settings, host)?
    else {
        return Ok(None);
    };
    let mut survey = Survey {
        notes,
        ..Survey::default()
    };
    let folder = folder
        .canonicalize()
        .map_err(|e| Failure::new("project", format!("open {}: {e}", folder.display())))?;
    let workspace_file = files::seen_from(&folder, &project.root.join("Cargo.toml"));
    let mut made: BTreeMap<(String, Option<usize>), Dependency> = BTreeMap::new();
    for (index, member) in members.into_iter().enumerate() {
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
            name: names[index].clone(),
            manifest: member.manifest,
            licence: licences[index].clone(),
            requires: lock.members.get(&names[index]).cloned().unwrap_or_default(),
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
pub struct Read {
    /// Its manifest, as seen from the project.
    pub manifest: String,
    /// What it declares, with its place in the lock file.
    pub entries: Vec<(Entry, Option<usize>)>,
    /// Where it uses what it declares.
    pub places: Vec<uses::Place>,
    /// Its text.
    pub tree: Tree,
    /// The edition it is written in.
    pub edition: String,
    /// The root files of its targets.
    pub roots: Vec<PathBuf>,
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
    let targets = targets(member, project);
    let tree = Tree::read(folder, &home, &targets);
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
        tree,
        edition: member.edition.to_string(),
        roots: targets.into_iter().map(|target| target.file).collect(),
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
