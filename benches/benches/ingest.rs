//! Bytes of cell text a second through the reader of each container.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shujian_benches::{batches, cell_bytes, deliveries, documents, write};

const CONTAINERS: [&str; 13] = [
    "jsonl",
    "jsonl-gz",
    "jsonl-zst",
    "jsonl-utf16le",
    "json-list",
    "csv",
    "csv-gb18030",
    "tsv",
    "parquet-zstd",
    "parquet-snappy-groups",
    "arrow-file",
    "jsonl-tar-gz",
    "xlsx",
];

fn decode(criterion: &mut Criterion) {
    for (name, records) in [("documents", documents(4_000)), ("deliveries", deliveries(50_000))] {
        let mut group = criterion.benchmark_group(format!("ingest/{name}"));
        group.throughput(Throughput::Bytes(cell_bytes(&records))).sample_size(10);
        for container in CONTAINERS {
            let dir = tempfile::tempdir().expect("a temporary folder");
            write(&records, container, dir.path());
            let id = BenchmarkId::from_parameter(container);
            group.bench_function(id, |b| b.iter(|| batches(dir.path()).len()));
        }
        group.finish();
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
