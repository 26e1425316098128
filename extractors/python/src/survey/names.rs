//! What the project's text calls a distribution, and which symbol a dotted path comes to.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use ripout_model::{Dependency, Locked, place::read_below};

use super::installed::Distribution;
use crate::{manifest::distribution::normalised, parse::Parsed};

/// Import names that are not the distribution's own name, by normalised name.
const WELL_KNOWN: &str = include_str!("names.tsv");

/// How a dependency is named in text.
#[derive(Debug, Default)]
pub struct Names {
    /// Its normalised name.
    pub key: String,
    /// Dotted names that it is imported by; never empty.
    pub called: Vec<String>,
    /// They are a guess: nothing of it is installed.
    pub guessed: bool,
    /// Its modules by their dotted names, where that is known.
    modules: Option<BTreeSet<String>>,
    /// Modules whose place in their package something else of the same name has taken: `slugify.slugify` is a function.
    hidden: BTreeSet<String>,
    /// The folder that they lie in.
    place: PathBuf,
}

impl Names {
    /// Names by the metadata of what is installed; else by what the project imports; else by the rule.
    pub fn of(key: &str, installed: Option<&Distribution>, imported: &BTreeSet<String>) -> Self {
        let metadata = installed.filter(|one| !one.called.is_empty());
        let mut called = match metadata {
            Some(one) => one.called.clone(),
            None => guess(key, imported),
        };
        // The name that is the distribution's own stands for all of them.
        called.sort_by_key(|name| normalised(&name.replace('_', "-")) != key);
        let modules = metadata
            .filter(|one| !one.files.is_empty())
            .map(|one| modules(&one.files));
        let place = metadata.map(|one| one.place.clone()).unwrap_or_default();
        Self {
            key: key.to_owned(),
            hidden: hidden(modules.as_ref(), &place, &called, imported),
            called,
            guessed: metadata.is_none(),
            place,
            modules,
        }
    }

    /// Names of a dependency that a survey tells of.
    pub fn known(
        dependency: &Dependency,
        locked: Option<&Locked>,
        imported: &BTreeSet<String>,
    ) -> Self {
        let installed = locked.filter(|one| !one.files.is_empty());
        let modules = installed.map(|one| modules(&one.files));
        let place = installed.and_then(|one| one.folder.clone());
        let place = place.unwrap_or_default();
        Self {
            key: normalised(&dependency.name),
            hidden: hidden(modules.as_ref(), &place, &dependency.called, imported),
            called: dependency.called.clone(),
            guessed: installed.is_none(),
            place,
            modules,
        }
    }

    /// Whether a path is certainly none of its modules: what is imported from it is made when it runs.
    pub fn is_made(&self, path: &str) -> bool {
        let known = self.modules.as_ref();
        known.is_some_and(|modules| !modules.contains(path))
    }

    /// The folder that its modules lie in; empty where that is not known.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// The name that stands for all of it.
    pub fn alone(&self) -> &str {
        self.called.first().map_or("", String::as_str)
    }

