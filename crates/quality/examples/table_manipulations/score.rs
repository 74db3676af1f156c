//! The whole table pipeline on records in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use shujian_core::card::Interval;
use shujian_core::{Batch, ContentId, Profile};
use shujian_fixtures::Records;
use shujian_quality::columns::{self, FileColumns, Plan};
use shujian_quality::dedup::Set;
use shujian_quality::sign::{Keys, NO_KEY, Payloads, Signed};
use shujian_quality::{annotation, table};

/// Signed rows in memory.
struct Memory {
    signed: Signed,
    keys: Vec<u64>,
    width: usize,
    starts: Vec<usize>,
    payload: Vec<u8>,
}

impl Payloads for Memory {
    fn get<'a>(&'a self, record: u32, _: &'a mut Vec<u8>) -> std::io::Result<&'a [u8]> {
        let at = record as usize;
        Ok(&self.payload[self.starts[at]..self.starts[at + 1]])
    }
}

impl Keys for Memory {
    fn width(&self) -> usize {
        self.width
    }

    fn sorted(&self, position: usize) -> std::io::Result<Vec<(u64, u32)>> {
        let keys = self.keys.iter().skip(position).step_by(self.width);
        let mut pairs: Vec<(u64, u32)> =
            keys.copied().zip(0..).filter(|(key, _)| *key != NO_KEY).collect();
        pairs.sort_unstable();
        Ok(pairs)
    }
}

impl Memory {
    fn new(mut signed: Signed) -> Self {
        let mut starts = vec![0];
        starts.extend(signed.payload_len.iter().scan(0, |end, &len| {
            *end += len as usize;
            Some(*end)
        }));
        let keys = std::mem::take(&mut signed.keys);
        let payload = std::mem::take(&mut signed.payload);
        let width = signed.width;
        Self { signed, keys, width, starts, payload }
    }
}

/// What one set of records scores.
pub struct Score {
    pub profile: Profile,
    /// Cells of all content columns.
    pub cells: u64,
    /// Cells of the columns that count, by their weight.
    pub submitted: u64,
    /// Rows that are novel.
    pub rows: u64,
    pub novel: u64,
    pub factor: Interval,
    metrics: BTreeMap<String, f64>,
}

pub fn batch(records: &Records) -> Batch {
    let column = |at: usize| -> ArrayRef {
        Arc::new(records.rows.iter().map(|row| row[at].as_deref()).collect::<StringArray>())
    };
    let columns =
        records.fields.iter().enumerate().map(|(at, name)| (name.as_str(), column(at), true));
    let cells = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
    Batch { file: 0, rows: (1..=records.rows.len() as u64).collect(), cells }
}

pub fn plan(records: &Records) -> Plan {
    plan_batch(&batch(records))
}

fn plan_batch(batch: &Batch) -> Plan {
    let mut file = FileColumns::default();
    file.observe(batch);
    columns::plan(&[file], &["file".to_owned()])
}

impl Score {
    pub fn of(records: &Records) -> Self {
        Self::of_batch(&batch(records))
    }

    fn of_batch(batch: &Batch) -> Self {
        let plan = plan_batch(batch);
        let plan = &plan.partitions[0];
        let mut sample = table::sample();
        let memory = Memory::new(table::sign(batch, 0, 0, plan, &mut sample));
        let set = Set { signed: &memory.signed, keys: &memory, payloads: &memory };
        let (novelty, _) = table::resolve(&set, plan, &sample).expect("memory does not fail");
        let mut shares: BTreeMap<ContentId, f64> = BTreeMap::new();
        for (at, id) in memory.signed.ids.iter().enumerate() {
            if novelty.novel_units[at] > 0 {
                shares.insert(
                    *id,
                    f64::from(novelty.novel_units[at]) / f64::from(memory.signed.units[at]),
                );
            }
        }
        let share = |id: &ContentId| shares.get(id).copied().unwrap_or(0.0);
        let measurement = table::measure(plan, &sample, &share);
        let mut metrics: BTreeMap<String, f64> = measurement
            .metrics
            .iter()
            .filter_map(|metric| Some((metric.name.clone(), metric.value?)))
            .collect();
        if let Ok(Some(metric)) = annotation::measure(&[(set, plan)]) {
            metrics.insert(metric.name, metric.value.unwrap_or(0.0));
        }
        let sum = |units: &[u32]| units.iter().map(|&units| u64::from(units)).sum();
        Self {
            profile: plan.profile,
            submitted: sum(&novelty.counted_units),
            cells: sum(&memory.signed.units),
            rows: novelty.novel_units.iter().filter(|&&units| units > 0).count() as u64,
            novel: sum(&novelty.novel_units),
            factor: measurement.factor,
            metrics,
        }
    }

