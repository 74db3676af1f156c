//! Each row leaves its id, its units, keys of its numbers and what verification needs.

use shujian_core::{Batch, ContentId};
use xxhash_rust::xxh3::xxh3_64;

use super::layout::{Head, Layout, NO_TIME, mix};
use super::near;
use crate::cell::{self, Cell};
use crate::columns::{PartitionPlan, Role};
use crate::sample::{Sample, Sampled};
use crate::sign::{NO_KEY, Signed, Source};

/// One row while its cells come in.
struct Row {
    head: Head,
    numbers: Vec<f32>,
    units: u32,
}

impl Row {
    fn clear(&mut self) {
        self.head = Head { group: 0, text: 0, content: 0, time: NO_TIME };
        self.numbers.fill(f32::NAN);
        self.units = 0;
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
    let directions = near::Directions::new(layout.scales.len());
    let width = if layout.judgements { 0 } else { near::WIDTH };
    let mut signed = Signed { width, ..Signed::default() };
    let mut row = Row {
        head: Head { group: 0, text: 0, content: 0, time: NO_TIME },
        numbers: vec![f32::NAN; layout.scales.len()],
        units: 0,
    };
    row.clear();
    let row = std::cell::RefCell::new(row);
    let mut folded = String::new();
    cell::walk(
        batch,
        |_, column, cell| {
            if let Some(at) = planned[column] {
                take(&layout, plan, at, cell, &mut row.borrow_mut(), &mut folded);
            }
        },
        |at, id| {
            let row = &mut *row.borrow_mut();
            let source = Source { file, row: batch.rows[at] };
            leave(row, id, source, &mut signed);
            signed.partitions.push(partition);
            if width > 0 {
                let keys = directions.keys(row.head.group, row.head.text, &row.numbers);
                signed.keys.extend(if row.units > 0 { keys } else { [NO_KEY; near::WIDTH] });
            }
            row.clear();
            if sample.wants(&id, source) {
                sample.offer(id, Sampled { source, cells: cells(batch, plan, at) });
            }
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

/// Takes one cell into the row.
fn take(
    layout: &Layout,
    plan: &PartitionPlan,
    at: usize,
    cell: &Cell<'_>,
    row: &mut Row,
    folded: &mut String,
) {
    let role = plan.columns[at].role;
    let head = &mut row.head;
    if layout.judgements {
        match role {
            Role::Item => head.group = mix(0, cell.hash()),
            Role::Annotator => head.text = mix(1, cell.hash()),
            Role::Label => head.content = mix(2, folded_hash(cell, folded)),
            _ => return,
        }
        row.units = 1;
        return;
    }
    if let Some(part) = layout.clock(at, cell) {
        head.time = if head.time == NO_TIME { part } else { head.time.saturating_add(part) };
    }
    match role {
        Role::Numeric => {
            let hash = mix(at, cell.hash());
            head.content = head.content.wrapping_add(hash);
            match (layout.slots[at], cell.as_number()) {
                (Some(slot), Some(value)) => row.numbers[slot] = layout.scaled(slot, value),
                _ => head.group = head.group.wrapping_add(hash),
            }
        }
        Role::Category | Role::Label => {
            let hash = mix(at, folded_hash(cell, folded));
            head.content = head.content.wrapping_add(hash);
            head.group = head.group.wrapping_add(hash);
        }
        Role::Text => {
            let hash = mix(at, folded_hash(cell, folded));
            head.content = head.content.wrapping_add(hash);
            head.text = head.text.wrapping_add(hash);
        }
        Role::Time => head.group = head.group.wrapping_add(mix(at, cell.hash())),
        Role::Key | Role::Constant | Role::Annotator | Role::Item => {}
    }
    row.units += u32::from(role.is_content());
}

/// Hash without letter case and outer or doubled white space: spelling is no new content.
fn folded_hash(cell: &Cell<'_>, folded: &mut String) -> u64 {
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

fn leave(row: &Row, id: ContentId, source: Source, signed: &mut Signed) {
    signed.ids.push(id);
    signed.places.push(source);
    signed.units.push(row.units);
    let before = signed.payload.len();
    row.head.write(&row.numbers, &mut signed.payload);
    signed.payload_len.push((signed.payload.len() - before) as u32);
}

/// The cells of one row in the order of the plan.
fn cells(batch: &Batch, plan: &PartitionPlan, row: usize) -> Vec<Option<Box<str>>> {
    plan.columns
        .iter()
        .map(|column| cell::canonical(batch.cells.column_by_name(&column.name)?, row))
        .collect()
}
