//! The same as a subcommand of cargo.

fn main() -> std::process::ExitCode {
    ripout::cli::cargo_main()
}
