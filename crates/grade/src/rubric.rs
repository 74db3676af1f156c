//! The rubric: every number with which measurements become a score, a grade and an amount.
//!
//! The released rubric is compiled in; another one of the same form may be given. A rubric is
//! checked when it is read, so the rules that use it need no further care.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::card::{Centi, Grade};
use shujian_core::{Banding, Fen, Profile};

use crate::Error;

/// Name of the rubric's form.
pub const SCHEMA: &str = "shujian.rubric.v1";

/// The released rubric, as text.
pub const RELEASED: &str = include_str!("../../../pipelines/rubrics/2026.1.toml");

/// A rubric file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Always `shujian.rubric.v1`.
    pub schema: String,
    /// Version, printed on every card.
    pub version: String,
    /// blake3 of the file, hex; computed, not read.
    #[serde(skip)]
    pub hash: String,
    /// Weights of the axes.
    pub weights: Weights,
    /// How near copies of texts are looked for.
    #[serde(default)]
    pub deduplication: Banding,
    /// From volumes to the scale score.
    pub scale: Scale,
    /// What declared origins cost.
    pub provenance: Provenance,
    /// From metrics to the value-density score.
    pub value_density: ValueDensity,
    /// From evidence to the effect score.
    pub effect: Effect,
    /// Thresholds of the gates.
    pub gates: Gates,
    /// Bands, best first.
    pub bands: Vec<Band>,
    /// What a weak axis costs.
    pub axis_floor: AxisFloor,
    /// What experts may change where the score cannot decide.
    pub panel: Panel,
    /// The policy that pays.
    pub policy: Policy,
}

/// Weights of the axes in hundredths, together 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Of scale.
    pub scale: Centi,
    /// Of value density.
    pub value_density: Centi,
    /// Of effect.
    pub effect: Centi,
}

/// From volumes to the scale score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Share of what the largest family leaves open that further families may add.
    pub further: f64,
    /// Kinds of content counted in one unit.
    pub families: Vec<Family>,
}

/// Profiles whose volumes are counted together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Stable name.
    pub name: String,
    /// Its profiles.
    pub profiles: Vec<Profile>,
    /// Volume that scores 0.
    pub zero: f64,
    /// Volume that scores 100.
    pub full: f64,
}

/// What declared origins cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// What a synthetic record counts of a genuine one, 0–1.
    pub synthetic: f64,
}

/// From metrics to the value-density score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueDensity {
    /// Metrics measured once for the whole dataset and valid for each partition.
    pub dataset_wide: Vec<String>,
    /// Terms, by kind of content.
    pub kinds: Vec<Kind>,
}

/// Terms of some profiles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The profiles.
    pub profiles: Vec<Profile>,
    /// Terms whose weight goes to the others unless they earn more.
    #[serde(default)]
    pub redistribute: Vec<String>,
    /// The terms; weights are together 1.
    pub terms: Vec<Term>,
}

/// One weighted term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Stable name.
    pub name: String,
    /// Weight within the kind.
    pub weight: f64,
    /// How its parts become one number.
    pub combine: Combine,
    /// At least one.
    pub parts: Vec<Part>,
}

/// How the parts of a term become one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// All must be good.
    Product,
    /// Each counts alike.
    Mean,
    /// The worst decides.
    Min,
}

/// A metric on its ramp.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Name of the metric.
    pub metric: String,
    /// Value that counts 0.
    pub from: f64,
    /// Value that counts 1.
    pub to: f64,
}

/// From evidence to the effect score; weights in hundredths, together 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Uplift of a model.
    pub uplift: Uplift,
    /// Unaffiliated adopters.
    pub adopters: Adopters,
    /// Calls within twelve months.
    pub calls: Calls,
    /// Paid transactions.
    pub transactions: Transactions,
    /// What evidence counts, by who vouches for it.
    pub tiers: Tiers,
}

/// Uplift: `ramp(rer_low; 0, full_rer)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uplift {
    /// Weight in hundredths.
    pub weight: Centi,
    /// Relative error reduction that scores 100.
    pub full_rer: f64,
}

