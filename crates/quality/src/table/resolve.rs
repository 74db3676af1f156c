//! Which rows say something that no other row of the partition says.

use std::io::Result;

use shujian_core::{ContentId, Findings, Place};

use super::credit::Credit;
use super::oddness::Oddness;
use super::rows::Rows;
use super::{interpolated, midpoints, nearby, shifted};
use crate::columns::PartitionPlan;
use crate::dedup::{Novelty, Set};
use crate::sample::Sample;
use crate::sign::Source;

/// Places a finding names.
const PLACES: usize = 10;

/// Decides over all rows of one partition what each still adds.
pub(super) fn rows(
    set: &Set<'_>,
    plan: &PartitionPlan,
    sample: &Sample,
) -> Result<(Novelty, Findings)> {
    if plan.profile == shujian_core::Profile::Judgements {
        return crate::annotation::resolve(set);
    }
    let exact_of = exact(set);
    let oddness = Oddness::of(plan, sample);
    let credit = Credit::before(plan, sample, &oddness);
    let rows = Rows::read(set, plan, &credit, &exact_of)?;
    let mut findings = Findings::default();
    let mut repeats: Vec<u32> = (0..exact_of.len() as u32).collect();
    let crowded = nearby::mark(&rows, &mut repeats);
    if crowded > 0 {
        findings.add_many("SJ-quality-025", crowded, [Place::file(plan.name.clone())]);
    }
    let shifted = shifted::mark(&rows, &mut repeats);
    let mut between = interpolated::find(&rows, plan);
    let midpoints = midpoints::find(&rows, &interpolated::slots(&rows, plan));
    midpoints.half_way.iter().for_each(|&row| between[row as usize] = true);
    if midpoints.left > 0 {
        let place = Place::file(plan.name.clone());
        findings.add_many("SJ-quality-027", midpoints.left, [place]);
    }
    let interpolated = (0..)
        .zip(between.iter().zip(&repeats))
        .filter(|(row, (between, repeats))| **between && *repeats == row)
        .map(|(row, _)| row);
    note("SJ-quality-022", set, shifted, &mut findings);
    note("SJ-quality-023", set, interpolated.collect(), &mut findings);
    // Which columns count is decided again without the copies that were found.
    let novel: Vec<bool> = (0..exact_of.len())
        .map(|row| rows.first[row] && repeats[row] as usize == row && !between[row])
        .collect();
    let credit = Credit::of(plan, sample, &oddness, &novel_sampled(set, sample, &novel));
    findings.merge(credit.findings.clone());
    let units = rows.units(&credit);
    Ok((novelty(set, exact_of, &repeats, &units, &novel), findings))
}

/// Counts rows under a code and names the first of them.
fn note(code: &'static str, set: &Set<'_>, rows: Vec<u32>, findings: &mut Findings) {
    let sources = rows.into_iter().map(|row| set.signed.places[row as usize]);
    note_sources(code, sources.collect(), findings);
}

/// Counts records under a code and names the first of them.
pub(crate) fn note_sources(code: &'static str, mut sources: Vec<Source>, findings: &mut Findings) {
    let count = sources.len() as u64;
    sources.sort_unstable();
    let places = sources.into_iter().take(PLACES).map(Source::place);
    if count > 0 {
        findings.add_many(code, count, places);
    }
}

/// For each row the row of equal id and smallest place.
pub(crate) fn exact(set: &Set<'_>) -> Vec<u32> {
    use rayon::prelude::*;
    let (ids, places) = (&set.signed.ids, &set.signed.places);
    // The prefix decides nearly always; the rest of the id and the place only between equals.
    let mut order: Vec<(u64, u32)> =
        ids.iter().zip(0..).map(|(id, row)| (id.prefix(), row)).collect();
    order.par_sort_unstable();
    let mut exact_of: Vec<u32> = (0..ids.len() as u32).collect();
    for run in order.chunk_by_mut(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        run.sort_unstable_by_key(|&(_, row)| (ids[row as usize], places[row as usize]));
        for same in run.chunk_by(|a, b| ids[a.1 as usize] == ids[b.1 as usize]) {
            for &(_, row) in same {
                exact_of[row as usize] = same[0].1;
            }
        }
    }
    exact_of
}

/// Whether a sampled record is novel, by its id.
fn novel_sampled(set: &Set<'_>, sample: &Sample, novel: &[bool]) -> impl Fn(&ContentId) -> bool {
    let last = sample.iter().last().map(|(id, _)| *id);
    let mut ids: Vec<ContentId> = set
        .signed
        .ids
        .iter()
        .zip(novel)
        .filter(|(id, novel)| **novel && Some(**id) <= last)
        .map(|(id, _)| *id)
        .collect();
    ids.sort_unstable();
    move |id| ids.binary_search(id).is_ok()
}

/// Puts the decision together; `units` are those of each row in the columns that count.
fn novelty(
    set: &Set<'_>,
    exact_of: Vec<u32>,
    repeats: &[u32],
    units: &[u32],
    novel: &[bool],
) -> Novelty {
    let signed = set.signed;
    let root = |mut row: u32| {
        while repeats[row as usize] != row {
            row = repeats[row as usize];
        }
        row
    };
    let cluster = exact_of.iter().map(|&row| root(row)).collect();
    let usable = signed.units.iter().map(|&units| units > 0).collect();
    // Where no column counts, nothing is novel, and all that was submitted says so.
    let counted = units.iter().any(|&units| units > 0);
    let counted_units = if counted { units.to_vec() } else { signed.units.clone() };
    let novel_units =
        units.iter().zip(novel).map(|(&units, novel)| units * u32::from(*novel)).collect();
    Novelty { exact_of, cluster, usable, counted_units, novel_units }
}
