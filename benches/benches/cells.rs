//! Canonical cells: identity of records, and the first look at columns.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shujian_benches::{as_batches, cell_bytes, deliveries, documents};
use shujian_quality::cell::record_ids;
use shujian_quality::columns::FileColumns;

fn cells(criterion: &mut Criterion) {
    for (name, records) in [("documents", documents(4_000)), ("deliveries", deliveries(50_000))] {
        let batches = as_batches(&records);
        let mut group = criterion.benchmark_group(format!("cells/{name}"));
        group.throughput(Throughput::Bytes(cell_bytes(&records))).sample_size(20);
        group.bench_function("ids", |b| {
            b.iter(|| batches.iter().map(|batch| record_ids(batch).len()).sum::<usize>());
        });
        group.bench_function("columns", |b| {
            b.iter(|| {
                let mut columns = FileColumns::default();
                batches.iter().for_each(|batch| columns.observe(batch));
                columns.rows
            });
        });
        group.finish();
    }
}

criterion_group!(benches, cells);
criterion_main!(benches);
