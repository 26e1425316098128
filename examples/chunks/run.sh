#!/bin/sh
# Takes toolz.partition_all out of toolz 1.0.0 and uses it in an interpreter that has no packages at all.
# `RIPOUT` names the binary if it is not on PATH.
set -eu
cd "$(dirname "$0")"
"${RIPOUT:-ripout}" extract pypi:toolz@1.0.0 toolz.partition_all --out ripped
python3 -I -S -c 'import sys; sys.path.insert(0, "ripped"); from partition_all import partition_all; print(list(partition_all(3, range(8))))'
