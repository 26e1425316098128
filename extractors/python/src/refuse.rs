//! What can't be ripped out, said with its place and with what the user can do.

use ripout_model::{Package, Reason, ReasonCode, Stop};

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
