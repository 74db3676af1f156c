//! One application of a batch: what its card and its application say about its place in the list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::card::{Assessment, Centi, GateStatus, Grade};
use shujian_core::finding::Text;
use shujian_core::inert::clean;
use shujian_core::{Bilingual, Card, Date, Fen, Sector, Severity, codes};
use shujian_grade::Application;

/// Name of the form of [`Source`].
pub const SOURCE_SCHEMA: &str = "shujian.batch-source.v1";

/// Most signs of a text that someone else wrote.
const MOST_SIGNS: usize = 200;

/// What a card was made of, beside the card: whoever finds both unchanged need not grade again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// [`SOURCE_SCHEMA`].
    pub schema: String,
    /// Id of the application in its batch.
    pub id: String,
    /// What went in.
    pub made_of: MadeOf,
    /// Digest of the card that came out.
    pub card_digest: String,
    /// What the application declares; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declared: Option<Declared>,
    /// Effective volume over the volume that scores full, millionths.
    pub volume_millionths: i64,
    /// First whole submission.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submitted: Option<Date>,
}

/// Everything a card depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MadeOf {
    /// Merkle root over the files as they were given, archives unopened; hex.
    pub input_root: String,
    /// blake3 of the application, hex; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub application_hash: Option<String>,
    /// blake3 of the rubric, hex.
    pub rubric_hash: String,
    /// Version of the engine.
    pub engine_version: String,
    /// Whether only the beginning of each file was read.
    pub sample_only: bool,
}

/// What of an application stands in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Registered name of the applicant.
    pub applicant: String,
    /// Its unified social credit code.
    pub credit_code: String,
    /// Amount asked for.
    pub requested_fen: Option<Fen>,
    /// Lower bound of the uplift, millionths; absent without such evidence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uplift_low_millionths: Option<i64>,
}

impl Declared {
    /// What an application says.
    pub fn of(application: &Application) -> Self {
        let yuan = i64::try_from(application.money.requested_yuan).ok();
        let uplift = application.effect.uplift;
        Self {
            applicant: tidy(&application.applicant.name),
            credit_code: tidy(&application.applicant.uscc),
            requested_fen: yuan.and_then(Fen::from_yuan),
            uplift_low_millionths: uplift.map(|uplift| (uplift.rer_low * 1e6).round() as i64),
        }
    }
}

/// How far an application came.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has a grade, or is known to get none.
    Graded,
    /// It was measured; the grade waits for something.
    Open,
    /// Nothing could be graded.
    Failed,
}

impl Status {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Graded => "graded",
            Self::Open => "open",
            Self::Failed => "failed",
        }
    }
}

/// Why an application has no grade, or no amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Finding code, where nothing could be graded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// What is the matter.
    pub cause: Text,
    /// What to do about it.
    pub fix: Text,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Place in the list, from 1; absent for what is not graded.
    pub rank: Option<u64>,
    /// Id: path of the folder below the batch, or as the list of the batch says.
    pub id: String,
    /// Folder of its results, below `applications`.
    pub folder: String,
    /// How far it came.
    pub status: Status,
    /// Name of the dataset.
    pub name: String,
    /// Applicant.
    pub applicant: String,
    /// Unified social credit code of the applicant.
    pub credit_code: String,
    /// Key field of article 6.
    pub sector: Option<Sector>,
    /// Grade.
    pub grade: Option<Grade>,
    /// Total, hundredths of a point.
    pub total_centi: Option<Centi>,
    /// 95 % interval of the total, or its range over an unknown effect.
    pub interval_centi: Option<(Centi, Centi)>,
    /// Scale.
    pub scale_centi: Option<Centi>,
    /// Value density.
    pub value_density_centi: Option<Centi>,
    /// Effect.
    pub effect_centi: Option<Centi>,
    /// Lower bound of the uplift, millionths.
    pub uplift_low_millionths: Option<i64>,
    /// Effective volume over the volume that scores full, millionths.
    pub volume_millionths: Option<i64>,
    /// First whole submission.
    pub submitted: Option<Date>,
    /// Gates that failed.
    pub failed_gates: Vec<String>,
    /// Gates that still wait for evidence or a person.
    pub open_gates: Vec<String>,
    /// Whether an expert panel decides in place of the score.
    pub panel: bool,
    /// Amount asked for.
    pub requested_fen: Option<Fen>,
    /// Amount before the envelope.
    pub payable_fen: Option<Fen>,
    /// Amount out of the envelope; absent without one.
    pub share_fen: Option<Fen>,
    /// Findings that say something was lost.
    pub errors: u64,
    /// Findings that say something was guessed or is suspect.
    pub warnings: u64,
    /// Why there is no grade or no amount.
    pub reason: Option<Reason>,
    /// Snapshot root of the data.
    pub snapshot_root: Option<String>,
    /// Digest of the card.
    pub card_digest: Option<String>,
}

