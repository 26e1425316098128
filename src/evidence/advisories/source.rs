//! Where advisories are read from: files, folders, archives of them, addresses of either.

use std::{
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

use ripout_model::Failure;
use serde_json::Value;

use super::{Advisory, address, rustsec};

/// So much is unpacked of an archive, and of one file in it.
const MOST: u64 = 4 << 30;
const MOST_OF_ONE: u64 = 64 << 20;

/// Reads files, folders, and what lies at addresses, in the order of their names.
pub fn read(places: &[String], offline: bool) -> Result<Vec<Advisory>, Failure> {
    let mut found = Vec::new();
    for place in places {
        let path = match place.split_once("://") {
            Some(("file", path)) => PathBuf::from(path),
            Some(_) => {
                let bytes = address::get(place, offline)?;
                let name = place.split(['?', '#']).next().unwrap_or(place);
                found.extend(whole(name, &bytes)?);
                continue;
            }
            None => PathBuf::from(place),
        };
        if !path.is_dir() {
            found.extend(whole(&path.display().to_string(), &of_file(&path)?)?);
            continue;
        }
        for file in files(&path)? {
            found.extend(one_of_many(&file.display().to_string(), &of_file(&file)?)?);
        }
    }
    Ok(found)
}

fn unreadable(name: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::new("advisories", format!("read the advisories in {name}: {why}")).help(
        "advisories are JSON in OSV's format, one or a list of them, or RustSec's Markdown; files, folders and zip archives of them",
    )
}

fn of_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| unreadable(&path.display().to_string(), &error))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|error| unreadable(&folder.display().to_string(), &error))?;
        for entry in entries.flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != ".git" => folders.push(path),
                Ok(kind) if kind.is_dir() => {}
                Ok(_) if is_candidate(&path.display().to_string()) => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file among others may be an advisory.
fn is_candidate(name: &str) -> bool {
    name.ends_with(".json") || name.ends_with(".md") || is_stated(name)
}

/// Whether a file's name says that RustSec's TOML stands in it.
fn is_stated(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.starts_with("RUSTSEC-") && last.ends_with(".toml")
}

/// A file among others: a database holds pages about itself, too.
fn one_of_many(name: &str, bytes: &[u8]) -> Result<Vec<Advisory>, Failure> {
    let last = name.rsplit('/').next().unwrap_or(name);
    let about = name.ends_with(".md")
        && !last.starts_with("RUSTSEC-")
        && !rustsec::is_markdown(&String::from_utf8_lossy(bytes));
    if about {
        Ok(Vec::new())
    } else {
        plain(name, bytes)
    }
}

/// What was named by itself: an archive, or a file.
fn whole(name: &str, bytes: &[u8]) -> Result<Vec<Advisory>, Failure> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return plain(name, bytes);
    }
    let broken = |why: &dyn std::fmt::Display| unreadable(name, why);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let names: Result<Vec<String>, zip::result::ZipError> = archive
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned))
        .collect();
    let mut names = names.map_err(|error| broken(&error))?;
    names.sort();
    let mut found = Vec::new();
    let mut left = MOST;
    for inside in names.iter().filter(|name| is_candidate(name)) {
        let file = archive.by_name(inside).map_err(|error| broken(&error))?;
        let mut bytes = Vec::new();
        file.take(MOST_OF_ONE.min(left) + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(&format!("{inside}: {error}")))?;
        let length = bytes.len() as u64;
        if length > MOST_OF_ONE.min(left) {
            return Err(broken(&format!("{inside} is too large")));
        }
        left -= length;
        found.extend(one_of_many(&format!("{name}: {inside}"), &bytes)?);
    }
    if found.is_empty() {
        return Err(broken(&"there is none in the archive"));
    }
    Ok(found)
}

fn plain(name: &str, bytes: &[u8]) -> Result<Vec<Advisory>, Failure> {
    let broken = |why: &dyn std::fmt::Display| unreadable(name, why);
    let text = std::str::from_utf8(bytes).map_err(|error| broken(&error))?;
    if is_stated(name) || name.ends_with(".md") || rustsec::is_markdown(text) {
        return rustsec::read(text)
            .map(|advisory| vec![advisory])
            .map_err(|why| broken(&why));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let all = match value {
        Value::Array(all) => all,
        one => vec![one],
    };
    all.into_iter()
        .map(|one| serde_json::from_value(one).map_err(|error| broken(&error)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const MARKDOWN: &str =
        "```toml\n[advisory]\nid = \"RUSTSEC-2030-0001\"\npackage = \"a\"\n```\n# Oh\n";

    fn ids(places: &[String]) -> Vec<String> {
        let found = read(places, true).unwrap();
        found.into_iter().map(|advisory| advisory.id).collect()
    }

    fn code(place: &str) -> String {
        read(&[place.to_owned()], true).unwrap_err().code
    }

    #[test]
    fn files_folders_and_their_addresses_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        write("a.json", r#"{"id": "A"}"#);
        write("b.json", r#"[{"id": "B"}, {"id": "C"}]"#);
        let markdown = write("crates/a/RUSTSEC-2030-0001.md", MARKDOWN);
        write("README.md", "# About\n");
        let other = write("c.txt", "no");
        let place = folder.path().display().to_string();
        assert_eq!(
            ids(&[place, format!("file://{markdown}")]),
            ["A", "B", "C", "RUSTSEC-2030-0001", "RUSTSEC-2030-0001"]
        );
        for bad in [&other, "no.json", &format!("file://{other}")] {
            assert_eq!(code(bad), "advisories", "{bad}");
        }
        // A page that says it is an advisory and is none is not passed over.
        write("crates/a/RUSTSEC-2030-0002.md", "# About\n");
        assert_eq!(code(&folder.path().display().to_string()), "advisories");
    }

    #[test]
    fn archives_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all.zip");
        let made = |files: &[(&str, &str)]| {
            let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
            for (name, text) in files {
                archive
                    .start_file(*name, zip::write::SimpleFileOptions::default())
                    .unwrap();
                archive.write_all(text.as_bytes()).unwrap();
            }
            archive.finish().unwrap();
        };
        let place = path.display().to_string();
        made(&[
            ("db/crates/a/RUSTSEC-2030-0001.md", MARKDOWN),
            ("db/README.md", "# About\n"),
            ("db/one.json", r#"{"id": "A"}"#),
        ]);
        assert_eq!(
            ids(std::slice::from_ref(&place)),
            ["RUSTSEC-2030-0001", "A"]
        );
        made(&[("db/README.md", "# About\n")]);
        assert_eq!(code(&place), "advisories");
        std::fs::write(&path, b"PK\x03\x04 and no archive").unwrap();
        assert_eq!(code(&place), "advisories");
    }
}
