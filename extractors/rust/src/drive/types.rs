//! Concrete types: what is left of a signature once its generics have been chosen.

use std::collections::BTreeMap;

use crate::doc::{Arg, Args, Binding, Bound, Def, Inner, Path, Target, Term, Type, World};

/// A type without open parameters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ty {
    /// `u8`, `str`, `bool`, …
    Prim(String),
    /// A type of the standard library, by where it is defined.
    Std(String, Vec<Ty>),
    /// A type of the subject.
    Local(Def, Vec<Ty>),
    /// `&T`, `&mut T`.
    Ref(bool, Box<Ty>),
    /// `[T]`
    Slice(Box<Ty>),
    /// `[T; N]`
    Array(Box<Ty>, String),
    /// `(T, …)`
    Tuple(Vec<Ty>),
    /// Something that can be called.
    Closure(Vec<Ty>, Box<Ty>),
    /// Something that yields.
    Iter(Box<Ty>),
    /// A constant in the place of a type.
    Value(String),
    /// A trait object, by its trait.
    Dyn(String),
    /// What the compiler knows and we don't.
    Unknown,
}

/// What parameters stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subst {
    pub types: BTreeMap<String, Ty>,
}

impl Ty {
    pub fn prim(name: &str) -> Self {
        Ty::Prim(name.into())
    }

    pub fn string() -> Self {
        Ty::Std("alloc::string::String".into(), vec![])
    }

    pub fn vec(of: Ty) -> Self {
        Ty::Std("alloc::vec::Vec".into(), vec![of])
    }

    pub fn unit() -> Self {
        Ty::Tuple(vec![])
    }

    pub fn str_ref() -> Self {
        Ty::Ref(false, Box::new(Ty::prim("str")))
    }

    pub fn is_unit(&self) -> bool {
        matches!(self, Ty::Tuple(parts) if parts.is_empty())
    }

    /// The last part of a standard type's path.
    pub fn std_name(&self) -> Option<&str> {
        match self {
            Ty::Std(path, _) => path.rsplit("::").next(),
            _ => None,
        }
    }

    /// Whether a part of it is what `test` looks for.
    pub fn any(&self, test: &dyn Fn(&Ty) -> bool) -> bool {
        test(self)
            || match self {
                Ty::Std(_, args) | Ty::Local(_, args) | Ty::Tuple(args) => {
                    args.iter().any(|arg| arg.any(test))
                }
                Ty::Ref(_, of) | Ty::Slice(of) | Ty::Array(of, _) | Ty::Iter(of) => of.any(test),
                Ty::Closure(inputs, output) => {
                    inputs.iter().any(|input| input.any(test)) || output.any(test)
                }
                _ => false,
            }
    }

    /// How many references lie within each other at most. Those to text and slices are what these are passed by.
    fn lent(&self) -> usize {
        let most = |parts: &[Ty]| parts.iter().map(Ty::lent).max().unwrap_or(0);
        match self {
            Ty::Ref(_, of) => match &**of {
                Ty::Prim(name) if name == "str" => 0,
                Ty::Slice(item) => item.lent(),
                of => 1 + of.lent(),
            },
            Ty::Slice(of) | Ty::Array(of, _) | Ty::Iter(of) => of.lent(),
            Ty::Std(_, args) | Ty::Local(_, args) | Ty::Tuple(args) => most(args),
            _ => 0,
        }
    }

    /// Whether it comes of taking the same step again and again: `as_ref()` of what `as_ref()` gave. Such types have no end,
    /// and show nothing that the first of them does not.
    pub fn heaped(&self) -> bool {
        self.lent() > 1
    }

    pub fn known(&self) -> bool {
        !self.any(&|of| matches!(of, Ty::Unknown))
    }
}

/// Makes a type concrete.
pub fn lower(world: &World, krate: usize, of: &Type, subst: &Subst) -> Ty {
    let go = |of: &Type| lower(world, krate, of, subst);
    match of {
        Type::Primitive(name) => match &**name {
            "unit" => Ty::unit(),
            _ => Ty::prim(name),
        },
        Type::Generic(name) => subst.types.get(name).cloned().unwrap_or(Ty::Unknown),
        Type::Tuple(parts) => Ty::Tuple(parts.iter().map(go).collect()),
        Type::Slice(of) => Ty::Slice(Box::new(go(of))),
        Type::Array { type_, len } => {
            let len = match subst.types.get(len) {
                Some(Ty::Value(value)) => value.clone(),
                _ => len.clone(),
            };
            Ty::Array(Box::new(go(type_)), len)
        }
        Type::BorrowedRef {
            is_mutable, type_, ..
        } => Ty::Ref(*is_mutable, Box::new(go(type_))),
        Type::ImplTrait(bounds) => from_bounds(world, krate, bounds, subst).unwrap_or(Ty::Unknown),
        Type::FunctionPointer(of) => Ty::Closure(
            of.sig.inputs.iter().map(|(_, input)| go(input)).collect(),
            Box::new(of.sig.output.as_ref().map_or(Ty::unit(), go)),
        ),
        Type::DynTrait(of) => match of.traits.first() {
            Some(poly) => {
                let bound = Bound::TraitBound {
                    trait_: poly.trait_.clone(),
                    generic_params: vec![],
                    modifier: String::new(),
                };
                from_bounds(world, krate, &[bound], subst)
                    .unwrap_or_else(|| Ty::Dyn(poly.trait_.path.clone()))
            }
            None => Ty::Unknown,
        },
        Type::ResolvedPath(path) => resolved(world, krate, path, subst),
        Type::QualifiedPath {
            name, self_type, ..
        } => {
            let of = go(self_type);
            projected(world, &of, name)
        }
        Type::RawPointer { .. } | Type::Other(_) => Ty::Unknown,
    }
}

