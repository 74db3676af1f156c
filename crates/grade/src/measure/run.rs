//! The steps from facts to fen, one method each; [`super::evaluate()`] has their order.

mod stack;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use shujian_core::finding::Text;
use shujian_core::{Fen, codes};

use super::catalogue::{Amount, Catalogue, Limit, Measure, Period, Rate, Term, Wording};
use super::entitlement::{Entitlement, Facts, SCHEMA, Source, Warning};
use super::parameter::{Chosen, Reader, Settings};
use super::trace::{Decision, Fact, Op, Share, Step, Unsound, decide};
use super::{Error, reason};
use crate::Rubric;

/// The rubric whose bands the curve `rubric-2026.1` names.
static RUBRIC: LazyLock<Rubric> = LazyLock::new(Rubric::released);

/// Key of the article among the cites.
const MEASURE: &str = "measure";
/// Key of the validity.
const VALIDITY: &str = "validity";
/// Key of the rule on several claims.
const STACKING: &str = "stacking";

/// An evaluation under way.
pub(super) struct Run<'a> {
    catalogue: &'a Catalogue,
    measure: &'a Measure,
    facts: &'a Facts,
    reader: Reader<'a>,
    amount: Fen,
    stopped: Option<Decision>,
    trace: Vec<Step>,
    cites: BTreeMap<String, Text>,
    warnings: Vec<Warning>,
    base: Fen,
    nominal: Fen,
    cap: Option<Fen>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        catalogue: &'a Catalogue,
        measure: &'a Measure,
        facts: &'a Facts,
        settings: &'a Settings,
    ) -> Self {
        Self {
            catalogue,
            measure,
            facts,
            reader: Reader::new(catalogue, settings),
            amount: Fen(0),
            stopped: None,
            trace: Vec::new(),
            cites: BTreeMap::new(),
            warnings: Vec::new(),
            base: Fen(0),
            nominal: Fen(0),
            cap: None,
        }
    }

    /// Does a step, unless one before it ended the computation.
    fn step(&mut self, op: Op, source: &str) -> Result<(), Error> {
        if self.stopped.is_some() {
            return Ok(());
        }
        let after = op.apply(self.amount).map_err(|why| match why {
            Unsound::Negative => Error::Negative { fact: source.to_owned() },
            Unsound::Overflow | Unsound::OtherBase | Unsound::Division => Error::Overflow,
        })?;
        (self.amount, self.stopped) = (after.amount, after.stopped);
        let sources = vec![source.to_owned()];
        self.trace.push(Step { op, amount_fen: after.amount, sources });
        Ok(())
    }

    /// Ends the computation before it began.
    pub(super) fn refuse(&mut self, code: &str, seen: &str) -> Result<(), Error> {
        let op = Op::Refuse { code: code.to_owned(), seen: seen.to_owned() };
        self.step(op, MEASURE)?;
        self.warn(code, Text { zh: seen.to_owned(), en: seen.to_owned() });
        Ok(())
    }

    fn warn(&mut self, code: &str, text: Text) {
        debug_assert!(codes::find(code).is_some(), "{code} is not in the table");
        self.warnings.push(Warning { code: code.to_owned(), text });
    }

    pub(super) fn validity(&mut self) -> Result<(), Error> {
        let policy = &self.catalogue.policy;
        let issued = self.reader.day(&policy.issued)?;
        let last_day = self.reader.word(&policy.last_day)?;
        let years_on = issued.years_later(policy.valid_years).ok_or(Error::Overflow)?;
        let until = match last_day {
            "last" => years_on,
            _ => years_on.day_before().ok_or(Error::Overflow)?,
        };
        let span = self.measure.valid;
        let from = span.from.map_or(issued, |from| from.max(issued));
        let until = span.until.map_or(until, |last| last.min(until));
        let date = self.facts.date;
        let cite = Text { zh: policy.cite_zh.clone(), en: policy.cite_en.clone() };
        self.cites.insert(VALIDITY.to_owned(), cite);
        self.step(Op::Validity { date, from, until }, VALIDITY)?;
        if self.stopped.is_some() {
            let code = if date < from { reason::BEFORE_VALIDITY } else { reason::AFTER_VALIDITY };
            let zh = format!("{date} 不在有效期 {from} 至 {until} 内");
            self.warn(code, Text { zh, en: format!("{date} is not within {from} to {until}") });
        }
        Ok(())
    }

    pub(super) fn places(&mut self) {
        let Some(places) = self.measure.places_a_year.filter(|_| self.stopped.is_none()) else {
            return;
        };
        let Some(taken) = self.facts.places_taken else {
            let zh = format!("每年至多 {places} 个；本年度已用名额未知");
            let en = format!("{places} a year; how many are taken this year is not known");
            return self.warn(reason::NOT_CONFIRMED, Text { zh, en });
        };
        self.step(Op::Places { taken, places }, MEASURE).expect("it computes no amount");
        if self.stopped.is_some() {
            let zh = format!("本年度 {places} 个名额已满");
            self.warn(
                reason::NO_PLACE,
                Text { zh, en: format!("all {places} of the year are taken") },
            );
        }
    }

    pub(super) fn conditions(&mut self) {
        if self.stopped.is_some() {
            return;
        }
        let open = self.measure.conditions.iter();
        for condition in open.filter(|known| !self.facts.confirmed.contains(&known.id)) {
            let text = Text {
                zh: format!("{}：{}", condition.id, condition.zh),
                en: format!("{}: {}", condition.id, condition.en),
            };
            self.warn(reason::NOT_CONFIRMED, text);
        }
    }

    /// Base, threshold, rate and floor; or the sum of a grade or status.
    pub(super) fn amount(&mut self) -> Result<(), Error> {
        if self.stopped.is_some() {
            return Ok(());
        }
        match &self.measure.amount {
            Amount::Share(terms) => self.share(terms)?,
            Amount::FixedYuan(yuan) => {
                self.step(Op::Fixed { sum_fen: crate::rubric::fen(*yuan) }, MEASURE)?;
            }
            Amount::GradedBy(curve) => self.graded(curve)?,
        }
        if self.stopped.is_some() {
            return Ok(());
        }
        let rounding = self.measure.rounding.as_str();
        let unit_fen = match self.reader.word(rounding)? {
            "fen" => Fen(1),
            "yuan" => Fen(100),
            _ => Fen(1_000_000),
        };
        self.step(Op::Round { unit_fen }, &parameter(rounding))?;
        self.nominal = self.amount;
        Ok(())
    }

    fn share(&mut self, terms: &'a [Term]) -> Result<(), Error> {
        let mut parts = Vec::with_capacity(terms.len());
        let mut shares = Vec::with_capacity(terms.len());
        for term in terms {
            let claim = self.facts.amounts.get(&term.fact).copied().ok_or_else(|| {
                let name = Text { zh: term.zh.clone(), en: term.en.clone() };
                Error::MissingFact { fact: term.fact.clone(), name }
            })?;
            let prior_fen = self.facts.prior.get(&term.fact).copied().unwrap_or_default();
            let base_fen = prior_fen.checked_add(claim).ok_or(Error::Overflow)?;
            let (num, den) = self.rate(term)?;
            shares.push(Share { base_fen, num, den });
            parts.push(Fact { fact: term.fact.clone(), prior_fen, claim_fen: claim });
        }
        self.step(Op::Base { parts }, MEASURE)?;
        self.base = self.amount;
        if let Some(threshold) = self.measure.threshold {
            let bound_fen = crate::rubric::fen(threshold.yuan);
            self.step(Op::Threshold { operator: threshold.operator, bound_fen }, MEASURE)?;
            if self.stopped.is_some() {
                let (base, bound) = (self.base, bound_fen.brief());
                let zh = format!("基数 {base} 未达到 {bound} 的起点");
                let en = format!("a base of {base} does not reach {bound}");
                self.warn(reason::BELOW_THRESHOLD, Text { zh, en });
            }
        }
        self.step(Op::Share { terms: shares }, MEASURE)
    }

    fn rate(&mut self, term: &'a Term) -> Result<(u64, u64), Error> {
        let Rate(num, den) = match (term.rate, &term.rate_from) {
            (Some(rate), _) => rate,
            (None, id) => {
                self.reader.rate(id.as_deref().expect("a checked term has one of both"))?
            }
        };
        let (num, den) = (u64::from(num), u64::from(den));
        let Some(raise) = &term.raised else { return Ok((num, den)) };
        let (by_num, by_den) = (u64::from(raise.by.0), u64::from(raise.by.1));
        // Parts are at most a million, so nothing here wraps.
        Ok(match self.reader.word(&raise.reading)? {
            "of-rate" => (num * (by_den + by_num), den * by_den),
            _ => (num * by_den + by_num * den, den * by_den),
        })
    }

    fn graded(&mut self, curve: &'a str) -> Result<(), Error> {
        let ruled = self.reader.word(curve)? == "ruled";
        let missing = |fact: &str, zh: &str, en: &str| Error::MissingFact {
            fact: fact.to_owned(),
            name: Text { zh: zh.to_owned(), en: en.to_owned() },
        };
        let no_grade = || missing("grade", "数据集的等次", "the dataset's grade");
        let grade = self.facts.grade.ok_or_else(no_grade)?;
        let sum_fen = if ruled {
            let no_sum = || missing("ruled", "主管部门核定的金额", "the sum the bureau ruled");
            self.facts.ruled_fen.ok_or_else(no_sum)?
        } else {
            RUBRIC.nominal(grade)
        };
        self.step(Op::Grade { grade, sum_fen }, &parameter(curve))
    }

    pub(super) fn cap(&mut self) -> Result<(), Error> {
        if self.stopped.is_some() {
            return Ok(());
        }
        if let Some(id) = &self.measure.cap.binding_from
            && self.reader.word(id)? == "open"
        {
            return Ok(());
        }
        let cap_fen = crate::rubric::fen(self.measure.cap.yuan);
        self.cap = Some(cap_fen);
        let granted_fen = self.facts.granted_fen;
        self.step(Op::Cap { cap_fen }, MEASURE)?;
        if self.measure.cap.period == Period::Validity && granted_fen > Fen(0) {
            self.step(Op::Room { cap_fen, granted_fen }, MEASURE)?;
        }
        Ok(())
    }

    pub(super) fn limits(&mut self) -> Result<(), Error> {
        let Some(limits) = self.measure.limits.as_ref().filter(|_| self.stopped.is_none()) else {
            return Ok(());
        };
        if self.reader.word(&limits.from)? == "off" {
            return Ok(());
        }
        for &limit in &limits.by {
            let (known, zh, en) = match limit {
                Limit::Requested => (self.facts.requested_fen, "申请金额", "the amount asked for"),
                Limit::UncoveredCost => {
                    let other = self.facts.other_public_fen.unwrap_or_default();
                    let left = |cost: Fen| Fen((cost.0 - other.0).max(0));
                    let cost = self.facts.eligible_cost_fen.map(left);
                    (cost, "合格成本减其他财政资金", "eligible cost less other public money")
                }
            };
            match known {
                Some(limit_fen) => {
                    self.step(Op::Limit { limit, limit_fen }, &parameter(&limits.from))?;
                }
                None => {
                    let zh = format!("未给出{zh}，没有据此限制金额");
                    let en = format!("{en} was not given and did not limit the amount");
                    self.warn(reason::NOT_CONFIRMED, Text { zh, en });
                }
            }
        }
        Ok(())
    }

    pub(super) fn granted(&mut self) -> Result<(), Error> {
        let granted_fen = self.facts.granted_fen;
        let shares_room = self.measure.cap.period == Period::Validity;
        if granted_fen == Fen(0) || shares_room || self.stopped.is_some() {
            return Ok(());
        }
        let over = granted_fen > self.amount;
        let due = self.amount;
        self.step(Op::Granted { granted_fen }, MEASURE)?;
        if over {
            let zh = format!("已给付 {granted_fen}，高于应给付的 {due}：超出部分应追缴或抵扣");
            let en =
                format!("{granted_fen} was granted, but {due} is due: the rest is to be recovered");
            self.warn(reason::OVER_GRANTED, Text { zh, en });
        }
        Ok(())
    }

    pub(super) fn envelope(&mut self) -> Result<(), Error> {
        let Some(left_fen) = self.facts.envelope_left_fen.filter(|_| self.stopped.is_none()) else {
            return Ok(());
        };
        let before = self.amount;
        self.step(Op::Envelope { left_fen }, "envelope")?;
        let zh = "年度预算额度".to_owned();
        self.cites.insert("envelope".to_owned(), Text { zh, en: "the year's envelope".to_owned() });
        if self.amount < before {
            let zh = format!("年度预算只余 {left_fen}，{before} 减为 {}", self.amount);
            let en = format!("the envelope has {left_fen} left: {before} becomes {}", self.amount);
            self.warn(reason::ENVELOPE, Text { zh, en });
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Entitlement, Error> {
        if self.stopped.is_none() {
            for id in self.measure.cap.year_from.iter().chain(&self.measure.open) {
                self.reader.word(id)?;
            }
        }
        let chosen = std::mem::take(&mut self.reader.chosen);
        for choice in chosen.iter().filter(|choice| choice.is_default) {
            self.open_question(choice);
        }
        for choice in &chosen {
            let Chosen { id, value, because, .. } = choice;
            let cite = Text {
                zh: format!("参数 {id} = {value}：{}", because.zh),
                en: format!("parameter {id} = {value}: {}", because.en),
            };
            self.cites.insert(parameter(id), cite);
        }
        self.cites.insert(MEASURE.to_owned(), self.measure.cite());
        if self.measure.wording == Wording::Summary {
            let (zh, en) = (
                "条文为归纳，不是原文；发文前须与印发文本核对".to_owned(),
                "the article is summed up, not quoted; hold it against the issued text".to_owned(),
            );
            self.warn(reason::SUMMARY, Text { zh, en });
        }
        let policy = &self.catalogue.policy;
        Ok(Entitlement {
            schema: SCHEMA.to_owned(),
            measure: self.measure.id.clone(),
            code: self.measure.code.clone(),
            article: self.measure.article,
            catalogue: Source {
                policy: Text { zh: policy.title_zh.clone(), en: policy.title_en.clone() },
                version: self.catalogue.version.clone(),
                hash: self.catalogue.hash.clone(),
            },
            facts: self.facts.clone(),
            parameters: chosen,
            decision: self.stopped.unwrap_or_else(|| decide(self.amount)),
            base_fen: self.base,
            nominal_fen: self.nominal,
            cap_fen: self.cap,
            payable_fen: self.amount,
            trace: self.trace,
            cites: self.cites,
            warnings: self.warnings,
        })
    }

    fn open_question(&mut self, choice: &Chosen) {
        let Chosen { id, value, question, because, .. } = choice;
        let text = Text {
            zh: format!("{id}：{}暂按 {value}（{}）", question.zh, because.zh),
            en: format!("{id}: {} Supposed: {value} ({})", question.en, because.en),
        };
        self.warn(reason::OPEN_QUESTION, text);
    }
}

/// Key of a parameter among the cites.
fn parameter(id: &str) -> String {
    format!("parameter:{id}")
}
