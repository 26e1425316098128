//! Chooses what generic parameters stand for, by their bounds. What does not fit is found by the compiler and dropped.

use std::collections::HashMap;

use crate::doc::{Bound, Def, Generics, ParamKind, Path, Predicate, Target, Type, World};

use super::types::{Subst, Ty, arguments, from_bounds, item_of, lower};

/// How many ways a generic definition is tried.
const WAYS: usize = 12;

/// Ways to fill in generics, given what is already known (the parameters of an impl around).
pub fn choose(world: &World, krate: usize, generics: &[&Generics], known: &Subst) -> Vec<Subst> {
    ways(&mut Memory::of(world), krate, generics, known, 0)
}

/// Types that have a trait of the subject.
pub fn implementors(world: &World, def: Def) -> Vec<Ty> {
    having(&mut Memory::of(world), def, 0)
}

/// What was found on the way. Adaptors of a trait ask for the trait again (`impl<I: Walk> Walk for Skip<I>`), each for all
/// of them.
struct Memory<'a> {
    world: &'a World,
    /// Types that have a trait, by how deep they may lie in each other.
    having: HashMap<(Def, u32), Vec<Ty>>,
}

impl<'a> Memory<'a> {
    fn of(world: &'a World) -> Self {
        Self {
            world,
            having: HashMap::new(),
        }
    }
}

fn ways(
    memory: &mut Memory<'_>,
    krate: usize,
    generics: &[&Generics],
    known: &Subst,
    depth: u32,
) -> Vec<Subst> {
    let open: Vec<(&String, &ParamKind)> = generics
        .iter()
        .flat_map(|generics| &generics.params)
        .filter(|param| !matches!(param.kind, ParamKind::Lifetime { .. }))
        .filter(|param| !known.types.contains_key(&param.name))
        .map(|param| (&param.name, &param.kind))
        .collect();
    if open.is_empty() {
        return vec![known.clone()];
    }
    // Each parameter's pool is gone through in step with the others; later ones see what the earlier stand for.
    let mut found: Vec<Subst> = Vec::new();
    for way in 0..WAYS {
        let mut subst = known.clone();
        let mut longest = 1;
        // A closure's type may name a parameter that is declared after it.
        for round in 0..2 {
            for (place, (name, kind)) in open.iter().enumerate() {
                if round == 1 && subst.types.get(*name).is_some_and(Ty::known) {
                    continue;
                }
                let pool = match kind {
                    ParamKind::Const { type_, default } => constants(type_, default.as_deref()),
                    _ => {
                        let bounds = bounds_of(generics, name, kind);
                        pool(memory, krate, &bounds, &subst, depth)
                    }
                };
                longest = longest.max(pool.len());
                // Constants of one definition are to differ from each other: an escape from what it escapes.
                let first = if matches!(kind, ParamKind::Const { .. }) {
                    place
                } else {
                    0
                };
                if let Some(of) = pool.get((first + way) % pool.len().max(1)) {
                    subst.types.insert((*name).clone(), of.clone());
                }
            }
        }
        if !found.contains(&subst) {
            found.push(subst);
        }
        if way + 1 >= longest {
            break;
        }
    }
    found
}

fn constants(of: &Type, default: Option<&str>) -> Vec<Ty> {
    if let Some(default) = default {
        return vec![Ty::Value(default.into())];
    }
    let texts: &[&str] = match of {
        Type::Primitive(name) => match &**name {
            "bool" => &["false", "true"],
            "char" => &["'*'", "'?'", "'a'"],
            _ => &["4", "1"],
        },
        _ => &["4"],
    };
    texts.iter().map(|text| Ty::Value((*text).into())).collect()
}

/// All bounds on a parameter, those of `where` included.
fn bounds_of(generics: &[&Generics], name: &str, kind: &ParamKind) -> Vec<Bound> {
    let mut bounds = match kind {
        ParamKind::Type { bounds, .. } => bounds.clone(),
        _ => Vec::new(),
    };
    for predicate in generics
        .iter()
        .flat_map(|generics| &generics.where_predicates)
    {
        if let Predicate::BoundPredicate {
            type_,
            bounds: more,
            ..
        } = predicate
        {
            let of = match type_ {
                Type::BorrowedRef { type_, .. } => type_,
                other => other,
            };
            if matches!(of, Type::Generic(of) if of == name) {
                bounds.extend(more.iter().cloned());
            }
        }
    }
    bounds
}

/// Types that may meet some bounds, the likeliest first.
fn pool(
    memory: &mut Memory<'_>,
    krate: usize,
    bounds: &[Bound],
    subst: &Subst,
    depth: u32,
) -> Vec<Ty> {
    let world = memory.world;
    if let Some(of) = from_bounds(world, krate, bounds, subst) {
        return vec![match of {
            Ty::Iter(item) if *item == Ty::Unknown => {
                return [Ty::prim("i32"), labelled()]
                    .map(|item| Ty::Iter(Box::new(item)))
                    .to_vec();
            }
            of => of,
        }];
    }
    let traits: Vec<&Path> = bounds
        .iter()
        .filter_map(|bound| match bound {
            Bound::TraitBound { trait_, .. } => Some(trait_),
            _ => None,
        })
        .collect();
    for path in &traits {
        if let Target::Known(def) = world.target(krate, path.id) {
            let pool = having(memory, def, depth);
            if !pool.is_empty() {
                return pool;
            }
        }
    }
    traits
        .iter()
        .find_map(|path| standard(world, krate, path, subst))
        .unwrap_or_else(|| vec![Ty::prim("i32"), Ty::string(), Ty::prim("u8"), labelled()])
}