/// Adopters: `log_ramp(1 + count; 1, 1 + full_count)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adopters {
    /// Weight in hundredths.
    pub weight: Centi,
    /// Adopters that score 100.
    pub full_count: u64,
}

/// Calls: `log_ramp(count; zero_count, full_count)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// Weight in hundredths.
    pub weight: Centi,
    /// Calls that score 0.
    pub zero_count: u64,
    /// Calls that score 100.
    pub full_count: u64,
    /// Share of all calls with which one adopter counts at most.
    pub adopter_share: f64,
}

/// Transactions: `log_ramp(yuan; zero_yuan, full_yuan)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transactions {
    /// Weight in hundredths.
    pub weight: Centi,
    /// Turnover that scores 0.
    pub zero_yuan: u64,
    /// Turnover that scores 100.
    pub full_yuan: u64,
}

/// What evidence counts in hundredths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tiers {
    /// The applicant says so.
    pub self_declared: Centi,
    /// The applicant's logs show it.
    pub own_logs: Centi,
    /// A third party attests it.
    pub third_party: Centi,
    /// The bureau recomputed it.
    pub bureau: Centi,
}

/// Thresholds of the gates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// G5 passes from this share of readable records, hundredths of a percent.
    pub format_pass: i64,
    /// G5 fails below this share; between the two it is to be corrected.
    pub format_fail: i64,
    /// G6: aspects of five that each of 0101–0104 must meet.
    pub documentation_aspects: usize,
    /// G6: least mean of 0101–0104, percent.
    pub documentation_mean: u64,
    /// G7: least mean of 0201–0208, percent.
    pub quality_mean: u64,
    /// G8: least lower bound of the accuracy of labels, hundredths of a percent; 9500.
    #[serde(default = "accuracy")]
    pub annotation_accuracy: i64,
}

fn accuracy() -> i64 {
    9500
}

/// One band of the grade.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The grade.
    pub grade: Grade,
    /// Least total, hundredths of a point.
    pub from: Centi,
    /// Nominal amount, whole yuan.
    pub nominal_yuan: u64,
}

/// What a weak axis costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AxisFloor {
    /// An axis below this is weak, hundredths of a point.
    pub from: Centi,
    /// Best grade with a weak axis.
    pub grade: Grade,
}

/// What experts may change where the score cannot decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// Most they may add or take, hundredths of a point.
    pub adjustment: Centi,
}

/// The policy that pays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its name.
    pub title_zh: String,
    /// Its name, translated.
    pub title_en: String,
    /// The article.
    pub article: u32,
    /// Date of issue, as far as it is known.
    pub issued: String,
    /// Most that one project may receive, whole yuan.
    pub cap_yuan: u64,
}

impl Rubric {
    /// The released rubric.
    pub fn released() -> Self {
        Self::parse(RELEASED).expect("a test reads the released rubric")
    }

    /// Reads and checks a rubric.
    ///
    /// - Errors: [`Error::Form`] with line and column; [`Error::Rubric`] for a contradiction.
    pub fn parse(toml: &str) -> Result<Self, Error> {
        let mut rubric: Self = toml::from_str(toml)
            .map_err(|err| Error::Form { what: "rubric", message: err.to_string() })?;
        rubric.hash = blake3::hash(toml.as_bytes()).to_hex().to_string();
        rubric.check().map_err(Error::Rubric)?;
        Ok(rubric)
    }

    /// Nominal amount of a grade.
    pub fn nominal(&self, grade: Grade) -> Fen {
        let yuan = self.bands.iter().find(|band| band.grade == grade).map(|band| band.nominal_yuan);
        fen(yuan.unwrap_or(0))
    }

    /// Whether a hash is that of the released rubric of this version of the engine.
    pub fn is_released(hash: &str) -> bool {
        blake3::hash(RELEASED.as_bytes()).to_hex().as_str() == hash
    }

    /// Grade of a total, whatever its axes.
    pub fn band(&self, total: Centi) -> Grade {
        let band = self.bands.iter().find(|band| total >= band.from);
        band.map_or(Grade::None, |band| band.grade)
    }

    /// Grade of a total whose weakest axis is `weakest`, both in hundredths.
    pub fn grade(&self, total: Centi, weakest: Centi) -> Grade {
        let grade = self.band(total);
        if weakest < self.axis_floor.from { grade.max(self.axis_floor.grade) } else { grade }
    }

