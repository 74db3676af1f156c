//! Grades records as one partition of text: what layers one and two leave, and the points for it.
//!
//! Shared by the test over all manipulations and the example that measures them on real corpora.

use std::collections::HashMap;

use shujian_core::{ContentId, Profile};
use shujian_fixtures::Records;
use shujian_quality::columns::{ColumnPlan, Kind, PartitionPlan, Role, Tally};
use shujian_quality::dedup::Novelty;
use shujian_quality::dedup::memory::Memory;
use shujian_quality::dedup::minhash::Banding;
use shujian_quality::metric::Measurement;
use shujian_quality::sample::Sampled;
use shujian_quality::sign::{Signed, Source};
use shujian_quality::text;
use shujian_quality::text::measure::ramp;

/// What one dataset comes to.
pub struct Outcome {
    /// Characters submitted.
    pub submitted: f64,
    /// … of usable records without exact copies.
    pub exact: f64,
    /// … of usable records without near copies.
    pub distinct: f64,
    /// … of those, in long passages that stand in earlier records.
    pub repeated: f64,
    /// Novel characters.
    pub novel: f64,
    /// Lower bound of the factor.
    pub low: f64,
    /// The factor.
    pub point: f64,
    /// Points of Scale, also below 0.
    pub scale: f64,
    /// Points of value density, without labels.
    pub density: f64,
    /// Metrics that have a value, by name.
    pub metrics: HashMap<String, f64>,
}

/// What a manipulation gained, in points.
#[derive(Debug, Clone, Copy)]
pub struct Gain {
    /// Scale as it is scored, not below 0.
    pub scale: f64,
    /// Scale without that bound.
    pub unclamped: f64,
    /// Value density.
    pub density: f64,
}

impl Gain {
    /// From one outcome to another.
    pub fn between(before: &Outcome, after: &Outcome) -> Self {
        Self {
            scale: after.scale.max(0.0) - before.scale.max(0.0),
            unclamped: after.scale - before.scale,
            density: after.density - before.density,
        }
    }
}

fn plan(records: &Records) -> PartitionPlan {
    let column = |name: &String| ColumnPlan {
        name: name.clone(),
        role: Role::Text,
        kind: Kind::Text,
        mean: 0.0,
        deviation: 0.0,
        tally: Tally::default(),
    };
    PartitionPlan {
        name: "text".to_owned(),
        profile: Profile::Text,
        columns: records.fields.iter().map(column).collect(),
        rows: records.rows.len() as u64,
    }
}

fn id(row: &[Option<String>]) -> ContentId {
    let mut bytes = Vec::new();
    for cell in row {
        bytes.extend_from_slice(cell.as_deref().unwrap_or_default().as_bytes());
        bytes.push(0);
    }
    ContentId::of(&bytes)
}

/// Grades records whose every field is text.
pub fn grade(records: &Records) -> Outcome {
    let plan = plan(records);
    let mut sample = text::sample();
    let mut signer = text::sign::Signer::new(Banding::RECALL);
    for (row, cells) in (1..).zip(&records.rows) {
        let (id, source) = (id(cells), Source { file: 0, row });
        signer.add(id, source, 0, cells.iter().filter_map(Option::as_deref));
        if sample.wants(&id, source) {
            let cells = cells.iter().map(|cell| cell.as_deref().map(Into::into)).collect();
            sample.offer(id, Sampled { source, cells });
        }
    }
    let signed = signer.finish();
    let store = Memory::of(&signed);
    let set = store.set();
    let (novelty, repeated, _) =
        text::resolve::resolve_with_repeats(&set).expect("memory does not fail");

    let mut shares: HashMap<ContentId, f64> = HashMap::new();
    for (record, id) in signed.ids.iter().enumerate() {
        let units = signed.units[record];
        if novelty.exact_of[record] == record as u32 && units > 0 {
            shares.insert(*id, f64::from(novelty.novel_units[record]) / f64::from(units));
        }
    }
    let measured = text::measure(&plan, &sample, &|id| shares.get(id).copied().unwrap_or(0.0));
    outcome(&signed, &novelty, &repeated, &measured)
}

fn outcome(
    signed: &Signed,
    novelty: &Novelty,
    repeated: &[u32],
    measured: &Measurement,
) -> Outcome {
    let submitted: f64 = signed.units.iter().map(|&units| f64::from(units)).sum();
    let exact = (0..signed.units.len())
        .filter(|&record| novelty.exact_of[record] == record as u32 && novelty.usable[record])
        .map(|record| f64::from(signed.units[record]))
        .sum();
    // What is left when of every cluster of near duplicates one record stays.
    let distinct = (0..signed.units.len())
        .filter(|&record| novelty.cluster[record] == record as u32 && novelty.usable[record])
        .map(|record| f64::from(signed.units[record]))
        .sum();
    let repeated: f64 = repeated.iter().map(|&units| f64::from(units)).sum();
    let novel: f64 = novelty.novel_units.iter().map(|&units| f64::from(units)).sum();
    let metrics: HashMap<String, f64> = (measured.metrics.iter())
        .filter_map(|metric| Some((metric.name.clone(), metric.value?)))
        .collect();
    let value = |name: &str| metrics.get(name).copied().unwrap_or(0.0);
    let quality =
        0.30 * ramp(value("bits-per-byte"), 0.5, 1.5) * ramp(value("order-gain"), 0.05, 0.15)
            + 0.25 * ramp(value("distinct-n"), 0.3, 0.8)
            + 0.20 * ramp(value("clean-share"), 0.80, 0.99);
    let credited = (novel * measured.factor.low).max(1.0);
    Outcome {
        submitted,
        exact,
        distinct,
        repeated,
        novel,
        low: measured.factor.low,
        point: measured.factor.point,
        scale: 100.0 * (credited / 1.5e5).ln() / 1000_f64.ln(),
        density: 100.0 * (credited / submitted.max(1.0)).sqrt() * quality,
        metrics,
    }
}
