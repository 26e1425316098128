//! The terminal: results to standard output and nothing else; progress, warnings and errors to standard error.

use std::io::{self, IsTerminal, Write};

use clap::builder::styling::{AnsiColor, Style};
use ripout_model::Failure;
use serde::Serialize;

use crate::cli::args::{Global, When};

/// How to speak to the user.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    /// Progress is wanted.
    pub progress: bool,
    /// More is wanted.
    pub verbose: bool,
    /// Whether standard error is a terminal.
    pub terminal: bool,
    /// Errors are documents on standard output.
    pub json: bool,
    colour_out: bool,
    colour_err: bool,
}

/// Error document.
#[derive(Debug, Serialize)]
struct ErrorDocument<'a> {
    schema: &'static str,
    code: &'a str,
    text: &'a str,
    help: Option<&'a str>,
}

impl Console {
    /// A console as the options ask for it.
    pub fn new(global: &Global, json: bool) -> Self {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        // https://no-color.org: present and not empty, whatever its value.
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = |terminal: bool| match global.color {
            Some(When::Always) => true,
            Some(When::Never) => false,
            Some(When::Auto) | None => terminal && !no_color && !dumb(),
        };
        Self {
            progress: !global.quiet,
            verbose: global.verbose,
            terminal: err && !dumb(),
            json,
            colour_out: colour(out),
            colour_err: colour(err),
        }
    }

    /// Prints a result. A reader that went away (`| head`) is no error.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
                "output",
                format!("write to standard output: {e}"),
            )),
            _ => Ok(()),
        }
    }

    /// An error: what, where and why; what to do.
    pub fn error(&self, failure: &Failure) {
        if self.json {
            let document = ErrorDocument {
                schema: "ripout.error/1",
                code: &failure.code,
                text: &failure.text,
                help: failure.help.as_deref(),
            };
            let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
            text.push('\n');
            // Where not even this can be written nothing is left to tell it to.
            let _ = self.print(&text);
        }
        let red = self.paint_err(AnsiColor::Red.on_default().bold(), "error");
        let mut text = format!("{red}: {}\n", failure.text);
        if let Some(help) = &failure.help {
            let cyan = self.paint_err(AnsiColor::Cyan.on_default().bold(), "help");
            text.push_str(&format!("  {cyan}: {}\n", help.replace('\n', "\n        ")));
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// A line on standard error.
    pub fn note(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Text in a style, for standard output.
    pub fn paint(&self, style: Style, text: &str) -> String {
        paint(self.colour_out, style, text)
    }

    /// Text in a style, for standard error.
    pub fn paint_err(&self, style: Style, text: &str) -> String {
        paint(self.colour_err, style, text)
    }
}

fn paint(colour: bool, style: Style, text: &str) -> String {
    if colour {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

/// A terminal that knows no escapes.
fn dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
