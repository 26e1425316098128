//! What traits of the standard library offer on a value.
//!
//! * here: which traits there are, and who knows their calls
//! * [`iterators`]: iterators, and what can be iterated or extended
//! * [`operators`]: comparisons and arithmetic
//! * [`places`]: views into a value, copies of it, and its texts
//! * [`streams`]: hashers, and what bytes are written to or read from

mod iterators;
mod operators;
mod places;
mod streams;

use crate::{
    doc::{Def, Inner, Type, World, model},
    drive::{
        Builder,
        text::Arm,
        types::{Subst, Ty, lower},
    },
};
pub(super) use operators::operator;

/// A trait of the standard library, as a type that is looked at has it.
struct Offer<'a> {
    /// The trait with its path.
    full: &'a str,
    /// Its last name.
    name: &'a str,
    /// Its arguments.
    with: &'a [Ty],
    /// The type.
    of: &'a Ty,
    /// Where the impl stands.
    at: Def,
    /// The impl.
    inner: &'a model::Impl,
    /// What its generics stand for.
    subst: &'a Subst,
    /// Whether the value is lent.
    shared: bool,
}

impl Offer<'_> {
    /// The value behind a reference.
    fn value(&self) -> &'static str {
        if self.shared { "value" } else { "(&value)" }
    }

    /// Code on a clone of the value, where it has one.
    fn cloned(&self, code: String) -> String {
        let value = self.value();
        format!("if let Some(mut value) = try_clone!({value}) {{\n{code}}}\n")
    }

    /// Whether the impl is for a reference to the type.
    fn by_reference(&self) -> bool {
        matches!(self.inner.for_, Type::BorrowedRef { .. })
    }

    /// What the impl says that an associated type is.
    fn assoc(&self, world: &World, wanted: &str) -> Option<Ty> {
        self.inner.items.iter().find_map(|id| {
            let item = world.item(Def {
                krate: self.at.krate,
                id: *id,
            })?;
            match &item.inner {
                Inner::AssocType(assoc) if item.name() == wanted => assoc
                    .type_
                    .as_ref()
                    .map(|of| lower(world, self.at.krate, of, self.subst)),
                _ => None,
            }
        })
    }
}

impl Builder<'_> {
    /// What traits of the standard library offer.
    pub(super) fn standard_steps(
        &mut self,
        full: &str,
        with: &[Ty],
        of: &Ty,
        (at, inner): (Def, &model::Impl),
        subst: &Subst,
        shared: bool,
    ) -> Vec<Arm> {
        let name = full.rsplit("::").next().unwrap_or_default();
        let offer = Offer {
            full,
            name,
            with,
            of,
            at,
            inner,
            subst,
            shared,
        };
        match name {
            "Iterator"
            | "DoubleEndedIterator"
            | "ExactSizeIterator"
            | "IntoIterator"
            | "Extend" => self.iterator_steps(&offer),
            "Index" | "IndexMut" | "Deref" | "DerefMut" | "AsRef" | "Borrow" | "AsMut"
            | "BorrowMut" => self.place_steps(&offer),
            "Clone" => self.clone_steps(&offer),
            "Hasher" | "BuildHasher" => streams::hash_steps(&offer),
            "Write" | "Read" | "BufRead" | "Seek" => self.stream_steps(&offer),
            "LowerHex" | "UpperHex" | "Binary" | "Octal" | "LowerExp" | "UpperExp" | "Pointer"
            | "Error" | "Debug" => places::text_steps(&offer),
            _ => self.operator_steps(&offer),
        }
    }

    /// Reads another value.
    fn read(&mut self, of: &Ty) -> Option<String> {
        self.decode(of, 1)
            .map(|read| format!("let mut a0 = {read};\n"))
    }
}

/// A step that says its name on both sides.
fn arm(about: &str, code: String) -> Arm {
    Arm {
        about: about.to_owned(),
        code: format!("input.say(\"; {about} \");\nlog.say(\" {about} \");\n{code}"),
    }
}
