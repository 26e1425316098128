//! `setup.cfg`: what is installed, extras, entry points.

use ripout_model::DependencyKind;

use super::{Purpose, Reader};

const FILE: &str = "setup.cfg";

impl Reader<'_> {
    /// Reads the file, where there is one.
    pub(super) fn configuration(&mut self) {
        let Some(text) = self.text(FILE) else { return };
        let mut section = String::new();
        let mut key = String::new();
        for (at, whole) in text.lines().enumerate() {
            let line = at as u32 + 1;
            let plain = whole.split(" #").next().unwrap_or(whole).trim();
            if plain.is_empty() || plain.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = plain
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
                && !whole.starts_with([' ', '\t'])
            {
                section = name.trim().to_owned();
                key.clear();
                if section == "metadata" || section == "options" {
                    self.has_manifest(FILE);
                }
                if let Some(tool) = section.split([':', '.']).next() {
                    self.mention(FILE, line, tool, true);
                }
                continue;
            }
            let value = if whole.starts_with([' ', '\t']) && !key.is_empty() {
                plain
            } else if let Some((name, value)) = plain.split_once(['=', ':']) {
                key = name.trim().to_owned();
                value.trim()
            } else {
                continue;
            };
            if !value.is_empty() {
                self.configured(&section, &key, value, line);
            }
        }
    }

    fn configured(&mut self, section: &str, key: &str, value: &str, line: u32) {
        let purpose = match (section, key) {
            ("options", "install_requires") => Purpose::NORMAL,
            ("options", "tests_require") => Purpose::DEV,
            ("options", "setup_requires") => Purpose::BUILD,
            ("options.extras_require", extra) => {
                let purpose = Purpose::extra(extra.split(':').next().unwrap_or(extra));
                // Before markers were written behind a semicolon: `:python_version < "3"`.
                if extra.starts_with(':') {
                    Purpose::of(DependencyKind::Normal)
                } else {
                    purpose
                }
            }
            (
                "metadata",
                "name" | "description" | "author" | "license" | "keywords" | "classifiers",
            ) => {
                return;
            }
            _ => return self.mention(FILE, line, value, false),
        };
        if let Some(file) = value.strip_prefix("file:") {
            for name in file.split(',') {
                self.requirement_file(name.trim(), purpose);
            }
            return;
        }
        // A `;` separates requirements on one line only where no marker follows it.
        self.want(value, FILE, line, purpose);
    }
}
