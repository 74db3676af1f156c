#!/usr/bin/env bash
# Compares near-duplicate groups, from JSON lines to groups, with the tools people use for it, on one
# generated corpus with planted copies, and writes the table into benches/README.md.
#
#   benches/compare/near.sh [--runs N] [--megabytes N] [--only NAME...] [--quick]
#
# Peers come from PyPI into a virtual environment below WORK (default: target/compare), each version
# fixed and each import proven. The corpus is generated once and kept there.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=${WORK:-${CARGO_TARGET_DIR:-target}/compare}
mkdir -p "$work"
work=$(cd "$work" && pwd)
python="$work/near/bin/python"

if [ ! -x "$python" ]; then
    python3 -m venv "$work/near"
fi
"$python" benches/compare/near.py installed 2>/dev/null || {
    "$work/near/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
        rensa==0.5.0 gaoya==0.2.2 datasketch==2.0.0 duckdb==2.0.0 polars==2.1.0 numpy pyarrow xxhash
    "$python" benches/compare/near.py installed
}

cargo build --release --locked -p shujian-fixtures --bin corpus
if [ -z "${SHUJIAN:-}" ]; then
    cargo build --release --locked -p shujian-cli
fi
bin=$(cd "${CARGO_TARGET_DIR:-target}/release" && pwd)

exec "$python" benches/compare/near.py compare \
    --corpus "$bin/corpus" --shujian "${SHUJIAN:-$bin/shujian}" --work "$work" "$@"
