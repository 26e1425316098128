//! The statements that the symbols reach.

mod aliases;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use ripout_model::{Failure, Host, Reason, ReasonCode, Stop, Unresolved};

use super::{by_name, effects, lookups};
use crate::{
    original::PythonOriginal,
    parse::{How, NONE, UnitKind, Use, flag},
    resolve::{At, Module, Root, World},
};

/// A top-level statement: module and index.
pub type Place = (Rc<str>, u32);

/// Lines of text, tables included, beyond which a closure is not followed further.
const MOST_LINES: u32 = 120_000;

/// All that the symbols reach.
#[derive(Debug, Default)]
pub struct Closure {
    /// The statements.
    pub taken: BTreeSet<Place>,
    /// Names that were asked for: module and name.
    pub named: BTreeSet<(Rc<str>, Rc<str>)>,
    /// The statements that bind each of them.
    pub units: BTreeMap<(Rc<str>, Rc<str>), BTreeSet<u32>>,
    /// Modules that are used as objects.
    pub objects: BTreeSet<Rc<str>>,
    /// What stands for each wanted symbol.
    pub wanted: Vec<Root>,
    /// Annotations of the merged module are not evaluated.
    pub lazy_annotations: bool,
    /// What could not be pinned down.
    pub unresolved: BTreeSet<Unresolved>,
    /// What differs on purpose.
    pub api_notes: BTreeSet<String>,
    /// Why this can't be taken, the first that was met.
    pub refusal: Option<Reason>,
    /// What is looked up by strings.
    pub data: lookups::Data,
    weak: BTreeSet<(Rc<str>, Rc<str>)>,
    queue: VecDeque<Place>,
    /// Modules that something was taken from, each looked at for compiled code in its place.
    seen: BTreeSet<Rc<str>>,
}

impl Closure {
    /// The closure of an original's symbols.
    pub fn of(world: &mut World, original: &PythonOriginal, host: &dyn Host) -> Result<Self, Stop> {
        let mut closure = Closure::default();
        for symbol in &original.symbols {
            let Some(module) = world.module(&symbol.definition_module) else {
                if let Some(code) = world.compiled(&symbol.definition_module) {
                    return Err(compiled_symbol(symbol.full_name(), code));
                }
                return Err(Failure::new(
                    "symbol_not_found",
                    format!(
                        "the module `{}` that defines `{}` has no text",
                        symbol.definition_module, symbol.name
                    ),
                )
                .into());
            };
            if let Some(file) = world.library.twin(&module) {
                let why = twin_reason(&symbol.full_name(), &module, &file);
                return Err(Stop::Refused(why));
            }
            let first = symbol.definition_name.split('.').next().unwrap_or_default();
            let root = world.name(&module, first, At::Later);
            if root == Root::Unknown {
                return Err(match world.compiled(&symbol.definition_module) {
                    Some(code) => compiled_symbol(symbol.full_name(), code),
                    None => dynamic_symbol(symbol.full_name()),
                });
            }
            closure.need(world, &root, None);
            closure.wanted.push(root);
        }
        closure.settle(world, original, host)?;
        Ok(closure)
    }

    /// Follows what was taken until nothing more is reached.
    pub fn settle(
        &mut self,
        world: &mut World,
        original: &PythonOriginal,
        host: &dyn Host,
    ) -> Result<(), Stop> {
        loop {
            host.check()?;
            self.drain(world, original);
            if self.refusal.is_some() {
                break;
            }
            self.limit(world, original);
            if self.refusal.is_some() {
                break;
            }
            let found = effects::reached(world, original, self);
            let before = self.taken.len();
            for place in found {
                self.take(place);
            }
            let grown = self.taken.len() != before || !self.queue.is_empty();
            if !grown && !by_name::own_names(world, original, self) && self.queue.is_empty() {
                break;
            }
        }
        self.aliases(world, original);
        by_name::generated(world, self);
        self.lazy_annotations = self.taken.iter().any(|(name, _)| {
            world
                .module(name)
                .is_some_and(|module| module.has_future("annotations"))
        });
        Ok(())
    }

