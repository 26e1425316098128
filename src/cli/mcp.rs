//! `ripout mcp`: what the server needs of the command line.

use ripout_model::Stop;

use crate::cli::{Session, args};

/// Serves until the client goes.
#[cfg(feature = "mcp")]
pub fn mcp(session: &Session, arguments: args::Mcp) -> Result<u8, Stop> {
    use crate::mcp;

    let args::Mcp {
        roots,
        read_only,
        http,
        python,
    } = arguments;
    let roots = match roots.is_empty() {
        true => vec![std::path::PathBuf::from(".")],
        false => roots,
    };
    mcp::serve(mcp::Setup {
        front: Box::new(served::Desk {
            // A call names its repository, whatever the server was called by.
            session: Session {
                calling: crate::cli::Calling::Ripout,
                ..session.clone()
            },
            given: served::given(python)?,
        }),
        roots,
        read_only,
        http,
        interrupted: std::sync::Arc::clone(&session.interrupted),
    })?;
    Ok(0)
}

/// Says that there is none.
#[cfg(not(feature = "mcp"))]
pub fn mcp(_session: &Session, _arguments: args::Mcp) -> Result<u8, Stop> {
    Err(ripout_model::Failure::new(
        "not_built_in",
        "this ripout was built without the server for coding agents",
    )
    .help("build it with the feature `mcp`, which is on by default; or use the command line: `ripout skill print`")
    .into())
}

#[cfg(feature = "mcp")]
mod served {
    use std::{
        path::PathBuf,
        sync::{Arc, atomic::AtomicBool},
    };

    use clap::Parser;
    use ripout_model::{Failure, Settings, Stop};

    use crate::{
        cli::{
            Session,
            args::{Arguments, Command, Judging, Subject, Synth},
            check, config, explain_text, run,
        },
        evidence::ledger::Entry,
        job::{Request, explain::Explained},
        mcp::{Asked, Front, Options},
        sandbox::{Sandbox, Watcher},
    };

    /// How settings come together for calls of agents: as for the same words on the command line.
    pub struct Desk {
        pub session: Session,
        /// What the environment says.
        pub given: Judging,
    }

    /// The options that the environment sets, read as they are for `ripout extract`.
    pub fn given(python: Option<PathBuf>) -> Result<Judging, Failure> {
        let parsed = Arguments::try_parse_from(["ripout", "extract", "."])
            .map_err(|e| Failure::new("arguments", e.to_string().trim_end().to_owned()))?;
        let mut judging = match parsed.command {
            Some(Command::Extract(extract)) => extract.judging,
            _ => Judging::default(),
        };
        judging.python = python.or(judging.python);
        // The agent is the model here, and no other is asked.
        (judging.synth, judging.command) = (Some(Synth::Slice), None);
        Ok(judging)
    }

    impl Desk {
        fn judging(&self, options: &Options) -> Result<Judging, Failure> {
            // Larger numbers overflow the clock.
            if options
                .budget
                .is_some_and(|it| !(it > 0.0 && it <= 86_400.0))
            {
                return Err(Failure::new("arguments", "`options.budget` makes no sense")
                    .help("it is a number of seconds: more than 0 and at most 86400, a day"));
            }
            let given = self.given.clone();
            Ok(Judging {
                features: options.features.clone().or(given.features),
                edition: options.edition.clone().or(given.edition),
                extras: options.extras.clone().or(given.extras),
                keep: options.keep.clone().or(given.keep),
                driver: options.driver.clone().or(given.driver),
                inputs: options.inputs.or(given.inputs),
                budget: options.budget.or(given.budget),
                seed: options.seed.or(given.seed),
                max_lines: options.max_lines.or(given.max_lines),
                ..given
            })
        }
    }

    impl Front for Desk {
        fn request(&self, asked: &Asked) -> Result<Request, Failure> {
            let options = &asked.options;
            if let Some(wrong) = options.stem.as_ref().filter(|stem| !is_name(stem)) {
                return Err(Failure::new(
                    "arguments",
                    format!("`options.stem`: `{wrong}` is no name"),
                )
                .help("a module's name is made of letters, digits and `_`"));
            }
            let subject = Subject {
                repo: asked.repo.clone(),
                symbols: asked.symbols.clone(),
                rev: options.rev.clone(),
                names: options.names.clone(),
                stem: options.stem.clone(),
                out: asked.out.clone(),
            };
            let (request, _) = run::request(&self.session, subject, self.judging(options)?)?;
            Ok(request)
        }

        fn settings(&self, options: &Options) -> Result<(Settings, Vec<String>), Failure> {
            let mut judging = self.judging(options)?;
            self.session.file.clone().complete(&mut judging);
            let settings = config::settings(&judging, &[], None, &self.session.global)?;
            Ok((settings, config::search_options(&judging)))
        }

        fn again(&self, entry: &Entry, repo: &str) -> Result<Request, Stop> {
            check::request(&self.session, entry, repo).map_err(Stop::from)
        }

        fn page(&self, explained: &Explained) -> String {
            explain_text::markdown(explained, self.session.global.verbose)
        }

        fn sandbox(&self, interrupted: Arc<AtomicBool>, watcher: Box<dyn Watcher>) -> Sandbox {
            self.session.sandbox_until(interrupted, watcher)
        }
    }

    fn is_name(word: &str) -> bool {
        crate::cli::args::identifier(word).is_ok()
    }
}
