//! The symbols of a dependency that a project uses, and how much of the dependency stands behind them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use ripout_model::{
    Dependency, Host, Kind, Language, Locked, Stop, Survey, UsePlace, place::read_below,
};

use crate::map::{self, Mapped, closure};

/// Rounds of methods that are called by name.
const ROUNDS: usize = 4;

/// A symbol that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The path that users import it by.
    pub name: String,
    /// How many places use it.
    pub places: usize,
}

/// What stands behind the symbols in the dependency's own text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closure {
    /// Lines.
    pub lines: u64,
    /// Definitions.
    pub definitions: u64,
    /// Lines of the whole.
    pub of: u64,
    /// Symbols that the dependency's text has no definition of.
    pub unknown: Vec<String>,
    /// Other packages that its files name: lines of these are not among them.
    pub leads: Vec<String>,
}

/// The symbols, by name. A path's end that names all of a module, or the package alone, is no symbol.
pub fn symbols(dependency: &Dependency) -> Vec<Symbol> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for used in &dependency.uses {
        if used.place != UsePlace::Manifest && is_symbol(&used.symbol) {
            *places.entry(&used.symbol).or_default() += 1;
        }
    }
    places
        .into_iter()
        .map(|(name, places)| Symbol {
            name: name.to_owned(),
            places,
        })
        .collect()
}

/// Whether a use names one thing.
pub fn is_symbol(symbol: &str) -> bool {
    !symbol.ends_with('*') && symbol.contains([':', '.'])
}

/// What it takes to look into packages.
pub struct Maps<'m> {
    /// The language.
    pub language: &'m dyn Language,
    /// All packages.
    pub locked: &'m [Locked],
    /// Where maps are remembered.
    pub cache: Option<&'m Path>,
    /// The host.
    pub host: &'m dyn Host,
}

impl Maps<'_> {
    fn of(&self, at: usize) -> Result<Option<Mapped>, Stop> {
        let Some(package) = self.locked.get(at) else {
            return Ok(None);
        };
        let Some(folder) = package.folder.as_deref() else {
            return Ok(None);
        };
        // A folder that is shared would be mapped whole.
        if !package.files.is_empty() {
            return self.of_files(folder, &package.files).map(Some);
        }
        match map::map(folder, self.language, self.cache, self.host) {
            Ok(mapped) => Ok(Some(mapped)),
            Err(Stop::Interrupted) => Err(Stop::Interrupted),
            // A package that can't be mapped is one of which less is known.
            Err(_) => Ok(None),
        }
    }

    /// A symbol without the words in front that are folders and no package: a graph doesn't name them.
    fn without_namespace<'s>(&self, at: usize, symbol: &'s str) -> &'s str {
        let files = self.locked.get(at).map_or(&[][..], |one| &one.files);
        let mut rest = symbol;
        let mut folder = String::new();
        while let Some((first, behind)) = rest.split_once('.') {
            folder.push_str(first);
            folder.push('/');
            let holds = |ending: &str| {
                files
                    .iter()
                    .any(|file| *file == format!("{folder}{ending}"))
            };
            let inside = files.iter().any(|file| file.starts_with(&folder));
            if !behind.contains('.') || !inside || holds("__init__.py") {
                break;
            }
            rest = behind;
        }
        rest
    }

    /// The map of some files of a folder.
    fn of_files(&self, folder: &Path, files: &[String]) -> Result<Mapped, Stop> {
        let mut read = Vec::new();
        for file in files.iter().filter(|file| self.language.owns(file)) {
            self.host.check()?;
            // A file that is gone, or leads elsewhere, is one of which nothing is known.
            if let Ok(bytes) = read_below(folder, file) {
                read.push((file.clone(), self.language.parse(file, &bytes)));
            }
        }
        read.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(Mapped {
            code_lines: read
                .iter()
                .map(|(_, facts)| u64::from(facts.code_lines))
                .sum(),
            graph: self.language.graph(&read),
            ..Mapped::default()
        })
    }
}

/// What stands behind the symbols; none where nothing of it can be told. `called` are the methods that the files call which
/// use the dependency.
pub fn closure(
    dependency: &Dependency,
    symbols: &[Symbol],
    called: &BTreeSet<&str>,
    maps: &Maps,
) -> Result<Option<Closure>, Stop> {
    let Some(at) = dependency.locked.filter(|_| !symbols.is_empty()) else {
        return Ok(None);
    };
    let mut made = Closure::default();
    let mut missing: Vec<&str> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    // What is handed on from a package of the same family stands there.
    let packages = [at].into_iter().chain(family(maps.locked, at));
    for (nth, package) in packages.enumerate() {
        if missing.is_empty() {
            break;
        }
        let Some(mapped) = maps.of(package)? else {
            continue;
        };
        made.of += mapped.code_lines;
        let index = Index::of(&mapped);
        let mut roots = BTreeSet::new();
        missing.retain(|symbol| {
            let found = if nth == 0 {
                index.roots(maps.without_namespace(at, symbol), 2)
            } else {
                let inner = symbol
                    .split_once([':', '.'])
                    .map_or(*symbol, |(_, rest)| rest);
                index.roots(inner.trim_start_matches(':'), 1)
            };
            roots.extend(found.iter().copied());
            found.is_empty()
        });
        let files = index.add(&mut made, roots, called);
        made.leads.extend(leads(package, &files, maps.locked));
        maps.host.check()?;
    }
    made.leads.sort();
    made.leads.dedup();
    made.unknown = missing.into_iter().map(str::to_owned).collect();
    Ok((made.unknown.len() < symbols.len()).then_some(made))
}

