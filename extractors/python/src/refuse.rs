//! What can't be ripped out, said with its place and with what the user can do.

use ripout_model::{Package, Reason, ReasonCode, Stop};

use crate::{original::PythonOriginal, slice::closure::Closure};

/// Text without any licence may not be copied.
pub fn without_licence(package: &Package) -> Result<(), Stop> {
    if package.licence.is_some() {
        return Ok(());
    }
    Err(Stop::Refused(
        Reason::new(
            ReasonCode::LicenceMissing,
            format!(
                "{} states no licence and ships no licence text",
                package.id()
            ),
        )
        .help("ask its authors for a licence: without one its text may not be copied"),
    ))
}

/// What the closure met that can't be taken, and text of other packages that may not be copied.
pub fn closure(closure: &Closure, original: &PythonOriginal) -> Result<(), Stop> {
    if let Some(reason) = &closure.refusal {
        return Err(Stop::Refused(reason.clone()));
    }
    for index in &closure.data.packages {
        without_licence(&original.packages[*index])?;
    }
    Ok(())
}
