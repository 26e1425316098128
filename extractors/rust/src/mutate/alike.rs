//! Mutants that nothing can tell from the module: the compiler makes the same code of them.
//!
//! The copy with all switches is compiled again, with one switch thrown for good at a time: where what comes out is, to the
//! letter, what comes out with none thrown, the change is none. The same text is compiled each time, so places in messages
//! are the same as well.
//!
//! That says nothing of a mutant whose code is not made at all: a generic function is compiled where it is used. So a
//! copy in which each switch is a call that the compiler can't see through has to show that call in the body of the
//! mutant's own function, and the function must not be generic.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::{Duration, Instant};

use quote::ToTokens;
use ripout_model::{Command, Host, Mutant, Stop};
use syn::{
    spanned::Spanned,
    visit::{self, Visit},
};

use super::{build::Planter, walk};

/// One compilation is given so long.
const EACH: Duration = Duration::from_secs(20);

const PROBE: &str = "#![no_std]\npub const fn step() {}\npub const fn hit(_: u32) {}\npub const fn features() -> bool { true }\n";

/// Switches that the compiler can't see through.
const OPAQUE: &str = "#![no_std]
#![feature(core_intrinsics, const_eval_select)]
#![allow(internal_features)]
extern \"C\" { fn ripout_reached(number: u32) -> bool; }
#[inline(always)]
pub const fn on(number: u32) -> bool { core::intrinsics::const_eval_select((number,), compiled, ran) }
const fn compiled(_number: u32) -> bool { false }
#[inline(always)]
fn ran(number: u32) -> bool { unsafe { ripout_reached(number) } }
";

/// The numbers of those mutants that are the module itself.
pub fn alike(
    planter: &Planter,
    mutants: &[&Mutant],
    until: Instant,
    host: &dyn Host,
) -> Result<BTreeSet<u32>, Stop> {
    let mut found = BTreeSet::new();
    let homes = homes(planter, mutants);
    // What the module keeps as a dependency is not built here.
    if homes.is_empty() || planter.keeps {
        return Ok(found);
    }
    let folder = host.folder("alike")?;
    let edition = planter
        .manifest
        .split_once("edition = \"")
        .and_then(|(_, rest)| rest.get(..4));
    let edition = edition.unwrap_or("2021");
    folder.write("probe.rs", PROBE.as_bytes())?;
    // A confined compiler sees no work folder but its own.
    let others = planter.others.iter().map(|(name, _)| name.as_str());
    for name in others.chain(["lib.rs", &planter.file]) {
        let bytes = planter.folder.read(&format!("members/mutated/{name}"))?;
        folder.write(&format!("mutated/{name}"), &bytes)?;
    }
    let rustc = |name: &str| {
        Command::new("rustc", folder.path())
            .args([
                "--crate-type",
                "rlib",
                "--cap-lints",
                "allow",
                "--crate-name",
                name,
            ])
            .wall(EACH)
    };
    let small = |name: &str, file: &str| rustc(name).args(["--edition", "2021", "-O", file]);
    if !host.run(&small("ripout_probe", "probe.rs"))?.ok() {
        return Ok(found);
    }
    let compiled = |switches: &str, kind: &str| -> Result<Option<String>, Stop> {
        folder.write("switches.rs", switches.as_bytes())?;
        let switches =
            small("ripout_mutant", "switches.rs").env("RUSTC_BOOTSTRAP", "ripout_mutant");
        if !host.run(&switches)?.ok() {
            return Ok(None);
        }
        let module = rustc("ripout_mutated")
            .args([
                "--edition",
                edition,
                "--emit",
                &format!("{kind}=module.out"),
            ])
            .args(["-Copt-level=3", "-Ccodegen-units=1", "-Clink-dead-code"])
            .args([
                "-Coverflow-checks=on",
                "-Cdebug-assertions=on",
                "-Cdebuginfo=0",
            ])
            .args([
                "-L",
                ".",
                "--extern",
                "ripout_mutant",
                "--extern",
                "ripout_probe",
            ])
            .arg("mutated/lib.rs");
        if !host.run(&module)?.ok() {
            return Ok(None);
        }
        let bytes = folder.read("module.out")?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    };
    let thrown = |number: u32| {
        format!(
            "#![no_std]\n#[inline(always)]\npub const fn on(number: u32) -> bool {{ number == {number} }}\n"
        )
    };
    let Some(shown) = compiled(OPAQUE, "llvm-ir")? else {
        return Ok(found);
    };
    let shown = reached(&shown);
    let Some(module) = compiled(&thrown(u32::MAX), "asm")? else {
        return Ok(found);
    };
    for (number, function) in homes {
        if Instant::now() >= until {
            break;
        }
        let bodies = shown.get(&number);
        if !bodies.is_some_and(|bodies| bodies.iter().any(|body| is_of(body, &function))) {
            continue;
        }
        host.check()?;
        if compiled(&thrown(number), "asm")?.as_ref() == Some(&module) {
            found.insert(number);
        }
    }
    Ok(found)
}

