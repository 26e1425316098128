//! Writes the closure as a module: the author's text, with the edits that another place needs.

mod edits;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use ripout_model::{Definition, Edit, Kind, Module, ModuleFile, Note, Origin, Slice, Stop, Taken};

use crate::{
    original::PythonOriginal,
    parse::{self, UnitKind},
    read::kept_imports,
    resolve::{At, Module as Text, Root, World},
    slice::{
        closure::{Closure, Place, label},
        lookups,
        naming::{Entity, Names},
        order::Order,
    },
};

/// Note that compiled code was left out, for which the package has text to fall back to.
pub const COMPILED: &str = "compiled_left_out";

/// The table of the modules that are imported by names made at run time.
pub const MODULES: &str = "_modules_by_name";

/// Writes the module.
pub fn assemble(
    world: &mut World,
    original: &PythonOriginal,
    closure: &Closure,
    order: &Order,
    names: &Names,
) -> Result<Slice, Stop> {
    let data = lookups::data_files(original, closure).map_err(Stop::Refused)?;
    let stem = &original.stem;
    let path = if data.is_empty() {
        format!("{stem}.py")
    } else {
        format!("{stem}/__init__.py")
    };

    let mut writer = Writer {
        world,
        original,
        closure,
        names,
        path: path.clone(),
        out: String::new(),
        taken: Vec::new(),
        edits: Vec::new(),
        platform_arms: false,
        compiled: BTreeSet::new(),
        before: None,
        written: BTreeSet::new(),
        tabled: false,
        counted: (0, 0),
        objects: BTreeSet::new(),
    };
    writer.head(order);
    let last: BTreeMap<_, _> = order
        .places
        .iter()
        .enumerate()
        .map(|(at, (module, _))| (module.clone(), at))
        .collect();
    for (at, place) in order.places.iter().enumerate() {
        writer.unit(place);
        if closure.objects.contains(&place.0) && last.get(&place.0) == Some(&at) {
            writer.object(&place.0);
            // The table stands as early as it can: calls may look into it while the module is imported.
            let written =
                |name: &std::rc::Rc<str>| !last.contains_key(name) || writer.objects.contains(name);
            if closure.data.by_name.contains(&place.0) && closure.data.by_name.iter().all(written) {
                for name in &closure.data.by_name {
                    if !last.contains_key(name) {
                        writer.object(name);
                    }
                }
                writer.by_name();
            }
        }
    }
    for object in &closure.objects {
        if !last.contains_key(object) && !writer.objects.contains(object) {
            writer.object(object);
        }
    }
    writer.by_name();
    writer.symbols();
    let Writer {
        out,
        mut taken,
        edits,
        platform_arms,
        compiled,
        ..
    } = writer;

    // A statement of the author's own may import one as well, in a `try`.
    let mut dependencies = names.dependencies.clone();
    dependencies.extend(kept_imports(original, &parse::parse(out.as_bytes(), None)));
    let mut files = vec![ModuleFile {
        path: path.clone(),
        bytes: out.into_bytes(),
    }];
    for (inside, (package, file)) in data {
        let bytes = original.packages[package]
            .read(&file)
            .map_err(|error| ripout_model::Failure::new("file", format!("read {file}: {error}")))?;
        taken.push(Taken {
            definition: Definition {
                name: file.clone(),
                kind: Kind::DataFile,
                package: original.packages[package].id(),
                file,
                lines: [1, 1],
            },
            origin: Origin::Verbatim,
            cut: false,
            module_file: format!("{stem}/{inside}"),
            module_lines: [1, 1],
        });
        files.push(ModuleFile {
            path: format!("{stem}/{inside}"),
            bytes,
        });
    }
    let mut notes = Vec::new();
    if platform_arms {
        notes.push(Note::new(
            "one_platform",
            format!(
                "arms for other platforms than {} were left out",
                original.platform.platform
            ),
        ));
    }
    for name in compiled {
        notes.push(Note::new(
            COMPILED,
            format!(
                "`{name}` is compiled code and stays out: the module is the text that the package falls back to, \
                 compared with the original as it runs, which uses the compiled code; where the two differ, no slice can agree"
            ),
        ));
    }
    let mut api_notes: BTreeSet<String> = closure.api_notes.clone();
    api_notes.extend(homes(original));
    Ok(Slice {
        module: Module {
            stem: stem.clone(),
            files,
            editions: Vec::new(),
        },
        closure: taken,
        edits,
        api_notes: api_notes.into_iter().collect(),
        unresolved: closure.unresolved.iter().cloned().collect(),
        notes,
        dependencies: dependencies.into_iter().collect(),
    })
}

