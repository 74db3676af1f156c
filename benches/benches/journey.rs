//! Every stage from file to measurement, one after another on one thread, without the engine.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shujian_benches::{
    Memory, batches, cell_bytes, deliveries, documents, measured, planned, resolved, signed, write,
};

fn journey(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("journey");
    group.sample_size(10);
    for (name, records, container) in
        [("documents", documents(4_000), "parquet-zstd"), ("deliveries", deliveries(50_000), "csv")]
    {
        let dir = tempfile::tempdir().expect("a temporary folder");
        write(&records, container, dir.path());
        group.throughput(Throughput::Bytes(cell_bytes(&records)));
        group.bench_function(name, |b| {
            b.iter(|| {
                let batches = batches(dir.path());
                let plan = planned(&batches);
                let (all, sample) = signed(&batches, &plan);
                let novelty = resolved(&Memory::of(&all), &plan, &sample);
                (novelty.novel_units.len(), measured(&plan, &sample).metrics.len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, journey);
criterion_main!(benches);
