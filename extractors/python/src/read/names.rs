//! Whether the names in the author's text stand for what they stood for.
//!
//! A definition whose text is the author's does as theirs only where all that it names does. A module may lack what it names
//! and still run: an import or a built-in may go by the same name.

use std::collections::BTreeSet;

use crate::parse::{Import, NONE, Parsed, UnitKind, flag};

/// Names by which a module looks at what annotations say, however late these are evaluated.
const LOOKS: [&str; 8] = [
    "ClassVar",
    "InitVar",
    "KW_ONLY",
    "__annotations__",
    "get_annotations",
    "get_type_hints",
    "singledispatch",
    "singledispatchmethod",
];

/// What the names of a module stand for, as far as the module itself says it.
#[derive(Debug, Default)]
pub struct Meanings {
    /// Names that it defines.
    defined: BTreeSet<String>,
    imported: BTreeSet<Imported>,
}

/// What an import brings in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Imported {
    /// None where the name is the module's own first part.
    from: Option<(u32, String, Option<String>)>,
    /// `*` for all.
    name: String,
}

impl Meanings {
    pub fn of(parsed: &Parsed) -> Self {
        let mut meanings = Self::default();
        for (index, unit) in (0u32..).zip(&parsed.units) {
            if unit.kind == UnitKind::Import {
                let imports = parsed.imports_of(index);
                let imports = imports.map(|(_, import)| Imported::of(import, parsed));
                meanings.imported.extend(imports);
            } else {
                let binds = parsed.binds_of(index).iter();
                let names = binds.map(|bind| parsed.word(bind.name).to_owned());
                meanings.defined.extend(names);
            }
        }
        meanings
    }

    /// Names that stand for something else in `module`, if for anything; all of them where it says `*`.
    pub fn strange(&self, module: &Self) -> Strange {
        let mut names: BTreeSet<String> =
            self.defined.difference(&module.defined).cloned().collect();
        let new = module.imported.difference(&self.imported);
        names.extend(new.map(|import| import.name.clone()));
        Strange {
            any: names.remove("*"),
            names,
        }
    }
}

impl Imported {
    fn of(import: &Import, parsed: &Parsed) -> Self {
        let word = |name| parsed.word(name).to_owned();
        let from = || (import.level, import.module.clone(), import.name.map(word));
        let is_first = import.name.is_none() && !import.alias && !import.star;
        Self {
            from: (!is_first).then(from),
            name: match import.star {
                true => "*".to_owned(),
                false => word(import.bound),
            },
        }
    }
}

/// Names that may stand for something else.
#[derive(Debug)]
pub struct Strange {
    names: BTreeSet<String>,
    any: bool,
}

impl Strange {
    /// Whether a statement says one of them, and neither imports it by itself nor says merely of what type something is where
    /// nobody evaluates that.
    pub fn is_said(&self, parsed: &Parsed, unit: u32) -> bool {
        let mut future = parsed.future.iter();
        let late = future.any(|name| parsed.word(*name) == "annotations")
            && !parsed.names.iter().any(|name| LOOKS.contains(&&**name));
        let mut uses = parsed.uses_of(unit).iter();
        uses.any(|it| {
            let name = parsed.word(it.name);
            let is_type = late && it.has(flag::ANNOTATION);
            let is_own = it.import != NONE;
            (self.any || self.names.contains(name))
                && !(is_own || is_type || it.has(flag::UNEVALUATED))
        })
    }
}
