//! The application against the data: what is declared and what was found.
//!
//! None of this changes a score; it is said so that a person looks.

use shujian_core::modality::{FILMS, IMAGES, SOUNDS};
use shujian_core::{Card, Findings, Place, Profile};

use crate::application::{Application, Money};

/// What a word for a modality stands for.
enum Modality {
    /// Content of these profiles.
    Profiles(&'static [Profile]),
    /// Files of these kinds.
    Kinds(&'static [&'static str]),
}

const TEXTS: &[Profile] = &[Profile::Text, Profile::Instruction];
const TABLES: &[Profile] = &[Profile::Table, Profile::Series, Profile::Judgements];

/// Words of an application and what they stand for; the first that is part of the word counts.
const MODALITIES: &[(&str, Modality)] = &[
    ("text", Modality::Profiles(TEXTS)),
    ("文本", Modality::Profiles(TEXTS)),
    ("文字", Modality::Profiles(TEXTS)),
    ("instruction", Modality::Profiles(TEXTS)),
    ("问答", Modality::Profiles(TEXTS)),
    ("table", Modality::Profiles(TABLES)),
    ("tabular", Modality::Profiles(TABLES)),
    ("structured", Modality::Profiles(TABLES)),
    ("series", Modality::Profiles(TABLES)),
    ("sensor", Modality::Profiles(TABLES)),
    ("表", Modality::Profiles(TABLES)),
    ("结构化", Modality::Profiles(TABLES)),
    ("时序", Modality::Profiles(TABLES)),
    ("时间序列", Modality::Profiles(TABLES)),
    ("image", Modality::Kinds(IMAGES)),
    ("图", Modality::Kinds(IMAGES)),
    ("影像", Modality::Kinds(IMAGES)),
    ("audio", Modality::Kinds(SOUNDS)),
    ("speech", Modality::Kinds(SOUNDS)),
    ("音频", Modality::Kinds(SOUNDS)),
    ("语音", Modality::Kinds(SOUNDS)),
    ("video", Modality::Kinds(FILMS)),
    ("视频", Modality::Kinds(FILMS)),
];

/// What in the application does not go with the data, or with itself; `file` names it in places.
pub fn compare(card: &Card, application: &Application, file: &str) -> Findings {
    let mut findings = Findings::default();
    let at = |column: &str| Place::file(file).in_column(column);
    let declared = &application.dataset.modality;
    let separates = |c: char| matches!(c, ',' | '，' | '、' | ';' | '；' | '+' | '/');
    for word in declared.split(separates).map(str::trim).filter(|word| !word.is_empty()) {
        let place = at("dataset.modality").noting(word);
        match found(card, &word.to_lowercase()) {
            Some(true) => {}
            Some(false) => findings.add("SJ-grade-001", place),
            None => findings.add("SJ-grade-002", place),
        }
    }
    let Money { eligible_cost_yuan: cost, other_public_yuan: other, .. } = application.money;
    if other > cost {
        let note = format!("{other} > {cost}");
        findings.add("SJ-grade-003", at("money.other_public_yuan").noting(note));
    }
    findings
}

/// Whether the data hold what a word stands for.
///
/// - `None`: the word is not known.
fn found(card: &Card, word: &str) -> Option<bool> {
    let (_, modality) = MODALITIES.iter().find(|(known, _)| word.contains(known))?;
    Some(match modality {
        Modality::Profiles(profiles) => {
            card.partitions.iter().any(|partition| profiles.contains(&partition.profile))
        }
        Modality::Kinds(kinds) => {
            card.dataset.kinds.iter().any(|kind| kinds.contains(&kind.kind.as_str()))
        }
    })
}
