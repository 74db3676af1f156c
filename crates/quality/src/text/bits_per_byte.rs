//! Information: how far credited text can be compressed.

use shujian_core::Bilingual;

use super::metrics::{EMPTY, PROFILES, View};
use crate::metric::{Measured, Spec};

/// The row of the table.
pub const SPEC: Spec = Spec {
    name: "bits-per-byte",
    profiles: PROFILES,
    unit: "bits/byte",
    definition: Bilingual {
        zh: "样本中计量文本经 zstd（级别 9，至多 512 KiB）压缩后每字节的比特数；过低说明重复或填充。",
        en: "Bits for each byte of credited sample text after zstd (level 9, at most 512 KiB); low values mean repetition or padding.",
    },
    numerator: Bilingual { zh: "压缩后的比特数", en: "bits after compression" },
    denominator: Bilingual { zh: "压缩前的字节数", en: "bytes before compression" },
    null_rule: Bilingual {
        zh: "空字段不参与；没有计量文本时无定义。",
        en: "Empty fields take no part; undefined without credited text.",
    },
    source: "value_density_text, §3.2 of domain: gzip redundancy proxies",
};

/// Measures it.
pub fn measure(view: &View<'_>) -> Measured {
    let (bits, bytes) = (view.compressed as f64 * 8.0, view.block.len() as f64);
    let value = if view.block.is_empty() { Err(EMPTY) } else { Ok(bits / bytes) };
    Measured { value, numerator: bits, denominator: bytes, evidence: Vec::new() }
}
