//! Symbols by their dotted names, and the names a module offers.

use ripout_model::Kind;

use super::{At, Found, Root, World};
use crate::{
    manifest::python_files,
    original::Symbol,
    parse::{How, UnitKind},
};

impl World {
    /// The symbol of a dotted name, where reading suffices to find it.
    pub fn find_symbol(&mut self, parts: &[&str]) -> Option<Symbol> {
        for cut in (1..parts.len()).rev() {
            let public = parts[..cut].join(".");
            let Some(module) = self.module(&public) else {
                continue;
            };
            let rest = &parts[cut..];
            let Root::Own { module: home, name } = self.name(&module, rest[0], At::Later) else {
                return None;
            };
            let definition = self.module(&home)?;
            let kind = self.kind_of(&home, &name)?;
            // What lies below an instance is known by name only: somebody must define a method of that name.
            for below in &rest[1..] {
                let known = |parsed: &crate::parse::Parsed| {
                    parsed.defs.iter().any(|def| {
                        def.parent != crate::parse::NONE && parsed.word(def.name) == *below
                    })
                };
                if !known(&definition.parsed) {
                    return None;
                }
            }
            let mut definition_name = name.to_string();
            for below in &rest[1..] {
                definition_name.push('.');
                definition_name.push_str(below);
            }
            return Some(Symbol {
                public_module: public,
                attribute: rest.join("."),
                definition_module: home.to_string(),
                definition_name,
                name: rest[rest.len() - 1].to_string(),
                kind: if rest.len() > 1 { Kind::Method } else { kind },
            });
        }
        None
    }

    /// What a name that a module binds is.
    pub fn kind_of(&mut self, module: &str, name: &str) -> Option<Kind> {
        let module = self.module(module)?;
        let last = *self.reaching(&module, name, At::Later, false).last()?;
        let bind = &module.parsed.binds[last as usize];
        let unit = &module.parsed.units[bind.unit as usize];
        Some(match (unit.kind, bind.how) {
            (UnitKind::Class, _) => Kind::Class,
            (UnitKind::Function, _) => Kind::Function,
            (_, How::Def) => {
                let line = bind.line;
                let class = module
                    .parsed
                    .defs
                    .iter()
                    .any(|def| def.class && def.lines[0] == line);
                if class { Kind::Class } else { Kind::Function }
            }
            _ => Kind::Variable,
        })
    }

    /// Whether a dotted name is a module here.
    pub fn is_module(&mut self, name: &str) -> bool {
        matches!(self.library.find(name), Found::Own(_) | Found::Namespace)
    }

    /// Names without underscore that a module binds.
    pub fn public_names(&mut self, module: &str) -> Vec<String> {
        let Some(module) = self.module(module) else {
            return Vec::new();
        };
        let mut names: Vec<String> = module
            .bound_names()
            .into_iter()
            .filter(|name| !name.starts_with('_'))
            .map(str::to_string)
            .collect();
        if let Some(all) = &module.parsed.all {
            names.extend(all.iter().map(|name| module.parsed.word(*name).to_string()));
        }
        names.sort();
        names.dedup();
        names
    }

    /// Modules below a top-level name, sorted; the first few hundred of a very large package.
    pub fn own_modules(&mut self, top: &str) -> Vec<String> {
        let root = self.library.root(0).clone();
        let mut names: Vec<String> = python_files(&root)
            .into_iter()
            .filter_map(|file| {
                let path = file.strip_suffix(".py")?;
                let path = path.strip_suffix("/__init__").unwrap_or(path);
                Some(path.replace('/', "."))
            })
            .filter(|name| name == top || name.starts_with(&format!("{top}.")))
            .collect();
        names.sort_by_key(|name| (name.matches('.').count(), name.clone()));
        names.truncate(300);
        names
    }
}
