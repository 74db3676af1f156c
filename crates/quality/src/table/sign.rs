//! Each row leaves its id, its units and its cells in short, for resolution to compare.

use shujian_core::Batch;
use xxhash_rust::xxh3::xxh3_64;

use super::layout::{self, Judgement, Layout, NO_TIME, mix};
use crate::cell::{self, Cell};
use crate::columns::{PartitionPlan, Role};
use crate::sample::{Sample, Sampled};
use crate::sign::{Signed, Source};

/// One row while its cells come in.
#[derive(Debug)]
struct Row {
    time: i64,
    words: Vec<u32>,
    judgement: Judgement,
    units: u32,
    folded: String,
}

impl Row {
    fn clear(&mut self, layout: &Layout) {
        self.time = NO_TIME;
        layout.clear(&mut self.words);
        self.judgement = Judgement::default();
        self.units = 0;
    }

    /// Takes one cell into the row.
    fn take(&mut self, layout: &Layout, plan: &PartitionPlan, at: usize, cell: &Cell<'_>) {
        let role = plan.columns[at].role;
        if layout.judgements {
            let part = match role {
                Role::Item => 0,
                Role::Annotator => 1,
                Role::Label => 2,
                _ => return,
            };
            // A judgement respelled is the same judgement.
            let hash = folded_hash(cell, &mut self.folded);
            self.judgement[part] = mix(part, hash).max(1);
            self.units = 1;
            return;
        }
        if let Some(part) = layout.clock(at, cell) {
            self.time = if self.time == NO_TIME { part } else { self.time.saturating_add(part) };
        }
        if let Some(slot) = layout.slots[at] {
            slot.write(cell, || folded_hash(cell, &mut self.folded), &mut self.words);
        }
        self.units += u32::from(role.is_content());
    }

    /// Leaves what was taken.
    fn leave(&self, layout: &Layout, signed: &mut Signed) {
        signed.units.push(self.units);
        let before = signed.payload.len();
        if layout.judgements {
            layout::write_judgement(self.judgement, &mut signed.payload);
        } else {
            layout::write(self.time, &self.words, &mut signed.payload);
        }
        signed.payload_len.push((signed.payload.len() - before) as u32);
    }
}

/// Signs the rows of a batch; `place` is (file, partition).
pub(super) fn rows(
    batch: &Batch,
    place: (u32, u32),
    plan: &PartitionPlan,
    sample: &mut Sample,
) -> Signed {
    let (file, partition) = place;
    let layout = Layout::of(plan);
    let planned = planned(batch, plan);
    let mut signed = Signed::default();
    let mut row = Row {
        time: NO_TIME,
        words: vec![0; layout.words],
        judgement: Judgement::default(),
        units: 0,
        folded: String::new(),
    };
    row.clear(&layout);
    let row = std::cell::RefCell::new(row);
    cell::walk(
        batch,
        |_, column, cell| {
            if let Some(at) = planned[column] {
                row.borrow_mut().take(&layout, plan, at, cell);
            }
        },
        |at, id| {
            let source = Source { file, row: batch.rows[at] };
            signed.ids.push(id);
            signed.places.push(source);
            signed.partitions.push(partition);
            let row = &mut *row.borrow_mut();
            row.leave(&layout, &mut signed);
            // Rows without content say nothing about columns, and must not fill the sample.
            if row.units > 0 && sample.wants(&id, source) {
                sample.offer(id, Sampled { source, cells: cells(batch, plan, at) });
            }
            row.clear(&layout);
        },
    );
    signed
}

/// For each column of the batch, its index in the plan.
fn planned(batch: &Batch, plan: &PartitionPlan) -> Vec<Option<usize>> {
    let find =
        |name: &str| plan.columns.binary_search_by(|column| column.name.as_str().cmp(name)).ok();
    batch.cells.schema_ref().fields().iter().map(|field| find(field.name())).collect()
}

/// Hash without letter case and outer or doubled white space: spelling is no new content.
pub(super) fn folded_hash(cell: &Cell<'_>, folded: &mut String) -> u64 {
    let Cell::Text(text) = cell else { return cell.hash() };
    folded.clear();
    if text.is_ascii() {
        for word in text.split_ascii_whitespace() {
            folded.push_str(word);
            folded.push(' ');
        }
        folded.make_ascii_lowercase();
    } else {
        for word in text.split_whitespace() {
            folded.extend(word.chars().flat_map(char::to_lowercase));
            folded.push(' ');
        }
    }
    xxh3_64(folded.as_bytes())
}

/// The cells of one row in the order of the plan.
fn cells(batch: &Batch, plan: &PartitionPlan, row: usize) -> Vec<Option<Box<str>>> {
    plan.columns
        .iter()
        .map(|column| cell::canonical(batch.cells.column_by_name(&column.name)?, row))
        .collect()
}
