//! Plans as they leave the process: `shujian plan`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    DoublePlan, DoublePoint, Level, Plan, PlanRequest, Sequential, Severity, StandardError,
    lot_plan, point, standard_plan,
};

/// What is asked of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Items in the lot.
    pub lot: u64,
    /// Acceptable quality in percent nonconforming.
    pub aql_percent: f64,
    /// Inspection level of the standard.
    pub level: Level,
    /// Severity of the standard.
    pub severity: Severity,
    /// Limiting quality in percent and the two risks; the standard's plan without them.
    pub risks: Option<Risks>,
    /// Single, double or sequential.
    pub kind: Kind,
}

/// What an exact plan must hold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Risks {
    /// Limiting quality, percent: such a lot should fail.
    pub lq_percent: f64,
    /// Most chance that an acceptable lot fails.
    pub alpha: f64,
    /// Most chance that a lot of limiting quality passes.
    pub beta: f64,
}

/// In how many stages items are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One sample.
    Single,
    /// A second sample where the first leaves doubt.
    Double,
    /// Item by item.
    Sequential,
}

/// Why there is no plan.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The standard has none.
    #[error(transparent)]
    Standard(#[from] StandardError),
    /// Double and sequential plans hold two risks; the standard's tables of them are not shipped.
    #[error("a double or sequential plan needs a limiting quality")]
    NeedsLimit,
    /// No sample of the lot can tell acceptable from limiting quality with these risks.
    #[error("no plan of a lot of {lot} tells {aql} % from {lq} % with these risks")]
    Indistinct {
        /// Items in the lot.
        lot: u64,
        /// Acceptable quality, percent.
        aql: f64,
        /// Limiting quality, percent.
        lq: f64,
    },
}

/// A plan and how it behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanForm {
    /// `shujian.plan.v1`.
    pub schema: String,
    /// `GB/T 2828.1` or `exact`.
    pub basis: String,
    /// In how many stages items are drawn.
    pub kind: Kind,
    /// Items in the lot.
    pub lot: u64,
    /// Acceptable quality, percent.
    pub aql_percent: f64,
    /// What an exact plan was to hold.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub risks: Option<Risks>,
    /// Of the standard: the level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub level: Option<String>,
    /// Of the standard: the severity.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity: Option<String>,
    /// Of the standard: the code letter of lot and level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<char>,
    /// Of the standard: the code letter used, where an arrow leads elsewhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub used: Option<char>,
    /// What to draw and how to decide, stage by stage.
    pub stages: Vec<Stage>,
    /// Whether the whole lot is inspected.
    pub whole_lot: bool,
    /// Of a sequential plan: the lines, at each number of items where one of them moves.
    pub lines: Vec<Line>,
    /// Chance that a lot of acceptable quality fails.
    pub producer_risk: f64,
    /// Chance that a lot of limiting quality passes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub consumer_risk: Option<f64>,
    /// Largest average outgoing share of defects (AOQL).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outgoing_limit: Option<f64>,
    /// How lots of different quality fare.
    pub points: Vec<PointForm>,
}

/// A sample and its decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// Items to draw.
    pub sample: u64,
    /// Most defects so far with which to accept.
    pub accept: u64,
    /// Fewest defects so far with which to reject.
    pub reject: u64,
}

/// The lines of a sequential plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// From this many items on.
    pub items: u64,
    /// Most defects with which to accept; none: not yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accept: Option<u64>,
    /// Fewest defects with which to reject.
    pub reject: u64,
}

/// How lots of one quality fare.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointForm {
    /// Defects in the lot.
    pub defects: u64,
    /// Their share of the lot.
    pub share: f64,
    /// Chance to pass: the operating characteristic.
    pub passes: f64,
    /// Average items drawn (ASN).
    pub drawn: f64,
    /// Average outgoing share of defects, rejected lots screened (AOQ).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outgoing: Option<f64>,
    /// Average items inspected, rejected lots screened (ATI).
    pub inspected: f64,
}

