//! One file out of what was taken: each crate a private module, the author's text in the author's order.
//!
//! * here: what is put together, what comes of it, and the order of crates
//! * [`outline`]: modules, and which of them have anything to show
//! * [`exports`]: the symbols at the root, and macros that were exported
//! * [`imports`]: imports, with the paths that they have here
//! * [`units`]: items with their attributes and comments; [`lead`]: where their text begins
//! * [`copies`]: copied text, its replacements, and the record of each departure

mod copies;
mod exports;
mod imports;
mod lead;
mod outline;
mod units;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use ripout_model::{Edit, Kind};

use crate::{
    items::ItemKind,
    modules::SourceFile,
    original::Symbol,
    resolve::{At, Def, Id, World},
    slice::paths::Swap,
};

/// What is to be put together.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Items and members.
    pub live: BTreeSet<Id>,
    /// Modules that paths lead through.
    pub modules: BTreeSet<At>,
    /// Imports that go: (unit, number of the leaf; [`GLUE`] for the import that stands for a macro's export).
    pub leaves_off: BTreeSet<(Id, u32)>,
    /// Replacements beside those of paths, by unit: what an edition asks for.
    pub swaps: BTreeMap<Id, Vec<Swap>>,
    /// Lints to be allowed.
    pub allow: BTreeSet<String>,
}

/// Number of the import that stands for a macro's export, next to it; one more: the one at the crate's root.
pub const GLUE: u32 = 1 << 20;

/// A stretch of the module's text and the unit that it is.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The unit.
    pub id: Id,
    /// Its leaf, for an import.
    pub leaf: Option<u32>,
    /// With attributes and comments.
    pub whole: Range<usize>,
    /// From its first to its last token.
    pub core: Range<usize>,
    /// Whether members of it were left out.
    pub cut: bool,
}

/// A module's text.
#[derive(Debug, Clone, Default)]
pub struct Assembled {
    /// The text.
    pub text: String,
    /// Its pieces; a member's piece lies within its container's.
    pub pieces: Vec<Piece>,
    /// Departures from the author's text.
    pub edits: Vec<Edit>,
    /// Units that differ from the author's text.
    pub edited: BTreeSet<Id>,
    /// Stretches that are copied: (place in `text`, crate, file, place in the cleaned file, length).
    copied: Vec<(usize, u32, u32, usize, usize)>,
}

impl Assembled {
    /// The innermost piece at a place.
    pub fn at(&self, byte: usize) -> Option<&Piece> {
        self.pieces
            .iter()
            .filter(|piece| piece.whole.contains(&byte))
            .min_by_key(|piece| piece.whole.len())
    }

    /// Place in a cleaned file of a place in the text.
    pub fn source(&self, byte: usize) -> Option<(u32, u32, usize)> {
        let index = self
            .copied
            .partition_point(|copied| copied.0 <= byte)
            .checked_sub(1)?;
        let &(start, krate, file, source, length) = &self.copied[index];
        (byte <= start + length).then_some((krate, file, source + (byte - start)))
    }
}

/// Puts the module together.
pub fn assemble(world: &World<'_>, symbols: &[Symbol], stem: &str, plan: &Plan) -> Assembled {
    let mut writer = Writer {
        world,
        plan,
        stem,
        made: Assembled::default(),
        macros: false,
        hidden: namesakes(world, symbols),
        kept: BTreeMap::new(),
        emitted: BTreeMap::new(),
    };
    writer.macros = symbols.iter().any(|symbol| symbol.kind == Kind::Macro);
    if !plan.allow.is_empty() {
        let lints: Vec<&str> = plan.allow.iter().map(String::as_str).collect();
        writer.push(&format!("#![allow({})]\n\n", lints.join(", ")));
    }
    writer.roots(symbols);
    let mut krates: Vec<u32> = plan
        .live
        .iter()
        .map(|id| id.krate)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    krates.extend(
        plan.modules
            .iter()
            .map(|at| at.krate)
            .filter(|krate| !plan.live.iter().any(|id| id.krate == *krate))
            .collect::<BTreeSet<_>>(),
    );
    krates.retain(|krate| {
        writer.emits(At {
            krate: *krate,
            module: 0,
        })
    });
    // Macros of a dependency must be read before they are used; otherwise the wanted crate comes first.
    let shares_macros = plan
        .live
        .iter()
        .any(|id| id.krate != 0 && world.unit(*id).item.kind == ItemKind::MacroRules);
    if shares_macros {
        krates.reverse();
    }
    for krate in krates {
        writer.krate(krate);
    }
    writer.made
}

struct Writer<'a> {
    world: &'a World<'a>,
    plan: &'a Plan,
    stem: &'a str,
    made: Assembled,
    /// Whether a symbol is a macro, whose expansion must reach what it names.
    macros: bool,
    /// Modules that are called like a symbol.
    hidden: BTreeSet<At>,
    kept: BTreeMap<(Id, u32), bool>,
    emitted: BTreeMap<At, bool>,
}

impl<'a> Writer<'a> {
    fn push(&mut self, text: &str) {
        self.made.text.push_str(text);
    }

    fn file(&self, id: Id) -> &'a SourceFile {
        &self.world.krate(id.krate).files[self.world.unit(id).file as usize]
    }
}

/// Modules that a symbol's path means beside the symbol: an import of both would clash with the module's file.
fn namesakes(world: &World<'_>, symbols: &[Symbol]) -> BTreeSet<At> {
    let root = At {
        krate: 0,
        module: 0,
    };
    let of = |symbol: &Symbol| {
        let inside = symbol.public_path.split("::").skip(1);
        let path: Vec<String> = std::iter::once("crate")
            .chain(inside)
            .map(ToOwned::to_owned)
            .collect();
        world.path(root, &path, true).0
    };
    symbols
        .iter()
        .flat_map(of)
        .filter_map(|def| match def {
            Def::Module(at) => Some(at),
            _ => None,
        })
        .collect()
}

/// A name, with `r#` where it is a keyword.
pub fn raw(name: &str) -> String {
    const RESERVED: [&str; 9] = [
        "async", "await", "dyn", "try", "gen", "match", "type", "mod", "move",
    ];
    let name = crate::modules::plain(name);
    if RESERVED.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}
