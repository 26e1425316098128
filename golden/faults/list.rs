//! The lists of planted faults, and how one is planted.

use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
struct Faults {
    module: Vec<Module>,
}

#[derive(Deserialize)]
struct Module {
    row: String,
    fault: Vec<Fault>,
}

/// A change of a module that makes it behave otherwise.
#[derive(Deserialize, Clone)]
pub struct Fault {
    /// What people call such a mistake.
    #[allow(dead_code, reason = "not every test tells it")]
    pub kind: String,
    from: String,
    to: String,
    /// Which of several places, where there are several.
    nth: Option<usize>,
}

/// Each row of the corpus that has faults, with these in order.
pub fn faults() -> Result<Vec<(String, Vec<Fault>)>, String> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut all = Vec::new();
    for name in ["faults/rust.toml", "faults/python.toml"] {
        let text = std::fs::read_to_string(golden.join(name));
        let text = text.map_err(|error| format!("{name}: {error}"))?;
        let faults: Faults = toml::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        all.extend(faults.module.into_iter().map(|it| (it.row, it.fault)));
    }
    Ok(all)
}

impl Fault {
    /// A module's text with the fault in it.
    pub fn planted(&self, text: &str) -> Result<String, String> {
        // Faults are written with plain ends of lines.
        let mut text = text.replace("\r\n", "\n");
        let places: Vec<usize> = text.match_indices(&self.from).map(|(at, _)| at).collect();
        let at = match (&places[..], self.nth) {
            ([only], None) => *only,
            (places, Some(nth)) if nth <= places.len() => places[nth - 1],
            _ => {
                return Err(format!(
                    "the text stands {} times in the module",
                    places.len()
                ));
            }
        };
        text.replace_range(at..at + self.from.len(), &self.to);
        Ok(text)
    }
}
