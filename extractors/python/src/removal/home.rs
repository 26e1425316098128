//! Where the module stands in the project, and how the project's files spell its import.

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Failure, Note, Stop, UsePlace};

use super::{consumer::Consumer, left_to_do};
use crate::{
    manifest::symbols::is_name,
    survey::{files, uses::Source},
};

/// The module's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The package's dotted name; empty where the module is imported by its own name alone.
    pub package: String,
    /// Its folder, relative to the project's, with a slash at the end; empty for the project's own folder.
    pub folder: String,
    /// Without a package: the module that it stands beside; empty among tests.
    pub beside: String,
}

/// How a file names the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// What stands behind `from` where the module itself is bound; empty where it is imported by its name alone.
    package: String,
    /// What stands behind `from` where a name of the module is bound.
    pub module: String,
    stem: String,
}

/// What `--module-path` says: the packages around the module, and its own name.
pub fn wanted(path: &str) -> Result<(Vec<String>, String), Stop> {
    let mut parts: Vec<String> = path.split('.').map(str::to_owned).collect();
    let stem = parts.pop().filter(|stem| is_name(stem));
    match stem.filter(|_| parts.iter().all(|part| is_name(part))) {
        Some(stem) => Ok((parts, stem)),
        None => Err(
            Failure::new("module_path", format!("`{path}` is no path of a module"))
                .help("name it as an import would: `package._vendored.humanize`")
                .into(),
        ),
    }
}

impl Home {
    /// A package of the project that was named; where none was, the one that the project's layout decides.
    pub fn within(consumer: &Consumer, parents: &[String]) -> Result<Option<Self>, Stop> {
        if parents.is_empty() {
            return Ok(Self::of(consumer));
        }
        let package = parents.join(".");
        let mut inits = consumer.sources.iter();
        let init = inits.find(|source| source.is_init && source.module == package);
        let folder = init.and_then(|source| source.path.strip_suffix("__init__.py"));
        let Some(folder) = folder else {
            let text = format!("{package} is no package of the project");
            return Err(Failure::new("module_path", text)
                .help("give it an `__init__.py`, and let the build take it along, first")
                .into());
        };
        Ok(Some(Self {
            folder: folder.to_owned(),
            package,
            beside: String::new(),
        }))
    }

    /// Whether a name that was wanted can be had.
    pub fn check_free(
        &self,
        consumer: &Consumer,
        parents: &[String],
        stem: &str,
    ) -> Result<(), Stop> {
        let failed = |text: String, help: String| -> Result<(), Stop> {
            Err(Failure::new("module_path", text).help(help).into())
        };
        if self.taken(consumer).contains(stem) {
            let text = format!("{}{stem} is there already", self.folder);
            return failed(text, "give the module another name".to_owned());
        }
        if parents.is_empty() && !self.package.is_empty() {
            let text = format!("`{stem}` alone would be a module that everybody finds");
            return failed(text, format!("name its package: `{}.{stem}`", self.package));
        }
        Ok(())
    }

    /// What stands beside the module, without endings.
    fn taken<'c>(&self, consumer: &'c Consumer) -> BTreeSet<&'c str> {
        let listed = consumer.listed.iter();
        listed
            .filter_map(|file| file.strip_prefix(&self.folder))
            .filter_map(|file| file.split(['/', '.']).next())
            .collect()
    }

    /// The package of the project that uses the dependency most; of equals the first by name.
    pub fn of(consumer: &Consumer) -> Option<Self> {
        if let Some(home) = among_tests(consumer) {
            return Some(home);
        }
        let mut homes: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        let mut by_file: BTreeMap<&str, (String, String, String)> = BTreeMap::new();
        for source in &consumer.sources {
            if let Some(home) = home(consumer, source) {
                homes.entry(home.clone()).or_default();
                by_file.insert(&source.path, home);
            }
        }
        for used in consumer.code_uses() {
            if let Some(count) = by_file
                .get(used.file.as_str())
                .and_then(|home| homes.get_mut(home))
            {
                *count += 1;
            }
        }
        // A folder of scripts is no package as long as there is one.
        if homes.keys().any(|home| is_package(consumer, home)) {
            homes.retain(|home, _| is_package(consumer, home));
        }
        let most = homes
            .iter()
            .max_by_key(|(home, count)| (**count, std::cmp::Reverse(*home)))?;
        let (package, folder, beside) = most.0.clone();
        Some(Self {
            package,
            folder,
            beside,
        })
    }

    /// Files of other members of the project that use the dependency: their packages have to require the one that holds the
    /// module.
    pub fn members_apart(&self, consumer: &Consumer) -> Vec<Note> {
        let member = |path: &str| {
            let members = consumer.manifests.members.iter();
            members
                .filter(|member| path.starts_with(&member.prefix))
                .max_by_key(|member| member.prefix.len())
        };
        let Some(own) = member(&self.folder) else {
            return Vec::new();
        };
        let mut others: BTreeMap<&str, (&str, u32)> = BTreeMap::new();
        for used in consumer.code_uses() {
            if let Some(other) = member(&used.file).filter(|other| other.prefix != own.prefix) {
                others.entry(&other.name).or_insert((&used.file, used.line));
            }
        }
        let note = |(name, (file, line)): (&str, (&str, u32))| {
            let text = format!(
                "{name} imports the module from {}: let it require that",
                own.name
            );
            left_to_do(file, line, &text)
        };
        others.into_iter().map(note).collect()
    }

    /// A stem that nothing beside it has: `_` and the import name, with the project's own name in front of it where the
    /// module can be imported by everybody.
    pub fn stem(&self, consumer: &Consumer) -> String {
        let name = consumer.names().alone().replace('.', "_");
        let name = name.trim_start_matches('_');
        let plain = if !self.beside.is_empty() {
            format!("_{}_{name}", self.beside.trim_start_matches('_'))
        } else {
            format!("_{name}")
        };
        let taken = self.taken(consumer);
        let endings = ["".to_owned(), "_taken".to_owned()].into_iter();
        let mut stems = endings
            .chain((2..).map(|number| format!("_taken{number}")))
            .map(|ending| format!("{plain}{ending}"));
        stems
            .find(|stem| !taken.contains(stem.as_str()))
            .unwrap_or(plain)
    }

    /// How a file names the module: as it names its own package otherwise. Without a file: as anybody would.
    pub fn spelling(&self, source: Option<&Source>, stem: &str) -> Spelling {
        if self.package.is_empty() {
            return Spelling {
                package: String::new(),
                module: stem.to_owned(),
                stem: stem.to_owned(),
            };
        }
        if let Some(dots) = source.and_then(|source| self.dots(source)) {
            return Spelling {
                module: format!("{dots}{stem}"),
                package: dots,
                stem: stem.to_owned(),
            };
        }
        Spelling {
            package: self.package.clone(),
            module: format!("{}.{stem}", self.package),
            stem: stem.to_owned(),
        }
    }

    /// The dots that lead from a file to the package, where the file imports its own package by dots.
    fn dots(&self, source: &Source) -> Option<String> {
        let below = source.module.strip_prefix(&self.package)?;
        let inside = below.is_empty() || below.starts_with('.');
        let relative = source.parsed.imports.iter().any(|import| import.level > 0);
        if !inside || !relative || source.place != UsePlace::Code {
            return None;
        }
        let depth = below.matches('.').count() + usize::from(source.is_init);
        Some(".".repeat(depth))
    }
}