impl PlanForm {
    /// The name of the form.
    pub const SCHEMA: &str = "shujian.plan.v1";
}

/// Designs a plan.
///
/// - Errors: [`PlanError`].
pub fn design(asked: &Asked) -> Result<PlanForm, PlanError> {
    match (asked.kind, asked.risks) {
        (Kind::Single, None) => standard(asked),
        (_, None) => Err(PlanError::NeedsLimit),
        (kind, Some(risks)) => {
            let single = exact(asked, &risks)?;
            match kind {
                Kind::Single => Ok(single_form(asked, &risks, &single)),
                Kind::Double => double(asked, &risks, &single),
                Kind::Sequential => sequential(asked, &risks, &single),
            }
        }
    }
}

/// A percentage as the share nearest to it: 0.65 % is 0.0065 and not 0.65 / 100.
fn share(percent: f64) -> f64 {
    format!("{percent}e-2").parse().unwrap_or(percent / 100.0)
}

fn indistinct(asked: &Asked, risks: &Risks) -> PlanError {
    PlanError::Indistinct { lot: asked.lot, aql: asked.aql_percent, lq: risks.lq_percent }
}

fn exact(asked: &Asked, risks: &Risks) -> Result<Plan, PlanError> {
    let request = PlanRequest {
        lot: asked.lot,
        acceptable: share(asked.aql_percent),
        limiting: share(risks.lq_percent),
        producer_risk: risks.alpha,
        consumer_risk: risks.beta,
    };
    lot_plan(&request).ok_or_else(|| indistinct(asked, risks))
}

fn empty(asked: &Asked) -> PlanForm {
    PlanForm {
        schema: PlanForm::SCHEMA.to_owned(),
        basis: "exact".to_owned(),
        kind: asked.kind,
        lot: asked.lot,
        aql_percent: asked.aql_percent,
        risks: asked.risks,
        level: None,
        severity: None,
        code: None,
        used: None,
        stages: Vec::new(),
        whole_lot: false,
        lines: Vec::new(),
        producer_risk: 0.0,
        consumer_risk: None,
        outgoing_limit: None,
        points: Vec::new(),
    }
}

/// Numbers of defects worth a look: multiples of the acceptable quality, and the limiting one.
fn qualities(asked: &Asked) -> Vec<u64> {
    const MULTIPLES: [f64; 11] = [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0];
    let of = |percent: f64| (share(percent) * asked.lot as f64).round() as u64;
    let mut defects: Vec<u64> =
        MULTIPLES.iter().map(|times| of(times * asked.aql_percent)).collect();
    defects.extend(asked.risks.map(|risks| of(risks.lq_percent)));
    defects.retain(|defects| *defects <= asked.lot);
    defects.sort_unstable();
    defects.dedup();
    defects
}

fn good(asked: &Asked) -> u64 {
    (share(asked.aql_percent) * asked.lot as f64) as u64
}

fn standard(asked: &Asked) -> Result<PlanForm, PlanError> {
    let plan = standard_plan(asked.lot, asked.level, asked.aql_percent, asked.severity)?;
    let mut form = with_curve(asked, plan.sample, plan.accept);
    form.basis = "GB/T 2828.1".to_owned();
    form.level = Some(asked.level.name().to_owned());
    form.severity = Some(asked.severity.name().to_owned());
    (form.code, form.used) = (Some(plan.code), Some(plan.used));
    form.whole_lot = plan.whole_lot;
    form.producer_risk = 1.0 - point(asked.lot, plan.sample, plan.accept, good(asked)).passes;
    Ok(form)
}

fn single_form(asked: &Asked, _risks: &Risks, plan: &Plan) -> PlanForm {
    let mut form = with_curve(asked, plan.sample, plan.accept);
    form.producer_risk = plan.producer_risk;
    form.consumer_risk = Some(plan.consumer_risk);
    form
}

