//! Which impls and methods are there for which arguments of a type, as far as their text says.

use crate::{doc::model, drive::types::Ty};

/// Whether an inherent impl is for all arguments that its type may have.
pub(super) fn asks_nothing(inner: &model::Impl) -> bool {
    let plain = |param: &model::Param| match &param.kind {
        model::ParamKind::Type { bounds, .. } => bounds.is_empty(),
        _ => true,
    };
    let open = |of: &crate::doc::Type| {
        match of {
        crate::doc::Type::ResolvedPath(path) => match path.args.as_deref() {
            Some(crate::doc::Args::AngleBracketed { args, .. }) => args.iter().all(|arg| {
                !matches!(arg, crate::doc::Arg::Type(of) if !matches!(of, crate::doc::Type::Generic(_)))
            }),
            _ => true,
        },
        _ => false,
    }
    };
    inner.trait_.is_none()
        && inner.generics.where_predicates.is_empty()
        && inner.generics.params.iter().all(plain)
        && open(&inner.for_)
}

/// Whether what a method asks, it asks of its own parameters.
pub(super) fn asks_of_its_own(generics: &crate::doc::Generics) -> bool {
    let own = |of: &crate::doc::Type| match of {
        crate::doc::Type::Generic(name) => generics.params.iter().any(|param| param.name == *name),
        _ => false,
    };
    generics
        .where_predicates
        .iter()
        .all(|predicate| match predicate {
            crate::doc::Predicate::BoundPredicate { type_, .. } => own(type_),
            _ => true,
        })
}

/// Whether an impl may be for a type with these arguments, as far as their shapes say: `impl Pair<(A, B)>` is for no number.
pub(super) fn may_be_for(of: &crate::doc::Type, args: &[Ty]) -> bool {
    use crate::doc::{Arg, Args, Type};
    let of = match of {
        Type::BorrowedRef { type_, .. } => type_,
        other => other,
    };
    let Type::ResolvedPath(path) = of else {
        return true;
    };
    let Some(Args::AngleBracketed { args: wanted, .. }) = path.args.as_deref() else {
        return true;
    };
    let wanted = wanted.iter().filter(|arg| !matches!(arg, Arg::Lifetime(_)));
    wanted.zip(args).all(|(wanted, arg)| match (wanted, arg) {
        (Arg::Type(_), Ty::Unknown) => true,
        (Arg::Type(Type::Tuple(parts)), Ty::Tuple(of)) => parts.len() == of.len(),
        (Arg::Type(Type::Tuple(_)), _) => false,
        (Arg::Type(Type::BorrowedRef { is_mutable, .. }), Ty::Ref(lent, _)) => is_mutable == lent,
        (Arg::Type(Type::BorrowedRef { .. }), _) => false,
        (Arg::Type(Type::Primitive(wanted)), Ty::Prim(name)) => wanted == name,
        (Arg::Type(Type::ResolvedPath(path)), Ty::Std(name, _)) => {
            path.path.rsplit("::").next() == name.rsplit("::").next()
        }
        (
            Arg::Type(Type::ResolvedPath(_)),
            Ty::Prim(_) | Ty::Tuple(_) | Ty::Ref(..) | Ty::Slice(_) | Ty::Array(..),
        ) => false,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::{Arg, Args, Path, Type};

    fn of(arg: Type) -> Type {
        Type::ResolvedPath(Path {
            path: "Pair".into(),
            id: 0,
            args: Some(Box::new(Args::AngleBracketed {
                args: vec![Arg::Type(arg)],
                constraints: vec![],
            })),
        })
    }

    #[test]
    fn an_impl_for_tuples_is_for_no_number() {
        let pair = of(Type::Tuple(vec![
            Type::Generic("A".into()),
            Type::Generic("B".into()),
        ]));
        assert!(!may_be_for(&pair, &[Ty::prim("i32")]));
        let two = Ty::Tuple(vec![Ty::prim("i32"), Ty::string()]);
        assert!(may_be_for(&pair, &[two]));
        assert!(may_be_for(
            &of(Type::Generic("T".into())),
            &[Ty::prim("i32")]
        ));
        assert!(!may_be_for(
            &of(Type::Primitive("u8".into())),
            &[Ty::prim("i32")]
        ));
    }
}
