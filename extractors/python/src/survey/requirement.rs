//! A requirement as manifests write it: name, extras, version, address, environment marker.

use crate::manifest::distribution::normalised;

use super::marker::Marker;

/// `requests[socks]>=2.8; python_version < "3.12"`, in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// As it is written.
    pub name: String,
    /// The name as comparisons want it.
    pub key: String,
    /// Extras that are asked for, as comparisons want them.
    pub extras: Vec<String>,
    /// `>=2.8`, or an address; empty where any will do.
    pub version: String,
    /// What stands behind the semicolon.
    pub marker: Option<String>,
}

impl Requirement {
    /// A requirement that is no more than a name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            key: normalised(name),
            extras: Vec::new(),
            version: String::new(),
            marker: None,
        }
    }

    /// Reads one; `None` where it begins with no name.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text
            .find(|letter: char| {
                !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
            })
            .unwrap_or(text.len());
        let name = text[..end].trim_end_matches(['.', '-', '_']);
        if name.is_empty() || !name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
            return None;
        }
        let mut found = Self::named(name);
        let mut rest = text[end..].trim_start();
        if let Some(inner) = rest.strip_prefix('[') {
            let (extras, behind) = inner.split_once(']')?;
            found.extras = extras
                .split(',')
                .map(|extra| normalised(extra.trim()))
                .filter(|extra| !extra.is_empty())
                .collect();
            rest = behind.trim_start();
        }
        // A semicolon belongs to an address unless a blank stands before it.
        let cut = if rest.starts_with('@') {
            rest.find(" ;")
        } else {
            rest.find(';')
        };
        let (version, marker) = match cut {
            Some(at) => (&rest[..at], rest[at..].trim_start_matches([' ', ';'])),
            None => (rest, ""),
        };
        let version = version.trim();
        let begins = |letter: char| "(<>=!~@".contains(letter);
        // What follows a name without an operator is a sentence, no requirement.
        if !version.is_empty() && !version.starts_with(begins) {
            return None;
        }
        found.version = version.trim_matches(['(', ')']).trim().to_owned();
        found.marker = (!marker.trim().is_empty()).then(|| marker.trim().to_owned());
        Some(found)
    }

    /// The version as Poetry wants it.
    pub fn version_or_any(&self) -> &str {
        match &self.version[..] {
            "" => "*",
            version => version,
        }
    }

    /// The one version that it allows.
    pub fn pinned(&self) -> Option<&str> {
        let version = self.version.trim_start_matches('=').trim();
        let exact = self.version.starts_with("==")
            && !version.contains([',', '*', '<', '>', '!', '~'])
            && !version.is_empty();
        exact.then_some(version)
    }

    /// The marker as a condition.
    pub fn condition(&self) -> Marker {
        self.marker.as_deref().map_or(Marker::Always, Marker::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_told_apart() {
        let read = Requirement::read(
            "Requests_Toolbelt [socks, Security_X] (>=2.8,<3) ; python_version < '3.12'",
        )
        .unwrap();
        assert_eq!(read.name, "Requests_Toolbelt");
        assert_eq!(read.key, "requests-toolbelt");
        assert_eq!(read.extras, ["socks", "security-x"]);
        assert_eq!(read.version, ">=2.8,<3");
        assert_eq!(read.marker.as_deref(), Some("python_version < '3.12'"));
        assert_eq!(read.pinned(), None);
    }

    #[test]
    fn an_address_keeps_its_semicolons() {
        let read = Requirement::read("dep @ https://x.test/a;b.zip ; os_name == 'nt'").unwrap();
        assert_eq!(read.version, "@ https://x.test/a;b.zip");
        assert_eq!(read.marker.as_deref(), Some("os_name == 'nt'"));
        assert_eq!(Requirement::read("a sentence"), None);
        assert_eq!(Requirement::read("-e ."), None);
    }

    #[test]
    fn only_one_exact_version_is_a_pin() {
        let pin =
            |text: &str| Requirement::read(text).and_then(|read| read.pinned().map(str::to_owned));
        assert_eq!(pin("a==1.2"), Some("1.2".into()));
        assert_eq!(pin("a==1.*"), None);
        assert_eq!(pin("a>=1"), None);
    }
}