fn homes(original: &PythonOriginal) -> Vec<String> {
    let homes: BTreeSet<&str> = original
        .symbols
        .iter()
        .map(|symbol| symbol.definition_module.as_str())
        .filter(|home| *home != original.stem)
        .collect();
    homes
        .into_iter()
        .map(|home| {
            format!(
                "`__module__` is `{}` where the original has `{home}`",
                original.stem
            )
        })
        .collect()
}

struct Writer<'w> {
    world: &'w mut World,
    original: &'w PythonOriginal,
    closure: &'w Closure,
    names: &'w Names,
    path: String,
    out: String,
    taken: Vec<Taken>,
    edits: Vec<Edit>,
    platform_arms: bool,
    /// Compiled modules whose import was written off: the text does without them.
    compiled: BTreeSet<String>,
    /// The statement written last.
    before: Option<Place>,
    /// All that were written.
    written: BTreeSet<Place>,
    /// The table of modules by their names was written.
    tabled: bool,
    /// How far line ends were counted, and how many there were.
    counted: (usize, u32),
    /// Modules that were written as objects.
    objects: BTreeSet<std::rc::Rc<str>>,
}

/// Lines around a definition whose name is not free in the module.
#[derive(Default)]
struct Beside {
    before: Vec<String>,
    after: Vec<String>,
}