impl Row {
    /// The row of an application that could not be graded.
    ///
    /// # Panics
    ///
    /// When `code` has no row in the code table: an unlisted code is our own fault.
    pub fn failed(
        id: &str,
        folder: &str,
        submitted: Option<Date>,
        code: &str,
        cause: Text,
    ) -> Self {
        let known = codes::find(code).expect("the desk names codes of the table");
        let cause = Text { zh: inert(&cause.zh), en: inert(&cause.en) };
        let reason = Reason { code: Some(code.to_owned()), cause, fix: known.fix.into() };
        Self {
            rank: None,
            id: id.to_owned(),
            folder: folder.to_owned(),
            status: Status::Failed,
            name: String::new(),
            applicant: String::new(),
            credit_code: String::new(),
            sector: None,
            grade: None,
            total_centi: None,
            interval_centi: None,
            scale_centi: None,
            value_density_centi: None,
            effect_centi: None,
            uplift_low_millionths: None,
            volume_millionths: None,
            submitted,
            failed_gates: Vec::new(),
            open_gates: Vec::new(),
            panel: false,
            requested_fen: None,
            payable_fen: None,
            share_fen: None,
            errors: 1,
            warnings: 0,
            reason: Some(reason),
            snapshot_root: None,
            card_digest: None,
        }
    }

    /// The row of an application that has a card.
    ///
    /// - `None`: the card was never graded.
    pub fn of(source: &Source, folder: &str, card: &Card) -> Option<Self> {
        let assessment = card.assessment.as_ref()?;
        let declared = source.declared.as_ref();
        let said = |read: fn(&Declared) -> &String| declared.map(read).cloned().unwrap_or_default();
        let gates = |wanted: &[GateStatus]| -> Vec<String> {
            let of_it = assessment.gates.iter().filter(|gate| wanted.contains(&gate.status));
            of_it.map(|gate| tidy(&gate.code)).collect()
        };
        let found = |severity| {
            let of_it = card.findings.iter().filter(|finding| finding.severity == severity);
            of_it.map(|finding| finding.count).fold(0, u64::saturating_add)
        };
        Some(Self {
            rank: None,
            id: source.id.clone(),
            folder: folder.to_owned(),
            status: if assessment.grade.is_some() { Status::Graded } else { Status::Open },
            name: tidy(&card.dataset.name),
            applicant: said(|declared| &declared.applicant),
            credit_code: said(|declared| &declared.credit_code),
            sector: card.dataset.sector,
            grade: assessment.grade,
            total_centi: assessment.score.total_centi,
            interval_centi: Some(assessment.score.interval_centi),
            scale_centi: assessment.scale.score_centi,
            value_density_centi: assessment.value_density.score_centi,
            effect_centi: assessment.effect.score_centi,
            uplift_low_millionths: declared.and_then(|declared| declared.uplift_low_millionths),
            volume_millionths: Some(source.volume_millionths),
            submitted: source.submitted,
            failed_gates: gates(&[GateStatus::Failed]),
            open_gates: gates(&[GateStatus::Correct, GateStatus::NotDecided]),
            panel: assessment.panel.is_some(),
            requested_fen: declared.and_then(|declared| declared.requested_fen),
            payable_fen: assessment.award.payable_fen,
            share_fen: None,
            errors: found(Severity::Error),
            warnings: found(Severity::Warning),
            reason: open(card, assessment, declared.is_some()).map(|(cause, fix)| Reason {
                code: None,
                cause: cause.into(),
                fix: fix.into(),
            }),
            snapshot_root: Some(tidy(&card.dataset.snapshot_root)),
            card_digest: Some(tidy(&card.digest)),
        })
    }

