//! The edits of one statement: names, imports, arms for other platforms, look-ups.

use std::{collections::BTreeMap, rc::Rc};

use ripout_model::Edit;

use super::{Writer, text};
use crate::{
    parse::{Import, NONE, UnitKind, Use},
    resolve::{At, Module, Root},
    slice::naming::{Entity, entity_of, span_end, written},
    slice::{by_name, closure::has_guarded_twin},
};

/// A statement as it stands in the module.
pub struct Made {
    /// Its text, with comments.
    pub text: String,
    /// Where it begins without comments and decorators.
    pub from: usize,
    /// Where it ends without the comment behind it.
    pub to: usize,
    /// What was changed.
    pub edits: Vec<Edit>,
    /// An arm for another platform was left out.
    pub platform_arms: bool,
}

/// A replacement: end and text, by start.
type Replacements = BTreeMap<u32, (u32, String)>;

impl Writer<'_> {
    /// The text of a statement with its edits.
    pub fn edited(&mut self, module: &Rc<Module>, unit: u32) -> Made {
        let mut replacements = Replacements::new();
        let mut platform_arms = false;
        if module.parsed.units[unit as usize].kind == UnitKind::Import {
            self.import_unit(module, unit, &mut replacements);
        } else {
            self.parts(module, unit, &mut replacements);
            self.arms(module, unit, &mut replacements, &mut platform_arms);
            self.imports(module, unit, &mut replacements);
            self.references(module, unit, &mut replacements);
            self.bindings(module, unit, &mut replacements);
        }
        homes(module, unit, &mut replacements);
        for ((name, start), (end, after)) in &self.closure.data.edits {
            let own = &module.parsed.units[unit as usize];
            if *name == module.name && (own.start..own.end).contains(start) {
                replacements.insert(*start, (*end, after.clone()));
            }
        }
        for ((name, start), (end, target)) in &self.closure.data.modules {
            let own = &module.parsed.units[unit as usize];
            if *name == module.name
                && (own.start..own.end).contains(start)
                && let Some(out) = self.names.out.get(&Entity::Object(target.clone()))
            {
                // What stands inside the call goes with it.
                replacements.retain(|from, _| !(*start..*end).contains(from));
                replacements.insert(*start, (*end, out.clone()));
            }
        }
        self.calls_by_name(module, unit, &mut replacements);
        self.apply(module, unit, replacements, platform_arms)
    }

    /// Imports by names made at run time look among the modules that came along first.
    fn calls_by_name(&self, module: &Module, unit: u32, replacements: &mut Replacements) {
        if self.closure.data.by_name.is_empty() {
            return;
        }
        let own = &module.parsed.units[unit as usize];
        for ((name, start), call) in &self.closure.data.calls {
            if *name != module.name || !(own.start..own.end).contains(start) {
                continue;
            }
            let [from, to] = call.argument;
            let mut asked = String::new();
            let mut at = from as usize;
            for (inner, (end, after)) in replacements.range(from..to) {
                asked.push_str(&module.text[at..*inner as usize]);
                asked.push_str(after);
                at = *end as usize;
            }
            asked.push_str(&module.text[at..to as usize]);
            if let Some(relative) = by_name::full_name(module, &asked, call) {
                asked = relative;
            }
            let head = format!("({}.get({asked}) or ", super::MODULES);
            let (end, after) = replacements
                .remove(start)
                .unwrap_or((*start, String::new()));
            replacements.insert(*start, (end, head + &after));
            replacements.insert(call.end, (call.end, ")".into()));
        }
    }

    fn references(&mut self, module: &Rc<Module>, unit: u32, replacements: &mut Replacements) {
        let parsed = &module.parsed;
        for reference in parsed.uses_of(unit).to_vec() {
            let (root, used) = self.world.resolve(module, unit, &reference);
            let out = match entity_of(self.world, self.closure, module, &reference, &root, used) {
                Some(entity) => self.named(module, unit, &entity, &reference, used),
                None => match &root {
                    Root::Builtin(name) if self.names.shadowed.contains(&**name) => {
                        Some(format!("_builtins.{name}"))
                    }
                    _ => None,
                },
            };
            let Some(out) = out else { continue };
            let end = span_end(module, &reference, used);
            let written = module
                .text
                .get(reference.start as usize..end as usize)
                .unwrap_or_default();
            if written != out {
                replacements.entry(reference.start).or_insert((end, out));
            }
        }
    }

    /// The name of a thing where a statement refers to it.
    fn named(
        &self,
        module: &Module,
        unit: u32,
        entity: &Entity,
        reference: &Use,
        used: usize,
    ) -> Option<String> {
        let out = self.names.out.get(entity)?;
        let second = self.names.second.get(entity).filter(|_| {
            written(module, reference, used) != *out && module.parsed.is_local(unit, out)
        });
        Some(second.unwrap_or(out).clone())
    }

    fn bindings(&mut self, module: &Rc<Module>, unit: u32, replacements: &mut Replacements) {
        let parsed = &module.parsed;
        for bind in parsed.binds_of(unit) {
            let kind = parsed.units[unit as usize].kind;
            if bind.import != NONE || matches!(kind, UnitKind::Function | UnitKind::Class) {
                continue;
            }
            let word = parsed.word(bind.name);
            let entity = Entity::Own(module.name.clone(), word.into());
            if let Some(out) = self.names.out.get(&entity)
                && out != word
            {
                replacements
                    .entry(bind.start)
                    .or_insert((bind.start + word.len() as u32, out.clone()));
            }
        }
    }

    /// Definitions and assignments inside a compound statement that nothing taken asks for.
    fn parts(&mut self, module: &Rc<Module>, unit: u32, replacements: &mut Replacements) {
        for (start, end) in self.closure.idle(module, unit) {
            self.drop_statement(module, start, end, replacements);
        }
    }

    /// Drops a statement with its line, or leaves `pass` where its block would be empty.
    fn drop_statement(
        &self,
        module: &Module,
        start: u32,
        end: u32,
        replacements: &mut Replacements,
    ) {
        let source = &module.text;
        let (from, to) = (start as usize, end as usize);
        let goes = text::ends_line(source, to)
            && (text::can_go(source, from, to)
                || text::line_before(source, from).is_some_and(|before| {
                    // The line before must itself stay.
                    !replacements.iter().any(|(from, (to, after))| {
                        after.is_empty() && (*from as usize..*to as usize).contains(&before)
                    })
                }));
        if !goes {
            replacements.insert(start, (end, "pass".into()));
            return;
        }
        let line_start = source[..from].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = source[to..]
            .find('\n')
            .map_or(source.len(), |newline| to + newline);
        let unit_end = module
            .parsed
            .units
            .iter()
            .find(|unit| (unit.start..unit.end).contains(&start))
            .map_or(source.len(), |unit| unit.end as usize);
        // The last line of a statement goes with the line end before it, any other with its own.
        let range = if line_end >= unit_end {
            (line_start.saturating_sub(1), unit_end)
        } else {
            (line_start, line_end + 1)
        };
        replacements.insert(range.0 as u32, (range.1 as u32, String::new()));
    }

    /// Arms that don't run here and refer to what was not taken.
    fn arms(
        &mut self,
        module: &Rc<Module>,
        unit: u32,
        replacements: &mut Replacements,
        platform_arms: &mut bool,
    ) {
        let parsed = &module.parsed;
        for (index, arm) in parsed.arms.iter().enumerate() {
            if arm.unit != unit {
                continue;
            }
            let uses: Vec<_> = parsed
                .uses_of(unit)
                .iter()
                .filter(|u| u.arm == index as u32)
                .copied()
                .collect();
            let mut dangling = false;
            for reference in uses {
                let (root, _) = self.world.resolve(module, unit, &reference);
                dangling |= match &root {
                    Root::Own { module: home, name } => {
                        let own = parsed
                            .binds_of(unit)
                            .iter()
                            .any(|bind| parsed.word(bind.name) == &**name);
                        !(self.closure.has(home, name) || own && *home == module.name)
                    }
                    Root::Module(name) => !self.closure.objects.contains(name),
                    Root::External { .. } => {
                        self.outside_is_imported_nowhere(module, unit, &reference, &root)
                    }
                    _ => false,
                };
            }
            let imports: Vec<Import> = parsed
                .imports_of(unit)
                .filter(|(_, import)| import.arm == index as u32)
                .map(|(_, import)| import.clone())
                .collect();
            for import in imports {
                let target = self.world.absolute(module, &import);
                dangling |= self.world.is_module(&target);
            }
            if dangling {
                let after = if arm.types_only {
                    "pass".to_string()
                } else {
                    *platform_arms = true;
                    format!(
                        "raise ImportError(\"this copy was made for {}\")",
                        self.original.platform.platform
                    )
                };
                replacements.insert(arm.start, (arm.end, after));
            }
        }
    }

    fn outside_is_imported_nowhere(
        &mut self,
        module: &Rc<Module>,
        unit: u32,
        reference: &crate::parse::Use,
        root: &Root,
    ) -> bool {
        let (_, used) = self.world.resolve(module, unit, reference);
        match entity_of(self.world, self.closure, module, reference, root, used) {
            Some(entity) => !self.names.out.contains_key(&entity),
            None => false,
        }
    }

    /// Imports inside functions, classes and compound statements.
    fn imports(&mut self, module: &Rc<Module>, unit: u32, replacements: &mut Replacements) {
        let parsed = &module.parsed;
        let mut statements: BTreeMap<u32, Vec<Import>> = BTreeMap::new();
        for (_, import) in parsed.imports_of(unit) {
            statements
                .entry(import.start)
                .or_default()
                .push(import.clone());
        }
        for (start, imports) in statements {
            let end = imports[0].end;
            if let Some(after) = self.rewritten(module, &imports) {
                if after.is_empty() {
                    self.drop_statement(module, start, end, replacements);
                } else {
                    replacements.insert(start, (end, after));
                }
            }
        }
    }

    /// What an import statement becomes; `None` where it stays.
    fn rewritten(&mut self, module: &Rc<Module>, imports: &[Import]) -> Option<String> {
        let parsed = &module.parsed;
        let mut kept: Vec<String> = Vec::new();
        let mut parts: Vec<String> = Vec::new();
        let mut changed = false;
        for import in imports {
            let target = self.world.absolute(module, import);
            let bound = parsed.word(import.bound).to_string();
            let own_name = {
                let root = if import.deferred || import.in_class {
                    None
                } else {
                    Some(self.world.name(module, &bound, At::Later))
                };
                match root {
                    Some(Root::Own { module: home, name }) if home == module.name => {
                        self.names.out.get(&Entity::Own(home, name)).cloned()
                    }
                    _ => None,
                }
            };
            if !self.world.is_module(&target) && import.level == 0 {
                let root = self.world.import_target(module, import);
                if let Root::Native { module: native, .. } = &root
                    && (import.guarded || has_guarded_twin(self.world, module, import, native))
                {
                    self.compiled.insert(target.clone());
                    return Some(format!("raise ImportError(\"{target} is compiled code\")"));
                }
                // A name that was changed in the module is bound under its new name.
                let written = import
                    .name
                    .map_or(import.module.clone(), |name| parsed.word(name).to_string());
                match &own_name {
                    Some(out) if *out != bound => {
                        changed = true;
                        kept.push(format!("{written} as {out}"));
                    }
                    _ if import.alias => kept.push(format!("{written} as {bound}")),
                    _ => kept.push(written),
                }
                continue;
            }
            changed = true;
            let root = self.world.import_target(module, import);
            let entity = match &root {
                Root::Own { module: home, name } => Entity::Own(home.clone(), name.clone()),
                Root::Module(name) => Entity::Object(name.clone()),
                Root::External {
                    module: outside,
                    name,
                } => Entity::Outside {
                    module: outside.clone(),
                    name: name.clone(),
                    bound: bound.clone().into(),
                },
                Root::Absent { module: absent } => {
                    let lacking = self.world.lacking(absent);
                    return Some(format!(
                        "raise ModuleNotFoundError(\"No module named '{lacking}'\", name=\"{lacking}\")"
                    ));
                }
                Root::Native { .. } | Root::Unknown => {
                    if let Root::Native { module: native, .. } = &root {
                        self.compiled.insert(native.to_string());
                    }
                    let missing = if import.module.is_empty() {
                        &bound
                    } else {
                        &import.module
                    };
                    return Some(format!("raise ImportError(\"no {missing}\")"));
                }
                Root::Builtin(name) => {
                    if **name != *bound {
                        parts.push(format!("{bound} = {name}"));
                    }
                    continue;
                }
            };
            let Some(out) = self.names.out.get(&entity).cloned() else {
                continue;
            };
            let local = import.mixed || import.in_class;
            // `global name` in front of the import: the module's name is meant.
            let stored = import.mixed && module.stored.contains(&bound);
            let global = Entity::Own(module.name.clone(), bound.as_str().into());
            if stored && let Some(own) = self.names.out.get(&global) {
                if *own != out {
                    parts.push(format!("{own} = {out}"));
                }
            } else if local && out == bound {
                parts.push(format!("{bound} = globals()[\"{out}\"]"));
            } else if local {
                parts.push(format!("{bound} = {out}"));
            } else if let Some(own) = own_name
                && own != out
            {
                parts.push(format!("{own} = {out}"));
            }
        }
        if !changed {
            return None;
        }
        if !kept.is_empty() {
            let head = match imports[0].name {
                Some(_) => format!("from {} import ", imports[0].module),
                None => "import ".to_string(),
            };
            parts.insert(0, format!("{head}{}", kept.join(", ")));
        }
        Some(parts.join("; "))
    }

    /// An import statement of its own that was taken because the name it binds is bound again later.
    fn import_unit(&mut self, module: &Rc<Module>, unit: u32, replacements: &mut Replacements) {
        let parsed = &module.parsed;
        let own = &parsed.units[unit as usize];
        let imports: Vec<Import> = parsed
            .imports_of(unit)
            .map(|(_, import)| import.clone())
            .filter(|import| {
                let bound: Rc<str> = parsed.word(import.bound).into();
                self.closure.has(&module.name, &bound)
                    && self
                        .closure
                        .units_of(&module.name, &bound)
                        .any(|place| place.1 == unit)
            })
            .collect();
        if imports.is_empty() {
            replacements.insert(own.start, (own.end, "pass".into()));
            return;
        }
        let text = match self.rewritten(module, &imports) {
            Some(text) if text.is_empty() => "pass".to_string(),
            Some(text) => text,
            None => {
                let names: Vec<String> = imports
                    .iter()
                    .map(|import| {
                        let written = import
                            .name
                            .map_or(import.module.clone(), |name| parsed.word(name).to_string());
                        if import.alias {
                            format!("{written} as {}", parsed.word(import.bound))
                        } else {
                            written
                        }
                    })
                    .collect();
                match imports[0].name {
                    Some(_) => format!("from {} import {}", imports[0].module, names.join(", ")),
                    None => format!("import {}", names.join(", ")),
                }
            }
        };
        if text != module.text[own.start as usize..own.end as usize] {
            replacements.insert(own.start, (own.end, text));
        }
    }

    fn apply(
        &self,
        module: &Rc<Module>,
        unit: u32,
        replacements: Replacements,
        platform_arms: bool,
    ) -> Made {
        let own = &module.parsed.units[unit as usize];
        let (start, end) = text::range(module, unit);
        let source = &module.text;
        let first_line = source[..start]
            .bytes()
            .filter(|byte| *byte == b'\n')
            .count() as u32
            + 1;
        // First byte of the line that the definition begins on, behind its decorators.
        let skip = (own.lines[0].saturating_sub(first_line)) as usize;
        let definition = start
            + source[start..end]
                .split_inclusive('\n')
                .take(skip)
                .map(str::len)
                .sum::<usize>();
        let mut made = Made {
            text: String::with_capacity(end - start),
            from: 0,
            to: 0,
            edits: Vec::new(),
            platform_arms,
        };
        let mut at = start;
        let mut marked = false;
        for (from, (to, after)) in &replacements {
            let (from, to) = (*from as usize, *to as usize);
            if from < at || to > end {
                continue;
            }
            if !marked && definition <= from {
                made.from = made.text.len() + definition.saturating_sub(at);
                marked = true;
            }
            made.text.push_str(&source[at..from]);
            made.text.push_str(after);
            made.edits.push(Edit {
                file: module.file.clone(),
                line: source[..from].bytes().filter(|byte| *byte == b'\n').count() as u32 + 1,
                before: source[from..to].trim_end().to_string(),
                after: after.clone(),
            });
            at = to;
        }
        if !marked {
            made.from = made.text.len() + definition.saturating_sub(at);
        }
        made.to = made.text.len() + (own.end as usize).saturating_sub(at);
        made.text.push_str(&source[at..end.max(at)]);
        made.to = made.to.min(made.text.len()).max(made.from);
        made
    }
}

/// A class that says it lives in the package would be looked for there, by who unpickles it: here it lives in the module.
fn homes(module: &Module, unit: u32, replacements: &mut Replacements) {
    let own = &module.parsed.units[unit as usize];
    if own.kind != UnitKind::Class {
        return;
    }
    let top = module.name.split('.').next().unwrap_or_default();
    let mut start = own.start as usize;
    for line in module.text[own.start as usize..own.end as usize].split_inclusive('\n') {
        let said = line.trim().strip_prefix("__module__ = ");
        let inner = said.and_then(|said| {
            let inner = said.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
            (inner.split('.').next() == Some(top)).then_some(said.len())
        });
        if let Some(length) = inner {
            let end = start + line.trim_end().len();
            if let (Ok(from), Ok(to)) = (u32::try_from(end - length), u32::try_from(end)) {
                replacements.insert(from, (to, "__name__".into()));
            }
        }
        start += line.len();
    }
}