impl Writer<'_> {
    /// Features, imports, and what is public.
    fn head(&mut self, order: &Order) {
        let mut features: BTreeSet<String> = BTreeSet::new();
        for (name, _) in &order.places {
            if let Some(module) = self.world.module(name) {
                features.extend(
                    module
                        .parsed
                        .future
                        .iter()
                        .map(|name| module.parsed.word(*name).to_string()),
                );
            }
        }
        // The others have been the rule for as long as there is Python 3.
        features.retain(|feature| feature == "annotations" || feature == "barry_as_FLUFL");
        for feature in &features {
            self.out
                .push_str(&format!("from __future__ import {feature}\n\n"));
        }
        let mut lines: Vec<&String> = self.names.imports.iter().collect();
        lines.sort_by_key(|line| (line.starts_with("from"), *line));
        for line in &lines {
            self.out.push_str(line);
            self.out.push('\n');
        }
        if self
            .closure
            .objects
            .iter()
            .any(|name| self.names.out.contains_key(&Entity::Object(name.clone())))
        {
            self.out.push_str("import types as _types\n");
        }
        if !self.names.types.is_empty() && features.contains("annotations") {
            if !self
                .names
                .imports
                .contains("from typing import TYPE_CHECKING")
            {
                self.out.push_str("from typing import TYPE_CHECKING\n");
            }
            self.out.push_str("\nif TYPE_CHECKING:\n");
            for line in &self.names.types {
                self.out.push_str(&format!("    {line}\n"));
            }
        }
        let public: Vec<String> = self
            .original
            .symbols
            .iter()
            .map(|symbol| format!("\"{}\"", symbol.name))
            .collect();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.out
            .push_str(&format!("__all__ = [{}]\n", public.join(", ")));
    }

    /// The line that is written next.
    fn line(&mut self) -> u32 {
        let (at, lines) = self.counted;
        let more = self.out.as_bytes()[at..]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u32;
        self.counted = (self.out.len(), lines + more);
        lines + more + 1
    }

    fn unit(&mut self, place: &Place) {
        let Some(module) = self.world.module(&place.0) else {
            return;
        };
        let unit = &module.parsed.units[place.1 as usize];
        let made = self.edited(&module, place.1);
        let big = matches!(unit.kind, UnitKind::Function | UnitKind::Class);
        let follows = self.before.as_ref().is_some_and(|(name, before)| {
            *name == place.0 && text::adjacent(&module, *before, place.1)
        });
        let before_big = self.before.as_ref().is_some_and(|(name, before)| {
            self.world.module(name).is_some_and(|module| {
                matches!(
                    module.parsed.units[*before as usize].kind,
                    UnitKind::Function | UnitKind::Class
                )
            })
        });
        if !follows {
            self.out
                .push_str(if big || before_big { "\n\n" } else { "\n" });
        }
        let beside = self.beside(&module, place);
        for line in &beside.before {
            self.out.push_str(line);
            self.out.push('\n');
        }
        let first = self.line();
        let offset = |at: usize| {
            made.text[..at.min(made.text.len())]
                .bytes()
                .filter(|byte| *byte == b'\n')
                .count() as u32
        };
        let lines = [
            first + offset(made.from),
            first + offset(made.to.saturating_sub(1)),
        ];
        self.out.push_str(&made.text);
        self.out.push('\n');
        self.before = Some(place.clone());
        for line in beside
            .before
            .into_iter()
            .chain(beside.after.iter().cloned())
        {
            self.edits.push(Edit {
                file: module.file.clone(),
                line: unit.lines[0],
                before: label(&module, place.1),
                after: line,
            });
        }
        for line in &beside.after {
            self.out.push_str(line);
            self.out.push('\n');
            self.before = None;
        }
        self.written.insert(place.clone());
        self.platform_arms |= made.platform_arms;
        let package = &self.original.packages[module.package];
        self.taken.push(Taken {
            definition: Definition {
                name: format!("{}.{}", module.name, label(&module, place.1)),
                kind: match unit.kind {
                    UnitKind::Function => Kind::Function,
                    UnitKind::Class => Kind::Class,
                    UnitKind::Assign | UnitKind::Augment | UnitKind::Bare => Kind::Variable,
                    UnitKind::Import => Kind::Import,
                    _ => Kind::Statement,
                },
                package: package.id(),
                file: module.file.clone(),
                lines: unit.lines,
            },
            origin: if made.edits.is_empty() {
                Origin::Verbatim
            } else {
                Origin::Edited
            },
            cut: false,
            module_file: self.path.clone(),
            module_lines: lines,
        });
        self.edits.extend(made.edits);
    }

    /// A definition keeps its name, which it can tell at run time. Where that is another's in the module it is known by
    /// a second name, and the other is put back.
    fn beside(&self, module: &Text, place: &Place) -> Beside {
        let mut beside = Beside::default();
        let kind = module.parsed.units[place.1 as usize].kind;
        if !matches!(kind, UnitKind::Function | UnitKind::Class) {
            return beside;
        }
        for bind in module.parsed.binds_of(place.1) {
            let word = module.parsed.word(bind.name);
            let entity = Entity::Own(module.name.clone(), word.into());
            if let Some(second) = self.names.second.get(&entity) {
                beside.after.push(format!("{second} = {word}"));
            }
            let Some(out) = self.names.out.get(&entity).filter(|out| *out != word) else {
                continue;
            };
            beside.after.push(format!("{out} = {word}"));
            let owner = self
                .names
                .out
                .iter()
                .find(|(_, name)| *name == word)
                .map(|(owner, _)| owner);
            let there = match owner {
                Some(Entity::Own(home, name)) => self
                    .closure
                    .units_of(home, name)
                    .any(|place| self.written.contains(&place)),
                Some(Entity::Outside { .. }) => true,
                Some(Entity::Object(home)) => self.objects.contains(home),
                None => {
                    if self.names.builtins.contains(word) {
                        beside.after.push(format!("del {word}"));
                    }
                    false
                }
            };
            if let Some(meanwhile) = self.names.meanwhile.get(&entity).filter(|_| there) {
                beside.before.push(format!("{meanwhile} = {word}"));
                beside.after.push(format!("{word} = {meanwhile}"));
            }
        }
        beside
    }

    /// A module of the original as an object.
    fn object(&mut self, name: &std::rc::Rc<str>) {
        let Some(module) = self.world.module(name) else {
            return;
        };
        let Some(out) = self.names.out.get(&Entity::Object(name.clone())).cloned() else {
            return;
        };
        let mut fields = Vec::new();
        for bound in module.bound_names() {
            let entity = match self.world.name(&module, bound, At::Later) {
                Root::Own { module: home, name } => Entity::Own(home, name),
                Root::External {
                    module: outside,
                    name,
                } => Entity::Outside {
                    module: outside,
                    name,
                    bound: bound.into(),
                },
                Root::Module(name) => Entity::Object(name),
                _ => continue,
            };
            let Some(value) = self.names.out.get(&entity) else {
                continue;
            };
            let there = match &entity {
                Entity::Own(home, name) => self.closure.has(home, name),
                Entity::Outside { .. } => true,
                Entity::Object(other) => other < name && self.closure.objects.contains(other),
            };
            let reaching = self.world.reaching(&module, bound, At::Later, false);
            let maybe = matches!(entity, Entity::Own(..))
                && reaching
                    .iter()
                    .all(|bind| module.parsed.binds[*bind as usize].conditional);
            if there && maybe {
                // Only some arms bind it.
                fields.push(format!(
                    "    **({{\"{bound}\": {value}}} if \"{value}\" in globals() else {{}}),\n"
                ));
            } else if there && bound != "__all__" {
                fields.push(format!("    {bound}={value},\n"));
            }
        }
        let object = format!(
            "{out} = _types.SimpleNamespace(\n    __name__=\"{name}\",\n{})",
            fields.concat()
        );
        self.out.push_str(&format!("\n\n{object}\n"));
        self.edits.push(Edit {
            file: module.file.clone(),
            line: 1,
            before: format!("the module {name}"),
            after: object,
        });
        self.before = None;
        self.objects.insert(name.clone());
    }

    /// The modules that calls ask for by names made at run time.
    fn by_name(&mut self) {
        let data = &self.closure.data;
        if self.tabled || data.calls.is_empty() || data.by_name.is_empty() {
            return;
        }
        self.tabled = true;
        let lines: String = data
            .by_name
            .iter()
            .filter_map(|name| {
                let out = self.names.out.get(&Entity::Object(name.clone()))?;
                Some(format!("    \"{name}\": {out},\n"))
            })
            .collect();
        let table = format!("{MODULES} = {{\n{lines}}}");
        self.out.push_str(&format!("\n\n{table}\n"));
        self.edits.push(Edit {
            file: String::new(),
            line: 1,
            before: "modules imported by names made at run time".into(),
            after: table,
        });
        self.before = None;
    }

    /// Symbols whose name at the root is not the name they are defined under.
    fn symbols(&mut self) {
        let mut lines = Vec::new();
        for (symbol, root) in self.original.symbols.iter().zip(&self.closure.wanted) {
            let base = match root {
                Root::Own { module, name } => self
                    .names
                    .out
                    .get(&Entity::Own(module.clone(), name.clone())),
                _ => None,
            };
            let Some(base) = base else { continue };
            let value = match symbol.definition_name.split_once('.') {
                Some((_, rest)) => format!("{base}.{rest}"),
                None => base.clone(),
            };
            if value != symbol.name {
                lines.push((symbol, format!("{} = {value}", symbol.name)));
            }
        }
        for (symbol, line) in lines {
            self.out.push_str(&format!("\n{line}\n"));
            let file = self
                .world
                .module(&symbol.definition_module)
                .map_or_else(String::new, |module| module.file.clone());
            self.edits.push(Edit {
                file,
                line: 1,
                before: symbol.full_name(),
                after: line,
            });
        }
    }
}