/// Values that are equal and can be told apart: which of them is kept, and in which order they stay, is behaviour.
fn labelled() -> Ty {
    Ty::Std("ripout_prelude::Labelled".into(), vec![])
}

fn having(memory: &mut Memory<'_>, def: Def, depth: u32) -> Vec<Ty> {
    if depth > 3 {
        return Vec::new();
    }
    if let Some(pool) = memory.having.get(&(def, depth)) {
        return pool.clone();
    }
    let world = memory.world;
    let mut pool: Vec<Ty> = Vec::new();
    for (at, inner) in world.impls(def) {
        let all = ways(
            memory,
            at.krate,
            &[&inner.generics],
            &Subst::default(),
            depth + 1,
        );
        for subst in all.iter().take(3) {
            let of = lower(world, at.krate, &inner.for_, subst);
            if of.known() && !pool.contains(&of) {
                pool.push(of);
            }
        }
    }
    memory.having.insert((def, depth), pool.clone());
    pool
}

fn standard(world: &World, krate: usize, path: &Path, subst: &Subst) -> Option<Vec<Ty>> {
    let Target::Foreign(full) = world.target(krate, path.id) else {
        return None;
    };
    let args = arguments(world, krate, path, subst);
    let std = |path: &str| Ty::Std(path.into(), vec![]);
    let numbers = ["u64", "i32", "f64", "u8"].map(Ty::prim).to_vec();
    Some(match full.rsplit("::").next()? {
        "IntoIterator" => {
            let item = item_of(path).map_or(Ty::Unknown, |of| lower(world, krate, of, subst));
            match item {
                Ty::Unknown => vec![Ty::vec(Ty::prim("i32")), Ty::vec(Ty::prim("char"))],
                item => vec![Ty::vec(item)],
            }
        }
        "AsRef" | "Borrow" | "Into" | "ToOwned" | "TryInto" => match args.first()? {
            Ty::Prim(name) if name == "str" => vec![Ty::str_ref(), Ty::string()],
            Ty::Slice(item) => vec![Ty::vec((**item).clone())],
            Ty::Std(path, _) if path.ends_with("::Path") || path.ends_with("::OsStr") => {
                vec![Ty::str_ref(), std("std::path::PathBuf")]
            }
            Ty::Std(path, _) if path.ends_with("::String") || path.ends_with("::Cow") => {
                vec![Ty::str_ref(), Ty::string()]
            }
            Ty::Std(path, items) if path.ends_with("::Option") => items.to_vec(),
            Ty::Local(def, args) => {
                let mut pool = vec![Ty::Local(*def, args.clone())];
                pool.extend(sources(world, *def));
                pool
            }
            other => vec![other.clone()],
        },
        "From" => match args.first()? {
            Ty::Ref(_, of) if **of == Ty::prim("str") => vec![Ty::string()],
            Ty::Prim(name) if name == "u8" => vec![Ty::prim("u64"), Ty::prim("u32")],
            other => vec![other.clone()],
        },
        "ToString" | "Display" | "Pattern" | "FromStr" => vec![Ty::str_ref(), Ty::prim("i32")],
        "Read" | "BufRead" | "Seek" => vec![Ty::Std(
            "std::io::cursor::Cursor".into(),
            vec![Ty::vec(Ty::prim("u8"))],
        )],
        "Write" if full.contains("fmt") => vec![Ty::string()],
        "Write" => vec![Ty::vec(Ty::prim("u8"))],
        "Hasher" => vec![std("ripout_prelude::Sum")],
        "BuildHasher" => vec![Ty::Std(
            "core::hash::BuildHasherDefault".into(),
            vec![std("ripout_prelude::Sum")],
        )],
        "RangeBounds" => vec![
            Ty::Std(
                "core::ops::range::Range".into(),
                vec![args.first()?.clone()],
            ),
            Ty::Std(
                "core::ops::range::RangeInclusive".into(),
                vec![args.first()?.clone()],
            ),
            Ty::Std("core::ops::range::RangeFull".into(), vec![]),
        ],
        "SliceIndex" => vec![
            Ty::prim("usize"),
            Ty::Std("core::ops::range::Range".into(), vec![Ty::prim("usize")]),
        ],
        "Extend" | "FromIterator" => vec![Ty::vec(args.first()?.clone())],
        "Add" | "Sub" | "Mul" | "Div" | "Rem" | "AddAssign" | "Sum" | "Product" | "Neg" | "Shl"
        | "BitAnd" | "BitXor" | "BitOr" => numbers,
        "Error" => vec![std("core::fmt::Error")],
        "Copy" => vec![Ty::prim("i32"), Ty::prim("char"), Ty::prim("f64")],
        "Send" | "Sync" | "Sized" | "Clone" | "Unpin" => return None,
        _ => return None,
    })
}

/// `X` of each `impl From<X> for` a type.
fn sources(world: &World, def: Def) -> Vec<Ty> {
    world
        .impls(def)
        .into_iter()
        .filter(|(_, inner)| {
            inner.blanket_impl.is_none()
                && inner
                    .generics
                    .params
                    .iter()
                    .all(|param| matches!(param.kind, ParamKind::Lifetime { .. }))
        })
        .filter_map(|(at, inner)| {
            let path = inner
                .trait_
                .as_ref()
                .filter(|path| path.path.ends_with("From"))?;
            arguments(world, at.krate, path, &Subst::default())
                .into_iter()
                .next()
        })
        .filter(|of| of.known())
        .collect()
}
