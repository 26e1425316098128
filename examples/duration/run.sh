#!/bin/sh
# Takes humantime::parse_duration out of humantime 2.4.0, runs the frozen tests that came with it, and builds a program
# that uses the module and depends on nothing. `RIPOUT` names the binary if it is not on PATH.
set -eu
cd "$(dirname "$0")"
"${RIPOUT:-ripout}" extract crate:humantime@2.4.0 humantime::parse_duration --out target/ripped
cp target/ripped/parse_duration.rs src/parse_duration.rs
(cd target/ripped/equivalence && cargo test --offline --quiet)
cargo run --offline --quiet -- "2h 37min" "1 day 3s" "forty winks"
