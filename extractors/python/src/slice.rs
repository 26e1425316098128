//! The closure of the symbols, statement by statement, as one module of the author's text.
//!
//! * [`order`]: the statements in the order that importing the original runs them
//! * [`closure`]: the statements that the symbols reach
//! * [`effects`]: statements that are reached without a name, because they change what is reached
//! * [`naming`]: the name that each thing has in the module, with clashes settled
//! * [`lookups`]: what is looked up by strings: data files, versions, modules, plug-ins

pub mod closure;
pub mod effects;
pub mod lookups;
pub mod naming;
pub mod order;
pub mod stars;

use ripout_model::{Host, Note, Slice, Stop};

use crate::{assemble, original::PythonOriginal, parse::lines::code_lines, refuse, resolve::World};

/// Slices an original.
pub fn slice(original: &PythonOriginal, host: &dyn Host) -> Result<Slice, Stop> {
    let mut world = World::new(original);
    let closure = loop {
        let closure = closure::Closure::of(&mut world, original, host)?;
        if !stars::ask(&mut world, original, host)? {
            break closure;
        }
    };
    refuse::closure(&closure, original)?;
    let order = order::Order::of(&mut world, original, &closure);
    let names = naming::Names::of(&mut world, original, &closure, &order);
    let mut slice = assemble::assemble(&mut world, original, &closure, &order, &names)?;
    little_gain(original, &mut slice);
    slice.notes.sort();
    slice.notes.dedup();
    Ok(slice)
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
