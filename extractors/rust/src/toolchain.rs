//! The compiler on this machine: what it says of itself and of the platform, and whether it is new enough.

use cargo_metadata::semver::Version;
use ripout_model::{Answer, Command, Failure, Host, HostError, Stop};

use crate::cfg::CfgSet;

/// A working compiler.
#[derive(Debug, Clone)]
pub struct Toolchain {
    /// Conditions that hold on the platform.
    pub platform: CfgSet,
    /// The same, as the compiler prints them.
    pub printed: String,
    /// The platform's name, as cargo writes it.
    pub triple: String,
    /// The compiler's version; none where it does not say one.
    release: Option<Version>,
}

impl Toolchain {
    /// Asks the `rustc` on PATH.
    pub fn ask(host: &dyn Host) -> Result<Self, Stop> {
        let words = |key: &str, text: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(key))
                .map(|word| word.trim().to_owned())
        };
        let (version, printed) = rayon::join(
            || rustc(host, &["-vV"]),
            || rustc(host, &["--print", "cfg"]),
        );
        let (version, printed) = (version?.text(), printed?.text());
        let mut platform = CfgSet::default();
        platform.platform(&printed);
        Ok(Self {
            platform,
            printed,
            triple: words("host:", &version).unwrap_or_default(),
            release: words("release:", &version).and_then(|word| Version::parse(&word).ok()),
        })
    }

    /// Stops where a package names a newer compiler than this one: its errors would say nothing of the cause.
    pub fn suffices<'a>(
        &self,
        packages: impl IntoIterator<Item = (String, Option<&'a str>)>,
    ) -> Result<(), Failure> {
        let Some(ours) = &self.release else {
            return Ok(());
        };
        for (package, wanted) in packages {
            if let Some(wanted) = wanted
                && let Some(least) = least(wanted)
                && (ours.major, ours.minor, ours.patch) < least
            {
                return Err(Failure::new(
                    "toolchain_too_old",
                    format!("{package} needs Rust {wanted} or newer, and rustc here is {ours}"),
                )
                .help("run `rustup update`, or name an older version of the package"));
            }
        }
        Ok(())
    }
}

/// A `rust-version`, which may lack its last parts.
fn least(wanted: &str) -> Option<(u64, u64, u64)> {
    let mut parts = wanted.split('.').map(|part| part.parse().ok());
    let mut next = || parts.next().unwrap_or(Some(0));
    Some((next()?, next()?, next()?))
}

fn rustc(host: &dyn Host, arguments: &[&str]) -> Result<Answer, Stop> {
    let folder = host.folder("rustc")?;
    let answer = host
        .fetch(&Command::new("rustc", folder.path()).args(arguments.iter().copied()))
        .map_err(missing)?;
    if !answer.ok() {
        return Err(Failure::new(
            "toolchain_missing",
            format!("rustc does not work: {}", answer.errors().trim()),
        )
        .help("install Rust with rustup, or put its bin folder on PATH")
        .into());
    }
    Ok(answer)
}

/// A program of the toolchain that does not start.
pub fn missing(error: HostError) -> Stop {
    match error {
        HostError::Start { program, source } => Failure::new(
            "toolchain_missing",
            format!("start {}: {source}", program.display()),
        )
        .help("install Rust with rustup, or put its bin folder on PATH")
        .into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolchain(release: &str) -> Toolchain {
        Toolchain {
            platform: CfgSet::default(),
            printed: String::new(),
            triple: String::new(),
            release: Version::parse(release).ok(),
        }
    }

    #[test]
    fn a_newer_compiler_is_asked_for_by_name() {
        let ask = |wanted| toolchain("1.95.0").suffices([("a@1.0.0".to_owned(), wanted)]);
        for enough in [None, Some("1"), Some("1.95"), Some("1.94.3")] {
            assert!(ask(enough).is_ok(), "{enough:?}");
        }
        for too_new in ["1.96", "1.95.1", "2.0"] {
            let failure = ask(Some(too_new)).unwrap_err();
            assert_eq!(failure.code, "toolchain_too_old");
            assert!(failure.text.contains("a@1.0.0") && failure.text.contains(too_new));
        }
    }

    #[test]
    fn a_nightly_counts_as_the_version_it_becomes() {
        let nightly = toolchain("1.97.0-nightly");
        assert!(
            nightly
                .suffices([("a@1.0.0".to_owned(), Some("1.97"))])
                .is_ok()
        );
    }
}
