//! Where a Python text uses the dependencies: imports, and the chains of attributes that begin at what they bind.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ripout_model::{Use, UsePlace};

use super::{literals::Literals, names::Names};
use crate::parse::{Import, NONE, Parsed, UnitKind, flag};

/// A Python text of the project.
pub struct Source {
    /// Relative to the project's folder.
    pub path: String,
    /// What kind of place it is.
    pub place: UsePlace,
    /// Its dotted name; empty where it can't be imported.
    pub module: String,
    /// It is a package's `__init__`.
    pub is_init: bool,
    /// Users of the project can import it by a name without a leading underscore.
    pub public: bool,
    /// What it says.
    pub text: String,
    /// Its statements.
    pub parsed: Parsed,
    /// Its strings and conditions.
    pub literals: Literals,
    /// Module-level imports by the name that they bind.
    bound: HashMap<String, Vec<u32>>,
    /// Every name that is bound at module level.
    own: HashSet<String>,
    /// Lines of the names that imports at module level bind.
    lines: HashMap<u32, u32>,
}

impl Source {
    /// A text with its place in the project.
    pub fn new(path: &str, place: UsePlace, module: Option<(String, bool)>, text: String) -> Self {
        let parsed = crate::parse::parse(text.as_bytes(), None);
        let literals = super::literals::read(&text);
        let (module, is_init) = module.unwrap_or_default();
        let mut bound: HashMap<String, Vec<u32>> = HashMap::new();
        let mut bind = |name: &str, import: u32| {
            let known = bound.entry(name.to_owned()).or_default();
            if !known.contains(&import) {
                known.push(import);
            }
        };
        for one in parsed.binds.iter().filter(|one| one.import != NONE) {
            bind(parsed.word(one.name), one.import);
        }
        // A function may bind the module's name.
        for (index, import) in parsed.imports.iter().enumerate() {
            if import.mixed && !import.star {
                bind(parsed.word(import.bound), index as u32);
            }
        }
        let own = parsed.binds.iter();
        let own = own.map(|one| parsed.word(one.name).to_owned()).collect();
        let lines = parsed.binds.iter().filter(|one| one.import != NONE);
        let lines = lines.map(|one| (one.import, one.line)).collect();
        Self {
            own,
            lines,
            path: path.to_owned(),
            public: place == UsePlace::Code
                && !module.is_empty()
                && !module.split('.').any(|part| part.starts_with('_')),
            place,
            module,
            is_init,
            text,
            parsed,
            literals,
            bound,
        }
    }

    /// The module that an import statement speaks of, leading dots resolved.
    pub fn module_of(&self, import: &Import) -> String {
        if import.level == 0 {
            return import.module.clone();
        }
        let mut parts: Vec<&str> = self.module.split('.').collect();
        let up = import.level as usize - usize::from(self.is_init);
        parts.truncate(parts.len().saturating_sub(up));
        if !import.module.is_empty() {
            parts.push(&import.module);
        }
        parts.join(".")
    }

    /// The whole path that an import names.
    pub fn path_of(&self, import: &Import) -> String {
        let module = self.module_of(import);
        match import.name {
            Some(name) => format!("{module}.{}", self.parsed.word(name)),
            None => module,
        }
    }

    /// The path that the name it binds stands for: `import a.b` binds `a`.
    pub fn bound_path(&self, import: &Import) -> String {
        if import.name.is_none() && !import.alias {
            return self.parsed.word(import.bound).to_owned();
        }
        self.path_of(import)
    }

    fn condition(&self, at: u32, guarded: bool) -> Option<String> {
        let arms = self.literals.arms.iter();
        let inner = arms
            .filter(|arm| arm.start <= at && at < arm.end)
            .min_by_key(|arm| arm.end - arm.start);
        match inner {
            Some(arm) => Some(arm.condition.clone()),
            None => guarded.then(|| "except ImportError".to_owned()),
        }
    }

    fn placed(&self, at: u32, guarded: bool) -> UsePlace {
        if self.place == UsePlace::Code
            && let Some(condition) = self.condition(at, guarded)
        {
            return UsePlace::Conditional(condition);
        }
        self.place.clone()
    }
}

/// All texts, with the names of all dependencies.
pub struct Project<'p> {
    /// The texts that can be imported or run.
    pub sources: &'p [Source],
    /// How each dependency is named.
    pub names: &'p [Names],
    /// Modules of dependencies that import statements of the project show to be modules.
    pub proven: &'p BTreeSet<String>,
    modules: HashMap<&'p str, usize>,
}

