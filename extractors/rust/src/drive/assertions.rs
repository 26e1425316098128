//! Assertions that compile or don't: which traits the types of the API have, and which auto traits they must not have.
//!
//! The account of the original says what holds ([`crate::api`] compares it with the module's own account); here the
//! compiler checks the same by itself, on both sides, in the build that the harness needs anyway. What can't be written
//! down, or does not hold for the type that generics were filled in with, is dropped when the original rejects it.

use crate::{
    api::INNER_TRAITS,
    doc::{Def, Inner, Path, Target},
};

use super::{
    Builder,
    choose::choose,
    text::{Function, Role},
    types::{Subst, Ty, arguments, lower, parameters, unify},
};

/// More than this is no API that a user reads.
const MOST: usize = 400;

/// Traits whose absence users rely on as well.
const AUTO: [&str; 5] = ["Send", "Sync", "Unpin", "UnwindSafe", "RefUnwindSafe"];

impl Builder<'_> {
    /// Writes the assertions about everything that was compared; gives back their names.
    pub fn assertions(&mut self, wanted: &[Def]) -> Vec<String> {
        // A bound has to name all lifetimes.
        let mut written = self.lasting(true, |me| me.all(wanted));
        written.sort();
        written.dedup();
        written.truncate(MOST);
        let place = |number: usize| format!("assertion_{number}");
        for (number, code) in written.iter().enumerate() {
            self.functions.push(Function {
                name: place(number),
                about: String::new(),
                head: format!("{code}\n"),
                arms: None,
                tail: String::new(),
                role: Role::Assertion,
            });
        }
        (0..written.len()).map(place).collect()
    }

    fn all(&mut self, wanted: &[Def]) -> Vec<String> {
        let mut written = Vec::new();
        for def in self.pairs.keys().copied().collect::<Vec<_>>() {
            match self.world.item(def).map(|item| &item.inner) {
                Some(Inner::Struct(_) | Inner::Enum(_) | Inner::Union(_)) => {
                    written.extend(self.of_type(def));
                }
                Some(Inner::Trait(_)) if wanted.contains(&def) => {
                    written.extend(self.of_trait(def));
                }
                _ => {}
            }
        }
        written
    }

    /// What a type has, and what it must not have.
    fn of_type(&mut self, def: Def) -> Vec<String> {
        let world = self.world;
        let Some(of) = self.instance(def) else {
            return Vec::new();
        };
        let (Ty::Local(_, args), Some(text)) = (&of, self.type_text(&of)) else {
            return Vec::new();
        };
        let mut written = Vec::new();
        let mut known = Vec::new();
        for (at, inner) in world.impls(def) {
            let Some(path) = inner
                .trait_
                .as_ref()
                .filter(|_| inner.blanket_impl.is_none())
            else {
                continue;
            };
            let name = path.path.rsplit("::").next().unwrap_or_default();
            known.push(name.to_owned());
            let subst = unify(&inner.for_, args);
            let held = match lower(world, at.krate, &inner.for_, &subst) {
                held if held == of => text.clone(),
                Ty::Ref(false, held) if *held == of => format!("&'static {text}"),
                _ => continue,
            };
            let Some(bound) = self.trait_text(at.krate, path, &subst) else {
                continue;
            };
            written.push(if inner.is_negative {
                lacks(&held, &bound)
            } else {
                has(&held, &bound)
            });
        }
        // Copies are made where something is moved otherwise; the account lists it only where it holds.
        if !known.iter().any(|name| name == "Copy") {
            written.push(lacks(&text, "std::marker::Copy"));
        }
        written
    }

    /// Which types of others a wanted trait is for.
    fn of_trait(&mut self, def: Def) -> Vec<String> {
        let world = self.world;
        let mut written = Vec::new();
        for (at, inner) in world.impls(def) {
            let Some(path) = inner
                .trait_
                .as_ref()
                .filter(|_| inner.blanket_impl.is_none())
            else {
                continue;
            };
            let subst = Subst::default();
            let of = lower(world, at.krate, &inner.for_, &subst);
            if matches!(of, Ty::Local(..)) || !of.known() || inner.is_negative {
                continue;
            }
            if let (Some(text), Some(bound)) =
                (self.type_text(&of), self.trait_text(at.krate, path, &subst))
            {
                written.push(has(&text, &bound));
            }
        }
        written
    }

    /// A type with its parameters filled in as its bounds ask.
    fn instance(&mut self, def: Def) -> Option<Ty> {
        let world = self.world;
        let generics = world.generics(def)?;
        let impls = world.impls(def);
        let mut all = vec![generics];
        all.extend(
            impls
                .iter()
                .filter(|(_, inner)| inner.trait_.is_none())
                .map(|(_, inner)| &inner.generics),
        );
        let subst = choose(world, def.krate, &all, &Subst::default())
            .into_iter()
            .next()?;
        let args = parameters(generics)
            .map(|name| subst.types.get(name).cloned())
            .collect::<Option<Vec<Ty>>>()?;
        Some(Ty::Local(def, args))
    }

    /// A trait as a bound: the package's own through the facade, others by their public path.
    fn trait_text(&mut self, krate: usize, path: &Path, subst: &Subst) -> Option<String> {
        let name = match self.world.target(krate, path.id) {
            Target::Known(def) => {
                self.pairs.get(&def)?;
                format!("subject::{}", self.facade(def)?)
            }
            Target::Foreign(full) => std_trait(&full)?,
        };
        let args = arguments(self.world, krate, path, subst);
        if args.is_empty() {
            return Some(name);
        }
        let texts: Option<Vec<String>> = args.iter().map(|arg| self.type_text(arg)).collect();
        Some(format!("{name}<{}>", texts?.join(", ")))
    }
}

