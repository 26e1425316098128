//! The golden cases: every folder `golden/<language>/<fact_as_a_sentence>/` becomes one named test.
//!
//! ```text
//! case.toml      why it exists, what to extract, what to expect
//! upstream/      the smallest dependency that shows the point
//! twins/         modules that look right and are not: each must be judged `different`, or with `[twins]` as said there
//! expected/      blessed closure and module; `SNAPSHOTS=overwrite cargo test --test golden` blesses anew
//! ```
//!
//! `RIPOUT_SAMPLE=20` runs so many of them.

mod case;
mod check;
mod sample;

use std::path::Path;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut trials = Vec::new();
    for language in ["python", "rust"] {
        let cases = match case::all(&folder.join(language)) {
            Ok(cases) => cases,
            Err(error) => {
                eprintln!("golden/{language}: {error}");
                return std::process::ExitCode::from(101);
            }
        };
        for case in cases {
            let twins = case.twins.clone();
            for twin in twins {
                let case = case.clone();
                let name = format!("{language}/{}/twins/{}", case.name, twin.name);
                trials.push(Trial::test(name, move || {
                    check::twin(&case, &twin).map_err(|error| failed(&case, error))
                }));
            }
            let name = format!("{language}/{}", case.name);
            trials.push(Trial::test(name, move || {
                check::case(&case).map_err(Failed::from)
            }));
        }
    }
    libtest_mimic::run(&arguments, sample::drawn(trials)).exit_code()
}

/// A failure, with the reason that the case exists for.
fn failed(case: &case::Case, error: String) -> Failed {
    Failed::from(format!("{}\n\n{error}", case.text.why))
}
