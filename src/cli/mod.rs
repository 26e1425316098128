//! The command line: arguments, streams, exit codes. Only this module talks to the terminal.
//!
//! * [`args`]: the words
//! * [`config`]: `ripout.toml` and how all settings come together
//! * [`console`], [`progress`]: the two streams; [`verdict_text`], [`map_text`]: results for people
//! * [`scan_text`], [`scan_document`]: scans for people and for scripts
//! * [`explain_text`], [`explain_answer`]: pages that explain, and answers to questions on them
//! * [`run`]: `extract` and `verify`; [`map`], [`explain`], [`scan`], [`remove`], [`check`], [`brief`], [`batch`], [`cache`], [`locked`]: one file per further command
//! * [`mcp`], [`skill`]: for coding agents
//!
//! Both binaries call [`main`] or [`cargo_main`] and return what these return, so they cannot drift apart.

mod args;
mod batch;
mod brief;
mod cache;
mod check;
mod config;
mod console;
mod explain;
mod explain_answer;
mod explain_text;
mod locked;
mod map;
mod map_text;
mod mcp;
mod progress;
mod remove;
mod run;
mod scan;
mod scan_document;
mod scan_text;
mod skill;
mod verdict_text;

use std::{
    ffi::OsString,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{CommandFactory, FromArgMatches};
use ripout_model::{Failure, Stop};

use crate::{
    cli::{
        args::{Arguments, Command, Format, Global, MapFormat, PageFormat, ScanFormat},
        config::ConfigFile,
        console::Console,
        progress::Progress,
    },
    sandbox::{self, Sandbox, Watcher},
};

/// Exit code where nothing could be judged.
const FAILED: u8 = 2;

/// Exit code after Ctrl-C, as shells spell it.
const INTERRUPTED: u8 = 130;

/// `ripout`.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    start(arguments, Calling::Ripout)
}

/// `cargo ripout`: cargo hands its subcommand's name on as the first argument.
pub fn cargo_main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments
        .get(1)
        .is_some_and(|argument| argument == "ripout")
    {
        arguments.remove(1);
    }
    start(short_form(arguments), Calling::Cargo)
}

/// `cargo ripout strsim` is `cargo ripout remove strsim`, and `cargo ripout strsim::jaro` is
/// `cargo ripout extract strsim::jaro --for .`: what is no command is a dependency, if the lock file knows it.
fn short_form(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(word) = arguments.get(1).and_then(|word| word.to_str()) else {
        return arguments;
    };
    let command = Arguments::command();
    let known = word == "help" || command.get_subcommands().any(|it| it.get_name() == word);
    // Our own binary may be asked to confine, too: that is no word of a user's.
    if known || word == sandbox::CONFINE || word.starts_with('-') || locked::is_repo(word) {
        return arguments;
    }
    let Ok(folder) = std::env::current_dir() else {
        return arguments;
    };
    let unknown = |failure: Failure| {
        ["dependency_not_found", "lock_file_missing"].contains(&failure.code.as_str())
    };
    if locked::of_symbol(word, &folder).is_err_and(unknown) {
        return arguments;
    }
    match word.contains("::") {
        true => {
            arguments.insert(1, "extract".into());
            let names_one =
                |word: &OsString| word == "--for" || word.to_string_lossy().starts_with("--for=");
            if !arguments.iter().any(names_one) {
                arguments.extend(["--for".into(), ".".into()]);
            }
        }
        false => arguments.insert(1, "remove".into()),
    }
    arguments
}

/// Under which name we were called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calling {
    Ripout,
    Cargo,
}

fn start(arguments: Vec<OsString>, calling: Calling) -> ExitCode {
    // Our own binary in the role of the one that confines strangers' code; never a command of the user's.
    if arguments
        .get(1)
        .is_some_and(|argument| argument == sandbox::CONFINE)
    {
        return sandbox::confine_main(arguments.into_iter().skip(2));
    }
    let parsed = match parse(&arguments, calling) {
        Ok(parsed) => parsed,
        Err(error) => return arguments_error(&error, &arguments),
    };
    let Some((parsed, mut global)) = parsed else {
        return ExitCode::SUCCESS;
    };
    let json = parsed.command.as_ref().is_some_and(Command::wants_json);
    let file = match std::env::current_dir().map_or_else(
        |_| Ok(ConfigFile::default()),
        |folder| ConfigFile::find(&folder),
    ) {
        Ok(file) => file,
        Err(failure) => {
            Console::new(&global, json).error(&failure);
            return ExitCode::from(FAILED);
        }
    };
    file.complete_global(&mut global);
    let json = json || (file.wants_json() && parsed.command.as_ref().is_some_and(Command::judges));
    let session = Session {
        console: Console::new(&global, json),
        global,
        file,
        calling,
        interrupted: Arc::default(),
    };
    session.listen_for_ctrl_c();
    match session.carry_out(parsed) {
        Ok(code) => ExitCode::from(code),
        Err(stop) => ExitCode::from(session.stopped(stop)),
    }
}