/// Whether a symbol is that of a function, as far as its end tells: what is called so elsewhere in it is a module or a type.
fn is_of(symbol: &str, function: &str) -> bool {
    let mangled = format!("{}{function}", function.len());
    symbol.trim_end_matches('"').ends_with(&mangled) || symbol.contains(&format!("{mangled}17h"))
}

/// The functions that mutants stand in, by the mutant's number, where they are not generic.
fn homes(planter: &Planter, mutants: &[&Mutant]) -> BTreeMap<u32, String> {
    let mut homes = BTreeMap::new();
    let (Ok(file), Some(found)) = (
        syn::parse_file(&planter.text),
        walk::faults(&planter.text, &planter.platform),
    ) else {
        return homes;
    };
    let mut functions = Functions::default();
    functions.visit_file(&file);
    for mutant in mutants {
        let Some(fault) = found.faults.get(mutant.number as usize) else {
            continue;
        };
        let around = functions.found.iter();
        let innermost = around
            .filter(|(range, _)| range.contains(&fault.range.start))
            .min_by_key(|(range, _)| range.len());
        if let Some((_, Some(name))) = innermost {
            homes.insert(mutant.number, name.clone());
        }
    }
    homes
}

/// Functions with their names; those that are generic, or stand in what is, have none.
#[derive(Default)]
struct Functions {
    found: Vec<(Range<usize>, Option<String>)>,
    /// Whether what stands around is generic.
    generic: bool,
}

impl Functions {
    fn add(&mut self, range: Range<usize>, signature: &syn::Signature) {
        let open = |generics: &syn::Generics| {
            generics.type_params().next().is_some() || generics.const_params().next().is_some()
        };
        let implied = signature
            .to_token_stream()
            .into_iter()
            .any(|token| token.to_string() == "impl")
            || signature
                .inputs
                .to_token_stream()
                .to_string()
                .contains("impl ");
        let plain = !self.generic && !open(&signature.generics) && !implied;
        self.found
            .push((range, plain.then(|| signature.ident.to_string())));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(item.span().byte_range(), &item.sig);
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let generics = &item.generics;
        let open =
            generics.type_params().next().is_some() || generics.const_params().next().is_some();
        let outer = std::mem::replace(&mut self.generic, open);
        visit::visit_item_impl(self, item);
        self.generic = outer;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(item.span().byte_range(), &item.sig);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let outer = std::mem::replace(&mut self.generic, true);
        visit::visit_item_trait(self, item);
        self.generic = outer;
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.add(item.span().byte_range(), &item.sig);
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        // What a macro makes is unknown.
        self.found.push((item.span().byte_range(), None));
    }
}

/// Symbols of the bodies in which each switch is asked for.
fn reached(text: &str) -> BTreeMap<u32, BTreeSet<&str>> {
    let mut found: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
    let mut body = "";
    for line in text.lines() {
        if line.starts_with("define ") {
            body = line.split_once('@').map_or("", |(_, rest)| rest);
            body = body.split_once('(').map_or(body, |(name, _)| name);
        } else if let Some((_, rest)) = line.split_once("@ripout_reached(i32") {
            let number = rest
                .split_once(')')
                .and_then(|(of, _)| of.rsplit(' ').next());
            if let Some(number) = number.and_then(|number| number.parse().ok()) {
                found.entry(number).or_default().insert(body);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ripout_model::{Made, testing::PlainHost};

    use super::*;
    use crate::{fixture, harness};

    /// Of two equal numbers either is the larger one; and a generic function, of which no code is made.
    const TEXT: &str = "pub fn larger(a: u32, b: u32) -> u32 {\n    if a < b { b } else { a }\n}\n\npub fn none<T: Into<u64>>(of: T) -> bool {\n    of.into() < 1\n}\n";

    #[test]
    fn a_change_that_makes_the_same_code_is_none_and_a_generic_one_is_unknown() {
        let fixture = fixture::open(TEXT, &["fixture::larger", "fixture::none"]);
        let original = &fixture.original;
        let candidate = fixture::candidate(original, TEXT);
        let made = harness::harness(
            original,
            &candidate,
            ripout_model::Drive::Inside,
            &PlainHost,
        )
        .expect("it can be asked");
        let Made::Ready(harness) = made else {
            panic!("the same text is no other API")
        };
        let plant = harness.mutants.expect("Rust plants faults");
        let mutants = plant.plant(&PlainHost).expect("they are planted");
        let all: Vec<&Mutant> = mutants.planted.iter().collect();
        let until = Instant::now() + Duration::from_secs(100);
        let alike = plant
            .alike(&all, until, &PlainHost)
            .expect("it can be asked");
        let shown: Vec<(u32, &str, &str)> = mutants
            .planted
            .iter()
            .filter(|mutant| alike.contains(&mutant.number))
            .map(|mutant| (mutant.line, mutant.from.as_str(), mutant.to.as_str()))
            .collect();
        assert_eq!(shown, [(2, "a < b", "a <= b")]);
    }
}