/// `impl Fn(A) -> B`, `impl Iterator<Item = T>`: the shapes that matter here.
pub fn from_bounds(world: &World, krate: usize, bounds: &[Bound], subst: &Subst) -> Option<Ty> {
    let go = |of: &Type| lower(world, krate, of, subst);
    for bound in bounds {
        let Bound::TraitBound { trait_, .. } = bound else {
            continue;
        };
        let Target::Foreign(full) = world.target(krate, trait_.id) else {
            continue;
        };
        match full.rsplit("::").next().unwrap_or_default() {
            "Fn" | "FnMut" | "FnOnce" => {
                if let Some(Args::Parenthesized { inputs, output }) = trait_.args.as_deref() {
                    return Some(Ty::Closure(
                        inputs.iter().map(go).collect(),
                        Box::new(output.as_ref().map_or(Ty::unit(), go)),
                    ));
                }
            }
            "Iterator" | "DoubleEndedIterator" | "ExactSizeIterator" | "FusedIterator" => {
                return Some(Ty::Iter(Box::new(item_of(trait_).map_or(Ty::Unknown, go))));
            }
            _ => {}
        }
    }
    None
}

/// `T` of `Iterator<Item = T>`.
pub fn item_of(path: &Path) -> Option<&Type> {
    let Some(Args::AngleBracketed { constraints, .. }) = path.args.as_deref() else {
        return None;
    };
    constraints
        .iter()
        .find(|constraint| constraint.name == "Item")
        .and_then(|constraint| match &constraint.binding {
            Binding::Equality(Term::Type(of)) => Some(of),
            _ => None,
        })
}

/// The types between angle brackets.
pub fn arguments(world: &World, krate: usize, path: &Path, subst: &Subst) -> Vec<Ty> {
    let Some(Args::AngleBracketed { args, .. }) = path.args.as_deref() else {
        return Vec::new();
    };
    args.iter()
        .filter_map(|arg| match arg {
            Arg::Type(of) => Some(lower(world, krate, of, subst)),
            Arg::Const(value) => {
                let known = subst.types.get(&value.expr).cloned();
                Some(known.unwrap_or_else(|| Ty::Value(value.expr.clone())))
            }
            _ => None,
        })
        .collect()
}

fn resolved(world: &World, krate: usize, path: &Path, subst: &Subst) -> Ty {
    let args = arguments(world, krate, path, subst);
    match world.target(krate, path.id) {
        Target::Known(def) => match world.item(def).map(|item| &item.inner) {
            Some(Inner::TypeAlias(alias)) => {
                let subst = bind(world, def, &alias.generics, args);
                lower(world, def.krate, &alias.type_, &subst)
            }
            Some(Inner::Struct(_) | Inner::Enum(_) | Inner::Union(_)) => {
                let generics = world.generics(def);
                let bound = generics.map(|generics| bind(world, def, generics, args.clone()));
                let args = generics.map_or(args, |generics| {
                    parameters(generics)
                        .filter_map(|name| bound.as_ref()?.types.get(name).cloned())
                        .collect()
                });
                Ty::Local(def, args)
            }
            _ => Ty::Unknown,
        },
        Target::Foreign(full) => match full.as_str() {
            "core::fmt::Result" => Ty::Std(
                "core::result::Result".into(),
                vec![Ty::unit(), Ty::Std("core::fmt::Error".into(), vec![])],
            ),
            "std::io::error::Result" | "std::io::Result" => {
                let mut args = args;
                args.push(Ty::Std("std::io::error::Error".into(), vec![]));
                Ty::Std("core::result::Result".into(), args)
            }
            _ => Ty::Std(full, args),
        },
    }
}

/// Names of type and const parameters.
pub fn parameters(generics: &crate::doc::Generics) -> impl Iterator<Item = &str> {
    generics.params.iter().filter_map(|param| match param.kind {
        crate::doc::ParamKind::Lifetime { .. } => None,
        _ => Some(param.name.as_str()),
    })
}

