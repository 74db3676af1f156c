//! What other claims on the same project do to an amount.

use std::collections::{BTreeMap, BTreeSet};

use shujian_core::Fen;
use shujian_core::finding::Text;

use super::{Run, STACKING, parameter};
use crate::measure::catalogue::{Rule, Scope};
use crate::measure::entitlement::{Other, Ruling};
use crate::measure::trace::{Decision, Op};
use crate::measure::{Error, reason};

impl Run<'_> {
    /// Other claims on the same project, those of one rule in one step; what holds comes first.
    pub(in crate::measure) fn stack(&mut self) -> Result<(), Error> {
        if self.measure.stacking == Scope::Status || self.facts.others.is_empty() {
            return Ok(());
        }
        let mut ruled: BTreeMap<Rule, (BTreeSet<String>, Vec<&Other>)> = BTreeMap::new();
        for other in &self.facts.others {
            let (rule, source) = self.rule(other)?;
            let (sources, others) = ruled.entry(rule).or_default();
            sources.insert(source);
            others.push(other);
        }
        let top_up = self.reader.word(&self.catalogue.stacking.when_lower_paid)? == "top-up";
        self.cites.insert(STACKING.to_owned(), self.catalogue.stacking_cite());
        for (rule, (sources, others)) in ruled.into_iter().rev() {
            if self.stopped.is_some() {
                break;
            }
            let highest = others.iter().map(|other| other.entitled_fen.max(other.paid_fen)).max();
            let highest_fen = highest.expect("a group has a member");
            let paid = others.iter().try_fold(Fen(0), |sum, other| sum.checked_add(other.paid_fen));
            let paid_fen = paid.ok_or(Error::Overflow)?;
            let before = self.amount;
            self.step(Op::Stack { rule, highest_fen, paid_fen, top_up }, STACKING)?;
            if let Some(step) = self.trace.last_mut() {
                step.sources = sources.into_iter().collect();
            }
            self.tell_of(&others, before);
        }
        Ok(())
    }

    /// Says what other claims did to the amount.
    fn tell_of(&mut self, others: &[&Other], before: Fen) {
        let names: Vec<&str> = others.iter().map(|other| other.measure.as_str()).collect();
        let (zh, en) = (names.join("、"), names.join(", "));
        let after = self.amount;
        if self.stopped == Some(Decision::Held) {
            let zh = format!("与 {zh} 叠加：政策未规定，待主管部门裁定");
            let en = format!("together with {en}: the policy is silent, the bureau has to rule");
            self.warn(reason::HELD, Text { zh, en });
        } else if after < before {
            let zh = format!("与 {zh} 从高不重复：{before} 减为 {after}");
            let en = format!("the higher of this and {en} only: {before} becomes {after}");
            self.warn(reason::HIGHER_ONLY, Text { zh, en });
        }
    }

    /// What happens to this and another claim, and where that is ruled.
    fn rule(&mut self, other: &Other) -> Result<(Rule, String), Error> {
        if let Some(ruling) = &other.ruling {
            let key = format!("ruling:{}", ruling.document);
            let Ruling { document, date, .. } = ruling;
            let zh = format!("主管部门裁定 {document}（{date}）");
            self.cites.insert(key.clone(), Text { zh, en: format!("ruling {document} ({date})") });
            return Ok((ruling.rule, key));
        }
        let stacking = &self.catalogue.stacking;
        let known = self.catalogue.measures.iter().find(|known| known.is_named(&other.measure));
        let id = match known {
            None => return Ok((stacking.across, STACKING.to_owned())),
            Some(known) if known.stacking == Scope::Status => {
                return Ok((Rule::Cumulate, STACKING.to_owned()));
            }
            Some(known) if known.article == self.measure.article => &stacking.within_article,
            Some(_) => &stacking.within_policy,
        };
        Ok((self.reader.rule(id)?, parameter(id)))
    }
}