/// The arguments, or none if they asked for the version and got it.
fn parse(
    arguments: &[OsString],
    calling: Calling,
) -> Result<Option<(Arguments, Global)>, clap::Error> {
    let mut command = Arguments::command();
    if calling == Calling::Cargo {
        command = command.bin_name("cargo ripout");
    }
    // Help that is asked for too early to know the options still heeds --color.
    command = command.color(match spelled(arguments, "--color").as_deref() {
        Some("always") => clap::ColorChoice::Always,
        Some("never") => clap::ColorChoice::Never,
        _ => clap::ColorChoice::Auto,
    });
    let mut matches = command.clone().try_get_matches_from(arguments)?;
    let parsed =
        Arguments::from_arg_matches_mut(&mut matches).map_err(|e| e.format(&mut command))?;
    if parsed.command.is_none() && !parsed.version {
        let kind = clap::error::ErrorKind::MissingSubcommand;
        return Err(command.error(kind, "a command is missing; `ripout help` lists them"));
    }
    let global = parsed.global.clone();
    Ok(Some((parsed, global)))
}

/// An option's value, found without the parser: it could not make sense of the whole.
fn spelled(arguments: &[OsString], option: &str) -> Option<String> {
    let mut arguments = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(argument) = arguments.next() {
        if argument == option {
            return arguments.next().map(|value| value.into_owned());
        }
        if let Some(value) = argument
            .strip_prefix(option)
            .and_then(|rest| rest.strip_prefix('='))
        {
            return Some(value.to_owned());
        }
    }
    None
}

/// Arguments that make no sense; or help, which clap hands out as an error, too.
fn arguments_error(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let json = spelled(arguments, "--format")
        .or_else(|| std::env::var("RIPOUT_FORMAT").ok())
        .is_some_and(|format| format == "json");
    if error.use_stderr() && json {
        let rendered = error.render().to_string();
        let (text, help) = match rendered.split_once("\n\n") {
            Some((text, help)) => (text, Some(help.trim())),
            None => (rendered.as_str(), None),
        };
        let mut failure = Failure::new(
            "arguments",
            text.trim().trim_start_matches("error: ").to_owned(),
        );
        failure.help = help.map(str::to_owned);
        let document = serde_json::json!({
            "schema": "ripout.error/1",
            "code": failure.code,
            "text": failure.text,
            "help": failure.help,
        });
        println!("{document:#}");
    }
    // A closed stream is all that can go wrong here.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { FAILED } else { 0 })
}

impl Command {
    fn wants_json(&self) -> bool {
        match self {
            Command::Extract(extract) => extract.judging.format == Some(Format::Json),
            Command::Verify(verify) => verify.judging.format == Some(Format::Json),
            Command::Remove(remove) => remove.judging.format == Some(Format::Json),
            Command::Batch(batch) => batch.format == Some(Format::Json),
            Command::Check(check) => check.format == Some(Format::Json),
            Command::Update(update) => update.format == Some(Format::Json),
            Command::Brief(brief) => brief.judging.format == Some(Format::Json),
            Command::Sbom(_) => true,
            Command::Map(map) => map.format == MapFormat::Json,
            Command::Explain(explain) => explain.format == PageFormat::Json,
            Command::Scan(scan) => matches!(scan.format, ScanFormat::Json | ScanFormat::Sarif),
            Command::Mcp(_)
            | Command::Skill { .. }
            | Command::Cache { .. }
            | Command::Completions { .. }
            | Command::Man => false,
        }
    }

    /// Whether `format` of `ripout.toml` applies.
    fn judges(&self) -> bool {
        match self {
            Command::Extract(extract) => extract.judging.format.is_none(),
            Command::Verify(verify) => verify.judging.format.is_none(),
            Command::Remove(remove) => remove.judging.format.is_none(),
            Command::Brief(brief) => brief.judging.format.is_none(),
            Command::Batch(batch) => batch.format.is_none(),
            _ => false,
        }
    }
}

/// One call of the program.
#[derive(Clone)]
struct Session {
    console: Console,
    global: Global,
    file: ConfigFile,
    calling: Calling,
    interrupted: Arc<AtomicBool>,
}