/// Binds a definition's parameters to arguments, defaults where there are none.
pub fn bind(world: &World, def: Def, generics: &crate::doc::Generics, args: Vec<Ty>) -> Subst {
    use crate::doc::ParamKind;
    let mut subst = Subst::default();
    let mut args = args.into_iter();
    for param in &generics.params {
        let default = match &param.kind {
            ParamKind::Lifetime { .. } => continue,
            ParamKind::Type { default, .. } => default
                .as_ref()
                .map(|of| lower(world, def.krate, of, &subst)),
            ParamKind::Const { default, .. } => default.clone().map(Ty::Value),
        };
        let of = args.next().or(default).unwrap_or(Ty::Unknown);
        subst.types.insert(param.name.clone(), of);
    }
    subst
}

/// `<T as Trait>::Name`.
pub fn projected(world: &World, of: &Ty, name: &str) -> Ty {
    match (of, name) {
        (Ty::Iter(item), "Item") => (**item).clone(),
        (Ty::Iter(_), "IntoIter") => of.clone(),
        (Ty::Std(_, args), "Item") => match (of.std_name(), &args[..]) {
            (Some("Chars"), _) => Ty::prim("char"),
            (Some("HashMap" | "BTreeMap"), [key, value, ..]) => {
                Ty::Tuple(vec![key.clone(), value.clone()])
            }
            (Some("Iter"), [item, ..]) => Ty::Ref(false, Box::new(item.clone())),
            (_, [item, ..]) => item.clone(),
            _ => Ty::Unknown,
        },
        (Ty::Std(_, _), "IntoIter") => match projected(world, of, "Item") {
            Ty::Unknown => Ty::Unknown,
            item => Ty::Iter(Box::new(item)),
        },
        (Ty::Ref(_, inner), "Item") => match &**inner {
            Ty::Slice(item) | Ty::Array(item, _) => Ty::Ref(false, item.clone()),
            other => match projected(world, other, "Item") {
                Ty::Unknown => Ty::Unknown,
                item => Ty::Ref(false, Box::new(item)),
            },
        },
        (Ty::Array(item, _), "Item") => (**item).clone(),
        (Ty::Local(def, args), _) => world
            .impls(*def)
            .into_iter()
            .find_map(|(at, inner)| {
                let assoc = inner.items.iter().find_map(|id| {
                    let item = world.item(Def {
                        krate: at.krate,
                        id: *id,
                    })?;
                    match &item.inner {
                        Inner::AssocType(assoc) if item.name() == name => assoc.type_.as_ref(),
                        _ => None,
                    }
                })?;
                let subst = unify(&inner.for_, args);
                Some(lower(world, at.krate, assoc, &subst))
            })
            .unwrap_or(Ty::Unknown),
        (Ty::Prim(_), "Output") => of.clone(),
        _ => Ty::Unknown,
    }
}

/// What an impl's parameters stand for when its type has these arguments.
pub fn unify(of: &Type, args: &[Ty]) -> Subst {
    let mut subst = Subst::default();
    let of = match of {
        Type::BorrowedRef { type_, .. } => type_,
        other => other,
    };
    if let Type::ResolvedPath(path) = of
        && let Some(Args::AngleBracketed { args: names, .. }) = path.args.as_deref()
    {
        let names = names.iter().filter(|arg| !matches!(arg, Arg::Lifetime(_)));
        for (name, arg) in names.zip(args) {
            match name {
                Arg::Type(Type::Generic(name)) => {
                    subst.types.insert(name.clone(), arg.clone());
                }
                Arg::Const(value) => {
                    subst.types.insert(value.expr.clone(), arg.clone());
                }
                Arg::Type(of) => inner_unify(of, arg, &mut subst),
                _ => {}
            }
        }
    }
    subst
}

fn inner_unify(of: &Type, arg: &Ty, subst: &mut Subst) {
    match (of, arg) {
        (Type::Generic(name), arg) => {
            subst.types.insert(name.clone(), arg.clone());
        }
        (Type::Array { type_, len }, Ty::Array(item, value)) => {
            inner_unify(type_, item, subst);
            subst.types.insert(len.clone(), Ty::Value(value.clone()));
        }
        (Type::Slice(of), Ty::Slice(item)) => inner_unify(of, item, subst),
        (Type::BorrowedRef { type_, .. }, Ty::Ref(_, item)) => inner_unify(type_, item, subst),
        (Type::Tuple(parts), Ty::Tuple(items)) => {
            for (part, item) in parts.iter().zip(items) {
                inner_unify(part, item, subst);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Ty;

    #[test]
    fn references_to_references_are_heaped() {
        let lent = |of: Ty| Ty::Ref(false, Box::new(of));
        let pair = |of: Ty| Ty::Tuple(vec![of, Ty::prim("u8")]);
        assert!(!pair(lent(Ty::prim("i32"))).heaped());
        assert!(!pair(lent(Ty::str_ref())).heaped());
        assert!(pair(lent(lent(Ty::prim("i32")))).heaped());
        assert!(lent(pair(lent(Ty::vec(Ty::prim("u8"))))).heaped());
    }
}