    pub fn metric(&self, name: &str) -> f64 {
        self.metrics.get(name).copied().unwrap_or(0.0)
    }

    pub fn effective(&self) -> f64 {
        self.novel as f64 * self.factor.low
    }

    pub fn retention(&self) -> f64 {
        self.effective() / self.submitted.max(1) as f64
    }

    /// Unclamped, so that a rise below the reference shows.
    pub fn scale(&self) -> f64 {
        100.0 * (self.effective().max(1.0) / 1e4).ln() / 1e5_f64.ln()
    }

    pub fn density(&self) -> f64 {
        let r = |x: f64, a: f64, b: f64| ((x - a) / (b - a)).clamp(0.0, 1.0);
        let x = if self.profile == Profile::Judgements {
            r(self.metric("annotation"), 0.0, 1.0)
        } else {
            0.25 * r(self.metric("structure"), 0.05, 0.5)
                + 0.25 * r(self.metric("validity"), 0.90, 0.999)
                + 0.15 * r(self.metric("information"), 0.0, 6.0)
                + 0.15 * r(self.metric("uniqueness"), 0.0, 1.0)
        };
        100.0 * self.retention().sqrt() * x
    }
}

/// Rows, bytes and seconds of the stages on generated data.
pub fn speed() {
    use shujian_fixtures::rng::Rng;
    let mut rng = Rng::new(1);
    let rows = 1_000_000;
    let fields = ["a", "b", "c", "d", "e", "kind", "place", "t"].map(str::to_owned).to_vec();
    let cells = (0..rows).map(|at| {
        let level = rng.normal();
        let mut row: Vec<Option<String>> =
            (0..5).map(|_| Some(format!("{:.4}", level + rng.normal()))).collect();
        row.push(Some(format!("kind {}", rng.below(9))));
        row.push(Some(format!("p{}", rng.below(400))));
        row.push(Some(format!(
            "2013-{:02}-{:02} {:02}:{:02}",
            at % 12 + 1,
            at % 28 + 1,
            at % 24,
            at % 60
        )));
        row
    });
    let batch = batch(&Records { fields, rows: cells.collect() });
    let timed = |what: &str, run: &mut dyn FnMut()| {
        let start = std::time::Instant::now();
        run();
        println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    };
    let mut file = FileColumns::default();
    timed("observe 8M cells", &mut || file.observe(&batch));
    timed("record_ids 8M cells", &mut || {
        std::hint::black_box(shujian_quality::cell::record_ids(&batch));
    });
    let plan = columns::plan(&[file], &["file".to_owned()]);
    let plan = &plan.partitions[0];
    let mut sample = table::sample();
    let mut signed = None;
    timed("sign", &mut || signed = Some(table::sign(&batch, 0, 0, plan, &mut sample)));
    let memory = Memory::new(signed.expect("just signed"));
    let set = Set { signed: &memory.signed, keys: &memory, payloads: &memory };
    timed("resolve", &mut || {
        std::hint::black_box(table::resolve(&set, plan, &sample).expect("memory does not fail"));
    });
    timed("measure", &mut || {
        std::hint::black_box(table::measure(plan, &sample, &|_| 1.0));
    });
    long_text();
}

/// Bytes a second on long texts in two scripts.
fn long_text() {
    for (name, piece) in [
        ("ascii", "The pump was checked and found in order. "),
        ("chinese", "水泵经检查运行正常，未见异常。"),
    ] {
        let text = piece.repeat(20_000 / piece.len());
        let rows = 5000;
        let cells = (0..rows).map(|at| vec![Some(format!("{at}{text}"))]).collect();
        let batch = batch(&Records { fields: vec!["text".to_owned()], rows: cells });
        let bytes = (rows * text.len()) as f64;
        let start = std::time::Instant::now();
        FileColumns::default().observe(&batch);
        let observed = start.elapsed().as_secs_f64();
        let start = std::time::Instant::now();
        std::hint::black_box(shujian_quality::cell::record_ids(&batch));
        let signed = start.elapsed().as_secs_f64();
        println!(
            "{name} text: observe {:.2} GB/s, record_ids {:.2} GB/s",
            bytes / observed / 1e9,
            bytes / signed / 1e9
        );
    }
}
