//! Effect: what the dataset did for those who used it, by declared evidence.

use shujian_core::card::{Centi, Term};
use shujian_core::finding::Text;

use crate::application::{self, Application, Tier};
use crate::points::{centi, log_ramp, ramp, weigh};
use crate::rubric::{Effect as Rules, Tiers};

/// The effect of a dataset and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// Hundredths of a point; absent without any evidence.
    pub score: Option<Centi>,
    /// Steps.
    pub terms: Vec<Term>,
}

/// One kind of evidence, on its ramp.
struct Piece {
    name: &'static str,
    weight: Centi,
    formula: String,
    share: f64,
    tier: Option<Tier>,
    /// What was counted less than declared.
    less: Option<Text>,
}

/// Scores the evidence of an application.
pub fn score(application: Option<&Application>, rules: &Rules) -> Effect {
    let Some(effect) = application.map(|a| &a.effect).filter(|effect| !effect.is_empty()) else {
        return Effect { score: None, terms: Vec::new() };
    };
    let pieces = [
        uplift(effect, rules),
        adopters(effect, rules),
        calls(effect, rules),
        transactions(effect, rules),
    ];
    // A piece is rounded once, after its tier, and the sum again.
    let worth = |piece: &Piece| {
        piece.tier.map_or(0, |tier| weigh([(percent(tier, &rules.tiers), centi(piece.share))]))
    };
    let score = weigh(pieces.iter().map(|piece| (piece.weight, worth(piece))));
    let terms = pieces.iter().map(|piece| piece.to_card(&rules.tiers)).collect();
    Effect { score: Some(score), terms }
}

impl Piece {
    fn absent(name: &'static str, weight: Centi) -> Self {
        Self { name, weight, formula: String::new(), share: 0.0, tier: None, less: None }
    }

    fn to_card(&self, tiers: &Tiers) -> Term {
        let weight = self.weight as f64 / 100.0;
        let name = self.name.to_owned();
        let Some(tier) = self.tier else {
            let note = Text {
                zh: "未提交此类证据，计 0".to_owned(),
                en: "no such evidence submitted; counts 0".to_owned(),
            };
            return Term { name, formula: "–".to_owned(), value: None, weight, note: Some(note) };
        };
        let factor = percent(tier, tiers) as f64 / 100.0;
        Term {
            name,
            formula: format!("{} × {factor}", self.formula),
            value: Some(self.share * factor),
            weight,
            note: Some(join(vouched(tier), self.less.as_ref())),
        }
    }
}

/// What evidence of a tier counts, hundredths.
pub fn percent(tier: Tier, tiers: &Tiers) -> Centi {
    match tier {
        Tier::SelfDeclared => tiers.self_declared,
        Tier::OwnLogs => tiers.own_logs,
        Tier::ThirdParty => tiers.third_party,
        Tier::Bureau => tiers.bureau,
    }
}

fn join(said: Text, more: Option<&Text>) -> Text {
    match more {
        Some(more) => Text {
            zh: format!("{}；{}", said.zh, more.zh),
            en: format!("{}; {}", said.en, more.en),
        },
        None => said,
    }
}

fn vouched(tier: Tier) -> Text {
    let (zh, en) = match tier {
        Tier::SelfDeclared => ("申请人自述", "declared by the applicant"),
        Tier::OwnLogs => ("申请人自有日志", "logs of the applicant"),
        Tier::ThirdParty => ("第三方证明", "attested by a third party"),
        Tier::Bureau => ("数据局复算", "recomputed by the bureau"),
    };
    Text { zh: zh.to_owned(), en: en.to_owned() }
}

fn uplift(effect: &application::Effect, rules: &Rules) -> Piece {
    let rule = &rules.uplift;
    let Some(evidence) = effect.uplift else {
        return Piece::absent("uplift", rule.weight);
    };
    Piece {
        name: "uplift",
        weight: rule.weight,
        formula: format!("r({}; 0, {})", evidence.rer_low, rule.full_rer),
        share: ramp(evidence.rer_low, 0.0, rule.full_rer),
        tier: Some(evidence.tier),
        less: None,
    }
}

fn adopters(effect: &application::Effect, rules: &Rules) -> Piece {
    let rule = &rules.adopters;
    let Some(evidence) = effect.adopters else {
        return Piece::absent("adopters", rule.weight);
    };
    let full = 1.0 + rule.full_count as f64;
    Piece {
        name: "adopters",
        weight: rule.weight,
        formula: format!("ln(1 + {}) / ln({full})", evidence.count),
        share: log_ramp(1.0 + evidence.count as f64, 1.0, full),
        tier: Some(evidence.tier),
        less: None,
    }
}