/// Uses of each dependency, and what can't be told of them.
#[derive(Debug, Default)]
pub struct Found {
    /// By the index of the dependency.
    pub uses: Vec<BTreeSet<Use>>,
    /// Star imports: index of the dependency and place.
    pub stars: BTreeSet<(usize, String, u32)>,
}

impl<'p> Project<'p> {
    /// Joins texts and names.
    pub fn new(sources: &'p [Source], names: &'p [Names], proven: &'p BTreeSet<String>) -> Self {
        let mut modules = HashMap::new();
        for (index, source) in sources.iter().enumerate() {
            if !source.module.is_empty() {
                modules.entry(source.module.as_str()).or_insert(index);
            }
        }
        Self {
            sources,
            names,
            proven,
            modules,
        }
    }

    /// The dependencies that a path belongs to: those with the longest import name that fits.
    pub fn owners(&self, path: &str) -> Vec<usize> {
        let fits: Vec<(usize, usize)> = self
            .names
            .iter()
            .enumerate()
            .filter_map(|(index, names)| Some((names.prefix_of(path)?.len(), index)))
            .collect();
        let longest = fits.iter().map(|(length, _)| *length).max();
        fits.into_iter()
            .filter(|(length, _)| Some(*length) == longest)
            .map(|(_, index)| index)
            .collect()
    }

    /// What a path of the project's own comes to, imports of imports followed.
    pub fn resolved(&self, path: &str) -> Vec<String> {
        let mut found = BTreeSet::new();
        self.follow(path, 0, &mut found);
        found.into_iter().collect()
    }

    fn follow(&self, path: &str, depth: u32, found: &mut BTreeSet<String>) {
        // Modules may hand a name round in a circle.
        if depth > 8 || found.len() > 32 {
            return;
        }
        let ends = path
            .match_indices('.')
            .map(|(at, _)| at)
            .chain([path.len()]);
        let own = ends
            .filter_map(|end| Some((end, *self.modules.get(&path[..end])?)))
            .max_by_key(|(end, _)| *end);
        let Some((end, index)) = own else {
            found.insert(path.to_owned());
            return;
        };
        let rest = path[end..].trim_start_matches('.');
        if rest.is_empty() {
            return;
        }
        let (name, behind) = rest.split_once('.').unwrap_or((rest, ""));
        let source = &self.sources[index];
        let mut go = |base: String| {
            let next = if behind.is_empty() {
                base
            } else {
                format!("{base}.{behind}")
            };
            if next != path {
                self.follow(&next, depth + 1, found);
            }
        };
        if let Some(imports) = source.bound.get(name) {
            for import in imports {
                go(source.bound_path(&source.parsed.imports[*import as usize]));
            }
            return;
        }
        if source.own.contains(name) {
            return;
        }
        for import in source.parsed.imports.iter().filter(|import| import.star) {
            let module = source.module_of(import);
            // What a star of somebody else's brings is not known by name; that line is a use by itself.
            if self.modules.contains_key(module.as_str()) {
                go(format!("{module}.{name}"));
            }
        }
    }

    /// Notes every use in a text. Names that it does not bind are looked up in `around`: the text whose documentation it is.
    pub fn search(&self, source: &Source, around: Option<&Source>, found: &mut Found) {
        let mut through: BTreeMap<(u32, usize), BTreeSet<String>> = BTreeMap::new();
        self.references(source, around, &mut through, found);
        for (index, import) in source.parsed.imports.iter().enumerate() {
            self.import(source, index as u32, import, &through, found);
        }
    }

