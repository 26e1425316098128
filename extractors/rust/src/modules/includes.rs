//! What `include!`, `env!` and their like stand for.

use super::loader::{DEEPEST, Loader, join};
use crate::clean::{self};

impl Loader<'_> {
    /// `include!` where items stand.
    pub(super) fn include(
        &mut self,
        argument: &str,
        file: u32,
        module: u32,
        folder: &str,
        beside: &str,
        depth: usize,
    ) -> bool {
        if depth >= DEEPEST {
            return false;
        }
        let here = self.made.files[file as usize]
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        let Some((path, bytes)) = self.included(&here, argument) else {
            return false;
        };
        self.text(
            path,
            String::from_utf8_lossy(&bytes).into_owned(),
            module,
            folder,
            beside,
            depth + 1,
        );
        true
    }

    /// The file that the argument of an `include` names.
    fn included(&self, here: &str, argument: &str) -> Option<(String, Vec<u8>)> {
        let parts = clean::texts_of(argument);
        let mut path = String::new();
        let (mut from_output, mut from_root) = (false, false);
        for part in &parts {
            match part.as_str() {
                "OUT_DIR" if argument.contains("OUT_DIR") => from_output = true,
                "CARGO_MANIFEST_DIR" => from_root = true,
                part => path.push_str(part),
            }
        }
        // The variable may have been replaced already, see `inline`.
        if let Some(rest) = path.strip_prefix(OUT) {
            from_output = true;
            path = rest.to_owned();
        }
        if let Some(rest) = path.strip_prefix(ROOT) {
            from_root = true;
            path = rest.to_owned();
        }
        let path = path.trim_start_matches('/').to_owned();
        if from_output {
            let bytes = self.output.files.get(&path)?.clone();
            return Some((format!("OUT_DIR/{path}"), bytes));
        }
        if here.starts_with("OUT_DIR") {
            let bytes = self
                .output
                .files
                .get(join(here, &path).trim_start_matches("OUT_DIR/"))?
                .clone();
            return Some((join(here, &path), bytes));
        }
        let path = if from_root { path } else { join(here, &path) };
        let bytes = self.package.read(&path).ok()?;
        Some((path, bytes))
    }

    /// What `env!`, `include_str!` and their like stand for.
    pub(super) fn inline(&self, here: &str, name: &str, argument: &str) -> Option<String> {
        match name {
            "env" | "option_env" => {
                let variable = clean::texts_of(argument).into_iter().next()?;
                let value = self.variable(&variable)?;
                let literal = format!("{value:?}");
                Some(if name == "env" {
                    literal
                } else {
                    format!("Some({literal})")
                })
            }
            _ => {
                let Some((_, bytes)) = self.included(here, argument) else {
                    self.missed
                        .borrow_mut()
                        .push(format!("no file for {name}!({argument})"));
                    return None;
                };
                Some(match name {
                    "include_bytes" => clean::byte_literal(&bytes),
                    "include_str" => clean::text_literal(std::str::from_utf8(&bytes).ok()?),
                    _ => format!("{{ {} }}", String::from_utf8_lossy(&bytes).trim()),
                })
            }
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        let version = &self.package.version;
        let mut numbers = version.split(['.', '-', '+']);
        Some(match name {
            "CARGO_PKG_NAME" => self.package.name.clone(),
            "CARGO_PKG_VERSION" => version.clone(),
            "CARGO_PKG_VERSION_MAJOR" => numbers.next().unwrap_or("").to_owned(),
            "CARGO_PKG_VERSION_MINOR" => numbers.nth(1).unwrap_or("").to_owned(),
            "CARGO_PKG_VERSION_PATCH" => numbers.nth(2).unwrap_or("").to_owned(),
            "CARGO_PKG_LICENSE" => self.package.licence.clone().unwrap_or_default(),
            "CARGO_CRATE_NAME" => self.krate.lib_name.clone(),
            "OUT_DIR" if !self.output.files.is_empty() => OUT.to_owned(),
            _ => return self.output.env.get(name).cloned(),
        })
    }
}

/// Stands for the build script's output folder inside an inlined path.
const OUT: &str = "<OUT_DIR>";

/// Stands for the package's root inside an inlined path.
const ROOT: &str = "<ROOT>";
