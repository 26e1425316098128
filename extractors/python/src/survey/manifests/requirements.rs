//! Files of requirements: `requirements.txt` and its kin, with what they include, pin and constrain.

use ripout_model::DependencyKind;

use super::{super::requirement::Requirement, Pin, Purpose, Reader, is_for_developers};

/// A requirement of such a file, with where it stands and who is said to require it.
struct Line {
    number: u32,
    text: String,
    via: Vec<String>,
}

impl Reader<'_> {
    /// Reads every such file beside the manifest and in a folder `requirements`.
    pub(super) fn requirement_files(&mut self) {
        let declares = self.into.wanted.iter().any(|wanted| {
            wanted.declared.member == self.member && wanted.declared.kind == DependencyKind::Normal
        });
        let mut files = Vec::new();
        for folder in ["", "requirements/"] {
            let place = self.root.join(self.prefix).join(folder);
            for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let fits = name.ends_with(".txt") || name.ends_with(".in");
                if fits && (!folder.is_empty() || name.contains("requirements")) {
                    files.push(format!("{folder}{name}"));
                }
            }
        }
        files.sort();
        let constraints: Vec<String> = files
            .iter()
            .flat_map(|file| self.constraints(file))
            .collect();
        files.retain(|file| {
            let name = file.rsplit('/').next().unwrap_or(file);
            !constraints.iter().any(|constraint| constraint == name)
                && !name.contains("constraints")
        });
        for file in &files {
            // What was compiled from a `.in` file is no declaration but a lock.
            let source = format!("{}.in", file.trim_end_matches(".txt"));
            let compiled = file.ends_with(".txt") && files.contains(&source);
            let stem = file.trim_end_matches(".txt").trim_end_matches(".in");
            let purpose = if is_for_developers(stem) {
                Purpose::DEV
            } else {
                Purpose::NORMAL
            };
            let lines = self.lines(file);
            let requirements: Vec<(Line, Requirement)> = lines
                .into_iter()
                .filter_map(|line| Some((Requirement::read(&line.text)?, line)))
                .map(|(requirement, line)| (line, requirement))
                .collect();
            let pinned = !requirements.is_empty()
                && requirements.iter().all(|(_, one)| one.pinned().is_some());
            let remarked = requirements.iter().any(|(line, _)| !line.via.is_empty());
            if pinned {
                for (line, requirement) in &requirements {
                    self.into.pins.push(Pin {
                        requirement: requirement.clone(),
                        via: line.via.clone(),
                    });
                }
            }
            let lock = compiled || (pinned && (remarked || declares));
            if !lock {
                self.requirement_file(file, purpose);
            } else if remarked && !declares && !compiled {
                for (line, requirement) in requirements {
                    let direct = line
                        .via
                        .iter()
                        .any(|via| via.starts_with("-r ") || via.contains('('));
                    if direct || line.via.is_empty() {
                        self.has_manifest(file);
                        self.push(requirement, file, line.number, purpose);
                    }
                }
            }
        }
    }

    /// Names of files that a file only limits versions by.
    fn constraints(&self, file: &str) -> Vec<String> {
        let lines = self.lines(file);
        let named = lines.iter().filter_map(|line| {
            line.text
                .strip_prefix("--constraint")
                .or_else(|| line.text.strip_prefix("-c"))
        });
        named
            .map(|name| name.trim_start_matches('=').trim())
            .map(|name| name.rsplit('/').next().unwrap_or(name).to_owned())
            .collect()
    }

    /// Reads one such file and those that it includes.
    pub(super) fn requirement_file(&mut self, file: &str, purpose: Purpose) {
        // A file may include itself.
        if self.depth > 8 || file.contains("..") {
            return;
        }
        let lines = self.lines(file);
        if lines.is_empty() && self.text(file).is_none() {
            self.note("file_missing", file, 1, "there is no such file");
        }
        for line in lines {
            let words = line.text.as_str();
            let included = words
                .strip_prefix("-r")
                .or_else(|| words.strip_prefix("--requirement"));
            if let Some(included) = included {
                let included = included.trim_start_matches('=').trim();
                let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                let path = if folder.is_empty() {
                    included.to_owned()
                } else {
                    format!("{folder}/{included}")
                };
                if included.starts_with("../") && !folder.is_empty() && !folder.contains('/') {
                    self.depth += 1;
                    self.requirement_file(included.trim_start_matches("../"), purpose);
                    self.depth -= 1;
                    continue;
                }
                self.depth += 1;
                self.requirement_file(&path, purpose);
                self.depth -= 1;
            } else if let Some(name) = words.split_once("#egg=").map(|(_, name)| name) {
                let name = name.split('&').next().unwrap_or(name);
                self.has_manifest(file);
                self.want(name, file, line.number, purpose);
            } else if words.starts_with('-') {
                // Settings of the installer, constraints and the project itself (`-e .`).
            } else if words.starts_with(['.', '/']) || words.contains("://") && !words.contains('@')
            {
                let text = format!("`{words}` is an address without a name");
                self.note("requirement_unread", file, line.number, &text);
            } else {
                self.has_manifest(file);
                self.want(words, file, line.number, purpose);
            }
        }
    }

    /// Logical lines, without remarks, hashes and other options of a requirement.
    fn lines(&self, file: &str) -> Vec<Line> {
        let mut found: Vec<Line> = Vec::new();
        let mut open: Option<Line> = None;
        let mut via = false;
        for (at, whole) in self.text(file).unwrap_or_default().lines().enumerate() {
            let whole = whole.trim();
            if let Some(remark) = whole.strip_prefix('#') {
                let remark = remark.trim();
                let named = remark.strip_prefix("via").map(str::trim);
                via = named.is_some() || (via && !remark.is_empty());
                let name = named.unwrap_or(remark);
                if via
                    && !name.is_empty()
                    && let Some(last) = found.last_mut()
                {
                    last.via.push(name.to_owned());
                }
                continue;
            }
            via = false;
            let plain = whole.split(" #").next().unwrap_or(whole).trim_end();
            let goes_on = plain.ends_with('\\');
            let plain = plain.trim_end_matches('\\').trim();
            let line = open.get_or_insert(Line {
                number: at as u32 + 1,
                text: String::new(),
                via: Vec::new(),
            });
            if !line.text.is_empty() && !plain.is_empty() {
                line.text.push(' ');
            }
            line.text.push_str(plain);
            if goes_on {
                continue;
            }
            if let Some(mut line) = open.take() {
                if let Some((_, names)) = whole.split_once("# via ") {
                    line.via
                        .extend(names.split(',').map(|name| name.trim().to_owned()));
                }
                if let Some(options) = line.text.find(" --") {
                    line.text.truncate(options);
                }
                if !line.text.is_empty() {
                    found.push(line);
                }
            }
        }
        found
    }
}
