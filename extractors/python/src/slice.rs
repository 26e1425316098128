//! The closure of the symbols, statement by statement, as one module of the author's text.
//!
//! * [`order`]: the statements in the order that importing the original runs them
//! * [`closure`]: the statements that the symbols reach
//! * [`effects`]: statements that are reached without a name, because they change what is reached
//! * [`flags`]: what the platform's standard library has, where conditions ask for it
//! * [`naming`]: the name that each thing has in the module, with clashes settled
//! * [`by_name`]: modules that are imported by names made at run time
//! * [`check`]: whether the slice can be imported by itself
//! * [`lookups`]: what is looked up by strings: data files, versions, modules, plug-ins

pub mod by_name;
pub mod check;
pub mod closure;
pub mod effects;
pub mod flags;
pub mod lookups;
pub mod naming;
pub mod order;
pub mod stars;
#[cfg(test)]
mod tests;

use ripout_model::{Host, Note, Slice, Stop};

use crate::{
    assemble, gate, original::PythonOriginal, parse::lines::code_lines, refuse, resolve::World,
};

/// Slices an original.
pub fn slice(original: &PythonOriginal, host: &dyn Host) -> Result<Slice, Stop> {
    let mut world = World::new(original);
    flags::ask(&mut world, original, host)?;
    let mut closure = loop {
        let closure = closure::Closure::of(&mut world, original, host)?;
        if !stars::ask(&mut world, original, host)? {
            break closure;
        }
    };
    refuse::closure(&closure, original)?;
    let (mut slice, mut lack) = ordered(&mut world, original, &closure, false, host)?;
    while !lack.missing.is_empty()
        && check::supply(&mut world, original, &mut closure, &slice, &lack, host)?
    {
        refuse::closure(&closure, original)?;
        (slice, lack) = ordered(&mut world, original, &closure, false, host)?;
    }
    if lack.failure.is_some() {
        // What functions import later may be needed while the import runs, by calls that reading can't follow.
        let (other, lack) = ordered(&mut world, original, &closure, true, host)?;
        if lack.failure.is_none() {
            slice = other;
        }
    }
    if slice
        .notes
        .iter()
        .any(|note| note.code == assemble::COMPILED)
        && let Some((name, file)) = gate::substituted(original, host)?
    {
        return Err(Stop::Refused(refuse::substituted(&name, &file)));
    }
    slice.unresolved = closure.unresolved.iter().cloned().collect();
    little_gain(original, &mut slice);
    slice.notes.sort();
    slice.notes.dedup();
    Ok(slice)
}

/// Statements that are moved to the front of others on the interpreter's word; more would go round in circles.
const MOVED: usize = 2000;

/// A closure as a module, in an order that the interpreter can import where there is one.
fn ordered(
    world: &mut World,
    original: &PythonOriginal,
    closure: &closure::Closure,
    later_first: bool,
    host: &dyn Host,
) -> Result<(Slice, check::Lack), Stop> {
    let mut sooner = Vec::new();
    loop {
        let order = order::Order::of(world, original, closure, later_first, &sooner);
        let names = naming::Names::of(world, original, closure, &order);
        let slice = assemble::assemble(world, original, closure, &order, &names)?;
        let lack = check::lack(&slice, original, host)?;
        let before = sooner.len();
        for pair in check::sooner(&lack, &slice, closure, &order, &names) {
            if !sooner.contains(&pair) {
                sooner.push(pair);
            }
        }
        if sooner.len() == before || sooner.len() > MOVED {
            return Ok((slice, lack));
        }
    }
}

/// Says so where most of the package had to be taken.
fn little_gain(original: &PythonOriginal, slice: &mut Slice) {
    let taken = code_lines(&slice.module.files[0].bytes);
    let package = &original.packages[0];
    let whole: u32 = package
        .files
        .iter()
        .filter_map(|file| package.read(file).ok())
        .map(|bytes| code_lines(&bytes))
        .sum();
    if whole > 0 && taken * 5 > whole * 3 {
        slice.notes.push(Note::new(
            "little_gain",
            format!(
                "the symbol needs {taken} of {whole} lines of {}: little is gained",
                package.id()
            ),
        ));
    }
}
