#!/usr/bin/env bash
# Compares the whole grade with DuckDB's SUMMARIZE of the same file, interleaved, and writes the
# table into benches/README.md.
#
#   benches/compare/run.sh [--runs N] [--megabytes N] [--rows N] [--quick]
#
# Inputs are generated once and kept below WORK (default: target/compare).
set -euo pipefail
cd "$(dirname "$0")/../.."

work=${WORK:-${CARGO_TARGET_DIR:-target}/compare}
mkdir -p "$work"
work=$(cd "$work" && pwd)

if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
fi
"$work/venv/bin/python" -c 'import duckdb' 2>/dev/null ||
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check duckdb

cargo build --release -p shujian-fixtures --bin corpus
if [ -z "${SHUJIAN:-}" ]; then
    cargo build --release -p shujian-cli
fi
bin=$(cd "${CARGO_TARGET_DIR:-target}/release" && pwd)

exec "$work/venv/bin/python" benches/compare/compare.py \
    --corpus "$bin/corpus" --shujian "${SHUJIAN:-$bin/shujian}" --work "$work" "$@"
