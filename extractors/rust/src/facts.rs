//! What one Rust file says of itself, and its compact form for the cache.
//!
//! The form is the names, a line each, and then every number in LEB128 (DWARF 5, section 7.6): a million lines take
//! some tens of megabytes, and reading them back costs less than parsing.

use ripout_model::Kind;

/// Stands for "none" among indices.
pub const NONE: u32 = u32::MAX;

/// What one file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Every name once.
    pub names: Vec<String>,
    /// Definitions in the order of the text.
    pub defs: Vec<Def>,
    /// References in the order of the text.
    pub refs: Vec<Ref>,
    /// Imported names.
    pub uses: Vec<Use>,
}

/// A definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Def {
    /// Index into [`KINDS`].
    pub kind: u32,
    /// Name: its path within the file, or `impl Trait for Type`.
    pub path: u32,
    /// Last part of the path.
    pub name: u32,
    /// Inline module it stands in, `a::b`, or [`NONE`].
    pub scope: u32,
    /// Type of the impl, or trait, that it stands in or is, or [`NONE`].
    pub owner: u32,
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// A reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ref {
    /// Definition that it stands in.
    pub from: u32,
    /// Name referred to.
    pub name: u32,
    /// The part before it in the path, or [`NONE`].
    pub qualifier: u32,
    /// Line.
    pub line: u32,
    /// One of the constants of [`how`].
    pub how: u32,
}

/// How a reference stands in the text.
pub mod how {
    /// Named, not called.
    pub const NAMED: u32 = 0;
    /// A path is called.
    pub const CALLED: u32 = 1;
    /// A method is called: the receiver's type is not known.
    pub const METHOD: u32 = 2;
    /// A macro is called.
    pub const MACRO: u32 = 3;
}

/// One name of a `use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// First part of the path.
    pub root: u32,
    /// The name it has here.
    pub alias: u32,
    /// The name it has where it comes from; [`NONE`] for a glob.
    pub name: u32,
    /// The part before it, or [`NONE`].
    pub qualifier: u32,
}

/// Kinds by number. Append only: the numbers are in caches.
pub const KINDS: [Kind; 13] = [
    Kind::Function,
    Kind::Method,
    Kind::Struct,
    Kind::Enum,
    Kind::Union,
    Kind::Trait,
    Kind::TraitMember,
    Kind::Impl,
    Kind::TypeAlias,
    Kind::Const,
    Kind::Static,
    Kind::Macro,
    Kind::MacroCall,
];

impl Facts {
    /// The compact form.
    pub fn encode(&self) -> Vec<u8> {
        let names = self.names.join("\n");
        let mut bytes = Vec::with_capacity(names.len() + 6 * self.refs.len() + 16);
        put(&mut bytes, names.len() as u32);
        bytes.extend(names.as_bytes());
        put(&mut bytes, self.defs.len() as u32);
        for def in &self.defs {
            let Def {
                kind,
                path,
                name,
                scope,
                owner,
                first,
                last,
            } = *def;
            for number in [
                kind,
                path,
                name,
                scope.wrapping_add(1),
                owner.wrapping_add(1),
            ] {
                put(&mut bytes, number);
            }
            put(&mut bytes, first);
            put(&mut bytes, last - first);
        }
        put(&mut bytes, self.refs.len() as u32);
        // References come in the order of the text: small steps make small numbers.
        let mut line = 0;
        for reference in &self.refs {
            let Ref {
                from,
                name,
                qualifier,
                line: at,
                how,
            } = *reference;
            for number in [from, name, qualifier.wrapping_add(1), zigzag(at, line), how] {
                put(&mut bytes, number);
            }
            line = at;
        }
        put(&mut bytes, self.uses.len() as u32);
        for one in &self.uses {
            for number in [
                one.root,
                one.alias,
                one.name.wrapping_add(1),
                one.qualifier.wrapping_add(1),
            ] {
                put(&mut bytes, number);
            }
        }
        bytes
    }

    /// Reads the compact form; `None` if it is not one.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes };
        let length = reader.number()? as usize;
        let (names, rest) = reader.bytes.split_at_checked(length)?;
        reader.bytes = rest;
        let names = std::str::from_utf8(names).ok()?;
        let mut facts = Facts {
            names: names.split('\n').map(str::to_owned).collect(),
            ..Facts::default()
        };
        for _ in 0..reader.number()? {
            let [kind, path, name, scope, owner, first, more] = reader.numbers()?;
            let (scope, owner) = (scope.wrapping_sub(1), owner.wrapping_sub(1));
            facts.defs.push(Def {
                kind,
                path,
                name,
                scope,
                owner,
                first,
                last: first + more,
            });
        }
        let mut line = 0;
        for _ in 0..reader.number()? {
            let [from, name, qualifier, step, how] = reader.numbers()?;
            line = unzigzag(step, line);
            facts.refs.push(Ref {
                from,
                name,
                qualifier: qualifier.wrapping_sub(1),
                line,
                how,
            });
        }
        for _ in 0..reader.number()? {
            let [root, alias, name, qualifier] = reader.numbers()?;
            let (name, qualifier) = (name.wrapping_sub(1), qualifier.wrapping_sub(1));
            facts.uses.push(Use {
                root,
                alias,
                name,
                qualifier,
            });
        }
        Some(facts)
    }

    /// A name by its number; empty for [`NONE`].
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn zigzag(to: u32, from: u32) -> u32 {
    let step = to.wrapping_sub(from) as i32;
    ((step << 1) ^ (step >> 31)) as u32
}

fn unzigzag(step: u32, from: u32) -> u32 {
    let step = (step >> 1) as i32 ^ -((step & 1) as i32);
    from.wrapping_add(step as u32)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let (first, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u32::from(first & 0x7f).checked_shl(shift)?;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn numbers<const N: usize>(&mut self) -> Option<[u32; N]> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        let facts = Facts {
            names: vec!["a".into(), "b::c".into()],
            defs: vec![Def {
                kind: 1,
                path: 1,
                name: 0,
                scope: NONE,
                owner: 0,
                first: 3,
                last: 900,
            }],
            refs: vec![
                Ref {
                    from: 0,
                    name: 1,
                    qualifier: NONE,
                    line: 70_000,
                    how: how::METHOD,
                },
                Ref {
                    from: NONE,
                    name: 0,
                    qualifier: 1,
                    line: 4,
                    how: how::NAMED,
                },
            ],
            uses: vec![Use {
                root: 0,
                alias: 1,
                name: NONE,
                qualifier: 0,
            }],
        };
        assert_eq!(Facts::decode(&facts.encode()), Some(facts.clone()));
        assert_eq!(Facts::decode(&facts.encode()[..9]), None);
    }
}
