//! What the rubric made of the measurements: axes, gates, score, grade and amount.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Fen;
use crate::card::Centi;
use crate::finding::Text;

/// What the rubric made of the measurements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// The rubric that was applied.
    pub rubric: Rubric,
    /// Scale, 0–100.
    pub scale: Axis,
    /// Value density, 0–100.
    pub value_density: Axis,
    /// Effect, 0–100; `score` is absent without evidence.
    pub effect: Axis,
    /// Gates, in order.
    pub gates: Vec<Gate>,
    /// Total and its range.
    pub score: Score,
    /// Grade, absent while the effect is unknown.
    pub grade: Option<Grade>,
    /// Grades still reachable, from effect 0 to 100.
    pub reachable: Vec<Reachable>,
    /// Amount.
    pub award: Award,
    /// Bands of the rubric, best first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub bands: Vec<Band>,
    /// What a weak axis costs by the rubric.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub axis_floor: Option<AxisFloor>,
    /// Why the grade is below the band of the total; absent where it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub capped: Option<Capped>,
    /// Why an expert panel decides in place of the score; absent where the score decides alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub panel: Option<Text>,
    /// What the upper end of the interval would earn; present where a panel decides.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub across: Option<Across>,
    /// What cost the most points, dearest first.
    pub losses: Vec<Loss>,
}

/// One band of the rubric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Band {
    /// The grade.
    pub grade: Grade,
    /// Least total, hundredths of a point.
    pub from_centi: Centi,
    /// Nominal amount.
    pub nominal_fen: Fen,
}

/// What a weak axis costs by the rubric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AxisFloor {
    /// An axis below this is weak, hundredths of a point.
    pub from_centi: Centi,
    /// Best grade with a weak axis.
    pub grade: Grade,
}

/// A grade held down by a weak axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capped {
    /// Least score of every axis for a better grade, hundredths of a point.
    pub floor_centi: Centi,
    /// Axes below it: `scale`, `value-density`, `effect`.
    pub weak: Vec<WeakAxis>,
    /// Grade of the total alone.
    pub grade: Grade,
    /// Nominal amount of that grade.
    pub nominal_fen: Fen,
}

/// An axis below the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WeakAxis {
    /// `scale`, `value-density` or `effect`.
    pub axis: String,
    /// Its score, hundredths of a point.
    pub score_centi: Centi,
    /// How much is missing, hundredths of a point.
    pub missing_centi: Centi,
}

/// The other side of a boundary that the interval of the score crosses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Across {
    /// Grade of the upper end of the interval.
    pub grade: Grade,
    /// What that grade would pay this applicant; absent where nothing is paid yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payable_fen: Option<Fen>,
}

/// The rubric applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rubric {
    /// Version.
    pub version: String,
    /// blake3 of its file, hex.
    pub hash: String,
}

/// One axis of the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Axis {
    /// Score in hundredths, 0–10000.
    pub score_centi: Option<Centi>,
    /// Weight in hundredths of the total.
    pub weight_centi: Centi,
    /// Every step from the measurements to the score.
    pub terms: Vec<Term>,
}

/// One step of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// Stable name.
    pub name: String,
    /// The formula with its numbers.
    pub formula: String,
    /// Result in 0–1 or points as the formula says.
    pub value: Option<f64>,
    /// Weight within the axis.
    pub weight: f64,
    /// Why it is absent, or whence it comes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<Text>,
}

/// A condition that no score outweighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// `G1` … `G9`.
    pub code: String,
    /// What it asks.
    pub title: Text,
    /// Outcome.
    pub status: GateStatus,
    /// Numbers behind the outcome.
    pub reason: Text,
}

/// Outcome of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateStatus {
    /// Met.
    Passed,
    /// To be corrected once within ten working days.
    Correct,
    /// Not met.
    Failed,
    /// A person must decide, or evidence is missing.
    NotDecided,
}

/// Total score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Total in hundredths; absent without effect evidence.
    pub total_centi: Option<Centi>,
    /// 95 % interval of the total in hundredths, or its range over the unknown effect.
    pub interval_centi: (Centi, Centi),
}

/// Grade of a dataset.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Grade {
    /// 优秀
    A,
    /// 良好
    B,
    /// 合格
    C,
    /// 入库培育
    D,
    /// Below the bands, or a gate failed.
    None,
}

impl Grade {
    /// All of them, the best first.
    pub const ALL: &[Self] = &[Self::A, Self::B, Self::C, Self::D, Self::None];

    /// Name on command lines and in the registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::None => "none",
        }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|grade| grade.name() == name)
    }
}

/// What a level of effect would lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reachable {
    /// Least effect score, hundredths.
    pub effect_from_centi: Centi,
    /// Grade from there on.
    pub grade: Grade,
    /// Nominal amount of that grade.
    pub nominal_fen: Fen,
}

/// Amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Award {
    /// Amount of the grade.
    pub nominal_fen: Option<Fen>,
    /// Amount after cap, request and other public money; before the year's envelope.
    pub payable_fen: Option<Fen>,
    /// Why there is no amount; absent where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undecided: Option<Text>,
    /// Every step with article and date.
    pub trace: Vec<Step>,
}

/// One step of an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// What was done.
    pub rule: Text,
    /// Amount after it.
    pub amount_fen: Fen,
    /// What it allows at most: the amount of the grade, the cap, the request, the uncovered cost.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit_fen: Option<Fen>,
    /// Article and date.
    pub citation: String,
    /// The same for people, in both languages.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<Text>,
}

impl Award {
    /// The step that decides an amount below that of the grade: the last one that lowered it.
    ///
    /// - `None`: no amount, or the grade alone decides.
    pub fn binding(&self) -> Option<&Step> {
        let lowers = |pair: &[Step]| pair[1].amount_fen < pair[0].amount_fen;
        self.trace.windows(2).rev().find(|pair| lowers(pair)).map(|pair| &pair[1])
    }
}

/// Points lost, and how to win them honestly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Loss {
    /// Axis and term.
    pub name: String,
    /// Points of the total lost, hundredths.
    pub points_centi: Centi,
    /// What would help.
    pub advice: Text,
}