/// A single plan with its curve and the limit of what leaves it.
fn with_curve(asked: &Asked, sample: u64, accept: u64) -> PlanForm {
    let mut form = empty(asked);
    form.stages = vec![Stage { sample, accept, reject: accept + 1 }];
    form.whole_lot = sample >= asked.lot;
    form.points = qualities(asked)
        .into_iter()
        .map(|defects| {
            let point = point(asked.lot, sample, accept, defects);
            PointForm {
                defects,
                share: defects as f64 / asked.lot as f64,
                passes: point.passes,
                drawn: sample.min(asked.lot) as f64,
                outgoing: Some(point.outgoing),
                inspected: point.inspected,
            }
        })
        .collect();
    form.outgoing_limit = Some(outgoing_limit(asked.lot, |defects| {
        point(asked.lot, sample, accept, defects).outgoing
    }));
    form
}

/// The largest outgoing share: rises to one top and falls, so a coarse walk finds the place.
fn outgoing_limit(lot: u64, outgoing: impl Fn(u64) -> f64) -> f64 {
    let step = (lot / 2_048).max(1);
    let (mut best, mut most) = (0, 0.0);
    for defects in (0..=lot).step_by(step as usize) {
        let value = outgoing(defects);
        if value > most {
            (best, most) = (defects, value);
        }
    }
    // The top lies between the neighbours of the best; thirds close in on it.
    let (mut low, mut high) = (best.saturating_sub(step), (best + step).min(lot));
    while high - low > 2 {
        let third = (high - low) / 3;
        let (left, right) = (low + third, high - third);
        if outgoing(left) < outgoing(right) { low = left } else { high = right }
    }
    (low..=high).map(&outgoing).fold(most, f64::max)
}

fn double(asked: &Asked, risks: &Risks, single: &Plan) -> Result<PlanForm, PlanError> {
    let plan = DoublePlan::smallest(asked.lot, single, risks.alpha, risks.beta)
        .ok_or_else(|| indistinct(asked, risks))?;
    let mut form = empty(asked);
    form.stages = vec![
        Stage { sample: plan.first, accept: plan.accept_first, reject: plan.reject_first },
        Stage { sample: plan.second, accept: plan.accept_both, reject: plan.accept_both + 1 },
    ];
    form.producer_risk = 1.0 - plan.point(single.good).passes;
    form.consumer_risk = Some(plan.point(single.bad).passes);
    form.points = qualities(asked)
        .into_iter()
        .map(|defects| {
            let point = plan.point(defects);
            screened(asked.lot, defects, point, plan.outgoing(defects))
        })
        .collect();
    form.outgoing_limit = Some(outgoing_limit(asked.lot, |defects| plan.outgoing(defects)));
    Ok(form)
}

/// A point of a plan in several stages; what of rejected lots was not drawn is inspected too.
fn screened(lot: u64, defects: u64, point: DoublePoint, outgoing: f64) -> PointForm {
    let DoublePoint { passes, inspected: drawn } = point;
    PointForm {
        defects,
        share: defects as f64 / lot as f64,
        passes,
        drawn,
        outgoing: Some(outgoing),
        inspected: drawn + (1.0 - passes) * (lot as f64 - drawn).max(0.0),
    }
}

/// Rounds in which a sequential plan is tightened before it is given up.
const TIGHTENINGS: u64 = 48;

/// A sequential plan, and where it ends, that holds both risks exactly. Wald's lines hold them but for
/// what cutting off adds: the lines are moved apart, and the end put off, until it is made up for.
fn held(asked: &Asked, risks: &Risks, single: &Plan) -> Option<(Sequential, u64)> {
    let (acceptable, limiting) = (share(asked.aql_percent), share(risks.lq_percent));
    let (mut alpha, mut beta) = (risks.alpha, risks.beta);
    for round in 0..TIGHTENINGS {
        let test = Sequential::new(acceptable, limiting, alpha, beta)?;
        // The usual end: three times the single sample, or the lot.
        let most = ((3 + round / 12) * single.sample).min(asked.lot);
        let fails = 1.0 - test.behaviour(acceptable, most).passes;
        let passes = test.behaviour(limiting, most).passes;
        if fails <= risks.alpha && passes <= risks.beta {
            return Some((test, most));
        }
        let tighter = |nominal: f64, missed: bool| if missed { 0.95 * nominal } else { nominal };
        (alpha, beta) = (tighter(alpha, fails > risks.alpha), tighter(beta, passes > risks.beta));
    }
    None
}

