//! The metrics of text: what the rubric turns into value density.

use shujian_core::{Bilingual, ContentId, Profile};

use super::fold::{characters, is_character};
use super::measure::Text;
use super::{bits_per_byte, clean_share, distinct, order_gain, script_share};
use crate::metric::{Measured, Spec};

/// Kinds of content that all metrics of text are measured for.
pub const PROFILES: &[Profile] = &[Profile::Text, Profile::Instruction];

/// A metric and how it is measured.
pub type Row = (&'static Spec, fn(&View<'_>) -> Measured);

/// Every metric of text, in the order of the card.
pub const METRICS: &[Row] = &[
    (&bits_per_byte::SPEC, bits_per_byte::measure),
    (&order_gain::SPEC, order_gain::measure),
    (&distinct::SPEC, distinct::measure),
    (&clean_share::SPEC, clean_share::measure),
    (&script_share::SPEC, script_share::measure),
];

/// Why metrics of nothing have no value.
pub const EMPTY: Bilingual = Bilingual {
    zh: "样本中没有可计量的文本",
    en: "the sample holds no text that counts",
};

/// Bytes of text that are compressed, at most.
const BLOCK_BYTES: usize = 512 << 10;
/// Strength of compression; part of the definition, so that values stay comparable.
const LEVEL: i32 = 9;

/// What metrics look at: the sample, and the block of credited text that is compressed.
#[derive(Debug)]
pub struct View<'a> {
    /// All records of the sample, by id.
    pub texts: &'a [Text<'a>],
    /// Records that hold language, copies included, by id.
    pub credited: Vec<&'a Text<'a>>,
    /// Text of the first of them, a line feed after each field.
    pub block: String,
    /// Bytes of the block when compressed.
    pub compressed: usize,
    /// Bytes of the block when compressed after its characters were shuffled within records.
    pub compressed_shuffled: usize,
}

impl<'a> View<'a> {
    /// The view of these records.
    pub fn of(texts: &'a [Text<'a>]) -> Self {
        let credited: Vec<&Text<'_>> =
            texts.iter().filter(|text| !text.is_rubbish && !text.is_filler()).collect();
        let (mut block, mut shuffled) = (String::new(), String::new());
        for text in &credited {
            if block.len() >= BLOCK_BYTES {
                break;
            }
            let from = block.len();
            for field in &text.fields {
                block.push_str(prefix(field, BLOCK_BYTES));
                block.push('\n');
            }
            shuffled.extend(shuffle(&block[from..], &text.id));
        }
        let size = |text: &str| {
            zstd::bulk::compress(text.as_bytes(), LEVEL).map_or(text.len(), |bytes| bytes.len())
        };
        let (compressed, compressed_shuffled) = (size(&block), size(&shuffled));
        Self { texts, credited, block, compressed, compressed_shuffled }
    }

    /// Whether scripts without spaces prevail.
    pub fn is_unspaced(&self) -> bool {
        let (mut unspaced, mut all) = (0_u64, 0_u64);
        for &token in self.credited.iter().flat_map(|text| &text.tokens) {
            all += u64::from(characters(token));
            unspaced += u64::from(is_character(token));
        }
        unspaced * 2 > all
    }
}

fn prefix(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

fn shuffle(text: &str, id: &ContentId) -> Vec<char> {
    let mut characters: Vec<char> = text.chars().collect();
    let mut state = id.prefix();
    for last in (1..characters.len()).rev() {
        state = crate::dedup::minhash::mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let other = (u128::from(state) * (last as u128 + 1)) >> 64;
        characters.swap(last, other as usize);
    }
    characters
}

/// Ids of the records of highest rank, at most ten.
pub fn most<'a>(ranked: impl Iterator<Item = (f64, &'a Text<'a>)>) -> Vec<ContentId> {
    let mut ranked: Vec<(f64, ContentId)> =
        ranked.filter(|(rank, _)| *rank > 0.0).map(|(rank, text)| (rank, text.id)).collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    ranked.truncate(10);
    ranked.into_iter().map(|(_, id)| id).collect()
}
