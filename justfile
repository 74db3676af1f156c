# `just` lists what there is; each recipe is one command that also runs without just.

# What there is
default:
    @just --list

# A demonstration dataset, graded in two languages
demo:
    cargo run --release -- demo

# All tests
test:
    cargo test --workspace

# What CI runs
ci:
    .ci/run

# Criterion benches, one file a stage
bench:
    cargo bench -p shujian-benches

# Side by side with DuckDB; writes the table of benches/README.md
compare:
    benches/compare/run.sh