    fn references(
        &self,
        source: &Source,
        around: Option<&Source>,
        through: &mut BTreeMap<(u32, usize), BTreeSet<String>>,
        found: &mut Found,
    ) {
        let parsed = &source.parsed;
        for (unit, _) in parsed.units.iter().enumerate() {
            let references = parsed.uses_of(unit as u32);
            // `getattr(name, "literal")` is told twice: with the attribute, and as a bare argument.
            let by_string: BTreeSet<u32> = references
                .iter()
                .filter(|one| one.has(flag::BY_STRING))
                .map(|one| one.start)
                .collect();
            for reference in references {
                if !reference.has(flag::BY_STRING)
                    && reference.attr_count == 0
                    && by_string.contains(&reference.start)
                {
                    continue;
                }
                let word = parsed.word(reference.name);
                let mut tail = String::new();
                for (attribute, _) in parsed.attrs_of(reference) {
                    tail.push('.');
                    tail.push_str(parsed.word(*attribute));
                }
                for (base, import) in self.bases(source, around, reference) {
                    for path in self.resolved(&format!("{base}{tail}")) {
                        for dependency in self.owners(&path) {
                            let symbol = self.referred(source, reference, &tail, &path, dependency);
                            let through = through.entry((import, dependency)).or_default();
                            through.insert(symbol.clone());
                            let handed = self.hands_on(source, unit as u32, reference, word, &tail);
                            let place = if handed {
                                UsePlace::Reexport
                            } else if reference.has(flag::IN_STRING) {
                                UsePlace::Text
                            } else {
                                source.placed(reference.start, reference.has(flag::GUARDED))
                            };
                            found.uses[dependency].insert(Use {
                                symbol,
                                file: source.path.clone(),
                                line: reference.line,
                                place,
                                exposed: handed || exposed(source, unit as u32, reference),
                            });
                        }
                    }
                }
            }
        }
    }

    /// The paths that the name of a reference may stand for, each with the import that binds it.
    pub fn bases(
        &self,
        source: &Source,
        around: Option<&Source>,
        reference: &crate::parse::Use,
    ) -> Vec<(String, u32)> {
        let parsed = &source.parsed;
        let word = parsed.word(reference.name);
        let path = |index: u32| (source.bound_path(&parsed.imports[index as usize]), index);
        if reference.import != NONE {
            vec![path(reference.import)]
        } else if let Some(imports) = source.bound.get(word) {
            imports.iter().map(|index| path(*index)).collect()
        } else if !source.own.contains(word) {
            self.unbound(source, around, word)
        } else {
            Vec::new()
        }
    }

    /// Whether a path lies in a module of the project's own.
    pub fn is_own(&self, path: &str) -> bool {
        let ends = path.match_indices('.').map(|(at, _)| at);
        ends.chain([path.len()])
            .any(|end| self.modules.contains_key(&path[..end]))
    }

    /// The symbol that a reference comes to. A module that is handed on as a value may be used as a whole; one that is only
    /// asked for is not.
    fn referred(
        &self,
        source: &Source,
        reference: &crate::parse::Use,
        tail: &str,
        path: &str,
        dependency: usize,
    ) -> String {
        let names = &self.names[dependency];
        if !names.is_module(path, self.proven) || reference.has(flag::ANNOTATION | flag::IN_STRING)
        {
            return names.symbol(path, self.proven);
        }
        let word = source.parsed.word(reference.name);
        let start = reference.start as usize;
        let before = source.text.get(..start).unwrap_or("").trim_end();
        let behind = source.text.get(start + word.len() + tail.len()..);
        let behind = behind.unwrap_or("").trim_start();
        // `setattr(module, "name", …)`, `patch.object(module, "name")`.
        if let Some(rest) = behind.strip_prefix(',')
            && let Some(rest) = rest.trim_start().strip_prefix(['"', '\''])
            && let Some(end) = rest.find(['"', '\''])
            && super::literals::is_name(&rest[..end])
            && reference.has(flag::ARGUMENT)
        {
            return names.symbol(&format!("{path}.{}", &rest[..end]), self.proven);
        }
        let last = before
            .rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .next();
        let asks = matches!(
            last,
            Some("if" | "elif" | "not" | "and" | "or" | "while" | "assert")
        );
        let ends = [":", "and ", "or ", ")", "\n", "else "];
        let tested = behind.starts_with("is None")
            || behind.starts_with("is not None")
            || (asks && ends.iter().any(|end| behind.starts_with(end)));
        // A statement that is no more than the name keeps a checker from calling the import superfluous.
        let alone = before.is_empty() && behind.is_empty();
        if tested || alone {
            return names.symbol(path, self.proven);
        }
        format!("{path}.*")
    }

    /// What a name may stand for that the text itself does not bind.
    fn unbound(&self, source: &Source, around: Option<&Source>, word: &str) -> Vec<(String, u32)> {
        if let Some(imports) = around.and_then(|around| Some((around, around.bound.get(word)?))) {
            let (around, imports) = imports;
            let paths = imports
                .iter()
                .map(|index| &around.parsed.imports[*index as usize]);
            return paths
                .map(|import| (around.bound_path(import), NONE))
                .collect();
        }
        let stars = source.parsed.imports.iter().filter(|import| import.star);
        stars
            .map(|import| source.module_of(import))
            .filter(|module| self.modules.contains_key(module.as_str()))
            .map(|module| (format!("{module}.{word}"), NONE))
            .collect()
    }

