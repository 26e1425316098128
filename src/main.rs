//! The command line.

fn main() -> std::process::ExitCode {
    ripout::cli::main()
}
