//! Signing: one pass over a batch leaves ids, keys, tokens and the sample.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use shujian_core::{Batch, ContentId};

use super::fold::{self, Token};
use super::rubbish::{self, Rubbish};
use crate::cell::canonical;
use crate::columns::{ColumnPlan, PartitionPlan, Role};
use crate::dedup::minhash::{Banding, Sketch, hash_run, mix, shingles};
use crate::sample::{Sample, Sampled};
use crate::sign::{NO_KEY, Signed, Source};

/// Keys over the bag of tokens: texts of the same words in another order.
pub const BAG: Banding = Banding { bands: 8, rows: 5, shingle: 1 };
/// Below this many tokens the exact key disregards their order.
pub const UNORDERED_BELOW: usize = 60;
/// Fields of one record that are looked for inside of each other; beyond only equality counts.
const MOST_CONTAINED: usize = 16;

/// Where the keys stand.
///
/// Position 0 is the hash of the folded text, then come the shingles, then the bag.
pub fn width(banding: Banding) -> usize {
    1 + usize::from(banding.bands + BAG.bands)
}

/// Bytes before the tokens in a payload: what is wrong with the record, 0 for nothing.
pub const HEADER: usize = 4;

/// Reads a payload.
///
/// - `None`: the payload is torn.
pub fn read(payload: &[u8], into: &mut Vec<Token>) -> Option<Option<Rubbish>> {
    into.clear();
    into.extend(tokens(payload)?.iter().map(|&token| u32::from_le_bytes(token)));
    match u32::from_le_bytes(*payload.first_chunk()?) {
        0 => Some(None),
        kind => Some(Some(*Rubbish::ALL.get(kind as usize - 1)?)),
    }
}

/// The tokens of a payload, little-endian.
///
/// - `None`: the payload is torn.
pub fn tokens(payload: &[u8]) -> Option<&[[u8; 4]]> {
    let (_, tokens) = payload.split_first_chunk::<HEADER>()?;
    let (tokens, rest) = tokens.as_chunks();
    rest.is_empty().then_some(tokens)
}

/// A column of a batch as text, whatever its type.
#[derive(Debug)]
pub struct TextColumn(ArrayRef);

impl TextColumn {
    /// The column of this name; `None` when the batch has none.
    pub fn of(batch: &Batch, name: &str) -> Option<Self> {
        let column = batch.cells.column_by_name(name)?;
        if matches!(column.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
            return Some(Self(column.clone()));
        }
        arrow::compute::cast(column, &DataType::Utf8).ok().map(Self)
    }

    /// Bytes of all cells.
    fn bytes(&self) -> usize {
        (0..self.0.len()).filter_map(|row| self.value(row)).map(str::len).sum()
    }

    /// A cell; `None` is null.
    pub fn value(&self, row: usize) -> Option<&str> {
        if self.0.is_null(row) {
            return None;
        }
        match self.0.data_type() {
            DataType::Utf8 => Some(self.0.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => Some(self.0.as_string::<i64>().value(row)),
            DataType::Utf8View => Some(self.0.as_string_view().value(row)),
            _ => None,
        }
    }
}

/// Signs records one after the other, with everything it needs allocated once.
#[derive(Debug)]
pub struct Signer {
    banding: Banding,
    shingles: Sketch,
    bag: Sketch,
    tokens: Vec<Token>,
    fields: Vec<Vec<Token>>,
    signed: Signed,
}

impl Signer {
    /// A signer that cuts its sketches this way.
    pub fn new(banding: Banding) -> Self {
        Self {
            banding,
            shingles: Sketch::new(banding.bins()),
            bag: Sketch::new(BAG.bins()),
            tokens: Vec::new(),
            fields: Vec::new(),
            signed: Signed { width: width(banding), ..Signed::default() },
        }
    }

    /// Makes room for so many records of so many bytes of text in all.
    ///
    /// Room that is not used is never touched; growing copies what is there each time.
    fn reserve(&mut self, records: usize, bytes: usize) {
        self.signed.keys.reserve(records * self.signed.width);
        // Most words have at least five bytes with the space after them, a token four.
        self.signed.payload.reserve(records * HEADER + bytes / 5 * 4);
    }

    /// Signs a record of these text fields, which come by ascending name.
    pub fn add<'a>(
        &mut self,
        id: ContentId,
        source: Source,
        partition: u32,
        fields: impl Iterator<Item = &'a str> + Clone,
    ) {
        fold_fields(fields.clone(), &mut self.fields, &mut self.tokens);
        let rubbish = rubbish::judge(fields, !self.tokens.is_empty(), id.prefix());
        let units: u64 = self.tokens.iter().map(|&token| u64::from(fold::characters(token))).sum();
        self.signed.ids.push(id);
        self.signed.places.push(source);
        self.signed.partitions.push(partition);
        self.signed.units.push(u32::try_from(units).unwrap_or(u32::MAX));
        if rubbish.is_some() {
            let keys = self.signed.keys.len() + self.signed.width;
            self.signed.keys.resize(keys, NO_KEY);
        } else {
            self.add_keys();
        }
        self.add_payload(rubbish);
    }

    /// Everything signed so far.
    pub fn finish(self) -> Signed {
        self.signed
    }