    /// The family a profile is counted in.
    pub fn family(&self, profile: Profile) -> &Family {
        let family = self.scale.families.iter().find(|family| family.profiles.contains(&profile));
        family.expect("a checked rubric names every profile once")
    }

    /// The terms of a profile.
    pub fn kind(&self, profile: Profile) -> &Kind {
        let kind = self.value_density.kinds.iter().find(|kind| kind.profiles.contains(&profile));
        kind.expect("a checked rubric names every profile once")
    }

    fn check(&self) -> Result<(), String> {
        let Weights { scale, value_density, effect } = self.weights;
        ensure(self.schema == SCHEMA, || format!("schema is not {SCHEMA}"))?;
        check_weights("weights", [scale, value_density, effect])?;
        let Effect { uplift, adopters, calls, transactions, .. } = &self.effect;
        let weights = [uplift.weight, adopters.weight, calls.weight, transactions.weight];
        check_weights("effect", weights)?;
        ensure(self.deduplication.is_sound(), || {
            let (bins, words) = (Banding::MOST_BINS, Banding::MOST_SHINGLE);
            format!("deduplication needs 1–{bins} bands times rows, shingles of 1–{words} words")
        })?;
        self.check_scale()?;
        self.value_density.kinds.iter().try_for_each(Kind::check)?;
        let kinds = self.value_density.kinds.iter().flat_map(|kind| &kind.profiles);
        check_profiles("value_density.kinds", kinds)?;
        self.check_effect()?;
        self.check_bands()
    }

    fn check_scale(&self) -> Result<(), String> {
        let further = self.scale.further;
        ensure((0.0..=1.0).contains(&further), || "scale.further is not within 0–1".to_owned())?;
        for Family { name, zero, full, .. } in &self.scale.families {
            let ordered = 0.0 < *zero && zero < full && full.is_finite();
            ensure(ordered, || format!("scale of {name} needs 0 < zero < full"))?;
        }
        let synthetic = (0.0..=1.0).contains(&self.provenance.synthetic);
        ensure(synthetic, || "provenance.synthetic is not within 0–1".to_owned())?;
        let profiles = self.scale.families.iter().flat_map(|family| &family.profiles);
        check_profiles("scale.families", profiles)
    }

    fn check_effect(&self) -> Result<(), String> {
        let Effect { uplift, adopters, calls, transactions, tiers } = &self.effect;
        let ramps = uplift.full_rer > 0.0
            && adopters.full_count > 0
            && 0 < calls.zero_count
            && calls.zero_count < calls.full_count
            && (0.0..=1.0).contains(&calls.adopter_share)
            && 0 < transactions.zero_yuan
            && transactions.zero_yuan < transactions.full_yuan;
        ensure(ramps, || "effect needs 0 < zero < full".to_owned())?;
        let Tiers { self_declared, own_logs, third_party, bureau } = *tiers;
        let tiers = [0, self_declared, own_logs, third_party, bureau, 100];
        ensure(tiers.is_sorted(), || "effect.tiers do not rise within 0–100".to_owned())
    }

    fn check_bands(&self) -> Result<(), String> {
        let adjustment = (0..=10_000).contains(&self.panel.adjustment);
        ensure(adjustment, || "panel.adjustment is not within 0–10000".to_owned())?;
        let falls = self.bands.is_sorted_by(|a, b| {
            a.from > b.from && a.grade < b.grade && a.nominal_yuan >= b.nominal_yuan
        });
        ensure(falls && !self.bands.is_empty(), || "bands do not fall".to_owned())?;
        let capped = self.bands.iter().all(|band| band.nominal_yuan <= self.policy.cap_yuan);
        ensure(capped, || "a band pays more than policy.cap_yuan".to_owned())?;
        let payable = Fen::from_yuan(i64::try_from(self.policy.cap_yuan).unwrap_or(i64::MAX));
        ensure(payable.is_some(), || "policy.cap_yuan is too large".to_owned())
    }
}

