//! Where the score cannot tell two grades apart, people decide.

use shujian_core::card::{Centi, Grade};
use shujian_core::finding::Text;

use crate::rubric::Rubric;

/// One end of the interval of a score: the total and its weakest axis, hundredths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Total.
    pub total: Centi,
    /// Weakest axis.
    pub weakest: Centi,
}

/// Why an expert panel decides: the 95 % interval of the score crosses a boundary of the grades.
///
/// - `None`: both ends have the same grade.
/// - Source: the rubric's `panel`; how far a panel may move a score stands there.
pub fn panel(rubric: &Rubric, low: End, high: End) -> Option<Text> {
    let [from, to] = [low, high].map(|end| rubric.grade(end.total, end.weakest));
    if from == to {
        return None;
    }
    let [least, most, adjustment] = [low.total, high.total, rubric.panel.adjustment].map(points);
    let [(from_zh, from_en), (to_zh, to_en)] = [from, to].map(name);
    Some(Text {
        zh: format!(
            "总分 95 % 区间 {least}–{most} 跨越等次界线（{from_zh} / {to_zh}）：由专家组裁定，\
             调整不超过 ±{adjustment} 分并书面说明理由，机器分与专家分一并存档"
        ),
        en: format!(
            "the 95 % interval {least}–{most} of the total crosses a boundary ({from_en} / {to_en}): \
             an expert panel decides, within ±{adjustment} points and with written reasons; both \
             scores are kept"
        ),
    })
}

fn points(centi: Centi) -> String {
    format!("{}.{:02}", centi / 100, centi.rem_euclid(100))
}

fn name(grade: Grade) -> (String, String) {
    match grade {
        Grade::None => ("未入等次".to_owned(), "no grade".to_owned()),
        grade => (format!("{grade:?}"), format!("{grade:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_crossed_boundary_calls_the_panel() {
        let rubric = Rubric::released();
        for (low, high, weakest, crosses) in [
            (6490, 6510, 5000, true),
            (6500, 7499, 5000, false),
            (5000, 5999, 5000, false),
            (5999, 6000, 5000, true),
            // C and B, but a weak axis admits no more than C at either end.
            (7400, 7600, 3000, false),
            (8400, 8600, 5000, true),
        ] {
            let end = |total| End { total, weakest };
            assert_eq!(panel(&rubric, end(low), end(high)).is_some(), crosses, "{low}–{high}");
        }
        let strong =
            panel(&rubric, End { total: 7600, weakest: 3999 }, End { total: 7610, weakest: 4000 });
        let text = strong.expect("the weak axis is a boundary, too");
        assert!(text.zh.contains("76.00–76.10") && text.en.contains("C / B"), "{text:?}");
        assert!(text.zh.contains("±5.00"), "{text:?}");
    }
}
