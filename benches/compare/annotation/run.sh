#!/usr/bin/env bash
# Compares the commands on labels with the tools people use for the same, interleaved, from process
# start to result, and writes the table into benches/README.md.
#
#   benches/compare/annotation/run.sh [--runs N] [--only NAME,NAME] [--ahead] [--quick]
#
# Inputs are generated once with fixed seeds and kept below WORK (default: target/compare-annotation).
set -euo pipefail
cd "$(dirname "$0")/../../.."

work=${WORK:-${CARGO_TARGET_DIR:-target}/compare-annotation}
mkdir -p "$work"
work=$(cd "$work" && pwd)

# The peers have no wheels for every Python; a folder that a broken attempt left is made anew.
if [ ! -x "$work/venv/bin/pip" ]; then
    python=python3
    for known in python3.11 python3.12 python3.10; do
        if command -v "$known" > /dev/null; then python=$known; break; fi
    done
    "$python" -m venv --clear "$work/venv" || {
        echo "run.sh: $python cannot make a virtual environment; install its venv module" >&2
        exit 4
    }
fi
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    crowd-kit==1.4.2 krippendorff==0.9.0 hotcoco==1.3.0 datumaro==1.12.0 cleanlab==2.9.0 \
    jiwer==4.0.0 seqeval==1.2.2

if [ -z "${SHUJIAN:-}" ]; then
    cargo build --release --locked -p shujian-cli
fi
shujian=${SHUJIAN:-$(cd "${CARGO_TARGET_DIR:-target}/release" && pwd)/shujian}

exec "$work/venv/bin/python" benches/compare/annotation/compare.py \
    --shujian "$shujian" --work "$work" "$@"
