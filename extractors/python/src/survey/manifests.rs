//! What a project's manifests declare, each with its file and line. Nothing of the project is run.

mod configuration;
mod pyproject;
mod requirements;
mod setup;

use std::path::Path;

use ripout_model::{Declared, DependencyKind, Note, place::read_below};

use crate::manifest::{distribution, licence, project::Project};

use super::{requirement::Requirement, tables::Item};

/// What the manifests say.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The project's packages.
    pub members: Vec<Package>,
    /// What they declare, in the order of the text.
    pub wanted: Vec<Wanted>,
    /// Strings of manifests that are no declarations: entry points, backends, settings of tools.
    pub mentions: Vec<Mention>,
    /// Exact versions that files of requirements pin, with what each is said to be required by.
    pub pins: Vec<Pin>,
    /// What could not be read.
    pub notes: Vec<Note>,
}

/// A package of the project.
#[derive(Debug)]
pub struct Package {
    /// Its name, or its folder's.
    pub name: String,
    /// Below the project's folder, with a slash at the end; empty for the folder itself.
    pub prefix: String,
    /// The file that declares it.
    pub manifest: String,
    /// As it is stated.
    pub licence: Option<String>,
    /// Folders that `import` looks in, relative to the project's folder, with a slash at the end, the longest first.
    pub roots: Vec<String>,
}

/// A requirement where it is declared.
#[derive(Debug)]
pub struct Wanted {
    /// What is asked for.
    pub requirement: Requirement,
    /// Where.
    pub declared: Declared,
}

/// A string of a manifest.
#[derive(Debug)]
pub struct Mention {
    /// The manifest.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// The string.
    pub text: String,
    /// It is the name of a tool's table.
    pub tool: bool,
}

/// An exact version of a file of requirements.
#[derive(Debug)]
pub struct Pin {
    /// What is pinned.
    pub requirement: Requirement,
    /// Who requires it, as the file's own remarks say.
    pub via: Vec<String>,
}

/// Reads the manifests of a folder and of its members; `None` where there is no Python project.
pub fn read(root: &Path) -> Option<Manifests> {
    let mut manifests = Manifests::default();
    manifests.member(root, "");
    let text = read_text(root, "pyproject.toml").unwrap_or_default();
    for folder in pyproject::members(root, &Item::read(&text).0) {
        manifests.member(root, &folder);
    }
    // A line may be reached twice: from a file that another one includes.
    let mut seen = std::collections::BTreeSet::new();
    manifests.wanted.retain(|wanted| {
        let declared = &wanted.declared;
        seen.insert((
            wanted.requirement.key.clone(),
            declared.file.clone(),
            declared.line,
            declared.features.clone(),
        ))
    });
    (!manifests.members.is_empty()).then_some(manifests)
}

impl Manifests {
    fn member(&mut self, root: &Path, prefix: &str) {
        let folder = root.join(prefix);
        let project = Project::read(&folder);
        let member = self.members.len();
        let mut reader = Reader {
            root,
            member,
            prefix,
            into: self,
            manifest: None,
            depth: 0,
        };
        reader.pyproject();
        reader.configuration();
        reader.setup();
        reader.requirement_files();
        let Some(manifest) = reader.manifest else {
            return;
        };
        let fallback = || {
            let whole = folder.canonicalize().ok()?;
            Some(whole.file_name()?.to_str()?.to_owned())
        };
        let files = licence::files(&folder);
        let mut roots: Vec<String> = project
            .roots(&folder)
            .iter()
            .filter_map(|place| {
                let below = place.strip_prefix(root).ok()?.to_str()?.trim_matches('/');
                Some(if below.is_empty() {
                    String::new()
                } else {
                    format!("{below}/")
                })
            })
            .collect();
        roots.sort_by_key(|place| std::cmp::Reverse((place.len(), place.clone())));
        roots.dedup();
        let name = project.name().or_else(fallback).unwrap_or_default();
        let key = distribution::normalised(&name);
        // Extras that name extras of the same package are no dependency.
        self.wanted
            .retain(|wanted| wanted.declared.member != member || wanted.requirement.key != key);
        self.members.push(Package {
            name,
            prefix: prefix.to_owned(),
            manifest,
            licence: project
                .licence()
                .or_else(|| distribution::by_text(&folder, &files)),
            roots,
        });
    }
}

