//! A batch file as it is written.

use std::{collections::BTreeSet, path::Path};

use ripout_model::{Failure, Verdict};
use serde::{Deserialize, Serialize};

/// A batch file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    /// In the order of the file.
    #[serde(default)]
    pub job: Vec<Job>,
}

/// One extract, with what should come of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)] // The options of `ripout extract`, under their own names.
pub struct Job {
    /// Names the job, and its folder.
    pub id: String,
    /// Any form of `<repo>`.
    pub repo: String,
    /// The symbol, or several.
    #[serde(alias = "symbols")]
    pub symbol: OneOrMany<String>,
    pub rev: Option<String>,
    #[serde(rename = "as", default)]
    pub names: Vec<String>,
    pub features: Option<Vec<String>>,
    pub edition: Option<Vec<String>>,
    pub python: Option<std::path::PathBuf>,
    pub extras: Option<Vec<String>>,
    pub keep: Option<Vec<String>>,
    pub driver: Option<std::path::PathBuf>,
    pub inputs: Option<u64>,
    pub budget: Option<f64>,
    pub seed: Option<u64>,
    pub max_lines: Option<u32>,
    /// The verdict that should come out, or those that may.
    pub expect: Option<OneOrMany<Verdict>>,
    /// The code of its reason, or those that may.
    pub reason: Option<OneOrMany<String>>,
    /// For readers of the file.
    pub note: Option<String>,
}

/// A value, or a list of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All of them.
    pub fn as_slice(&self) -> &[T] {
        match self {
            OneOrMany::One(one) => std::slice::from_ref(one),
            OneOrMany::Many(many) => many,
        }
    }
}

/// Whether a job came out as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    /// The file does not say.
    None,
    /// As it should.
    Met,
    /// Not as it should.
    Missed,
}

impl Jobs {
    /// Reads a batch file. Paths in it are relative to it.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let wrong =
            |text: String| Failure::new("batch_file", format!("{}: {text}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        let mut jobs: Self = toml::from_str(&text).map_err(|e| {
            wrong(e.to_string().trim_end().to_owned())
                .help("`ripout help batch` says what a job holds")
        })?;
        if jobs.job.is_empty() {
            return Err(wrong("it holds no [[job]]".to_owned()));
        }
        let mut ids = BTreeSet::new();
        let folder = path.parent().unwrap_or(Path::new(""));
        for job in &mut jobs.job {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            if !job.id.chars().all(plain) || job.id.is_empty() || job.id.starts_with('.') {
                return Err(wrong(format!("the id `{}` can't name a folder", job.id))
                    .help("an id is made of letters, digits, `-`, `_` and `.`"));
            }
            if !ids.insert(job.id.to_lowercase()) {
                return Err(wrong(format!("two jobs are called `{}`", job.id)));
            }
            if job.symbol.as_slice().is_empty() {
                return Err(wrong(format!("job `{}` names no symbol", job.id)));
            }
            if job
                .budget
                .is_some_and(|budget| !(budget > 0.0 && budget <= 31_536_000.0))
            {
                return Err(wrong(format!(
                    "job `{}`: budget must be more than 0",
                    job.id
                )));
            }
            if let Some(driver) = &mut job.driver {
                *driver = folder.join(&*driver);
            }
            // A folder beside the file, written so that it can't be taken for `owner/name`.
            if job.repo.starts_with("./") || job.repo.starts_with("../") {
                job.repo = folder.join(&job.repo).display().to_string();
            }
        }
        Ok(jobs)
    }

    /// Keeps only the jobs of these ids, if any are named.
    pub fn only(mut self, ids: &[String]) -> Result<Self, Failure> {
        if let Some(unknown) = ids
            .iter()
            .find(|id| self.job.iter().all(|job| job.id != **id))
        {
            return Err(Failure::new(
                "arguments",
                format!("no job is called `{unknown}`"),
            ));
        }
        if !ids.is_empty() {
            self.job.retain(|job| ids.contains(&job.id));
        }
        Ok(self)
    }
}

impl Job {
    /// Holds a verdict, or the lack of one, against what the file says.
    pub fn compare(&self, verdict: Option<Verdict>, reason: Option<&str>) -> Expectation {
        let Some(expect) = &self.expect else {
            return Expectation::None;
        };
        let verdict_fits = verdict.is_some_and(|verdict| expect.as_slice().contains(&verdict));
        // A reason is asked for only where there is one: of several verdicts `equivalent` has none.
        let reason_fits = match (&self.reason, verdict) {
            (None, _) | (_, Some(Verdict::Equivalent)) => true,
            (Some(codes), _) => {
                reason.is_some_and(|reason| codes.as_slice().iter().any(|code| code == reason))
            }
        };
        if verdict_fits && reason_fits {
            Expectation::Met
        } else {
            Expectation::Missed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Jobs, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.toml");
        std::fs::write(&path, text).unwrap();
        Jobs::read(&path)
    }

    #[test]
    fn reads_one_or_many() {
        let jobs = read(
            r#"
            [[job]]
            id = "a"
            repo = "crate:x@1"
            symbol = "x::f"
            expect = "equivalent"
            [[job]]
            id = "b"
            repo = "pypi:y@1"
            symbols = ["y.f", "y.g"]
            expect = ["equivalent", "refused"]
            reason = "native_code"
            "#,
        )
        .unwrap();
        assert_eq!(jobs.job[0].symbol.as_slice(), ["x::f"]);
        assert_eq!(jobs.job[1].symbol.as_slice(), ["y.f", "y.g"]);
        let b = &jobs.job[1];
        assert_eq!(b.compare(Some(Verdict::Equivalent), None), Expectation::Met);
        assert_eq!(
            b.compare(Some(Verdict::Refused), Some("native_code")),
            Expectation::Met
        );
        assert_eq!(
            b.compare(Some(Verdict::Refused), Some("dynamic")),
            Expectation::Missed
        );
        assert_eq!(b.compare(None, None), Expectation::Missed);
    }

    #[test]
    fn says_what_is_wrong() {
        let job = |id: &str| format!("[[job]]\nid = \"{id}\"\nrepo = \".\"\nsymbol = \"a\"\n");
        assert_eq!(read("").unwrap_err().code, "batch_file");
        assert!(
            read(&job("../x"))
                .unwrap_err()
                .text
                .contains("can't name a folder")
        );
        assert!(
            read(&(job("a") + &job("A")))
                .unwrap_err()
                .text
                .contains("two jobs")
        );
        let misspelt = job("a") + "expects = \"equivalent\"\n";
        assert!(read(&misspelt).unwrap_err().text.contains("expects"));
        let no_verdict = job("a") + "expect = \"fine\"\n";
        assert_eq!(read(&no_verdict).unwrap_err().code, "batch_file");
    }

    #[test]
    fn unknown_ids_are_not_passed_over() {
        let jobs = read("[[job]]\nid = \"a\"\nrepo = \".\"\nsymbol = \"a\"\n").unwrap();
        assert!(jobs.clone().only(&["b".into()]).is_err());
        assert_eq!(jobs.only(&[]).unwrap().job.len(), 1);
    }
}
