//! One file of Python as top-level statements, with the names that each binds and uses.
//!
//! Positions are byte offsets into the text that was parsed. Names are numbers into [`Parsed::names`], so that a file
//! costs a few vectors and no allocation per node.

mod broken;
mod expression;
pub mod kinds;
pub mod lines;
pub mod pack;
mod statement;
#[cfg(test)]
mod tests;
pub mod truth;
pub mod walk;

pub use walk::parse;

/// Index into [`Parsed::names`].
pub type Name = u32;

/// Stands for "none" among indices.
pub const NONE: u32 = u32::MAX;

/// What one file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// Every name and attribute, once.
    pub names: Vec<String>,
    /// Top-level statements in order.
    pub units: Vec<Unit>,
    /// Functions, classes and methods, in order; not those inside functions.
    pub defs: Vec<Def>,
    /// Names bound at module level, in order.
    pub binds: Vec<Bind>,
    /// References that reach module level, grouped by unit.
    pub uses: Vec<Use>,
    /// Attributes of the uses: name and end.
    pub attrs: Vec<(Name, u32)>,
    /// Import statements at any depth, one record per name.
    pub imports: Vec<Import>,
    /// Arms of module-level `if`s that don't run.
    pub arms: Vec<Arm>,
    /// Definitions and assignments inside compound statements, in order.
    pub parts: Vec<Part>,
    /// Names bound in functions, by unit: `(unit, name)`, sorted.
    pub locals: Vec<(u32, Name)>,
    /// Calls whose arguments name packages, files or modules.
    pub lookups: Vec<Lookup>,
    /// Calls of methods on what is not known here.
    pub members: Vec<Member>,
    /// `__all__`, as far as it is written out.
    pub all: Option<Vec<Name>>,
    /// `__all__` is put together in a way that was not understood.
    pub all_open: bool,
    /// Features imported from `__future__`.
    pub future: Vec<Name>,
    /// Lines with code.
    pub code_lines: u32,
    /// First line that could not be parsed.
    pub broken: Option<u32>,
}

/// A top-level statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub kind: UnitKind,
    pub start: u32,
    pub end: u32,
    /// First and last line, without decorators.
    pub lines: [u32; 2],
    /// Range of its uses.
    pub uses: [u32; 2],
    /// A function or method in it changes what it is given.
    pub changes_arguments: bool,
    /// Stands on a line with other statements.
    pub shares_line: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    Function,
    Class,
    /// Binds names: `a = b = 1`, `x: int = 1`, `type X = int`.
    Assign,
    /// `x: int` without a value.
    Bare,
    /// `x += 1`.
    Augment,
    /// Stores into attributes and items only: `a.b = 1`, `a[0] = 1`.
    Store,
    Import,
    Future,
    /// `if`, `try`, `with`, `for`, `while`, `match`.
    Compound,
    Expression,
    /// A string that stands alone.
    Text,
    Other,
}

/// A function, class or method.
#[derive(Debug, Clone, PartialEq)]
pub struct Def {
    pub name: Name,
    /// Index of the class it stands in.
    pub parent: u32,
    pub class: bool,
    pub unit: u32,
    pub lines: [u32; 2],
}

/// A name bound at module level.
#[derive(Debug, Clone, PartialEq)]
pub struct Bind {
    pub name: Name,
    pub unit: u32,
    pub start: u32,
    pub line: u32,
    /// Index of the import that binds it.
    pub import: u32,
    /// Inside a compound statement.
    pub conditional: bool,
    /// Index of the arm that does not run.
    pub arm: u32,
    pub how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Def,
    Value,
    Augment,
    Bare,
    Import,
    Delete,
}

/// A reference to a name of the module, with the attributes that follow it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    pub name: Name,
    pub start: u32,
    pub line: u32,
    pub attrs: u32,
    pub attr_count: u16,
    pub flags: u16,
    /// Import statement inside a function that binds it there.
    pub import: u32,
    /// Innermost function, method or class it stands in.
    pub def: u32,
    /// Arm that does not run.
    pub arm: u32,
}