    /// The import name that a path begins with: the longest.
    pub fn prefix_of(&self, path: &str) -> Option<&str> {
        self.called
            .iter()
            .filter(|name| {
                path.strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .max_by_key(|name| name.len())
            .map(String::as_str)
    }

    /// The symbol of a path: a module with one name of its; the import name alone where no name of a module is in it.
    /// `proven` are modules that the project's own import statements show to be ones.
    pub fn symbol(&self, path: &str, proven: &BTreeSet<String>) -> String {
        let Some(prefix) = self.prefix_of(path) else {
            return self.alone().to_owned();
        };
        let mut symbol = prefix.to_owned();
        let mut named = false;
        let parts = path[prefix.len()..].split('.');
        let mut parts = parts.filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            symbol.push('.');
            symbol.push_str(part);
            let module = match &self.modules {
                // By `from slugify.slugify import …` it is the module that is meant.
                Some(_) if self.hidden.contains(&symbol) => {
                    parts.peek().is_some() && proven.contains(&symbol)
                }
                Some(modules) => modules.contains(&symbol),
                // What begins with a capital is a class or a constant; what does not may be a module.
                None => proven.contains(&symbol),
            };
            if !module {
                named = true;
                break;
            }
        }
        if named { symbol } else { prefix.to_owned() }
    }

    /// Whether there may be something at a path; `false` only where its text shows that there is not.
    pub fn offers(&self, path: &str) -> bool {
        let (Some(prefix), Some(modules)) = (self.prefix_of(path), &self.modules) else {
            return true;
        };
        let mut module = prefix.to_owned();
        for part in path[prefix.len()..]
            .split('.')
            .filter(|part| !part.is_empty())
        {
            let below = format!("{module}.{part}");
            if modules.contains(&below) {
                module = below;
                continue;
            }
            let file = module.replace('.', "/");
            let text = ["/__init__.py", ".py"]
                .iter()
                .find_map(|ending| read_below(&self.place, &format!("{file}{ending}")).ok());
            let Some(text) = text else { return true };
            let parsed = crate::parse::parse(&text, None);
            return parsed.imports.iter().any(|import| import.star)
                || parsed.binds.iter().any(|bind| {
                    let word = parsed.word(bind.name);
                    word == part || word == "__getattr__"
                });
        }
        true
    }

    /// Whether a path is a module, as far as that is known.
    pub fn is_module(&self, path: &str, proven: &BTreeSet<String>) -> bool {
        self.called.iter().any(|name| name == path)
            || match &self.modules {
                Some(modules) => modules.contains(path) && !self.hidden.contains(path),
                None => proven.contains(path),
            }
    }
}

/// Modules and packages among files.
fn modules(files: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files {
        let (folder, last) = file.rsplit_once('/').unwrap_or(("", file));
        if ![".py", ".pyi", ".so", ".pyd"]
            .iter()
            .any(|ending| last.ends_with(ending))
        {
            continue;
        }
        let stem = last.split('.').next().unwrap_or(last);
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        if stem != "__init__" {
            parts.push(stem);
        }
        for end in 1..=parts.len() {
            found.insert(parts[..end].join("."));
        }
    }
    found
}

/// Modules that are hidden by another name of their package, among those that a project may reach.
fn hidden(
    modules: Option<&BTreeSet<String>>,
    place: &Path,
    called: &[String],
    imported: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some(modules) = modules else { return found };
    let reached = called.iter().chain(imported);
    let packages: BTreeSet<&String> = reached.filter(|path| modules.contains(*path)).collect();
    for package in packages {
        let file = format!("{}/__init__.py", package.replace('.', "/"));
        let Ok(text) = read_below(place, &file) else {
            continue;
        };
        let parsed = crate::parse::parse(&text, None);
        for name in by_star(&parsed, package, place, STARS) {
            let path = format!("{package}.{name}");
            found.extend(modules.contains(&path).then_some(path));
        }
        for bind in &parsed.binds {
            let path = format!("{package}.{}", parsed.word(bind.name));
            if !modules.contains(&path) {
                continue;
            }
            let import = parsed.imports.get(bind.import as usize);
            // `from . import name` and `import package.name` bind the module itself.
            let itself = import.is_some_and(|import| {
                let here = (import.level == 1 && import.module.is_empty())
                    || (import.level == 0 && import.module == *package);
                import.name.is_none() || (here && import.name == Some(bind.name))
            });
            if itself {
                found.remove(&path);
            } else {
                found.insert(path);
            }
        }
    }
    found
}

/// Star imports that are followed, one behind the other.
const STARS: usize = 4;

/// Names that a module has by star imports of modules of its own package.
fn by_star(parsed: &Parsed, package: &str, place: &Path, most: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for import in parsed.imports.iter().filter(|import| import.star) {
        let path = match import.level {
            0 => import.module.clone(),
            1 => format!("{package}.{}", import.module),
            _ => continue,
        };
        let file = path.replace('.', "/");
        let files = [format!("{file}.py"), format!("{file}/__init__.py")];
        let Some((file, text)) = files
            .iter()
            .find_map(|file| Some((file, read_below(place, file).ok()?)))
        else {
            continue;
        };
        let other = crate::parse::parse(&text, None);
        if let (Some(all), false) = (&other.all, other.all_open) {
            found.extend(all.iter().map(|name| other.word(*name).to_owned()));
            continue;
        }
        let own = other.binds.iter().map(|bind| other.word(bind.name));
        found.extend(own.filter(|name| !name.starts_with('_')).map(str::to_owned));
        if most > 0 {
            let inside = match file.ends_with("/__init__.py") {
                true => &path[..],
                false => path.rsplit_once('.').map_or("", |it| it.0),
            };
            found.extend(by_star(&other, inside, place, most - 1));
        }
    }
    found
}

fn guess(key: &str, imported: &BTreeSet<String>) -> Vec<String> {
    let known = WELL_KNOWN.lines().filter_map(|line| line.split_once('\t'));
    let known: BTreeMap<&str, &str> = known.collect();
    if let Some(names) = known.get(key) {
        return names.split(' ').map(str::to_owned).collect();
    }
    // What the project imports and what spells the same, with or without the words that only say which language it is.
    let plain = |name: &str| {
        let name = name
            .strip_prefix("python-")
            .or_else(|| name.strip_prefix("py-"))
            .unwrap_or(name);
        let name = name
            .strip_suffix("-python")
            .or_else(|| name.strip_suffix("-py"))
            .unwrap_or(name);
        name.replace('-', "")
    };
    let wanted = plain(key);
    let fits = |prefix: &str| {
        let name = plain(&normalised(prefix));
        name == wanted
            || format!("py{name}") == wanted
            || name == format!("py{wanted}")
            || format!("{name}py") == wanted
    };
    let mut found: Vec<String> = Vec::new();
    for path in imported {
        let ends = path
            .match_indices('.')
            .map(|(at, _)| at)
            .chain([path.len()]);
        if let Some(end) = ends.into_iter().find(|end| fits(&path[..*end])) {
            let name = &path[..end];
            if !found.iter().any(|known| known == name) {
                found.push(name.to_owned());
            }
        }
    }
    if found.is_empty() {
        found.push(key.replace('-', "_"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    fn installed(called: &[&str], files: &[&str]) -> Distribution {
        Distribution {
            called: called.iter().map(|name| (*name).to_owned()).collect(),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            ..Distribution::default()
        }
    }

    #[test]
    fn guesses_go_by_what_is_imported() {
        let guessed = |key: &str, paths: &[&str]| Names::of(key, None, &imported(paths)).called;
        assert_eq!(guessed("more-itertools", &[]), ["more_itertools"]);
        assert_eq!(guessed("pyyaml", &[]), ["yaml"]);
        assert_eq!(
            guessed("zope-interface", &["zope.interface.verify"]),
            ["zope.interface"]
        );
        assert_eq!(guessed("python-frob", &["frob.core", "os"]), ["frob"]);
        assert_eq!(guessed("pyfrob", &["frob"]), ["frob"]);
    }

    #[test]
    fn a_name_hides_the_module_that_is_called_the_same() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("dep")).unwrap();
        let text = "from .dep import dep\nfrom . import sub\n";
        std::fs::write(folder.path().join("dep/__init__.py"), text).unwrap();
        let mut one = installed(&["dep"], &["dep/__init__.py", "dep/dep.py", "dep/sub.py"]);
        one.place = folder.path().to_path_buf();
        let names = Names::of("dep", Some(&one), &BTreeSet::new());
        let none = BTreeSet::new();
        assert_eq!(names.symbol("dep.dep.cache", &none), "dep.dep");
        assert_eq!(
            names.symbol("dep.dep.other", &imported(&["dep.dep"])),
            "dep.dep.other"
        );
        assert!(!names.is_module("dep.dep", &none) && names.is_module("dep.sub", &none));
    }

    #[test]
    fn a_name_that_comes_by_star_hides_the_module_too() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("dep")).unwrap();
        let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text);
        write(
            "dep/__init__.py",
            "from .dep import *\nfrom .all import *\n",
        )
        .unwrap();
        write(
            "dep/dep.py",
            "from .more import *\ndef dep(): pass\ndef _sub(): pass\n",
        )
        .unwrap();
        write("dep/more.py", "def more(): pass\n").unwrap();
        write(
            "dep/all.py",
            "__all__ = ['f']\ndef f(): pass\ndef all(): pass\n",
        )
        .unwrap();
        let files = ["__init__", "dep", "more", "all", "_sub"];
        let files = files.map(|name| format!("dep/{name}.py"));
        let mut one = installed(&["dep"], &files.each_ref().map(String::as_str));
        one.place = folder.path().to_path_buf();
        let names = Names::of("dep", Some(&one), &BTreeSet::new());
        let is_module = |path| names.is_module(path, &BTreeSet::new());
        assert!(!is_module("dep.dep") && !is_module("dep.more"));
        assert!(is_module("dep.all") && is_module("dep._sub"));
    }

    #[test]
    fn a_symbol_is_a_module_with_one_name() {
        let one = installed(&["dep"], &["dep/__init__.py", "dep/sub.py"]);
        let names = Names::of("dep", Some(&one), &BTreeSet::new());
        let symbol = |path: &str| names.symbol(path, &BTreeSet::new());
        assert_eq!(symbol("dep.f"), "dep.f");
        assert_eq!(symbol("dep.sub.Class.method"), "dep.sub.Class");
        assert_eq!(symbol("dep.sub"), "dep");
        assert_eq!(symbol("dep"), "dep");
        let guessed = Names::of("dep", None, &imported(&["dep.sub"]));
        assert_eq!(
            guessed.symbol("dep.sub.f.x", &imported(&["dep.sub"])),
            "dep.sub.f"
        );
    }
}
