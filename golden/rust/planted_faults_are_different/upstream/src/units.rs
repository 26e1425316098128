//! What the units are worth.

/// Metres for one of each unit.
static UNITS: &[(&str, f64)] = &[
    ("", 1.0),
    ("m", 1.0),
    ("cm", 0.01),
    ("mm", 0.001),
    ("km", 1000.0),
    ("in", 0.0254),
    ("ft", 0.3048),
];

pub(crate) fn factor(unit: &str) -> Option<f64> {
    UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor)
}

pub(crate) fn names() -> Vec<&'static str> {
    UNITS.iter().map(|(name, _)| *name).collect()
}