/// What is known of a use.
pub mod flag {
    /// Runs when a function is called, not at import.
    pub const DEFERRED: u16 = 1;
    /// In an annotation.
    pub const ANNOTATION: u16 = 2;
    /// The whole chain is called.
    pub const CALL: u16 = 4;
    /// Binds the module's name from inside a function.
    pub const STORE: u16 = 8;
    /// An attribute or item of it is set or deleted.
    pub const CHANGE: u16 = 16;
    /// Directly an argument of a call.
    pub const ARGUMENT: u16 = 32;
    /// In a decorator of a top-level definition.
    pub const DECORATOR: u16 = 64;
    /// A base class or metaclass.
    pub const BASE: u16 = 128;
    /// The last attribute is a string given to `getattr`.
    pub const BY_STRING: u16 = 256;
    /// Inside a string: positions are inside the literal.
    pub const IN_STRING: u16 = 512;
    /// Left its function by `global`: no enclosing function can bind it.
    pub const GLOBAL: u16 = 1024;
    /// Not resolved in an enclosing class body.
    pub const SKIPS_CLASS: u16 = 2048;
    /// Stands in a `try` that catches the failure to import.
    pub const GUARDED: u16 = 4096;
    /// In a class body, at its own level.
    pub const CLASS_BODY: u16 = 8192;
    /// In the annotation of a variable in a function: nobody evaluates those.
    pub const UNEVALUATED: u16 = 16384;
}

impl Use {
    pub fn has(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }
}

/// One name of an import statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub unit: u32,
    /// The whole statement.
    pub start: u32,
    pub end: u32,
    pub line: u32,
    /// Dots in front.
    pub level: u32,
    pub module: String,
    /// What is taken from the module; `None` for `import module`.
    pub name: Option<Name>,
    pub star: bool,
    /// Name it binds.
    pub bound: Name,
    pub alias: bool,
    /// Inside a function.
    pub deferred: bool,
    /// Failure to import is caught.
    pub guarded: bool,
    /// In a class body.
    pub in_class: bool,
    /// Bound in other ways too, in its function.
    pub mixed: bool,
    /// Arm that does not run.
    pub arm: u32,
}

/// An arm of an `if` that does not run.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    pub unit: u32,
    /// Its block.
    pub start: u32,
    pub end: u32,
    /// For type checkers only; otherwise for another platform.
    pub types_only: bool,
}

/// A definition or assignment inside a compound statement of the module.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub unit: u32,
    pub start: u32,
    pub end: u32,
    /// Range of its bindings.
    pub binds: [u32; 2],
}

/// A call that looks something up by a string.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    pub unit: u32,
    /// Last part of the function's name: `files`, `import_module`, `version`, …
    pub function: Name,
    pub start: u32,
    pub end: u32,
    pub line: u32,
    /// First argument.
    pub argument: [u32; 2],
    /// Its value, where it is a plain string.
    pub literal: Option<String>,
    /// Its name, where it is one: `__name__`.
    pub dunder: Option<Name>,
    pub deferred: bool,
}

/// A method called on what is not known here.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub name: Name,
    pub def: u32,
    pub line: u32,
    /// On `self` or `cls`.
    pub own: bool,
}

impl Parsed {
    /// The text of a name.
    pub fn word(&self, name: Name) -> &str {
        self.names.get(name as usize).map_or("", String::as_str)
    }

    /// The uses of a unit.
    pub fn uses_of(&self, unit: u32) -> &[Use] {
        let [from, to] = self.units[unit as usize].uses;
        &self.uses[from as usize..to as usize]
    }

    /// The attributes of a use.
    pub fn attrs_of(&self, reference: &Use) -> &[(Name, u32)] {
        let from = reference.attrs as usize;
        &self.attrs[from..from + reference.attr_count as usize]
    }

    /// The bindings of a unit.
    pub fn binds_of(&self, unit: u32) -> &[Bind] {
        let from = self.binds.partition_point(|bind| bind.unit < unit);
        let to = self.binds.partition_point(|bind| bind.unit <= unit);
        &self.binds[from..to]
    }

    /// The parts of a unit.
    pub fn parts_of(&self, unit: u32) -> &[Part] {
        let from = self.parts.partition_point(|part| part.unit < unit);
        let to = self.parts.partition_point(|part| part.unit <= unit);
        &self.parts[from..to]
    }

    /// The import records of a unit.
    pub fn imports_of(&self, unit: u32) -> impl Iterator<Item = (u32, &Import)> {
        let from = self.imports.partition_point(|import| import.unit < unit);
        self.imports[from..]
            .iter()
            .enumerate()
            .map(move |(index, import)| ((from + index) as u32, import))
            .take_while(move |(_, import)| import.unit == unit)
    }

    /// Whether a function of a unit binds a name for itself.
    pub fn is_local(&self, unit: u32, word: &str) -> bool {
        let from = self.locals.partition_point(|(other, _)| *other < unit);
        self.locals[from..]
            .iter()
            .take_while(|(other, _)| *other == unit)
            .any(|(_, name)| self.word(*name) == word)
    }
}
