//! The list of a batch: rows in order, the envelope shared, sums.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::card::{Grade, NotChecked, Rubric};
use shujian_core::{Bilingual, Fen, Finding};
use shujian_grade::envelope::{Candidate, Mode, share};
use shujian_grade::measure::catalogue::Rate;

use crate::Error;
use crate::rank::{candidate, order};
use crate::row::{Row, Status};

/// Name of the form of [`Batch`].
pub const SCHEMA: &str = "shujian.batch.v1";

/// A batch of applications, ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of the engine that measured.
    pub engine_version: String,
    /// The rubric that was applied.
    pub rubric: Rubric,
    /// Whether only the beginning of each file was read: a forecast without amounts.
    pub sample_only: bool,
    /// How the year's envelope was shared; absent without one.
    pub envelope: Option<Envelope>,
    /// Sums over the rows.
    pub sums: Sums,
    /// The applications in order: graded by total, then open, then failed.
    pub applications: Vec<Row>,
    /// What was passed over on the way.
    pub findings: Vec<Finding>,
    /// What nobody looked at, and why.
    pub not_checked: Vec<NotChecked>,
}

/// How the year's envelope was shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// The envelope.
    pub envelope_fen: Fen,
    /// `grades`: whole grades in order, the last one in proportion; `proportion`: all in proportion.
    pub mode: String,
    /// Part kept for appeals, as `numerator/denominator`.
    pub hold_back: (u32, u32),
    /// What is kept for appeals.
    pub held_back_fen: Fen,
    /// What the applications get.
    pub shared_fen: Fen,
    /// What nobody gets.
    pub left_fen: Fen,
}

/// Sums over the rows of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sums {
    /// Applications.
    pub applications: u64,
    /// Of them graded.
    pub graded: u64,
    /// Of them open.
    pub open: u64,
    /// Of them failed.
    pub failed: u64,
    /// Of the graded within the bands, those whose amount still waits for a gate.
    pub gates_open: u64,
    /// Of the graded within the bands, those on which an expert panel decides.
    pub panel: u64,
    /// Asked for.
    pub requested_fen: Fen,
    /// Before the envelope.
    pub payable_fen: Fen,
    /// Out of the envelope; absent without one.
    pub share_fen: Option<Fen>,
    /// The graded by their grade, the best first.
    pub by_grade: Vec<GradeSum>,
}

/// Sums of one grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GradeSum {
    /// The grade.
    pub grade: Grade,
    /// Applications of that grade.
    pub applications: u64,
    /// Before the envelope.
    pub payable_fen: Fen,
    /// Out of the envelope; absent without one.
    pub share_fen: Option<Fen>,
}

/// What a batch is settled under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Version of the engine that measured.
    pub engine_version: String,
    /// The rubric that was applied.
    pub rubric: Rubric,
    /// Whether only the beginning of each file was read.
    pub sample_only: bool,
    /// The year's envelope, how it is shared, and the part kept for appeals.
    pub envelope: Option<(Fen, Mode, Rate)>,
}

impl Batch {
    /// What the batch was settled under.
    ///
    /// - `None`: a mode that does not exist.
    pub fn head(&self) -> Option<Head> {
        let envelope = match &self.envelope {
            Some(envelope) => {
                let mode = MODES.iter().find(|(_, name)| *name == envelope.mode)?.0;
                let (above, below) = envelope.hold_back;
                Some((envelope.envelope_fen, mode, Rate(above, below)))
            }
            None => None,
        };
        Some(Head {
            engine_version: self.engine_version.clone(),
            rubric: self.rubric.clone(),
            sample_only: self.sample_only,
            envelope,
        })
    }
}

/// Names of the modes.
const MODES: [(Mode, &str); 2] = [(Mode::Grades, "grades"), (Mode::Proportion, "proportion")];

/// Ranks the rows, shares the envelope among them and adds them up.
///
/// The result depends on the rows alone, never on their order.
///
/// - Errors: sums that do not fit, an envelope that cannot be shared, ids that stand twice.
pub fn settle(head: Head, rows: Vec<Row>, findings: Vec<Finding>) -> Result<Batch, Error> {
    let places = order(&rows).map_err(|error| Error::Ranking(error.to_string()))?;
    let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let mut rows: Vec<Row> = places.into_iter().filter_map(|at| rows[at].take()).collect();
    for (rank, row) in (1..).zip(&mut rows) {
        row.rank = (row.status == Status::Graded).then_some(rank);
        row.share_fen = None;
    }
    let envelope = match head.envelope {
        Some(terms) => Some(share_out(terms, &mut rows)?),
        None => None,
    };
    Ok(Batch {
        schema: SCHEMA.to_owned(),
        engine_version: head.engine_version,
        rubric: head.rubric,
        sample_only: head.sample_only,
        sums: sums(&rows, envelope.is_some())?,
        envelope,
        applications: rows,
        findings,
        not_checked: not_checked(),
    })
}

