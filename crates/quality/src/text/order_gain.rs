//! Order: what compression loses when characters are shuffled.

use shujian_core::Bilingual;

use super::metrics::{EMPTY, PROFILES, View, most};
use crate::metric::{Measured, Spec};

/// The row of the table.
pub const SPEC: Spec = Spec {
    name: "order-gain",
    profiles: PROFILES,
    unit: "1",
    definition: Bilingual {
        zh: "1 − 计量文本压缩后的大小 ÷ 记录内字符打乱后压缩的大小；噪声接近 0。",
        en: "1 − compressed size of credited text ÷ its compressed size with the characters of each record shuffled; noise is near 0.",
    },
    numerator: Bilingual { zh: "打乱后多出的字节", en: "bytes more after shuffling" },
    denominator: Bilingual {
        zh: "打乱并压缩后的字节",
        en: "bytes after shuffling and compression",
    },
    null_rule: Bilingual {
        zh: "空字段不参与；没有计量文本时无定义。",
        en: "Empty fields take no part; undefined without credited text.",
    },
    source: "domain §3.2, OG",
};

/// Measures it; evidence are the live records whose words show the least order.
pub fn measure(view: &View<'_>) -> Measured {
    let shuffled = view.compressed_shuffled as f64;
    let gained = shuffled - view.compressed as f64;
    let value = if view.block.is_empty() { Err(EMPTY) } else { Ok(gained / shuffled) };
    let weak = (view.texts.iter().filter(|text| text.is_live()))
        .map(|text| ((0.5 - text.worth) * text.units * text.novelty, text));
    Measured { value, numerator: gained, denominator: shuffled, evidence: most(weak) }
}
