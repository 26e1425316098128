//! What a distribution says of its licence, and where the texts lie.

use std::path::Path;

/// Core metadata (`METADATA`, `PKG-INFO`): headers in order, the body left out.
pub fn headers(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            found.push((name.trim().to_ascii_lowercase(), value.trim().to_string()));
        }
    }
    found
}

/// The licence as metadata states it: an expression, else the field, else the classifiers.
pub fn stated(headers: &[(String, String)]) -> Option<String> {
    let value = |wanted: &str| {
        headers
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
            .filter(|value| !matches!(*value, "" | "UNKNOWN" | "None"))
    };
    if let Some(expression) = value("license-expression") {
        return Some(expression.to_string());
    }
    let classifiers = from_classifiers(
        headers
            .iter()
            .filter(|(name, _)| name == "classifier")
            .map(|(_, value)| value.as_str()),
    );
    // Some put the whole text into the field: its classifiers, or the name on its first line, say it shorter.
    match value("license") {
        Some(field) if !field.contains('\n') && field.len() <= 100 => Some(field.to_string()),
        Some(field) => classifiers
            .or_else(|| recognised(field).map(str::to_string))
            .or_else(|| {
                field
                    .lines()
                    .next()
                    .map(|line| line.chars().take(100).collect())
            }),
        None => classifiers,
    }
}

/// The names in `License ::` classifiers, joined.
pub fn from_classifiers<'a>(classifiers: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = classifiers
        .filter_map(|classifier| classifier.strip_prefix("License ::"))
        .filter_map(|rest| rest.rsplit("::").next())
        .map(str::trim)
        .filter(|name| *name != "OSI Approved" && !name.is_empty())
        .collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// A licence known by the words of its text.
pub fn recognised(text: &str) -> Option<&'static str> {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let has = |words: &str| text.contains(words);
    if has("Apache License") && has("Version 2.0") {
        Some("Apache-2.0")
    } else if has("Permission is hereby granted, free of charge") {
        Some("MIT")
    } else if has("Redistribution and use in source and binary forms") {
        Some(if has("endorse or promote") {
            "BSD-3-Clause"
        } else {
            "BSD-2-Clause"
        })
    } else if has("Permission to use, copy, modify, and/or distribute") {
        Some("ISC")
    } else if has("Mozilla Public License") {
        Some("MPL-2.0")
    } else if has("GNU LESSER GENERAL PUBLIC LICENSE") {
        Some("LGPL")
    } else if has("GNU AFFERO GENERAL PUBLIC LICENSE") {
        Some("AGPL")
    } else if has("GNU GENERAL PUBLIC LICENSE") {
        Some("GPL")
    } else if has("free and unencumbered software released into the public domain") {
        Some("Unlicense")
    } else if has("PYTHON SOFTWARE FOUNDATION LICENSE") {
        Some("PSF-2.0")
    } else {
        None
    }
}

/// Whether a file's name says that it is a licence text.
pub fn is_licence_file(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    [
        "LICENSE",
        "LICENCE",
        "COPYING",
        "NOTICE",
        "UNLICENSE",
        "COPYRIGHT",
    ]
    .iter()
    .any(|word| upper.starts_with(word))
        && !upper.ends_with(".PY")
}

/// Licence files right below a folder, or below its folders for licences, relative to it, sorted.
pub fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |folder: &Path, all: bool| {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().is_ok_and(|kind| kind.is_file())
                && (all || is_licence_file(&name))
                && let Ok(path) = entry.path().strip_prefix(root)
            {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    };
    look(root, false);
    for folder in ["licenses", "LICENSES", "license_files"] {
        look(&root.join(folder), true);
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_wins_over_field_and_classifiers() {
        let metadata = headers(
            "Name: a\nLicense: BSD\nLicense-Expression: MIT\nClassifier: License :: OSI Approved :: BSD License\n\nbody",
        );
        assert_eq!(stated(&metadata).as_deref(), Some("MIT"));
    }

    #[test]
    fn a_whole_text_in_the_field_gives_way_to_the_classifier() {
        let metadata = headers(
            "Name: a\nLicense: Copyright (c) us\n        All rights reserved\nClassifier: License :: OSI Approved :: BSD License\n",
        );
        assert_eq!(stated(&metadata).as_deref(), Some("BSD License"));
    }

    #[test]
    fn unknown_is_no_licence() {
        assert_eq!(stated(&headers("Name: a\nLicense: UNKNOWN\n")), None);
    }
}
