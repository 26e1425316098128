//! The ledger as a bill of materials in CycloneDX 1.6, so that scanners still see text that was copied.
//!
//! It follows from the ledger and from the modules' text and from nothing else: it has no time and no number of its own.

use std::path::Path;

use ripout_model::{Failure, SourceKind};
use serde_json::{Map, Value, json};

use super::{
    compatible,
    ledger::{Entry, Ledger, hash},
};

/// The document.
pub fn document(folder: &Path, ledger: &Ledger) -> Result<String, Failure> {
    let components = ledger
        .modules
        .iter()
        .map(|entry| component(folder, entry))
        .collect::<Result<Vec<Value>, Failure>>()?;
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {"components": [{
                "type": "application",
                "name": "ripout",
                "version": env!("CARGO_PKG_VERSION"),
            }]},
        },
        "components": components,
    });
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|e| Failure::new("sbom", format!("write the document: {e}")))?;
    text.push('\n');
    Ok(text)
}

fn component(folder: &Path, entry: &Entry) -> Result<Value, Failure> {
    let path = folder.join(&entry.path);
    let bytes = std::fs::read(&path).map_err(|e| {
        Failure::new(
            "module_unreadable",
            format!("read {}: {e}", path.display()),
        )
        .help("`ripout.lock` names a module that is not there: delete its entry if the module was given up")
    })?;
    let now = hash(&bytes);
    let modified = now != entry.hash;
    let purl = purl(entry);
    let mut made = Map::new();
    let mut put = |name: &str, value: Value| {
        made.insert(name.to_owned(), value);
    };
    put("type", "library".into());
    put("bom-ref", format!("ripout:{}", entry.path).into());
    put("name", entry.package.clone().into());
    if let Some(version) = &entry.version {
        put("version", version.clone().into());
    }
    put(
        "description",
        format!(
            "{} of {}, copied into {}",
            entry.symbols.join(", "),
            entry.package,
            entry.path
        )
        .into(),
    );
    put("modified", modified.into());
    if let Some(purl) = &purl {
        put("purl", purl.clone().into());
    }
    let licences = entry.licence.as_deref().map(licences);
    if let Some(licences) = &licences {
        put("licenses", licences.clone());
    }
    let digest = now.trim_start_matches("sha256:");
    put("hashes", json!([{"alg": "SHA-256", "content": digest}]));
    let mut ancestor = json!({"type": "library", "name": entry.package});
    if let Some(version) = &entry.version {
        ancestor["version"] = version.clone().into();
    }
    if let Some(purl) = purl {
        ancestor["purl"] = purl.into();
    }
    if let Some(licences) = licences {
        ancestor["licenses"] = licences;
    }
    let mut notes = match &entry.written_by {
        None => vec![format!("Made again by: {}", entry.command)],
        Some(who) => vec![
            format!("Written by {who} after the text of its authors."),
            format!("That text is made again by: {}", entry.command),
        ],
    };
    notes.extend(entry.edits.iter().map(|edit| format!("Edit: {edit}")));
    if modified {
        notes.push("The module was edited since it was judged.".to_owned());
    }
    let mut pedigree = json!({"ancestors": [ancestor], "notes": notes.join("\n")});
    if let Some(revision) = &entry.revision {
        pedigree["commits"] = json!([{"uid": revision}]);
    }
    put("pedigree", pedigree);
    put(
        "evidence",
        json!({"occurrences": [{"location": entry.path}]}),
    );
    let definitions: Vec<Value> = entry
        .definitions
        .iter()
        .map(|taken| {
            let [first, last] = taken.lines;
            json!({
                "name": "ripout:definition",
                "value": format!("{} ({}/{}:{first}-{last})", taken.name, taken.package, taken.file),
            })
        })
        .collect();
    put("properties", definitions.into());
    Ok(made.into())
}

/// An address of the package, where its kind has one.
fn purl(entry: &Entry) -> Option<String> {
    let kind = match entry.kind {
        SourceKind::Crate => "cargo",
        SourceKind::Pypi => "pypi",
        SourceKind::Git | SourceKind::Folder => return None,
    };
    let name = match entry.kind {
        SourceKind::Pypi => entry.package.to_lowercase().replace('_', "-"),
        _ => entry.package.clone(),
    };
    let version = entry.version.as_deref()?;
    Some(format!(
        "pkg:{kind}/{}@{}",
        escaped(&name),
        escaped(version)
    ))
}

/// Text as an address holds it.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// An identifier, an expression, or a name that is neither.
fn licences(stated: &str) -> Value {
    match compatible::spelt(stated) {
        Some(spelt) if spdx::license_id(&spelt).is_some() => json!([{"license": {"id": spelt}}]),
        Some(spelt) => json!([{"expression": spelt}]),
        None => json!([{"license": {"name": stated}}]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::ledger::tests::entry;

    #[test]
    fn a_copy_is_a_component_with_its_pedigree() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::default();
        ledger.put(entry("a.rs", 1));
        assert_eq!(
            document(folder.path(), &ledger).unwrap_err().code,
            "module_unreadable"
        );
        std::fs::write(folder.path().join("a.rs"), "text").unwrap();
        let text = document(folder.path(), &ledger).unwrap();
        assert_eq!(text, document(folder.path(), &ledger).unwrap());
        let read: Value = serde_json::from_str(&text).unwrap();
        let component = &read["components"][0];
        assert_eq!(component["purl"], "pkg:cargo/strsim@0.11.1");
        assert_eq!(component["modified"], false);
        assert_eq!(component["licenses"][0]["license"]["id"], "MIT");
        assert_eq!(component["pedigree"]["ancestors"][0]["version"], "0.11.1");
        assert_eq!(component["evidence"]["occurrences"][0]["location"], "a.rs");
        assert_eq!(
            component["hashes"][0]["content"].as_str().unwrap().len(),
            64
        );
        std::fs::write(folder.path().join("a.rs"), "other").unwrap();
        let text = document(folder.path(), &ledger).unwrap();
        assert!(text.contains("\"modified\": true"));
    }

    #[test]
    fn addresses_and_licences_are_spelt_by_their_rules() {
        assert_eq!(escaped("1.0+a b"), "1.0%2Ba%20b");
        assert_eq!(
            licences("MIT/Apache-2.0")[0]["expression"],
            "MIT OR Apache-2.0"
        );
        assert_eq!(licences("our own")[0]["license"]["name"], "our own");
    }
}