/// Shares the envelope among the rows that have an amount.
fn share_out(
    (total, mode, hold_back): (Fen, Mode, Rate),
    rows: &mut [Row],
) -> Result<Envelope, Error> {
    let claims = rows.iter().filter(|row| row.is_in_bands() && row.payable_fen.is_some());
    let claims: Vec<Candidate> = claims.map(candidate).collect();
    let sharing = share(total, hold_back, mode, &claims)?;
    let shares: BTreeMap<&str, Fen> =
        sharing.shares.iter().map(|share| (share.id.as_str(), share.paid_fen)).collect();
    let mut shared = Fen(0);
    for row in rows {
        row.share_fen = shares.get(row.id.as_str()).copied();
        shared = add(shared, row.share_fen)?;
    }
    let mode = MODES.iter().find(|(known, _)| *known == mode).map_or("", |(_, name)| name);
    Ok(Envelope {
        envelope_fen: total,
        mode: mode.to_owned(),
        hold_back: (hold_back.0, hold_back.1),
        held_back_fen: sharing.held_back_fen,
        shared_fen: shared,
        left_fen: sharing.left_fen,
    })
}

fn add(sum: Fen, more: Option<Fen>) -> Result<Fen, Error> {
    sum.checked_add(more.unwrap_or_default()).ok_or(Error::Overflow)
}

fn sums(rows: &[Row], shared: bool) -> Result<Sums, Error> {
    let none = shared.then_some(Fen(0));
    let mut sums = Sums { share_fen: none, ..Sums::default() };
    let mut by_grade: BTreeMap<Grade, GradeSum> = BTreeMap::new();
    for row in rows {
        sums.applications += 1;
        match row.status {
            Status::Graded => sums.graded += 1,
            Status::Open => sums.open += 1,
            Status::Failed => sums.failed += 1,
        }
        sums.gates_open += u64::from(row.is_in_bands() && !row.open_gates.is_empty());
        sums.panel += u64::from(row.is_in_bands() && row.panel);
        sums.requested_fen = add(sums.requested_fen, row.requested_fen)?;
        sums.payable_fen = add(sums.payable_fen, row.payable_fen)?;
        if shared {
            sums.share_fen = Some(add(sums.share_fen.unwrap_or_default(), row.share_fen)?);
        }
        let Some(grade) = row.grade else { continue };
        let empty = GradeSum { grade, applications: 0, payable_fen: Fen(0), share_fen: none };
        let sum = by_grade.entry(grade).or_insert(empty);
        sum.applications += 1;
        sum.payable_fen = add(sum.payable_fen, row.payable_fen)?;
        sum.share_fen = match sum.share_fen {
            Some(share) => Some(add(share, row.share_fen)?),
            None => None,
        };
    }
    sums.by_grade = by_grade.into_values().collect();
    Ok(sums)
}

/// What this version does not look at, so that nobody takes silence for a clean bill.
fn not_checked() -> Vec<NotChecked> {
    let not =
        |name: &str, reason: Bilingual| NotChecked { name: name.to_owned(), reason: reason.into() };
    vec![not("overlap", OVERLAP), not("effect-evidence", EVIDENCE), not("other-claims", CLAIMS)]
}

