//! The project that lets a dependency go: its text and its names, read again as the survey read them.

use std::{collections::BTreeSet, path::Path};

use ripout_model::{Dependency, Failure, Host, Stop, Survey, Use, UsePlace, place::read_below};

use crate::{
    parse,
    survey::{
        self, files,
        manifests::{self, Manifests},
        names::Names,
        uses::{Project, Source},
    },
};

/// A project with the dependency that is to go.
pub struct Consumer<'a> {
    /// Its folder.
    pub root: &'a Path,
    /// The dependency.
    pub dependency: &'a Dependency,
    /// What the manifests say.
    pub manifests: Manifests,
    /// Every plain file.
    pub listed: Vec<String>,
    /// Its Python text.
    pub sources: Vec<Source>,
    /// Modules that its import statements name.
    pub proven: BTreeSet<String>,
    /// How each dependency is named, in the survey's order.
    names: Vec<Names>,
    /// The dependency among them.
    index: usize,
}

impl<'a> Consumer<'a> {
    /// Reads it.
    pub fn read(
        root: &'a Path,
        survey: &Survey,
        dependency: &'a Dependency,
        host: &dyn Host,
    ) -> Result<Self, Stop> {
        let Some(manifests) = manifests::read(root) else {
            let text = format!("{} holds no Python project", root.display());
            return Err(Failure::new("no_project", text).into());
        };
        let listed = files::list(root);
        let sources = survey::sources(root, &manifests, &listed, host)?;
        let proven = survey::imported(&sources);
        let locked = |one: &Dependency| one.locked.and_then(|index| survey.locked.get(index));
        let mut names: Vec<Names> = Vec::new();
        let mut index = None;
        for one in &survey.dependencies {
            if one.name == dependency.name && one.locked == dependency.locked {
                index = Some(names.len());
            }
            names.push(Names::known(one, locked(one), &proven));
        }
        let index = index.unwrap_or_else(|| {
            names.push(Names::known(dependency, locked(dependency), &proven));
            names.len() - 1
        });
        Ok(Self {
            root,
            dependency,
            manifests,
            listed,
            sources,
            proven,
            names,
            index,
        })
    }

    /// All texts joined.
    pub fn project(&self) -> Project<'_> {
        Project::new(&self.sources, &self.names, &self.proven)
    }

    /// How the dependency is named.
    pub fn names(&self) -> &Names {
        &self.names[self.index]
    }

    /// Whether a path belongs to the dependency.
    pub fn owns(&self, project: &Project, path: &str) -> bool {
        !project.is_own(path) && project.owners(path).contains(&self.index)
    }

    /// Whether a path is a module of the dependency.
    pub fn is_module(&self, path: &str) -> bool {
        self.names().is_module(path, &self.proven)
    }

    /// The text of a path below the dependency: what stands behind the modules in front, without a dot; empty for a module.
    pub fn within<'p>(&self, path: &'p str) -> &'p str {
        let ends = path.match_indices('.').map(|(at, _)| at);
        let module = ends
            .chain([path.len()])
            .take_while(|end| self.is_module(&path[..*end]) || !self.reaches(&path[..*end]))
            .last();
        module.map_or(path, |end| path[end..].trim_start_matches('.'))
    }

    /// Whether a path begins with an import name of the dependency.
    fn reaches(&self, path: &str) -> bool {
        self.names().prefix_of(path).is_some()
    }

    /// The symbol's own place in the dependency: re-exports of its package followed, as far as they are written out.
    pub fn made_at(&self, symbol: &str) -> String {
        let mut path = symbol.to_owned();
        for _ in 0..8 {
            match self.next(&path) {
                Some(next) if next != path => path = next,
                _ => break,
            }
        }
        path
    }

    fn next(&self, path: &str) -> Option<String> {
        let (module, name) = path.rsplit_once('.')?;
        let file = module.replace('.', "/");
        let (text, is_init) =
            [("/__init__.py", true), (".py", false)]
                .iter()
                .find_map(|(ending, is_init)| {
                    let bytes =
                        read_below(self.names().place(), &format!("{file}{ending}")).ok()?;
                    Some((bytes, *is_init))
                })?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let source = Source::new(
            &file,
            UsePlace::Code,
            Some((module.to_owned(), is_init)),
            text,
        );
        let parsed: &parse::Parsed = &source.parsed;
        let import = parsed
            .imports
            .iter()
            .find(|import| import.name.is_some() && parsed.word(import.bound) == name)?;
        Some(source.path_of(import))
    }

    /// Uses in the package's own text.
    pub fn code_uses(&self) -> impl Iterator<Item = &Use> {
        self.dependency.uses.iter().filter(|used| {
            matches!(
                used.place,
                UsePlace::Code | UsePlace::Conditional(_) | UsePlace::Reexport | UsePlace::Text
            ) && files::is_python(&used.file)
                && files::place(&used.file) == UsePlace::Code
        })
    }
}
