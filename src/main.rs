//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The sandbox starts this binary again in the role of its warden: before anything else is set up.
    let mut args = std::env::args_os().skip(1);
    if args
        .next()
        .is_some_and(|first| first == ripout::sandbox::CONFINE)
    {
        return ripout::sandbox::confine_main(args);
    }
    ExitCode::SUCCESS
}
