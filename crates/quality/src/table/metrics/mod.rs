//! Metrics of tables and time series, one file each.

mod information;
mod structure;
mod uniqueness;
mod validity;

use shujian_core::{Bilingual, Profile};

use super::measure::Evidence;
use crate::metric::{Measured, Spec};

/// Profiles these metrics are for.
const PROFILES: &[Profile] = &[Profile::Table, Profile::Series];

/// A metric: what it is and how it is measured.
type Row = (&'static Spec, fn(&Evidence<'_>) -> Measured);

/// Every metric with its kernel, in the order of a card.
pub(super) const TABLE: [Row; 4] = [
    (&structure::SPEC, structure::measure),
    (&validity::SPEC, validity::measure),
    (&information::SPEC, information::measure),
    (&uniqueness::SPEC, uniqueness::measure),
];

/// What every metric is.
pub(super) const METRICS: [&Spec; 4] = [TABLE[0].0, TABLE[1].0, TABLE[2].0, TABLE[3].0];

/// Why a metric of the sample has no value.
const NO_ROWS: Bilingual = Bilingual {
    zh: "抽样中没有可用的新行",
    en: "the sample holds no novel row with content",
};