    /// Whether it has a grade that the policy pays or registers.
    pub fn is_in_bands(&self) -> bool {
        self.status == Status::Graded && self.grade.is_some_and(|grade| grade != Grade::None)
    }
}

/// Why a measured dataset has no grade or no amount, and what would settle it.
fn open(card: &Card, assessment: &Assessment, applied: bool) -> Option<(Bilingual, Bilingual)> {
    if assessment.grade.is_none() {
        return Some(if card.is_beyond_measure() {
            BEYOND
        } else if applied {
            NO_EFFECT
        } else {
            NO_APPLICATION
        });
    }
    let no_amount = assessment.award.payable_fen.is_none();
    no_amount.then(|| if card.is_forecast() { FORECAST } else { NO_APPLICATION })
}

const BEYOND: (Bilingual, Bilingual) = (
    Bilingual {
        zh: "以本版本尚不度量的格式为主（如图像、音频）",
        en: "mostly of formats that this version does not measure (media, say)",
    },
    Bilingual {
        zh: "由人工评定；可读部分可单独用 shujian grade 评分",
        en: "have people judge it; grade the readable part alone with `shujian grade`",
    },
);
const NO_EFFECT: (Bilingual, Bilingual) = (
    Bilingual {
        zh: "申报书没有应用效果证据", en: "the application holds no evidence of effect"
    },
    Bilingual {
        zh: "请申请人补交 [effect] 各项证据",
        en: "ask the applicant for the evidence under [effect]",
    },
);
const NO_APPLICATION: (Bilingual, Bilingual) = (
    Bilingual { zh: "没有申报书 application.toml", en: "there is no application.toml" },
    Bilingual {
        zh: "用 shujian apply init 写出模板，填好后放入该文件夹",
        en: "write one with `shujian apply init`, fill it in and put it into the folder",
    },
);
const FORECAST: (Bilingual, Bilingual) = (
    Bilingual {
        zh: "以 --sample 运行：只是预估", en: "run with --sample: a forecast only"
    },
    Bilingual { zh: "不带 --sample 再运行", en: "run again without --sample" },
);

/// A text of others: no sign that acts, and not without end.
pub fn tidy(text: &str) -> String {
    let mut tidy = clean(text);
    if let Some((end, _)) = tidy.char_indices().nth(MOST_SIGNS) {
        tidy.truncate(end);
        tidy.push('…');
    }
    tidy
}

/// A message of several lines, without signs that act.
fn inert(message: &str) -> String {
    let lines: Vec<String> = message.trim_end().lines().take(20).map(tidy).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../pipelines/application.example.toml");

    #[test]
    fn what_is_declared_is_taken_over_in_integers() {
        let application = Application::parse(EXAMPLE).unwrap();
        let declared = Declared::of(&application);
        assert_eq!(declared.requested_fen, Some(Fen(150_000_000)));
        assert_eq!(declared.uplift_low_millionths, Some(120_000));
    }

    #[test]
    fn texts_of_others_neither_act_nor_fill_the_page() {
        assert_eq!(tidy("a\u{1b}[2J\u{202e}"), "a\u{fffd}[2J\u{fffd}");
        assert_eq!(tidy(&"数".repeat(10_000)).chars().count(), MOST_SIGNS + 1);
        let cause = Text { zh: "一\n二\u{7}".to_owned(), en: "x\n".repeat(1000) };
        let row = Row::failed("a", "a", None, "SJ-desk-001", cause);
        let reason = row.reason.unwrap();
        assert_eq!(reason.cause.zh, "一\n二\u{fffd}");
        assert_eq!(reason.cause.en.lines().count(), 20);
    }
}