/// The definitions of a map by the last parts of their names.
struct Index<'m> {
    mapped: &'m Mapped,
    by_name: HashMap<&'m str, Vec<u32>>,
}

impl<'m> Index<'m> {
    fn of(mapped: &'m Mapped) -> Self {
        let mut by_name: HashMap<&str, Vec<u32>> = HashMap::new();
        for (index, definition) in (0..).zip(&mapped.graph.definitions) {
            let last = closure::last_part(&definition.name);
            by_name.entry(last).or_default().push(index);
        }
        Self { mapped, by_name }
    }

    /// Definitions that a symbol means: itself, or what it is a part of, with at least so many parts of a path left.
    fn roots(&self, symbol: &str, least: usize) -> Vec<u32> {
        let separator = if symbol.contains("::") { "::" } else { "." };
        let mut parts: Vec<&str> = symbol.split(separator).collect();
        while parts.len() >= least.max(1) {
            let among = parts
                .last()
                .and_then(|last| self.by_name.get(closure::last_part(last)));
            let among = among.into_iter().flatten().copied();
            let found = closure::meant(&self.mapped.graph, &parts.join(separator), among);
            if !found.is_empty() {
                return found;
            }
            parts.pop();
        }
        Vec::new()
    }

    /// The members of a trait, by name; none if the symbol is no trait.
    fn members(&self, symbol: &str) -> BTreeSet<&'m str> {
        let definitions = &self.mapped.graph.definitions;
        let traits: BTreeSet<&str> = self
            .roots(symbol, 2)
            .into_iter()
            .filter_map(|at| definitions.get(at as usize))
            .filter(|definition| definition.kind == Kind::Trait)
            .map(|definition| definition.name.as_str())
            .collect();
        definitions
            .iter()
            .filter(|definition| definition.kind == Kind::TraitMember)
            .filter(|definition| owner(&definition.name).is_some_and(|of| traits.contains(of)))
            .map(|definition| closure::last_part(&definition.name))
            .collect()
    }

    /// Adds what the roots reach, with the methods that are called by name on the types among it.
    /// Tells in which files it lies.
    fn add(
        &self,
        made: &mut Closure,
        roots: BTreeSet<u32>,
        called: &BTreeSet<&str>,
    ) -> BTreeSet<&'m str> {
        let graph = &self.mapped.graph;
        let mut reached: BTreeSet<u32> = BTreeSet::new();
        let mut open: Vec<u32> = roots.into_iter().collect();
        // Methods of one type lead to others; a few rounds reach what a file can name.
        for _ in 0..ROUNDS {
            if open.is_empty() {
                break;
            }
            let mut types: BTreeSet<&str> = BTreeSet::new();
            while let Some(at) = open.pop() {
                if reached.insert(at) {
                    open.extend(closure::edges_of(graph, at).iter().map(|edge| edge.to));
                }
            }
            for at in &reached {
                let Some(definition) = graph.definitions.get(*at as usize) else {
                    continue;
                };
                match definition.kind {
                    Kind::Struct | Kind::Enum | Kind::Union | Kind::Trait | Kind::Class => {
                        types.insert(&definition.name);
                    }
                    Kind::Method | Kind::TraitMember => types.extend(owner(&definition.name)),
                    _ => {}
                }
            }
            for name in called {
                let methods = self.by_name.get(name).into_iter().flatten();
                open.extend(methods.copied().filter(|at| {
                    !reached.contains(at)
                        && graph
                            .definitions
                            .get(*at as usize)
                            .and_then(|method| owner(&method.name))
                            .is_some_and(|owner| types.contains(owner))
                }));
            }
        }
        let mut lines: BTreeSet<(&str, u32)> = BTreeSet::new();
        for at in &reached {
            if let Some(definition) = graph.definitions.get(*at as usize) {
                let [first, last] = definition.lines;
                lines.extend((first..=last).map(|line| (definition.file.as_str(), line)));
            }
        }
        made.definitions += reached.len() as u64;
        made.lines += lines.len() as u64;
        lines.into_iter().map(|(file, _)| file).collect()
    }
}