    /// A closure that no one would read is refused before more work is put into it.
    fn limit(&mut self, world: &mut World, original: &PythonOriginal) {
        let mut lines: BTreeMap<Rc<str>, u32> = BTreeMap::new();
        for (name, unit) in &self.taken {
            if let Some(module) = world.module(name) {
                let [first, last] = module.parsed.units[*unit as usize].lines;
                *lines.entry(name.clone()).or_default() += last - first + 1;
            }
        }
        let all: u32 = lines.values().sum();
        let most = original
            .settings
            .max_lines
            .map_or(MOST_LINES, |most| most.max(MOST_LINES));
        if all > most {
            let names: Vec<&str> = original.names.iter().map(String::as_str).collect();
            self.refusal = Some(
                Reason::new(
                    ReasonCode::TooLarge,
                    format!(
                        "what {} refers to leads on to {all} lines in {} modules, which is no part that can be taken out",
                        names.join(", "),
                        lines.len()
                    ),
                )
                .help("name a symbol further inside, whose text refers to less"),
            );
        }
    }

    /// The taken statements that bind a name.
    pub fn units_of(&self, module: &Rc<str>, name: &Rc<str>) -> impl Iterator<Item = Place> {
        let module = module.clone();
        self.units
            .get(&(module.clone(), name.clone()))
            .into_iter()
            .flatten()
            .map(move |unit| (module.clone(), *unit))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Whether a name of a module is bound by taken text.
    pub fn has(&self, module: &Rc<str>, name: &Rc<str>) -> bool {
        self.named.contains(&(module.clone(), name.clone()))
    }

    fn take(&mut self, place: Place) {
        if self.taken.insert(place.clone()) {
            self.queue.push_back(place);
        }
    }

    fn drain(&mut self, world: &mut World, original: &PythonOriginal) {
        while let Some((name, unit)) = self.queue.pop_front() {
            let Some(module) = world.module(&name) else {
                continue;
            };
            if self.seen.insert(name.clone())
                && let Some(file) = world.library.twin(&module)
            {
                let what = format!("{}.{}", module.name, label(&module, unit));
                self.refusal = Some(twin_reason(&what, &module, &file));
                return;
            }
            self.follow(world, &module, unit);
            lookups::follow(world, original, self, &module, unit);
            if self.refusal.is_some() {
                return;
            }
        }
    }

    /// Takes what a statement refers to.
    fn follow(&mut self, world: &mut World, module: &Rc<Module>, unit: u32) {
        let parsed = &module.parsed;
        let idle = self.idle(module, unit);
        for bind in parsed.binds_of(unit) {
            let name: Rc<str> = parsed.word(bind.name).into();
            let named = self.named.contains(&(module.name.clone(), name.clone()));
            if bind.arm == NONE && (named || (!inside(&idle, bind.start) && bind.import == NONE)) {
                self.named.insert((module.name.clone(), name.clone()));
                self.units
                    .entry((module.name.clone(), name))
                    .or_default()
                    .insert(unit);
            }
        }
        for reference in parsed.uses_of(unit).to_vec() {
            if reference.arm != NONE || inside(&idle, reference.start) {
                continue;
            }
            let (root, used) = world.resolve(module, unit, &reference);
            if is_weak(module, &reference) {
                if let Root::Own { module, name } = root {
                    self.weak.insert((module, name));
                }
                continue;
            }
            self.refer(world, module, unit, &reference, &root, used);
        }
        // What an import inside a function or a compound statement brings, where no single use stands for it.
        let imports: Vec<_> = parsed
            .imports_of(unit)
            .map(|(_, import)| import.clone())
            .collect();
        for import in imports {
            if import.arm != NONE || import.star || inside(&idle, import.start) {
                continue;
            }
            // An import statement of its own is only taken where its name is bound again elsewhere: both may be what counts.
            let level = !import.deferred;
            if level || import.mixed || import.in_class {
                let root = world.import_target(module, &import);
                let bound = parsed.word(import.bound);
                let used = import.mixed || import.in_class || {
                    let key = (module.name.clone(), Rc::from(bound));
                    matches!(world.name(module, bound, At::Later), Root::Own { .. })
                        && self.named.contains(&key)
                };
                match root {
                    Root::Own { .. } if used => self.need(world, &root, None),
                    Root::Module(name) if used => self.object(world, &name),
                    Root::Native {
                        module: native,
                        file,
                    } if !import.guarded && !has_guarded_twin(world, module, &import, &native) => {
                        self.refuse_native(module, import.line, &native, &file);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Parts of a compound statement whose names nobody asks for.
    pub fn idle(&self, module: &Module, unit: u32) -> Vec<(u32, u32)> {
        let parsed = &module.parsed;
        parsed
            .parts_of(unit)
            .iter()
            .filter(|part| {
                let [from, to] = part.binds;
                parsed.binds[from as usize..to as usize].iter().all(|bind| {
                    let name: Rc<str> = parsed.word(bind.name).into();
                    !self.named.contains(&(module.name.clone(), name))
                })
            })
            .map(|part| (part.start, part.end))
            .collect()
    }

    fn refer(
        &mut self,
        world: &mut World,
        module: &Rc<Module>,
        unit: u32,
        reference: &Use,
        root: &Root,
        used: usize,
    ) {
        let parsed = &module.parsed;
        let written = || {
            let mut word = parsed.word(reference.name).to_string();
            for (attribute, _) in parsed.attrs_of(reference) {
                word.push('.');
                word.push_str(parsed.word(*attribute));
            }
            word
        };
        match root {
            Root::Own { module: home, name } => {
                let at = if *home == module.name && !reference.has(flag::DEFERRED) {
                    Some(unit)
                } else {
                    None
                };
                let by_string = reference.has(flag::BY_STRING) && used > 0;
                self.need(
                    world,
                    &Root::Own {
                        module: home.clone(),
                        name: name.clone(),
                    },
                    at,
                );
                if by_string {
                    // `getattr(module, "name")` goes on asking the module.
                    let (base, _) = world.resolve(
                        module,
                        unit,
                        &Use {
                            attr_count: 0,
                            ..*reference
                        },
                    );
                    if let Root::Module(base) = base {
                        self.object(world, &base);
                    }
                }
            }
            Root::Module(name) => {
                let left = parsed.attrs_of(reference).get(used);
                if let Some((attribute, _)) = left {
                    let word = parsed.word(*attribute);
                    if !(word.starts_with("__") && word.ends_with("__")) {
                        self.unresolved.insert(Unresolved {
                            from: format!("{}.{}", module.name, label(module, unit)),
                            text: written(),
                            file: module.file.clone(),
                            line: reference.line,
                            why: "dynamic".into(),
                        });
                    }
                }
                self.object(world, name);
            }
            Root::Native {
                module: native,
                file,
            } if !reference.has(flag::GUARDED)
                && !import_of(module, reference)
                    .is_some_and(|import| has_guarded_twin(world, module, import, native)) =>
            {
                let line = world_import_line(module, reference);
                self.refuse_native(module, line, native, file);
            }
            Root::Absent { module: absent } => {
                let import = import_of(module, reference);
                let excused = import.is_some_and(|import| import.guarded || import.deferred);
                if !excused && self.refusal.is_none() {
                    // A module that is there may lack another one in its turn.
                    let mut lacking = world.lacking(absent);
                    if world.module(&lacking).is_some() {
                        lacking = absent.to_string();
                    }
                    let way = match lacking == **absent {
                        true => String::new(),
                        false => format!(" by way of `{absent}`"),
                    };
                    let top = lacking.split('.').next().unwrap_or(&lacking);
                    self.refusal = Some(
                        Reason::new(
                            ReasonCode::Dynamic,
                            format!(
                                "it needs the module `{lacking}`{way}, which is not among what {} requires",
                                module.name
                            ),
                        )
                        .at(module.file.clone(), import.map_or(reference.line, |import| import.line))
                        .help(match module.name.split('.').next() == Some(top) {
                            true => "parts of the package can't be imported without what an extra brings: --extras".into(),
                            false => format!(
                                "keep it as a dependency with --keep {top}, or install the extra that brings it with --extras"
                            ),
                        }),
                    );
                }
            }
            Root::Unknown => {
                self.unresolved.insert(Unresolved {
                    from: format!("{}.{}", module.name, label(module, unit)),
                    text: written(),
                    file: module.file.clone(),
                    line: reference.line,
                    why: "unknown".into(),
                });
            }
            _ => {}
        }
    }

    fn refuse_native(&mut self, module: &Module, line: u32, native: &str, file: &str) {
        if self.refusal.is_some() {
            return;
        }
        let top = native.split('.').next().unwrap_or(native);
        self.refusal = Some(
            Reason::new(
                ReasonCode::NativeCode,
                format!(
                    "`{native}` is compiled code ({file}), and {} needs it",
                    module.name
                ),
            )
            .at(module.file.clone(), line)
            .help(format!(
                "if {top} may stay a dependency, take the rest without it: --keep {top}"
            )),
        );
    }

    /// Takes the statements that bind a name. `at` is the statement of the same module that looks it up at import.
    pub fn need(&mut self, world: &mut World, root: &Root, at: Option<u32>) {
        match root {
            Root::Own { module: home, name } => {
                let Some(module) = world.module(home) else {
                    return;
                };
                let at = at.map_or(At::Later, At::Unit);
                let parsed = &module.parsed;
                let fresh = self.named.insert((home.clone(), name.clone()));
                for bind in world.reaching(&module, name, at, false) {
                    let bind = &parsed.binds[bind as usize];
                    self.units
                        .entry((home.clone(), name.clone()))
                        .or_default()
                        .insert(bind.unit);
                    let place = (home.clone(), bind.unit);
                    if fresh
                        && self.taken.contains(&place)
                        && !parsed.parts_of(bind.unit).is_empty()
                    {
                        // A part of it that nobody had asked for so far.
                        self.queue.push_back(place.clone());
                    }
                    self.take(place);
                }
                // The stubs of an overloaded function belong to its signature.
                for bind in module.binds(name).unwrap_or_default() {
                    let bind = &parsed.binds[*bind as usize];
                    if parsed.units[bind.unit as usize].kind == UnitKind::Function
                        && bind.arm == NONE
                        && is_overload(&module, bind.unit)
                    {
                        let place = (home.clone(), bind.unit);
                        if fresh
                            && self.taken.contains(&place)
                            && !parsed.parts_of(bind.unit).is_empty()
                        {
                            // A part of it that nobody had asked for so far.
                            self.queue.push_back(place.clone());
                        }
                        self.take(place);
                    }
                }
            }
            Root::Module(name) => self.object(world, name),
            _ => {}
        }
    }

    /// Takes a whole module, because it is used as an object.
    pub fn object(&mut self, world: &mut World, name: &Rc<str>) {
        if !self.objects.insert(name.clone()) {
            return;
        }
        self.whole(world, name);
    }

    /// Takes all that a module binds.
    pub fn whole(&mut self, world: &mut World, name: &Rc<str>) {
        let Some(module) = world.module(name) else {
            return;
        };
        for unit in 0..module.parsed.units.len() as u32 {
            let kind = module.parsed.units[unit as usize].kind;
            let skipped = matches!(kind, UnitKind::Import | UnitKind::Future | UnitKind::Text);
            let dunder =
                module.parsed.binds_of(unit).iter().all(|bind| {
                    module.parsed.word(bind.name) == "__all__" || bind.how == How::Delete
                });
            let runs = matches!(
                kind,
                UnitKind::Expression | UnitKind::Store | UnitKind::Compound
            );
            if !skipped && (runs || !dunder) {
                self.take((name.clone(), unit));
            }
        }
    }
}

/// Whether an import of compiled code under a condition repeats one whose failure is caught: `if HAS_C: from ._c import f`.
/// Should it run all the same, the import of the module fails, which the gate sees.
pub fn has_guarded_twin(
    world: &mut World,
    module: &Rc<Module>,
    import: &crate::parse::Import,
    native: &str,
) -> bool {
    let parsed = &module.parsed;
    parsed.units[import.unit as usize].kind == UnitKind::Compound
        && parsed.imports.iter().any(|other| {
            let caught = other.guarded && !other.deferred && other.arm == NONE;
            caught
                && matches!(world.import_target(module, other), Root::Native { module, .. } if *module == *native)
        })
}

/// Whether a position lies in one of some ranges.
pub fn inside(ranges: &[(u32, u32)], at: u32) -> bool {
    ranges
        .iter()
        .any(|(start, end)| (*start..*end).contains(&at))
}

/// A reference that is never evaluated: inside a string, in annotations that stay text or that functions make.
pub fn is_weak(module: &Module, reference: &Use) -> bool {
    reference.has(flag::IN_STRING | flag::UNEVALUATED)
        || (reference.has(flag::ANNOTATION) && module.has_future("annotations"))
}

/// Import record that binds what a reference names, where one does.
pub fn import_of<'m>(module: &'m Module, reference: &Use) -> Option<&'m crate::parse::Import> {
    let parsed = &module.parsed;
    if reference.import != NONE {
        return parsed.imports.get(reference.import as usize);
    }
    module
        .binds(parsed.word(reference.name))?
        .iter()
        .map(|bind| &parsed.binds[*bind as usize])
        .find(|bind| bind.import != NONE)
        .map(|bind| &parsed.imports[bind.import as usize])
}

fn world_import_line(module: &Module, reference: &Use) -> u32 {
    import_of(module, reference).map_or(reference.line, |import| import.line)
}

fn is_overload(module: &Module, unit: u32) -> bool {
    let parsed = &module.parsed;
    parsed.uses_of(unit).iter().any(|reference| {
        reference.has(flag::DECORATOR)
            && (parsed.word(reference.name) == "overload"
                || parsed
                    .attrs_of(reference)
                    .last()
                    .is_some_and(|(name, _)| parsed.word(*name) == "overload"))
    })
}

/// A statement as results name it: what it binds, or its first line.
pub fn label(module: &Module, unit: u32) -> String {
    let parsed = &module.parsed;
    let binds = parsed.binds_of(unit);
    let kind = parsed.units[unit as usize].kind;
    let named = !matches!(kind, UnitKind::Compound) || binds.len() == 1;
    match binds.first() {
        Some(bind) if named => parsed.word(bind.name).to_string(),
        _ => {
            let unit = &parsed.units[unit as usize];
            let text = &module.text[unit.start as usize..unit.end as usize];
            text.lines().next().unwrap_or("").chars().take(80).collect()
        }
    }
}

/// Text beside its own compiled form: `import` prefers the latter, which need not do the same.
fn twin_reason(name: &str, module: &Module, file: &str) -> Reason {
    Reason::new(
        ReasonCode::NativeCode,
        format!("`{name}` runs as compiled code ({file}), so that its text can't be compared with what runs"),
    )
    .at(module.file.clone(), 1)
    .help("name the package's repository in place of the registry: from there its text is run as it is")
}

fn compiled_symbol(name: String, (module, file): (String, String)) -> Stop {
    Stop::Refused(
        Reason::new(
            ReasonCode::NativeCode,
            format!("`{name}` lies in `{module}`, which is compiled code"),
        )
        .at(file, 1)
        .help("compiled code has no text to take; keep the dependency"),
    )
}

fn dynamic_symbol(name: String) -> Stop {
    Stop::Refused(Reason::new(
        ReasonCode::Dynamic,
        format!("`{name}` exists only while the package runs: no statement binds it"),
    ))
}
