//! Acceptance sampling: plans, operating characteristic, an auditable draw, limits.
//!
//! Risks are exact: hypergeometric for a lot, binomial for a process. Where a risk lies so close
//! to its limit that floats can't tell, whole numbers decide, on the limits as written in decimal.

mod conclude;
mod curve;
mod decimal;
mod double;
mod draw;
mod form;
mod natural;
mod plan;
mod sequential;
mod standard;
mod switching;

pub use conclude::{Conclusion, Decision, Inspection, conclude, lot_upper_limit};
pub use curve::{Point, point};
pub use decimal::Decimal;
pub use double::{DoublePlan, DoublePoint};
pub use draw::{Commitment, DrawError, draw};
pub use form::{Asked, Kind, Line, PlanError, PlanForm, PointForm, Risks, Stage, design};
pub use plan::{Plan, PlanRequest, ProcessPlan, ProcessRequest, lot_plan, process_plan};
pub use sequential::{Outcome, Sequential, Walk};
pub use standard::{
    AQLS, LEVELS, Level, LotPlan, Severity, StandardError, code_letter, standard_plan,
};
pub use switching::{History, Lot, State};
