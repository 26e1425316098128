//! Archives, unpacked with suspicion: nothing lands outside, no link is made, and no small archive fills the disk.

use std::{
    fs::{self, File},
    io::{self, BufReader, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use ripout_model::Failure;

use super::cache::failed;

/// What an archive may grow to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Files and folders.
    pub entries: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Bytes of all files for each byte of the archive, once past `free`.
    pub ratio: u64,
    /// Bytes that are fine whatever the ratio: text of tables shrinks a thousandfold.
    pub free: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            entries: 200_000,
            bytes: 8 << 30,
            ratio: 100,
            free: 256 << 20,
        }
    }
}

/// Unpacks a wheel. What its `.data` folder holds for the import path is put there, as an installer would.
/// Returns the links that were left out.
pub(super) fn wheel(archive: &Path, into: &Path, bounds: Bounds) -> Result<Vec<String>, Failure> {
    zip_archive(archive, into, bounds, |path| {
        let mut parts = path.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(data), Some("purelib" | "platlib"), Some(rest)) if data.ends_with(".data") => {
                rest
            }
            _ => path,
        }
    })
}

/// Unpacks a source distribution, without the one folder that it all lies in.
/// Returns the links that were left out.
pub(super) fn source(archive: &Path, into: &Path, bounds: Bounds) -> Result<Vec<String>, Failure> {
    let name = archive.to_string_lossy();
    let within = |path: &str| path.split_once('/').map(|(_, rest)| rest.to_owned());
    if name.ends_with(".zip") {
        // A folder's own entry has nothing left, and is skipped.
        return zip_archive(archive, into, bounds, |path| {
            path.split_once('/').map_or("", |(_, rest)| rest)
        });
    }
    let mut unpacking = Unpacking::new(archive, into, bounds)?;
    let file = File::open(archive).map_err(|error| failed(archive, &error))?;
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(BufReader::new(file)));
    let entries = tar.entries().map_err(|error| unpacking.broken(&error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| unpacking.broken(&error))?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        if kind.is_pax_global_extensions() {
            continue;
        }
        let path = path.trim_start_matches("./");
        unpacking.checked(path)?;
        let Some(path) = within(path).filter(|path| !path.is_empty()) else {
            continue;
        };
        if kind.is_dir() {
            unpacking.folder(&path)?;
        } else if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
            let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
            unpacking.file(&path, &mut entry, executable)?;
        } else {
            unpacking.left_out.push(path);
        }
    }
    Ok(unpacking.left_out)
}

fn zip_archive(
    archive: &Path,
    into: &Path,
    bounds: Bounds,
    place: impl Fn(&str) -> &str,
) -> Result<Vec<String>, Failure> {
    let mut unpacking = Unpacking::new(archive, into, bounds)?;
    let file = File::open(archive).map_err(|error| failed(archive, &error))?;
    let mut zip =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|error| unpacking.broken(&error))?;
    for index in 0..zip.len() {
        let mut entry = zip
            .by_index(index)
            .map_err(|error| unpacking.broken(&error))?;
        let path = entry
            .name()
            .map_err(|error| unpacking.broken(&error))?
            .into_owned();
        unpacking.checked(&path)?;
        let path = place(&path).to_owned();
        if path.is_empty() {
            continue;
        }
        // What the archive calls the file decides where it goes, so it is judged once more.
        if entry.is_symlink() {
            unpacking.left_out.push(path);
        } else if entry.is_dir() {
            unpacking.folder(&path)?;
        } else {
            let executable = entry.unix_mode().is_some_and(|mode| mode & 0o100 != 0);
            unpacking.file(&path, &mut entry, executable)?;
        }
    }
    Ok(unpacking.left_out)
}

/// An archive being unpacked.
struct Unpacking {
    name: String,
    root: PathBuf,
    bounds: Bounds,
    entries: u64,
    bytes: u64,
    /// How many bytes are fine, by all bounds.
    most: u64,
    left_out: Vec<String>,
}