const OVERLAP: Bilingual = Bilingual {
    zh: "各申报之间、与历年已登记数据集之间的重叠：未查；抄袭他人数据的申报也会得分",
    en: "overlap between applications, and with datasets registered before: an application that \
         copies another is graded all the same",
};
const EVIDENCE: Bilingual = Bilingual {
    zh: "应用效果证据：按申报书所写计分，未由预测文件重算",
    en: "evidence of effect: scored as the application states it, not recomputed from predictions",
};
const CLAIMS: Bilingual = Bilingual {
    zh: "同一申请人的其他申领与已付金额：以 shujian policy 与登记册为准",
    en: "other claims and payments of the same applicant: see `shujian policy` and the registry",
};

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use shujian_core::finding::Text;

    use super::*;

    /// A row with a grade.
    pub(crate) fn graded(id: &str, grade: Grade, total: i64, payable: i64) -> Row {
        let cause = Text { zh: "因".to_owned(), en: "why".to_owned() };
        Row {
            status: Status::Graded,
            grade: Some(grade),
            name: format!("数据集 {id}"),
            total_centi: Some(total),
            value_density_centi: Some(5000),
            volume_millionths: Some(1),
            payable_fen: Some(Fen(payable)),
            requested_fen: Some(Fen(payable)),
            errors: 0,
            reason: None,
            ..Row::failed(id, id, None, "SJ-desk-002", cause)
        }
    }

    /// What most batches are settled under.
    pub(crate) fn head(envelope: Option<i64>) -> Head {
        Head {
            engine_version: "0.1.0".to_owned(),
            rubric: Rubric { version: "2026.1".to_owned(), hash: "ab".to_owned() },
            sample_only: false,
            envelope: envelope.map(|fen| (Fen(fen), Mode::Grades, Rate(0, 1))),
        }
    }

    /// The vector of the rule, ¥5 M, two A and three B, with an open and a failed one beside.
    #[test]
    fn the_envelope_is_shared_by_the_rule() {
        let a = |id| graded(id, Grade::A, 9000, 200_000_000);
        let b = |id| graded(id, Grade::B, 8000, 120_000_000);
        let open = Row { status: Status::Open, grade: None, payable_fen: None, ..b("open") };
        let failed = Row { status: Status::Failed, ..open.clone() };
        let failed = Row { id: "failed".to_owned(), ..failed };
        let rows = vec![failed, b("b1"), a("a1"), open, b("b2"), a("a2"), b("b3")];
        let batch = settle(head(Some(500_000_000)), rows, Vec::new()).unwrap();
        let shares: Vec<_> = batch.applications.iter().map(|row| row.share_fen).collect();
        let b: Vec<i64> = shares[2..5].iter().map(|share| share.unwrap().0).collect();
        assert_eq!(shares[..2], [Some(Fen(200_000_000)); 2]);
        assert_eq!((b.iter().sum::<i64>(), b.iter().max()), (100_000_000, Some(&33_333_334)));
        assert_eq!(shares[5..], [None, None]);
        let ranks: Vec<_> = batch.applications.iter().map(|row| row.rank).collect();
        assert_eq!(ranks, [Some(1), Some(2), Some(3), Some(4), Some(5), None, None]);
        assert_eq!(batch.sums.by_grade.len(), 2);
        assert_eq!((batch.sums.graded, batch.sums.open, batch.sums.failed), (5, 1, 1));
    }

    #[test]
    fn sums_that_do_not_fit_are_an_error() {
        let rows = vec![graded("a", Grade::A, 1, i64::MAX), graded("b", Grade::A, 1, 1)];
        assert!(matches!(settle(head(None), rows, Vec::new()), Err(Error::Overflow)));
    }

    proptest! {
        #[test]
        fn the_list_depends_on_its_rows_alone(
            drawn in prop::collection::vec((0..5_usize, 0..3_i64, 0..1_000_000_i64), 0..12),
            envelope in prop::option::of(0..3_000_000_i64),
            turn in 0..12_usize,
        ) {
            let mut rows: Vec<Row> = drawn
                .into_iter()
                .enumerate()
                .map(|(at, (grade, total, fen))| {
                    graded(&format!("{at:02}"), Grade::ALL[grade], total, fen)
                })
                .collect();
            let batch = settle(head(envelope), rows.clone(), Vec::new()).unwrap();
            let again = settle(batch.head().unwrap(), batch.applications.clone(), Vec::new());
            prop_assert_eq!(&again.unwrap(), &batch);
            if let (Some(share), Some(envelope)) = (batch.sums.share_fen, envelope) {
                prop_assert!(share.0 <= envelope);
            }
            for pair in batch.applications.windows(2) {
                prop_assert!(pair[0].is_in_bands() || !pair[1].is_in_bands());
            }
            if !rows.is_empty() {
                let turn = turn % rows.len();
                rows.rotate_left(turn);
            }
            prop_assert_eq!(settle(head(envelope), rows, Vec::new()).unwrap(), batch);
        }
    }
}