/// `core::iter::traits::iterator::Iterator` is `std::iter::Iterator` to users.
fn std_trait(full: &str) -> Option<String> {
    let parts: Vec<&str> = full.split("::").collect();
    let [first, second, .., last] = parts[..] else {
        return None;
    };
    let std = matches!(first, "core" | "alloc" | "std") && !INNER_TRAITS.contains(&last);
    if AUTO[3..].contains(&last) {
        return Some(format!("std::panic::{last}"));
    }
    std.then(|| format!("std::{second}::{last}"))
}

fn has(of: &str, bound: &str) -> String {
    format!("const _: () = {{ fn has<T: ?Sized + {bound}>() {{}} let _ = has::<{of}>; }};")
}

/// Two impls fit a type that has the trait, and then the compiler can't tell which is meant.
fn lacks(of: &str, bound: &str) -> String {
    format!(
        "const _: () = {{ trait Lacks<A> {{ fn it() {{}} }} struct Has; impl<T: ?Sized> Lacks<()> for T {{}} impl<T: ?Sized + {bound}> Lacks<Has> for T {{}} let _ = <{of} as Lacks<_>>::it; }};"
    )
}

#[cfg(test)]
mod tests {
    use ripout_model::{Made, testing::PlainHost};

    use super::*;
    use crate::{fixture, harness};

    const TEXT: &str = r#"
use std::marker::PhantomData;

/// Stays where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound { id: u32, tie: PhantomData<*const ()> }

/// Goes anywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Free { id: u32, tie: PhantomData<()> }

/// Says its number.
pub trait Numbered { fn number(&self) -> u32; }

impl Numbered for Free { fn number(&self) -> u32 { self.id } }

impl Bound { pub fn new(id: u32) -> Self { Bound { id, tie: PhantomData } } }
impl Free { pub fn new(id: u32) -> Self { Free { id, tie: PhantomData } } }
impl From<Bound> for Free { fn from(bound: Bound) -> Self { Free::new(bound.id) } }
"#;

    fn made(text: &str) -> Made {
        let fixture = fixture::open(
            TEXT,
            &["fixture::Bound", "fixture::Free", "fixture::Numbered"],
        );
        let candidate = fixture::candidate(&fixture.original, text);
        // The gate would say the same of the compiler's account: here the harness is asked alone.
        harness::harness(
            &fixture.original,
            &candidate,
            ripout_model::Drive::Inside,
            &PlainHost,
        )
        .expect("it can be asked")
    }

    fn unviable(from: &str, to: &str) -> String {
        let text = TEXT.replacen(from, to, 1);
        assert_ne!(text, TEXT);
        match made(&text) {
            Made::Unviable(why) => why,
            Made::Ready(_) => panic!("`{to}` was let through"),
        }
    }

    #[test]
    fn the_original_s_own_text_holds_and_says_what_was_asserted() {
        let Made::Ready(harness) = made(TEXT) else {
            panic!("the same text is no other API")
        };
        for line in [
            "has::<subject::Free>",
            "T: ?Sized + std::marker::Send",
            "<subject::Bound as Lacks<_>>",
            "T: ?Sized + std::convert::From<subject::Bound>",
            "T: ?Sized + subject::Numbered",
        ] {
            assert!(harness.driver.text.contains(line), "{line}");
        }
    }

    #[test]
    fn a_trait_that_is_gained_or_lost_does_not_compile() {
        let send = unviable("PhantomData<()>", "PhantomData<*const ()>");
        assert!(send.contains("between threads safely"), "{send}");
        let no_send = unviable("PhantomData<*const ()>", "PhantomData<()>");
        assert!(no_send.contains("Lacks<_>"), "{no_send}");
        let clone = unviable("Debug, Clone, PartialEq", "Debug, PartialEq");
        assert!(clone.contains("Clone"), "{clone}");
        let copy = unviable("Debug, Clone, PartialEq", "Debug, Clone, Copy, PartialEq");
        assert!(copy.contains("Lacks<_>"), "{copy}");
        let own = unviable(
            "impl Numbered for Free { fn number(&self) -> u32 { self.id } }",
            "",
        );
        assert!(own.contains("Numbered"), "{own}");
    }

    #[test]
    fn traits_are_named_as_users_name_them() {
        let named = |full: &str| std_trait(full);
        assert_eq!(
            named("core::iter::traits::iterator::Iterator").as_deref(),
            Some("std::iter::Iterator")
        );
        assert_eq!(
            named("core::panic::unwind_safe::UnwindSafe").as_deref(),
            Some("std::panic::UnwindSafe")
        );
        assert_eq!(named("core::marker::Freeze"), None);
        assert_eq!(named("serde::ser::Serialize"), None);
    }
}