fn calls(effect: &application::Effect, rules: &Rules) -> Piece {
    let rule = &rules.calls;
    let Some(evidence) = effect.calls else {
        return Piece::absent("calls", rule.weight);
    };
    let surplus = (evidence.top_adopter_share - rule.adopter_share).max(0.0);
    let credited = evidence.count_12m as f64 * (1.0 - surplus);
    let (zero, full) = (rule.zero_count as f64, rule.full_count as f64);
    let (share, most, count) = (evidence.top_adopter_share, rule.adopter_share, evidence.count_12m);
    let less = (surplus > 0.0).then(|| Text {
        zh: format!(
            "最大采用方占 {share:.2}，超出 {most:.2} 的部分不计：{count} × {:.2} = {credited:.0}",
            1.0 - surplus
        ),
        en: format!(
            "the top adopter has {share:.2}; what is above {most:.2} does not count: \
             {count} × {:.2} = {credited:.0}",
            1.0 - surplus
        ),
    });
    Piece {
        name: "calls",
        weight: rule.weight,
        formula: format!("ln({credited:.0}/{zero}) / ln({full}/{zero})"),
        share: log_ramp(credited, zero, full),
        tier: Some(evidence.tier),
        less,
    }
}

fn transactions(effect: &application::Effect, rules: &Rules) -> Piece {
    let rule = &rules.transactions;
    let Some(evidence) = effect.transactions else {
        return Piece::absent("transactions", rule.weight);
    };
    let (zero, full) = (rule.zero_yuan as f64, rule.full_yuan as f64);
    Piece {
        name: "transactions",
        weight: rule.weight,
        formula: format!("ln({}/{zero}) / ln({full}/{zero})", evidence.yuan),
        share: log_ramp(evidence.yuan as f64, zero, full),
        tier: Some(evidence.tier),
        less: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rubric;
    use crate::application::tests::EXAMPLE;

    fn score_of(effect: &str) -> Option<Centi> {
        let (head, _) = EXAMPLE.split_once("[effect.uplift]").unwrap();
        let application = Application::parse(&format!("{head}{effect}")).unwrap();
        score(Some(&application), &Rubric::released().effect).score
    }

    /// Worked by hand from the formulas of the rubric.
    #[test]
    fn worked_examples() {
        for (effect, expected) in [
            ("", None),
            ("[effect.uplift]\nrer_low = 0.2\ntier = \"bureau\"", Some(4000)),
            ("[effect.uplift]\nrer_low = 0.2\ntier = \"self-declared\"", Some(0)),
            ("[effect.uplift]\nrer_low = 0.1\ntier = \"third-party\"", Some(1600)),
            ("[effect.uplift]\nrer_low = -0.1\ntier = \"bureau\"", Some(0)),
            // ln 21 / ln 21 and ln 5 / ln 21 = 0.528635
            ("[effect.adopters]\ncount = 20\ntier = \"bureau\"", Some(2500)),
            ("[effect.adopters]\ncount = 4\ntier = \"own-logs\"", Some(661)),
            // 10⁴ of 10²…10⁶ is half; one adopter with 70 % loses half of the calls.
            (
                "[effect.calls]\ncount_12m = 10000\ntop_adopter_share = 0.2\ntier = \"bureau\"",
                Some(750),
            ),
            (
                "[effect.calls]\ncount_12m = 20000\ntop_adopter_share = 0.7\ntier = \"bureau\"",
                Some(750),
            ),
            ("[effect.transactions]\nyuan = 1000000\ntier = \"bureau\"", Some(1000)),
        ] {
            assert_eq!(score_of(effect), expected, "{effect}");
        }
    }

    #[test]
    fn absent_evidence_is_said() {
        let application = Application::parse(EXAMPLE).unwrap();
        let mut partial = application.clone();
        partial.effect.calls = None;
        let effect = score(Some(&partial), &Rubric::released().effect);
        let calls = effect.terms.iter().find(|term| term.name == "calls").unwrap();
        assert!(calls.value.is_none() && calls.note.is_some());
        // The example declares a top adopter with 35 % where a fifth counts.
        let whole = score(Some(&application), &Rubric::released().effect);
        let calls = whole.terms.iter().find(|term| term.name == "calls").unwrap();
        let note = calls.note.as_ref().unwrap();
        assert!(note.en.ends_with("240000 × 0.85 = 204000"), "{}", note.en);
    }
}
