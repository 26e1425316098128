//! Arguments, commands, exit codes.