    fn add_keys(&mut self) {
        let exact = if self.tokens.len() < UNORDERED_BELOW {
            let mut sorted = self.tokens.clone();
            sorted.sort_unstable();
            hash_run(&sorted)
        } else {
            hash_run(&self.tokens)
        };
        self.signed.keys.push(exact.min(NO_KEY - 1));
        self.shingles.clear();
        shingles(&self.tokens, self.banding.shingle.into())
            .for_each(|hash| self.shingles.add(hash));
        self.shingles.keys(self.banding, &mut self.signed.keys);
        self.bag.clear();
        self.tokens.iter().for_each(|&token| self.bag.add(mix(u64::from(token) + 1)));
        self.bag.keys(BAG, &mut self.signed.keys);
    }

    fn add_payload(&mut self, rubbish: Option<Rubbish>) {
        let payload = &mut self.signed.payload;
        let before = payload.len();
        payload.extend(rubbish.map_or(0, |kind| kind as u32 + 1).to_le_bytes());
        if rubbish.is_none() {
            let start = payload.len();
            payload.resize(start + 4 * self.tokens.len(), 0);
            let (room, _) = payload[start..].as_chunks_mut();
            for (room, token) in room.iter_mut().zip(&self.tokens) {
                *room = token.to_le_bytes();
            }
        }
        let length = u32::try_from(payload.len() - before).expect("a record is below 64 MiB");
        self.signed.payload_len.push(length);
    }
}

/// Folds the fields of a record into one list of tokens, leaving out fields that repeat others.
///
/// `fields` is room for one list a field, kept from record to record.
pub fn fold_fields<'a>(
    texts: impl Iterator<Item = &'a str>,
    fields: &mut Vec<Vec<Token>>,
    into: &mut Vec<Token>,
) {
    into.clear();
    let mut used = 0;
    for text in texts {
        if used == fields.len() {
            fields.push(Vec::new());
        }
        fields[used].clear();
        fold::fold(text, &mut fields[used]);
        used += 1;
    }
    for at in 0..used {
        if !is_repeated(&fields[..used], at) {
            into.extend_from_slice(&fields[at]);
        }
    }
}

/// Whether a field says nothing that another field of its record does not say.
fn is_repeated(fields: &[Vec<Token>], at: usize) -> bool {
    let field = &fields[at];
    fields.iter().enumerate().any(|(other, tokens)| {
        // Of equal fields the first one stays.
        if other == at || tokens.len() < field.len() {
            false
        } else if tokens.len() == field.len() {
            other < at && tokens == field
        } else {
            fields.len() <= MOST_CONTAINED && contains(tokens, field)
        }
    })
}

fn contains(tokens: &[Token], part: &[Token]) -> bool {
    let Some(&first) = part.first() else { return true };
    let room = tokens.len() - part.len();
    (0..=room).any(|at| tokens[at] == first && tokens[at..].starts_with(part))
}

/// Signs the records of a batch and offers them to the sample.
///
/// `file` is the index in the engine's file table, `partition` that in the plan.
pub fn sign(
    batch: &Batch,
    file: u32,
    partition: u32,
    plan: &PartitionPlan,
    banding: Banding,
    sample: &mut Sample,
) -> Signed {
    let ids = crate::cell::record_ids(batch);
    let texts: Vec<TextColumn> = (plan.columns.iter())
        .filter(|column| column.role == Role::Text)
        .filter_map(|column| TextColumn::of(batch, &column.name))
        .collect();
    let mut signer = Signer::new(banding);
    signer.reserve(batch.len(), texts.iter().map(TextColumn::bytes).sum());
    for (row, (&id, &number)) in ids.iter().zip(&batch.rows).enumerate() {
        let source = Source { file, row: number };
        signer.add(id, source, partition, texts.iter().filter_map(|text| text.value(row)));
        if sample.wants(&id, source) {
            // Canonical, so that a sample is the same from every container.
            let cell =
                |column: &ColumnPlan| canonical(batch.cells.column_by_name(&column.name)?, row);
            sample.offer(id, Sampled { source, cells: plan.columns.iter().map(cell).collect() });
        }
    }
    signer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(records: &[&[&str]]) -> Signed {
        let mut signer = Signer::new(Banding::RECALL);
        for (row, fields) in records.iter().enumerate() {
            let source = Source { file: 0, row: row as u64 + 1 };
            let id = ContentId::of(fields.join("\0").as_bytes());
            signer.add(id, source, 0, fields.iter().copied());
        }
        signer.finish()
    }

    #[test]
    fn fields_that_repeat_others_are_not_counted() {
        let signed = signed(&[
            &["how to stop the pump"],
            &["how to stop the pump", "How to stop the pump?"],
            &["stop", "how to stop the pump"],
            &["", "how to stop the pump"],
        ]);
        assert_eq!(signed.units, [16; 4]);
        for keys in signed.keys.chunks(signed.width) {
            assert_eq!(keys, &signed.keys[..signed.width]);
        }
    }

    #[test]
    fn rubbish_leaves_no_keys() {
        let signed = signed(&[&["\0\0\0"], &["word"]]);
        assert!(signed.keys[..signed.width].iter().all(|&key| key == NO_KEY));
        assert!(signed.keys[signed.width..].iter().all(|&key| key != NO_KEY));
        let mut tokens = Vec::new();
        let at = signed.payload_len[0] as usize;
        assert_eq!(read(&signed.payload[..at], &mut tokens), Some(Some(Rubbish::Control)));
        assert_eq!(read(&signed.payload[at..], &mut tokens), Some(None));
        assert_eq!(tokens.len(), 1);
        assert_eq!(read(&[1, 2], &mut tokens), None);
    }
}
