#!/usr/bin/env bash
# Fills a registry with 50,000 projects and two million events and measures payments, lists,
# searches and the rebuilding of every table from the log: `benches/compare/registry.sh [PLACE]`.
# PLACE is a new SQLite file, a temporary one if absent, or an empty postgres://… database.
# `--quick` tries the script on a small registry.
set -euo pipefail
cd "$(dirname "$0")/../.."
projects=50000 events=2000000
if [ "${1:-}" = --quick ]; then projects=4000 events=30000; shift; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --release --workspace --example measure
target=${CARGO_TARGET_DIR:-target}
"$target/release/examples/measure" "${1:-$work/shujian.db}" "$projects" "$events"