    fn import(
        &self,
        source: &Source,
        index: u32,
        import: &Import,
        through: &BTreeMap<(u32, usize), BTreeSet<String>>,
        found: &mut Found,
    ) {
        let path = source.path_of(import);
        // What comes by way of the project's own modules is imported there.
        if self.is_own(&path) {
            return;
        }
        let line = source.lines.get(&index).copied().unwrap_or(import.line);
        for dependency in self.owners(&path) {
            let names = &self.names[dependency];
            let used = through.get(&(index, dependency));
            let mut symbols: BTreeSet<String> = match used {
                // A name of a module stands for itself; a module stands for what is used of it.
                _ if import.star => [format!("{}.*", source.module_of(import))].into(),
                _ if import.name.is_some() && !names.is_module(&path, self.proven) => {
                    [names.symbol(&path, self.proven)].into()
                }
                // `import a.b` stands for what is used below `a.b`, unless nothing is.
                Some(used) if import.name.is_none() => {
                    let below = format!("{path}.");
                    let within = used.iter().filter(|symbol| symbol.starts_with(&below));
                    let within: BTreeSet<String> = within.cloned().collect();
                    if within.is_empty() {
                        used.clone()
                    } else {
                        within
                    }
                }
                Some(used) => used.clone(),
                None => [names.symbol(&path, self.proven)].into(),
            };
            // `import a.b` runs the module even where only `a` is used through it.
            if import.name.is_none() && symbols.is_empty() {
                symbols.insert(names.alone().to_owned());
            }
            if import.star {
                found.stars.insert((dependency, source.path.clone(), line));
            }
            let handed = self.reexports(source, import, used.is_some());
            let place = if handed {
                UsePlace::Reexport
            } else {
                source.placed(import.start, import.guarded)
            };
            for symbol in symbols {
                found.uses[dependency].insert(Use {
                    symbol,
                    file: source.path.clone(),
                    line,
                    place: place.clone(),
                    exposed: handed,
                });
            }
        }
    }

    /// Whether an import hands a name on to users of the project.
    fn reexports(&self, source: &Source, import: &Import, used: bool) -> bool {
        if !source.public || import.deferred || import.in_class {
            return false;
        }
        let parsed = &source.parsed;
        let word = parsed.word(import.bound);
        if import.star {
            return source.is_init;
        }
        if let Some(all) = &parsed.all {
            let listed = all.iter().any(|name| parsed.word(*name) == word);
            return listed || (parsed.all_open && source.is_init && !used);
        }
        if word.starts_with('_') {
            return false;
        }
        let renamed = import.alias && import.name == Some(import.bound);
        renamed || (source.is_init && !used && (import.name.is_some() || import.alias))
    }

    /// Whether a statement does no more than give what is imported another public name.
    fn hands_on(
        &self,
        source: &Source,
        unit: u32,
        reference: &crate::parse::Use,
        word: &str,
        tail: &str,
    ) -> bool {
        let parsed = &source.parsed;
        let unit_of = &parsed.units[unit as usize];
        if !source.public
            || unit_of.kind != UnitKind::Assign
            || reference.has(flag::CALL | flag::ANNOTATION)
        {
            return false;
        }
        let Some(text) = source
            .text
            .get(unit_of.start as usize..unit_of.end as usize)
        else {
            return false;
        };
        let value = text.split_once('=').map_or("", |(_, value)| value.trim());
        value == format!("{word}{tail}")
            && parsed
                .binds_of(unit)
                .iter()
                .all(|bind| !parsed.word(bind.name).starts_with('_'))
    }
}

/// Whether a reference is a base class or an annotation that users of the project can see.
fn exposed(source: &Source, unit: u32, reference: &crate::parse::Use) -> bool {
    let parsed = &source.parsed;
    if !source.public
        || reference.has(flag::DEFERRED | flag::UNEVALUATED)
        || !reference.has(flag::ANNOTATION | flag::BASE)
    {
        return false;
    }
    let private = |name: &str| name.starts_with('_') && !name.ends_with("__");
    let mut def = reference.def;
    if def == NONE {
        let binds = parsed.binds_of(unit);
        return binds.iter().any(|bind| !private(parsed.word(bind.name)));
    }
    while let Some(one) = parsed.defs.get(def as usize) {
        if private(parsed.word(one.name)) {
            return false;
        }
        def = one.parent;
    }
    true
}