impl Spelling {
    /// The statement that binds the module to a name.
    pub fn binding(&self, name: &str) -> String {
        let alias = if name == self.stem {
            String::new()
        } else {
            format!(" as {name}")
        };
        if self.package.is_empty() {
            format!("import {}{alias}", self.stem)
        } else {
            format!("from {} import {}{alias}", self.package, self.stem)
        }
    }
}

/// The folder of the tests, where nothing but tests uses the dependency: no user of the project needs the module.
fn among_tests(consumer: &Consumer) -> Option<Home> {
    let uses = consumer.dependency.uses.iter();
    let uses: Vec<&str> = uses
        .filter(|used| files::is_python(&used.file))
        .map(|used| used.file.as_str())
        .collect();
    let tests = uses.iter().all(|file| files::place(file) == UsePlace::Test);
    if uses.is_empty() || !tests {
        return None;
    }
    let folders: BTreeSet<&str> = uses
        .iter()
        .map(|file| file.rsplit_once('/').map_or("", |(folder, _)| folder))
        .collect();
    let holds = |folder: &str| {
        let init = format!("{folder}/__init__.py");
        consumer.listed.binary_search(&init).is_ok()
    };
    // Tests that are a package are imported from the project's folder; others from their own.
    let tops: BTreeSet<&str> = folders
        .iter()
        .filter_map(|folder| folder.split('/').next())
        .collect();
    let only = |all: &BTreeSet<&'_ str>| {
        (all.len() == 1).then(|| all.first().map(|one| (*one).to_owned()))?
    };
    let top = only(&tops).filter(|top| !top.is_empty())?;
    if folders.iter().all(|folder| holds(folder)) && holds(&top) {
        return Some(Home {
            folder: format!("{top}/"),
            package: top,
            beside: String::new(),
        });
    }
    let folder = only(&folders).filter(|folder| !holds(folder))?;
    Some(Home {
        package: String::new(),
        folder: format!("{folder}/"),
        beside: String::new(),
    })
}

fn is_package(consumer: &Consumer, (package, folder, _): &(String, String, String)) -> bool {
    let init = format!("{folder}__init__.py");
    !package.is_empty() && consumer.listed.binary_search(&init).is_ok()
}

/// The outermost package that a file stands in, its folder, and the module's name where there is no package.
fn home(consumer: &Consumer, source: &Source) -> Option<(String, String, String)> {
    if source.place != UsePlace::Code || source.module.is_empty() || !source.path.ends_with(".py") {
        return None;
    }
    let parts: Vec<&str> = source.module.split('.').collect();
    let folders = if source.is_init {
        parts.len()
    } else {
        parts.len() - 1
    };
    let whole = if source.is_init {
        format!("{}/__init__.py", parts.join("/"))
    } else {
        format!("{}.py", parts.join("/"))
    };
    let root = source.path.strip_suffix(&whole)?;
    if folders == 0 {
        return Some((String::new(), root.to_owned(), source.module.clone()));
    }
    let holds = |depth: usize| {
        let init = format!("{root}{}/__init__.py", parts[..depth].join("/"));
        consumer.listed.binary_search(&init).is_ok()
    };
    let depth = (1..=folders).find(|depth| holds(*depth)).unwrap_or(1);
    Some((
        parts[..depth].join("."),
        format!("{root}{}/", parts[..depth].join("/")),
        String::new(),
    ))
}
