//! Licences as packages spell them, read as SPDX expressions.
//!
//! A spelling that is not in the list is no expression: nothing is guessed from a part of a name.

use spdx::{Expression, ParseMode};

/// Old identifiers and `/` are taken. The crate's own list of loose names is not: it reads too much into them.
const MODE: ParseMode = ParseMode {
    allow_slash_as_or_operator: true,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// Spellings without case, and what they mean. Where a name leaves open which of two licences is meant, the one that asks
/// for more stands here.
const SPELLINGS: [(&str, &str); 119] = [
    ("0bsd", "0BSD"),
    ("academic free license", "AFL-3.0"),
    ("afl-3.0", "AFL-3.0"),
    ("agpl", "AGPL-1.0-or-later"),
    ("agplv3", "AGPL-3.0-only"),
    ("agplv3+", "AGPL-3.0-or-later"),
    ("apache", "Apache-2.0"),
    ("apache 2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache license", "Apache-2.0"),
    ("apache license 2", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("apache license v2", "Apache-2.0"),
    ("apache license v2.0", "Apache-2.0"),
    ("apache license version 2.0", "Apache-2.0"),
    ("apache software", "Apache-2.0"),
    ("apache software license", "Apache-2.0"),
    ("apache software license 2.0", "Apache-2.0"),
    ("apache software license version 2.0", "Apache-2.0"),
    ("apache-2", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache2.0", "Apache-2.0"),
    ("asl 2.0", "Apache-2.0"),
    ("boost", "BSL-1.0"),
    ("boost software license 1.0", "BSL-1.0"),
    ("boost software license 1.0 (bsl-1.0)", "BSL-1.0"),
    ("bsd", "BSD-3-Clause"),
    ("bsd 2-clause", "BSD-2-Clause"),
    ("bsd 2-clause license", "BSD-2-Clause"),
    ("bsd 3", "BSD-3-Clause"),
    ("bsd 3 clause", "BSD-3-Clause"),
    ("bsd 3-clause", "BSD-3-Clause"),
    ("bsd 3-clause license", "BSD-3-Clause"),
    ("bsd license", "BSD-3-Clause"),
    ("bsd-2", "BSD-2-Clause"),
    ("bsd-3", "BSD-3-Clause"),
    ("bsd-like", "BSD-3-Clause"),
    ("bsd2", "BSD-2-Clause"),
    ("bsd3", "BSD-3-Clause"),
    ("cc0", "CC0-1.0"),
    (
        "cc0 1.0 universal (cc0 1.0) public domain dedication",
        "CC0-1.0",
    ),
    ("eclipse public license 1.0 (epl-1.0)", "EPL-1.0"),
    ("eclipse public license 2.0 (epl-2.0)", "EPL-2.0"),
    ("european union public licence 1.2 (eupl 1.2)", "EUPL-1.2"),
    ("gnu affero general public license v3", "AGPL-3.0-only"),
    (
        "gnu affero general public license v3 or later (agplv3+)",
        "AGPL-3.0-or-later",
    ),
    ("gnu general public license (gpl)", "GPL-1.0-or-later"),
    ("gnu general public license v2 (gplv2)", "GPL-2.0-only"),
    (
        "gnu general public license v2 or later (gplv2+)",
        "GPL-2.0-or-later",
    ),
    ("gnu general public license v3", "GPL-3.0-only"),
    ("gnu general public license v3 (gplv3)", "GPL-3.0-only"),
    (
        "gnu general public license v3 or later (gplv3+)",
        "GPL-3.0-or-later",
    ),
    ("gnu gpl", "GPL-1.0-or-later"),
    ("gnu gpl v2", "GPL-2.0-only"),
    ("gnu gpl v3", "GPL-3.0-only"),
    ("gnu gplv3", "GPL-3.0-only"),
    (
        "gnu lesser general public license v2 (lgplv2)",
        "LGPL-2.0-only",
    ),
    (
        "gnu lesser general public license v2 or later (lgplv2+)",
        "LGPL-2.0-or-later",
    ),
    (
        "gnu lesser general public license v3 (lgplv3)",
        "LGPL-3.0-only",
    ),
    (
        "gnu lesser general public license v3 or later (lgplv3+)",
        "LGPL-3.0-or-later",
    ),
    ("gnu lgpl", "LGPL-2.0-or-later"),
    (
        "gnu library or lesser general public license (lgpl)",
        "LGPL-2.0-or-later",
    ),
    ("gpl", "GPL-1.0-or-later"),
    ("gpl v2", "GPL-2.0-only"),
    ("gpl v2+", "GPL-2.0-or-later"),
    ("gpl v3", "GPL-3.0-only"),
    ("gpl v3+", "GPL-3.0-or-later"),
    ("gpl-2", "GPL-2.0-only"),
    ("gpl-3", "GPL-3.0-only"),
    ("gpl2", "GPL-2.0-only"),
    ("gpl3", "GPL-3.0-only"),
    ("gplv2", "GPL-2.0-only"),
    ("gplv2+", "GPL-2.0-or-later"),
    ("gplv3", "GPL-3.0-only"),
    ("gplv3+", "GPL-3.0-or-later"),
    ("historical permission notice and disclaimer (hpnd)", "HPND"),
    ("isc", "ISC"),
    ("isc license", "ISC"),
    ("isc license (iscl)", "ISC"),
    ("iscl", "ISC"),
    ("lgpl", "LGPL-2.0-or-later"),
    ("lgplv2", "LGPL-2.0-only"),
    ("lgplv2+", "LGPL-2.0-or-later"),
    ("lgplv2.1", "LGPL-2.1-only"),
    ("lgplv2.1+", "LGPL-2.1-or-later"),
    ("lgplv3", "LGPL-3.0-only"),
    ("lgplv3+", "LGPL-3.0-or-later"),
    ("mit", "MIT"),
    ("mit licence", "MIT"),
    ("mit license", "MIT"),
    ("mit no attribution license (mit-0)", "MIT-0"),
    ("mit-license", "MIT"),
    ("modified bsd", "BSD-3-Clause"),
    ("modified bsd license", "BSD-3-Clause"),
    ("mozilla public license 1.1 (mpl 1.1)", "MPL-1.1"),
    ("mozilla public license 2.0", "MPL-2.0"),
    ("mozilla public license 2.0 (mpl 2.0)", "MPL-2.0"),
    ("mozilla public license version 2.0", "MPL-2.0"),
    ("mpl 2.0", "MPL-2.0"),
    ("mpl2", "MPL-2.0"),
    ("mpl-2", "MPL-2.0"),
    ("mplv2.0", "MPL-2.0"),
    ("new bsd", "BSD-3-Clause"),
    ("new bsd license", "BSD-3-Clause"),
    ("psf", "PSF-2.0"),
    ("psf license", "PSF-2.0"),
    ("psfl", "PSF-2.0"),
    ("python software foundation license", "PSF-2.0"),
    ("revised bsd", "BSD-3-Clause"),
    ("simplified bsd", "BSD-2-Clause"),
    ("simplified bsd license", "BSD-2-Clause"),
    ("the mit license", "MIT"),
    ("the mit license (mit)", "MIT"),
    ("the unlicense", "Unlicense"),
    ("the unlicense (unlicense)", "Unlicense"),
    ("university of illinois/ncsa open source license", "NCSA"),
    ("zlib", "Zlib"),
    ("zlib/libpng license", "Zlib"),
    ("zope public license", "ZPL-2.1"),
];

/// What a package states, as an expression; `None` where that can't be told.
pub fn expression(stated: &str) -> Option<Expression> {
    let stated = stated.trim();
    Expression::parse_mode(stated, MODE)
        .ok()
        .or_else(|| Expression::parse_mode(&respelt(stated)?, MODE).ok())
}

/// An identifier as the list of SPDX has it: `mit` is `MIT`.
pub fn identifier(word: &str) -> Option<&'static str> {
    let wanted = word.trim();
    spdx::identifiers::LICENSES
        .iter()
        .find(|licence| licence.name.eq_ignore_ascii_case(wanted))
        .map(|licence| licence.name)
}

/// Names joined by words or signs, each spelt as SPDX does. What lists without saying "or" means that all apply.
fn respelt(stated: &str) -> Option<String> {
    if let Some(one) = one(stated) {
        return Some(one);
    }
    let lower = stated.to_lowercase();
    // Lower case may take other bytes than the text had; such a text is no licence's name.
    if lower.len() != stated.len() || !stated.is_ascii() {
        return None;
    }
    for (sign, word) in [
        ("; ", " AND "),
        (" or ", " OR "),
        (" and ", " AND "),
        (" & ", " AND "),
        (", ", " AND "),
        ("/", " OR "),
    ] {
        if !lower.contains(sign) {
            continue;
        }
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, _) in lower.match_indices(sign) {
            parts.push(&stated[from..at]);
            from = at + sign.len();
        }
        parts.push(&stated[from..]);
        let spelt: Option<Vec<String>> = parts
            .into_iter()
            .map(|part| {
                let part = expression(part)?;
                Some(format!("({})", canonical(&part)))
            })
            .collect();
        return Some(spelt?.join(word));
    }
    None
}

/// One licence's name.
fn one(stated: &str) -> Option<String> {
    let plain: String = stated
        .to_lowercase()
        .replace(',', "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let plain = plain.trim_end_matches('.');
    SPELLINGS
        .iter()
        .find(|(spelling, _)| *spelling == plain)
        .map(|(_, meaning)| (*meaning).to_owned())
        .or_else(|| identifier(stated).map(str::to_owned))
}

/// An expression as it reads once old spellings are gone.
pub fn canonical(expression: &Expression) -> String {
    let text = expression.as_ref();
    match Expression::canonicalize(text) {
        Ok(Some(text)) => text,
        Ok(None) | Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stated: &str) -> String {
        expression(stated).map_or("?".to_owned(), |read| format!("{read:?}"))
    }

    #[test]
    fn expressions_and_old_spellings_are_read() {
        for (stated, meant) in [
            ("MIT OR Apache-2.0", "MIT Apache-2.0 OR"),
            ("MIT/Apache-2.0", "MIT Apache-2.0 OR"),
            ("Unlicense/MIT", "Unlicense MIT OR"),
            ("Apache 2.0", "Apache-2.0"),
            ("Apache License, Version 2.0", "Apache-2.0"),
            ("MIT License", "MIT"),
            ("mit", "MIT"),
            ("BSD", "BSD-3-Clause"),
            ("MIT License; Apache Software License", "MIT Apache-2.0 AND"),
            ("Apache 2.0 or MIT", "Apache-2.0 MIT OR"),
            ("GPL-3.0+", "GPL-3.0-or-later"),
            ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
            ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
            (
                "Apache-2.0 WITH LLVM-exception",
                "Apache-2.0 WITH LLVM-exception",
            ),
        ] {
            assert_eq!(read(stated), meant, "{stated}");
        }
    }

    #[test]
    fn what_is_in_no_list_is_not_guessed() {
        for stated in [
            "",
            "Proprietary",
            "Other/Proprietary License",
            "see LICENSE",
            "MIT-ish",
            "MIT and our own",
        ] {
            assert_eq!(read(stated), "?", "{stated}");
        }
    }

    #[test]
    fn every_spelling_is_without_case_and_means_an_identifier() {
        for (spelling, meaning) in SPELLINGS {
            assert_eq!(spelling, spelling.to_lowercase());
            assert!(Expression::parse(meaning).is_ok(), "{meaning}");
        }
    }
}