impl Unpacking {
    fn new(archive: &Path, into: &Path, bounds: Bounds) -> Result<Self, Failure> {
        let size = fs::metadata(archive)
            .map_err(|error| failed(archive, &error))?
            .len();
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: name.into_owned(),
            root: into.to_path_buf(),
            bounds,
            entries: 0,
            bytes: 0,
            most: bounds
                .bytes
                .min(bounds.free.max(size.saturating_mul(bounds.ratio))),
            left_out: Vec::new(),
        })
    }

    /// Fails on a path that leads out of the folder, or is none.
    fn checked(&self, path: &str) -> Result<PathBuf, Failure> {
        let parts = path.strip_suffix('/').unwrap_or(path).split('/');
        let bad = |part: &str| matches!(part, "" | "..") || part.contains('\0');
        if parts.clone().any(bad) {
            return Err(self.refused(&format!("the path `{}`", path.escape_debug())));
        }
        Ok(parts.filter(|part| *part != ".").collect())
    }

    fn count(&mut self) -> Result<(), Failure> {
        self.entries += 1;
        if self.entries > self.bounds.entries {
            return Err(self.refused(&format!("more than {} files", self.bounds.entries)));
        }
        Ok(())
    }

    fn folder(&mut self, path: &str) -> Result<(), Failure> {
        self.count()?;
        let path = self.root.join(self.checked(path)?);
        fs::create_dir_all(&path).map_err(|error| failed(&path, &error))
    }

    fn file(&mut self, path: &str, from: &mut impl Read, executable: bool) -> Result<(), Failure> {
        self.count()?;
        let path = self.root.join(self.checked(path)?);
        let room = self.most - self.bytes;
        let mut from = from.take(room.saturating_add(1));
        let mut write = || -> io::Result<u64> {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            // No link is ever made here, so opening what is there already leads nowhere else.
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(if executable { 0o755 } else { 0o644 })
                .open(&path)?;
            io::copy(&mut from, &mut file)
        };
        let written = write().map_err(|error| match error.kind() {
            // Decoders say these of archives that are cut off or wrong.
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof => self.broken(&error),
            _ => failed(&path, &error),
        })?;
        if written > room {
            return Err(self.refused(&format!("more than {} bytes", self.most)));
        }
        self.bytes += written;
        Ok(())
    }

    fn refused(&self, what: &str) -> Failure {
        let text = format!("{} holds {what}: it was not unpacked", self.name);
        Failure::new("archive_refused", text).help("look at it by hand; nothing of it was run")
    }

    fn broken(&self, error: &dyn std::fmt::Display) -> Failure {
        Failure::new("archive_broken", format!("{}: {error}", self.name))
            .help("try again: the download may have been cut off")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    struct Case {
        folder: tempfile::TempDir,
    }

    impl Case {
        fn new() -> Self {
            Self {
                folder: tempfile::tempdir().unwrap(),
            }
        }

        fn target(&self) -> PathBuf {
            let path = self.folder.path().join("into");
            fs::create_dir_all(&path).unwrap();
            path
        }

        fn zip(&self, files: &[(&str, &[u8])]) -> PathBuf {
            let path = self.folder.path().join("a.whl");
            let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
            for (name, bytes) in files {
                zip.start_file(*name, SimpleFileOptions::default()).unwrap();
                zip.write_all(bytes).unwrap();
            }
            zip.finish().unwrap();
            path
        }

        /// A tar archive with names that no well-behaved writer would write.
        fn tar(&self, files: &[(&str, tar::EntryType, &[u8])]) -> PathBuf {
            let path = self.folder.path().join("a.tar.gz");
            let gzip = flate2::write::GzEncoder::new(
                File::create(&path).unwrap(),
                flate2::Compression::fast(),
            );
            let mut tar = tar::Builder::new(gzip);
            for (name, kind, bytes) in files {
                let mut header = tar::Header::new_gnu();
                header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
                header.set_entry_type(*kind);
                header.set_mode(0o644);
                if kind.is_file() {
                    header.set_size(bytes.len() as u64);
                } else {
                    header.set_size(0);
                    header.as_old_mut().linkname[..bytes.len()].copy_from_slice(bytes);
                }
                header.set_cksum();
                tar.append(&header, if kind.is_file() { *bytes } else { &[] })
                    .unwrap();
            }
            tar.into_inner().unwrap().finish().unwrap();
            path
        }
    }

    const FILE: tar::EntryType = tar::EntryType::Regular;

    #[test]
    fn a_wheel_with_its_data_folded_in() {
        let case = Case::new();
        let archive = case.zip(&[
            ("pkg/__init__.py", b"a = 1\n"),
            ("pkg-1.0.data/purelib/pkg/more.py", b"b = 2\n"),
            ("pkg-1.0.data/scripts/run", b"c"),
        ]);
        let left_out = wheel(&archive, &case.target(), Bounds::default()).unwrap();
        assert!(left_out.is_empty());
        assert_eq!(
            fs::read(case.target().join("pkg/more.py")).unwrap(),
            b"b = 2\n"
        );
        assert!(case.target().join("pkg-1.0.data/scripts/run").exists());
    }

    #[test]
    fn a_source_distribution_without_its_outer_folder() {
        let case = Case::new();
        let archive = case.tar(&[
            ("a-1.0/setup.py", FILE, b"x"),
            ("a-1.0/t/test.py", FILE, b"y"),
        ]);
        source(&archive, &case.target(), Bounds::default()).unwrap();
        assert_eq!(fs::read(case.target().join("setup.py")).unwrap(), b"x");
        assert_eq!(fs::read(case.target().join("t/test.py")).unwrap(), b"y");
    }

    #[test]
    fn paths_that_lead_out_are_refused() {
        for name in [
            "../out",
            "a/../../out",
            "/tmp/ripout-out",
            "a//b",
            "a-1.data/purelib/../../out",
            "a-1.data/purelib//out",
        ] {
            let case = Case::new();
            let archive = case.zip(&[("first", b"x"), (name, b"x")]);
            let error = wheel(&archive, &case.target(), Bounds::default()).unwrap_err();
            assert_eq!(error.code, "archive_refused", "{name}");
            let case = Case::new();
            let archive = case.tar(&[(name, FILE, b"x")]);
            let error = source(&archive, &case.target(), Bounds::default()).unwrap_err();
            assert_eq!(error.code, "archive_refused", "{name}");
            assert!(!case.folder.path().join("out").exists());
        }
    }

    #[test]
    fn links_are_left_out_and_nothing_goes_through_them() {
        let case = Case::new();
        let outside = case.folder.path().join("outside");
        let target = outside.to_str().unwrap().as_bytes();
        let archive = case.tar(&[
            ("a/link", tar::EntryType::Symlink, target),
            ("a/hard", tar::EntryType::Link, b"/etc/passwd"),
            ("a/pipe", tar::EntryType::Fifo, b""),
            ("a/link/file", FILE, b"x"),
        ]);
        let left_out = source(&archive, &case.target(), Bounds::default()).unwrap();
        assert_eq!(left_out, ["link", "hard", "pipe"]);
        assert!(!outside.exists());
        assert!(case.target().join("link").is_dir());

        let path = case.folder.path().join("a.whl");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        zip.add_symlink("link", "/etc", SimpleFileOptions::default())
            .unwrap();
        zip.finish().unwrap();
        let left_out = wheel(&path, &case.target(), Bounds::default()).unwrap();
        assert_eq!(left_out, ["link"]);
    }

    #[test]
    fn bombs_are_refused() {
        let case = Case::new();
        let bounds = Bounds {
            entries: 10,
            bytes: 1 << 20,
            ratio: 100,
            free: 1 << 16,
        };
        let names: Vec<String> = (0..11).map(|number| format!("f{number}")).collect();
        let many: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), &b"x"[..]))
            .collect();
        let error = wheel(&case.zip(&many), &case.target(), bounds).unwrap_err();
        assert!(error.text.contains("more than 10 files"), "{error}");
        let zeros = vec![0; 1 << 19];
        let error = wheel(&case.zip(&[("f", &zeros)]), &case.target(), bounds).unwrap_err();
        assert!(error.text.contains("bytes"), "{error}");
        let huge: Vec<u8> = (0..1u32 << 18)
            .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect();
        let error = wheel(
            &case.zip(&[("f", &huge), ("g", &huge)]),
            &case.target(),
            bounds,
        )
        .unwrap_err();
        assert!(error.text.contains("1048576 bytes"), "{error}");
    }

    #[test]
    fn an_archive_that_is_cut_off_is_broken() {
        let case = Case::new();
        let archive = case.tar(&[("a/f", FILE, &[7; 5000])]);
        let bytes = fs::read(&archive).unwrap();
        fs::write(&archive, &bytes[..bytes.len() / 2]).unwrap();
        let error = source(&archive, &case.target(), Bounds::default()).unwrap_err();
        assert_eq!(error.code, "archive_broken");
        let archive = case.zip(&[("f", b"x")]);
        fs::write(&archive, b"PK").unwrap();
        let error = wheel(&archive, &case.target(), Bounds::default()).unwrap_err();
        assert_eq!(error.code, "archive_broken");
    }
}