impl Session {
    fn carry_out(&self, arguments: Arguments) -> Result<u8, Stop> {
        if arguments.version {
            return self.version();
        }
        match arguments.command {
            Some(Command::Extract(extract)) => run::extract(self, *extract),
            Some(Command::Verify(verify)) => run::verify(self, verify),
            Some(Command::Map(arguments)) => map::map(self, &arguments),
            Some(Command::Explain(arguments)) => explain::explain(self, *arguments),
            Some(Command::Scan(arguments)) => scan::scan(self, &arguments),
            Some(Command::Remove(arguments)) => remove::remove(self, *arguments),
            Some(Command::Check(arguments)) => check::check(self, &arguments),
            Some(Command::Update(arguments)) => check::update(self, &arguments),
            Some(Command::Sbom(arguments)) => check::bill(self, &arguments),
            Some(Command::Brief(arguments)) => brief::brief(self, arguments),
            Some(Command::Batch(arguments)) => batch::batch(self, &arguments),
            Some(Command::Mcp(arguments)) => mcp::mcp(self, arguments),
            Some(Command::Skill { verb }) => skill::skill(self, verb),
            Some(Command::Cache { verb }) => cache::cache(self, verb),
            Some(Command::Completions { shell }) => {
                let mut text = Vec::new();
                clap_complete::generate(shell, &mut Arguments::command(), "ripout", &mut text);
                self.console.print(&String::from_utf8_lossy(&text))?;
                Ok(0)
            }
            Some(Command::Man) => {
                self.console.print(&man_page()?)?;
                Ok(0)
            }
            None => Ok(FAILED),
        }
    }

    /// `--version`, and with `--verbose` what the sandbox can do here.
    fn version(&self) -> Result<u8, Stop> {
        let mut text = format!("ripout {}\n", env!("CARGO_PKG_VERSION"));
        if self.global.verbose {
            for measure in self
                .sandbox(Box::new(Progress::new(self.console)))
                .describe()?
            {
                let state = match &measure.missing {
                    None => format!("denied by {}", measure.by),
                    Some(why) => format!("NOT denied by {}: {why}", measure.by),
                };
                text.push_str(&format!("sandbox: {}: {state}\n", measure.denies));
            }
        }
        self.console.print(&text)?;
        Ok(0)
    }

    /// The one door, with this call's options.
    fn sandbox(&self, watcher: Box<dyn Watcher>) -> Sandbox {
        self.sandbox_until(Arc::clone(&self.interrupted), watcher)
    }

    /// The same, which ends once this flag is set.
    fn sandbox_until(&self, interrupted: Arc<AtomicBool>, watcher: Box<dyn Watcher>) -> Sandbox {
        let options = sandbox::Options {
            confine: !self.global.no_sandbox,
            interrupted,
            ..sandbox::Options::default()
        };
        Sandbox::new(options, watcher)
    }

    /// The first Ctrl-C lets every stage clean up behind it; the second ends the program where it is.
    fn listen_for_ctrl_c(&self) {
        let interrupted = Arc::clone(&self.interrupted);
        let handler = move || {
            if interrupted.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(INTERRUPTED));
            }
        };
        if let Err(e) = ctrlc::set_handler(handler) {
            self.console
                .note(&format!("warning: Ctrl-C will not clean up: {e}"));
        }
    }

    /// Tells why a run ended without a result.
    fn stopped(&self, stop: Stop) -> u8 {
        match stop {
            Stop::Failed(failure) => {
                self.console.error(&failure);
                FAILED
            }
            Stop::Interrupted => {
                self.console.error(&Failure::new(
                    "interrupted",
                    "interrupted; nothing was written",
                ));
                INTERRUPTED
            }
            // Stages that have no report to put a ground into.
            Stop::Refused(reason) | Stop::Inconclusive(reason) => {
                self.console.error(&reason.into());
                FAILED
            }
        }
    }
}

fn man_page() -> Result<String, Failure> {
    let mut page = Vec::new();
    let render =
        |command: clap::Command, page: &mut Vec<u8>| clap_mangen::Man::new(command).render(page);
    let mut command = Arguments::command();
    command.build();
    let failed = |e: std::io::Error| Failure::new("output", e.to_string());
    render(command.clone(), &mut page).map_err(failed)?;
    let mut text = String::from_utf8_lossy(&page).into_owned();
    // One page for all: each command's options follow as sections of the same page.
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        let mut page = Vec::new();
        let man = clap_mangen::Man::new(sub.clone());
        man.render_synopsis_section(&mut page).map_err(failed)?;
        man.render_description_section(&mut page).map_err(failed)?;
        man.render_options_section(&mut page).map_err(failed)?;
        man.render_extra_section(&mut page).map_err(failed)?;
        let title = format!(".SH \"RIPOUT {}\"\n", sub.get_name().to_uppercase());
        text.push_str(&title);
        text.push_str(&String::from_utf8_lossy(&page).replace(".SH ", ".SS "));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn an_option_is_found_in_both_spellings() {
        assert_eq!(
            spelled(&words("x --format json"), "--format").as_deref(),
            Some("json")
        );
        assert_eq!(
            spelled(&words("x --format=json"), "--format").as_deref(),
            Some("json")
        );
        assert_eq!(spelled(&words("x --formats json"), "--format"), None);
    }

    #[test]
    fn the_man_page_tells_of_every_command() {
        let page = man_page().unwrap();
        for name in [
            "EXTRACT", "VERIFY", "MAP", "EXPLAIN", "SCAN", "CHECK", "UPDATE", "SBOM", "BRIEF",
            "BATCH", "CACHE",
        ] {
            assert!(page.contains(&format!("RIPOUT {name}")), "{name}");
        }
    }
}