/// Symbols of which a trait is narrowed to those of its methods that are called where it is imported. A trait that stands
/// anywhere else (in a bound, in an impl) stays whole.
pub fn narrowed(
    symbols: &[String],
    dependency: &Dependency,
    methods: &BTreeMap<String, BTreeSet<String>>,
    maps: &Maps,
) -> Result<Vec<String>, Stop> {
    let mapped = dependency.locked.map(|at| maps.of(at)).transpose()?;
    let Some(mapped) = mapped.flatten() else {
        return Ok(symbols.to_vec());
    };
    let index = Index::of(&mapped);
    let mut made = Vec::new();
    for symbol in symbols {
        let places: Vec<&str> = dependency
            .uses
            .iter()
            .filter(|used| used.symbol.starts_with(symbol.as_str()))
            .map(|used| used.file.as_str())
            .collect();
        let files: BTreeSet<&str> = places.iter().copied().collect();
        let called: BTreeSet<&str> = files
            .iter()
            .filter_map(|file| methods.get(*file))
            .flatten()
            .map(String::as_str)
            .collect();
        let members = index.members(symbol);
        let wanted: Vec<&str> = members
            .iter()
            .copied()
            .filter(|name| called.contains(name))
            .collect();
        let imported_only = places.len() == files.len();
        if imported_only && !wanted.is_empty() && wanted.len() < members.len() {
            made.extend(wanted.iter().map(|name| format!("{symbol}::{name}")));
        } else {
            made.push(symbol.clone());
        }
    }
    Ok(made)
}

/// Packages that a package requires, that are none of its family, and that some of its files name.
fn leads(at: usize, files: &BTreeSet<&str>, locked: &[Locked]) -> Vec<String> {
    let Some((own, folder)) = locked
        .get(at)
        .and_then(|own| Some((own, own.folder.as_deref()?)))
    else {
        return Vec::new();
    };
    let family = family(locked, at);
    let texts: Vec<String> = files
        .iter()
        .map(|file| read_below(folder, file).unwrap_or_default())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    own.requires
        .iter()
        .filter(|required| !family.contains(required))
        .filter_map(|required| locked.get(*required))
        .filter(|package| {
            texts
                .iter()
                .any(|text| names(text, &package.name.replace('-', "_")))
        })
        .map(|package| package.name.clone())
        .collect()
}

/// Whether a text names a package: at the head of a path, or in an import.
fn names(text: &str, package: &str) -> bool {
    text.match_indices(package).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + package.len()..]);
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let whole = !before.ends_with(part) && !after.starts_with(part);
        let imported = ["use ", "crate ", "import ", "from "]
            .iter()
            .any(|word| before.ends_with(word));
        whole && (after.starts_with("::") || imported)
    })
}

/// The type that a method belongs to, by its path.
fn owner(method: &str) -> Option<&str> {
    let last = closure::last_part(method);
    let owner = method.strip_suffix(last)?.trim_end_matches([':', '.']);
    (!owner.is_empty()).then_some(owner)
}

/// The names of methods that each file calls: what stands between a dot and a parenthesis.
pub fn methods(folder: &Path, survey: &Survey) -> BTreeMap<String, BTreeSet<String>> {
    let files: BTreeSet<&str> = survey
        .dependencies
        .iter()
        .flat_map(|dependency| &dependency.uses)
        .map(|used| used.file.as_str())
        .collect();
    files
        .into_iter()
        .filter_map(|file| {
            let bytes = std::fs::read(folder.join(file)).ok()?;
            Some((
                file.to_owned(),
                methods_of(&String::from_utf8_lossy(&bytes)),
            ))
        })
        .collect()
}

fn methods_of(text: &str) -> BTreeSet<String> {
    text.split('.')
        .skip(1)
        .filter_map(|rest| {
            let rest = rest.trim_start();
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
            let (name, after) = rest.split_at(end);
            let called = after.trim_start();
            (!name.is_empty() && (called.starts_with('(') || called.starts_with("::<")))
                .then(|| name.to_owned())
        })
        .collect()
}

/// Packages that a package requires and shares the first word of its name with.
pub fn family(locked: &[Locked], at: usize) -> Vec<usize> {
    fn word(name: &str) -> &str {
        name.split(['-', '_', '.']).next().unwrap_or(name)
    }
    let Some(own) = locked.get(at) else {
        return Vec::new();
    };
    let mut found = BTreeSet::new();
    let mut open = own.requires.clone();
    while let Some(next) = open.pop() {
        if let Some(package) = locked.get(next)
            && next != at
            && word(&package.name) == word(&own.name)
            && found.insert(next)
        {
            open.extend(&package.requires);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_what_is_called_behind_a_dot() {
        let found = methods_of("a.b(c.d).e::<F>()\n    .g (1) + h.i + 1.0");
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, ["b", "e", "g"]);
        assert_eq!(owner("a::T::m"), Some("a::T"));
        assert_eq!(owner("m"), None);
    }

    #[test]
    fn a_package_is_named_by_a_path_or_an_import() {
        for text in [
            "a(nix::f())",
            "use nix;",
            "from nix.a import b",
            "import nix",
        ] {
            assert!(names(text, "nix"), "{text}");
        }
        for text in ["a.nix()", "unix::f()", "nix_more::f()", "// nix"] {
            assert!(!names(text, "nix"), "{text}");
        }
    }
}
