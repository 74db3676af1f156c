//! What a panel may make of a score: so many points up or down, graded by the bands of the rubric
//! that scored the card. Both stand with the card.

use shujian_core::card::{Centi, Grade};

use crate::entries::{Entry, integer, text};

/// What stands for no bands at all: a gate failed, and no score has a grade.
const NO_BANDS: &str = "none";

/// Bands, best first: the grade, and the least score that has it, hundredths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bands(Vec<(Grade, Centi)>);

impl Bands {
    /// Reads `A=85.00,B=75.00`; `None` where it is no list of bands that fall.
    pub(crate) fn parse(said: &str) -> Option<Self> {
        if said == NO_BANDS {
            return Some(Self(Vec::new()));
        }
        let band = |part: &str| {
            let (grade, from) = part.split_once('=')?;
            let from = crate::fields::centi(from).filter(|from| *from <= 10_000)?;
            let grade = Grade::named(grade).filter(|grade| *grade != Grade::None)?;
            Some((grade, from))
        };
        let bands: Vec<(Grade, Centi)> = said.split(',').map(band).collect::<Option<_>>()?;
        let falls = bands.is_sorted_by(|a, b| a.0 < b.0 && a.1 > b.1);
        falls.then_some(Self(bands))
    }

    /// The grade of a score.
    pub(crate) fn grade(&self, score: Centi) -> Grade {
        self.0.iter().find(|(_, from)| score >= *from).map_or(Grade::None, |(grade, _)| *grade)
    }
}

/// What an application is graded by in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Score of the card, hundredths.
    pub(crate) card: Centi,
    /// Mean of the panel, hundredths, as it was given.
    pub(crate) panel: Option<Centi>,
    /// Most that the panel may add or take, hundredths.
    pub(crate) adjustment: Centi,
    /// The score that counts: the panel's, within the adjustment of the card's.
    pub(crate) counts: Centi,
    /// Its grade.
    pub(crate) grade: Grade,
}

/// The verdict on an application; `None` for what was not graded.
///
/// Where an older version of the program kept no bands, the panel moves nothing.
pub(crate) fn verdict(entry: &Entry) -> Option<Verdict> {
    let scored = Grade::named(text(entry, "grade"))?;
    let card = integer(entry, "score_centi")?;
    let panel = integer(entry, "panel_centi");
    let adjustment = integer(entry, "adjustment_centi").unwrap_or_default().max(0);
    let Some(bands) = Bands::parse(text(entry, "bands")) else {
        return Some(Verdict { card, panel, adjustment: 0, counts: card, grade: scored });
    };
    let counts = panel.unwrap_or(card).clamp(card - adjustment, card + adjustment);
    let grade = if counts == card { scored } else { bands.grade(counts) };
    Some(Verdict { card, panel, adjustment, counts, grade })
}

/// Hundredths as people write them: `78.05`.
pub(crate) fn points(centi: Centi) -> String {
    format!("{}.{:02}", centi / 100, centi % 100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const RELEASED: &str = "A=85.00,B=75.00,C=65.00,D=60.00";

    fn graded(grade: &str, card: Centi, panel: Option<Centi>, bands: Option<&str>) -> Grade {
        let entry = json!({
            "grade": grade, "score_centi": card, "panel_centi": panel, "bands": bands,
            "adjustment_centi": 500,
        });
        verdict(entry.as_object().unwrap()).unwrap().grade
    }

    #[test]
    fn a_panel_moves_a_score_by_its_adjustment_up_and_down() {
        for (card, panel, grade) in [
            (7046, 7050, Grade::C),
            (7046, 9900, Grade::B),
            (6999, 9900, Grade::C),
            (7000, 7500, Grade::B),
            (7600, 7499, Grade::C),
            (7600, 1000, Grade::C),
            (8000, 7500, Grade::B),
            (6100, 5999, Grade::None),
        ] {
            let scored = Bands::parse(RELEASED).unwrap().grade(card).name();
            let is = graded(scored, card, Some(panel), Some(RELEASED));
            assert_eq!(is, grade, "card {card}, panel {panel}");
        }
    }

    #[test]
    fn without_panel_or_bands_the_card_decides() {
        assert_eq!(graded("C", 7046, None, Some(RELEASED)), Grade::C);
        assert_eq!(graded("C", 7046, Some(7600), None), Grade::C, "an older version kept no bands");
        assert_eq!(graded("none", 8000, Some(8500), Some("none")), Grade::None, "a gate failed");
        // A weak axis admits no more than C.
        assert_eq!(graded("C", 8400, Some(8900), Some("C=65.00,D=60.00")), Grade::C);
        assert_eq!(verdict(json!({}).as_object().unwrap()), None);
    }

    #[test]
    fn only_falling_bands_are_read() {
        for bad in ["", "A", "A=", "A=85,A=75", "B=85,A=75", "A=75,B=85", "A=101", "E=1", "none=0"]
        {
            assert_eq!(Bands::parse(bad), None, "{bad}");
        }
        assert_eq!(points(7805), "78.05");
    }

    proptest! {
        #[test]
        fn what_counts_is_never_further_than_the_adjustment(card in 0..=10_000_i64, panel in 0..=10_000_i64) {
            let entry = json!({
                "grade": "C", "score_centi": card, "panel_centi": panel, "bands": RELEASED,
                "adjustment_centi": 500,
            });
            let verdict = verdict(entry.as_object().unwrap()).unwrap();
            prop_assert!((verdict.counts - card).abs() <= 500);
            prop_assert!((panel - card).abs() > 500 || verdict.counts == panel);
        }
    }
}