impl Kind {
    fn check(&self) -> Result<(), String> {
        let sum: f64 = self.terms.iter().map(|term| term.weight).sum();
        let name = || self.terms.first().map_or("", |term| &term.name);
        ensure((sum - 1.0).abs() < 1e-9, || format!("weights from {:?} are not 1", name()))?;
        let left: f64 = self
            .terms
            .iter()
            .filter(|term| !self.redistribute.contains(&term.name))
            .map(|term| term.weight)
            .sum();
        ensure(left > 0.0, || "redistribute leaves no term".to_owned())?;
        for Term { name, weight, parts, .. } in &self.terms {
            ensure(*weight >= 0.0, || format!("weight of {name} is negative"))?;
            ensure(!parts.is_empty(), || format!("{name} has no parts"))?;
            let rise = parts.iter().all(|part| part.from < part.to);
            ensure(rise, || format!("{name} needs from < to"))?;
        }
        Ok(())
    }
}

/// Whole yuan that a checked rubric or application ensures to fit.
pub(crate) fn fen(yuan: u64) -> Fen {
    let amount = i64::try_from(yuan).ok().and_then(Fen::from_yuan);
    amount.expect("amounts are checked when they are read")
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message()) }
}

fn check_weights<const N: usize>(name: &str, weights: [Centi; N]) -> Result<(), String> {
    let each = weights.iter().all(|weight| (0..=100).contains(weight));
    ensure(each, || format!("a weight of [{name}] is not within 0–100"))?;
    let sum = weights.iter().sum::<Centi>();
    ensure(sum == 100, || format!("the weights of [{name}] add up to {sum}, not to 100"))
}

fn check_profiles<'a>(
    name: &str,
    profiles: impl Iterator<Item = &'a Profile>,
) -> Result<(), String> {
    let mut seen = BTreeMap::new();
    for profile in profiles {
        *seen.entry(*profile).or_insert(0) += 1;
    }
    let once = Profile::ALL.iter().all(|profile| seen.get(profile) == Some(&1));
    ensure(once, || format!("{name} do not name every profile exactly once"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(from: &str, to: &str) -> String {
        assert!(RELEASED.contains(from), "{from}");
        Rubric::parse(&RELEASED.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn the_released_rubric_is_sound() {
        let rubric = Rubric::released();
        assert_eq!(rubric.hash.len(), 64);
        assert!(Rubric::is_released(&rubric.hash) && !Rubric::is_released(""));
        assert_eq!(rubric.nominal(Grade::A), Fen(200_000_000));
        assert_eq!(rubric.nominal(Grade::D), Fen(0));
        assert_eq!(rubric.nominal(Grade::None), Fen(0));
    }

    #[test]
    fn contradictions_are_named() {
        for (from, to, message) in [
            ("scale = 25", "scale = 26", "[weights] add up to 101"),
            ("zero = 1.5e5", "zero = 0.0", "scale of characters needs 0 < zero < full"),
            ("weight = 0.30", "weight = 0.31", "are not 1"),
            ("from = 0.5, to = 1.5", "from = 1.5, to = 1.5", "needs from < to"),
            ("\"text\", \"instruction\"", "\"text\"", "every profile exactly once"),
            ("from = 8500", "from = 7500", "bands do not fall"),
            ("cap_yuan = 2000000", "cap_yuan = 1000000", "more than policy.cap_yuan"),
            ("own-logs = 50", "own-logs = 90", "do not rise"),
        ] {
            let error = broken(from, to);
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn unknown_keys_are_placed() {
        let error = broken("effect = 40", "effects = 40");
        assert!(error.contains("unknown field `effects`") && error.contains("line "), "{error}");
    }

    #[test]
    fn grades_by_the_band_and_the_weakest_axis() {
        let rubric = Rubric::released();
        for (total, weakest, grade) in [
            (10_000, 10_000, Grade::A),
            (8500, 4000, Grade::A),
            (8500, 3999, Grade::C),
            (8499, 4000, Grade::B),
            (7500, 3999, Grade::C),
            (6500, 0, Grade::C),
            (6499, 4000, Grade::D),
            (6000, 0, Grade::D),
            (5999, 5999, Grade::None),
        ] {
            assert_eq!(rubric.grade(total, weakest), grade, "{total} {weakest}");
        }
    }
}
