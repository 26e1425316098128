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

/// A symbol whose text is not what runs.
pub fn substituted(name: &str, file: &str) -> Reason {
    Reason::new(
        ReasonCode::NativeCode,
        format!(
            "what is imported as `{name}` is compiled code; the package's text of that name is only its substitute"
        ),
    )
    .at(file, 1)
    .help("where a slice of the text is wanted, name the symbol by the module that holds the text")
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
