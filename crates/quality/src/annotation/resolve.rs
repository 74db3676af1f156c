//! Which judgements count: those of people, once, and not against themselves.

use std::io::Result;

use shujian_core::{Findings, Place};

use super::{clones, judgements};
use crate::dedup::{Novelty, Set};
use crate::sign::Source;

/// Judgements whose equal in another file has the first say.
fn local_copies(set: &Set<'_>, exact_of: &[u32]) -> Vec<Source> {
    let places = &set.signed.places;
    let of = |(row, &of): (usize, &u32)| (places[row], places[of as usize]);
    let copies = exact_of.iter().enumerate().map(of);
    copies.filter(|(copy, first)| copy.file != first.file).map(|(copy, _)| copy).collect()
}

/// Decides over all judgements of one partition. A judgement is one unit and stands for itself; a
/// repeat of the same item, annotator and label counts with its first. Contradictions of an
/// annotator with herself, the judgements of clones, and those of items that nobody else judged count
/// for nothing.
///
/// - Errors: those of the stores.
pub(crate) fn resolve(set: &Set<'_>) -> Result<(Novelty, Findings)> {
    let count = set.signed.ids.len();
    let exact_of = crate::table::exact(set);
    let mut cluster = exact_of.clone();
    let mut novel_units = vec![0; count];
    let mut findings = Findings::default();
    let mut crowded = 0;
    let tasks = judgements::tasks(judgements::read(set)?);
    if tasks.len() > 1 {
        let copies = local_copies(set, &exact_of);
        crate::table::note_sources("SJ-quality-029", copies, &mut findings);
    }
    for mut task in tasks {
        // The first of equal judgements is the one of smallest id, then place.
        let place = |row: u32| (set.signed.ids[row as usize], set.signed.places[row as usize]);
        let key = |one: &judgements::Judgement| (one.item, one.annotator, one.label);
        task.sort_unstable_by_key(|one| (key(one), place(one.row)));
        for same in task.chunk_by(|a, b| key(a) == key(b)) {
            same.iter().for_each(|one| cluster[one.row as usize] = same[0].row);
        }
        task.dedup_by_key(|one| key(one));
        let (task, _) = judgements::clean(task);
        let (task, more) = clones::merge(task);
        crowded += more;
        // What nobody else judged cannot be checked.
        for item in task.chunk_by(|a, b| a.item == b.item).filter(|item| item.len() > 1) {
            for one in item {
                novel_units[one.row as usize] = set.signed.units[one.row as usize];
            }
        }
    }
    if crowded > 0 {
        let file = set.signed.places.iter().map(|place| place.file).min().unwrap_or(0);
        findings.add_many("SJ-quality-026", crowded, [Place::file(file.to_string())]);
    }
    let usable = set.signed.units.iter().map(|&units| units > 0).collect();
    let counted_units = set.signed.units.clone();
    Ok((Novelty { exact_of, cluster, usable, counted_units, novel_units }, findings))
}