fn sequential(asked: &Asked, risks: &Risks, single: &Plan) -> Result<PlanForm, PlanError> {
    let (acceptable, limiting) = (share(asked.aql_percent), share(risks.lq_percent));
    let (test, most) = held(asked, risks, single).ok_or_else(|| indistinct(asked, risks))?;
    let mut form = empty(asked);
    let middle = (test.slope * most as f64).max(0.0).floor() as u64;
    form.stages = vec![Stage { sample: most, accept: middle, reject: middle + 1 }];
    form.lines = lines(&test, most);
    let of = |share: f64| test.behaviour(share, most);
    form.producer_risk = 1.0 - of(acceptable).passes;
    form.consumer_risk = Some(of(limiting).passes);
    form.points = qualities(asked)
        .into_iter()
        .map(|defects| {
            let share = defects as f64 / asked.lot as f64;
            screened(asked.lot, defects, of(share), test.outgoing(share, most, asked.lot))
        })
        .collect();
    let outgoing = |defects: u64| test.outgoing(defects as f64 / asked.lot as f64, most, asked.lot);
    form.outgoing_limit = Some(outgoing_limit(asked.lot, outgoing));
    Ok(form)
}

fn lines(test: &Sequential, most: u64) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for items in 1..=most {
        let (accept, reject) = test.numbers(items);
        let moved = |last: &Line| last.accept != accept || last.reject != reject;
        if lines.last().is_none_or(moved) {
            lines.push(Line { items, accept, reject });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Asked = Asked {
        lot: 1_000,
        aql_percent: 1.0,
        level: Level::II,
        severity: Severity::Normal,
        risks: None,
        kind: Kind::Single,
    };
    const RISKS: Option<Risks> = Some(Risks { lq_percent: 5.0, alpha: 0.05, beta: 0.10 });

    #[test]
    fn the_standard_gives_80_and_2() {
        let form = design(&ASKED).unwrap();
        assert_eq!(form.stages, [Stage { sample: 80, accept: 2, reject: 3 }]);
        assert_eq!((form.code, form.used), (Some('J'), Some('J')));
        let limit = form.outgoing_limit.unwrap();
        let most = (0..=1_000).map(|d| point(1_000, 80, 2, d).outgoing).fold(0.0, f64::max);
        assert_eq!(limit, most);
    }

    #[test]
    fn every_exact_kind_holds_its_risks() {
        for kind in [Kind::Single, Kind::Double] {
            let form = design(&Asked { risks: RISKS, kind, ..ASKED }).unwrap();
            assert!(form.producer_risk <= 0.05, "{kind:?} {}", form.producer_risk);
            assert!(form.consumer_risk.unwrap() <= 0.10, "{kind:?} {:?}", form.consumer_risk);
        }
        let form = design(&Asked { risks: RISKS, kind: Kind::Sequential, ..ASKED }).unwrap();
        assert!(form.producer_risk < 0.06 && form.consumer_risk.unwrap() < 0.11, "{form:?}");
        let perfect = form.points[0];
        assert!(perfect.passes == 1.0 && perfect.drawn < 80.0, "{perfect:?}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(design(&Asked { kind: Kind::Double, ..ASKED }), Err(PlanError::NeedsLimit));
        let same = Some(Risks { lq_percent: 1.0, alpha: 0.05, beta: 0.1 });
        let refused = design(&Asked { risks: same, ..ASKED });
        assert!(matches!(refused, Err(PlanError::Indistinct { .. })));
        let odd = design(&Asked { aql_percent: 0.7, ..ASKED });
        assert!(matches!(odd, Err(PlanError::Standard(_))));
    }
}