/// Reads the manifests of one member.
pub struct Reader<'m> {
    root: &'m Path,
    member: usize,
    prefix: &'m str,
    into: &'m mut Manifests,
    /// The first manifest that there is.
    manifest: Option<String>,
    depth: u32,
}

/// What a list of requirements is for.
#[derive(Debug, Clone, Copy)]
pub struct Purpose<'p> {
    kind: DependencyKind,
    optional: bool,
    feature: Option<&'p str>,
}

impl<'p> Purpose<'p> {
    const NORMAL: Self = Self::of(DependencyKind::Normal);
    const DEV: Self = Self::of(DependencyKind::Dev);
    const BUILD: Self = Self::of(DependencyKind::Build);

    const fn of(kind: DependencyKind) -> Self {
        Self {
            kind,
            optional: false,
            feature: None,
        }
    }

    /// An extra: optional, and for developers only where its name says so.
    fn extra(name: &'p str) -> Self {
        let kind = if is_for_developers(name) {
            DependencyKind::Dev
        } else {
            DependencyKind::Normal
        };
        Self {
            kind,
            optional: true,
            feature: Some(name),
        }
    }

    /// A group that developers install.
    fn group(name: &'p str) -> Self {
        Self {
            feature: Some(name),
            ..Self::DEV
        }
    }
}

/// Whether a name of an extra or a file speaks of tests, documentation or tools.
fn is_for_developers(name: &str) -> bool {
    const WORDS: [&str; 28] = [
        "dev",
        "develop",
        "development",
        "devel",
        "test",
        "tests",
        "testing",
        "doc",
        "docs",
        "lint",
        "linting",
        "typing",
        "types",
        "check",
        "cover",
        "coverage",
        "enabler",
        "type",
        "bench",
        "benchmark",
        "benchmarks",
        "release",
        "qa",
        "style",
        "format",
        "mypy",
        "ci",
        "tox",
    ];
    let lower = name.to_ascii_lowercase();
    lower
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| WORDS.contains(&word))
}

impl Reader<'_> {
    fn text(&self, file: &str) -> Option<String> {
        read_text(self.root, &self.path(file))
    }

    fn path(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }

    fn has_manifest(&mut self, file: &str) {
        if self.manifest.is_none() {
            self.manifest = Some(self.path(file));
        }
    }

    /// Notes a requirement as it is written.
    fn want(&mut self, text: &str, file: &str, line: u32, purpose: Purpose) {
        match Requirement::read(text) {
            Some(requirement) => self.push(requirement, file, line, purpose),
            None => self.note(
                "requirement_unread",
                file,
                line,
                &format!("`{}` is no requirement by name", text.trim()),
            ),
        }
    }

    fn push(&mut self, requirement: Requirement, file: &str, line: u32, purpose: Purpose) {
        let declared = Declared {
            member: self.member,
            file: self.path(file),
            line,
            kind: purpose.kind,
            optional: purpose.optional,
            target: requirement.marker.clone(),
            features: purpose
                .feature
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
        };
        self.into.wanted.push(Wanted {
            requirement,
            declared,
        });
    }

    fn note(&mut self, code: &str, file: &str, line: u32, text: &str) {
        let place = self.path(file);
        self.into
            .notes
            .push(Note::new(code, format!("{place}:{line}: {text}")));
    }

    fn mention(&mut self, file: &str, line: u32, text: &str, tool: bool) {
        let file = self.path(file);
        self.into.mentions.push(Mention {
            file,
            line,
            text: text.to_owned(),
            tool,
        });
    }
}

/// Text of a file below the project; `None` where there is none.
pub fn read_text(root: &Path, file: &str) -> Option<String> {
    let bytes = read_below(root, file).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests;
