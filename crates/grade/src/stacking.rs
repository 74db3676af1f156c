//! Several claims on one project (从高不重复): which of them meet, and what is paid on each.
//!
//! Claims meet if they rest on the same cost item, or if one beneficiary group makes them for the
//! same project in the same period and one of them does not say which costs it covers. A ruling of
//! the bureau goes before the rules of the catalogue. Claims joined by meetings are one component;
//! its highest claim is paid, less what was paid on any of them. Nothing depends on the order in
//! which claims are given.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::{Date, Fen};

use crate::measure::catalogue::{Catalogue, Rate, Rule, Scope};
use crate::measure::entitlement::Ruling;
use crate::measure::parameter::Reader;
use crate::measure::trace::Decision;
use crate::measure::{Error, Settings};

/// A claim on public money for a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Id; each stands once.
    pub id: String,
    /// Measure of the catalogue, or the name of another policy.
    pub measure: String,
    /// Beneficiary with all that it controls or that control it.
    pub group: String,
    /// What the project is.
    pub project: Project,
    /// Costs it covers, such as invoices; empty for the whole project.
    #[serde(default)]
    pub cost_items: BTreeSet<String>,
    /// First day of the period.
    pub from: Date,
    /// Last day of the period.
    pub until: Date,
    /// What it is entitled to alone.
    pub entitled_fen: Fen,
    /// What was paid or committed on it.
    #[serde(default)]
    pub paid_fen: Fen,
}

/// What a project is: its content, not its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Content hash, or the number of the approval; empty if there is none.
    #[serde(default)]
    pub identity: String,
    /// Hashes of records below a bound that all sketches share.
    #[serde(default)]
    pub sketch: BTreeSet<u64>,
}

impl Project {
    /// Whether two projects are one: the same identity, or so much of the smaller in the larger.
    pub fn is_same(&self, other: &Self, containment: Rate) -> bool {
        let identical = !self.identity.is_empty() && self.identity == other.identity;
        let smaller = self.sketch.len().min(other.sketch.len());
        let shared = self.sketch.intersection(&other.sketch).count();
        let [smaller, shared] = [smaller, shared].map(|count| count as u128);
        let contained = smaller > 0
            && shared * u128::from(containment.1) >= smaller * u128::from(containment.0);
        identical || contained
    }
}

/// What the bureau ruled for two claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairRuling {
    /// Ids of the two, in any order.
    pub claims: (String, String),
    /// The ruling.
    pub ruling: Ruling,
}

/// What is paid on a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settlement {
    /// The claim.
    pub id: String,
    /// What it comes to.
    pub decision: Decision,
    /// What is still to be paid on it.
    pub payable_fen: Fen,
    /// Claims it is settled with, itself included.
    pub component: Vec<String>,
    /// Whether some claims of the component meet only through others: a ruling may split it.
    pub is_loose: bool,
}

/// Settles claims.
///
/// - Returns one settlement for each claim, by id.
/// - Errors: negative amounts, ids that stand twice, sums that are too large.
pub fn settle(
    catalogue: &Catalogue,
    settings: &Settings,
    claims: &[Claim],
    rulings: &[PairRuling],
) -> Result<Vec<Settlement>, Error> {
    let claims = sorted(claims)?;
    let mut law = Law::new(catalogue, settings, rulings)?;
    let mut edges = BTreeMap::new();
    for (left, claim) in claims.iter().enumerate() {
        for (right, other) in claims.iter().enumerate().skip(left + 1) {
            if let Some(rule) = law.rule(claim, other)? {
                edges.insert((left, right), rule);
            }
        }
    }
    let mut settled = Vec::with_capacity(claims.len());
    for component in components(claims.len(), edges.keys().copied()) {
        settled.extend(settle_component(&claims, &component, &edges, law.top_up)?);
    }
    settled.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(settled)
}

fn sorted(claims: &[Claim]) -> Result<Vec<&Claim>, Error> {
    let mut sorted: Vec<&Claim> = claims.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let negative = |claim: &&&Claim| claim.entitled_fen.min(claim.paid_fen) < Fen(0);
    if let Some(claim) = sorted.iter().find(negative) {
        return Err(Error::Negative { fact: claim.id.clone() });
    }
    match sorted.windows(2).find(|pair| pair[0].id == pair[1].id) {
        Some(pair) => Err(Error::Repeated { id: pair[0].id.clone() }),
        None => Ok(sorted),
    }
}

/// The rules between claims.
struct Law<'a> {
    catalogue: &'a Catalogue,
    within_article: Rule,
    within_policy: Rule,
    containment: Rate,
    top_up: bool,
    rulings: BTreeMap<(&'a str, &'a str), Rule>,
}

impl<'a> Law<'a> {
    fn new(
        catalogue: &'a Catalogue,
        settings: &'a Settings,
        rulings: &'a [PairRuling],
    ) -> Result<Self, Error> {
        let mut reader = Reader::new(catalogue, settings);
        let stacking = &catalogue.stacking;
        Ok(Self {
            catalogue,
            within_article: reader.rule(&stacking.within_article)?,
            within_policy: reader.rule(&stacking.within_policy)?,
            containment: reader.rate(&stacking.same_project)?,
            top_up: reader.word(&stacking.when_lower_paid)? == "top-up",
            rulings: rulings
                .iter()
                .map(|PairRuling { claims: (a, b), ruling }| {
                    let pair =
                        if a <= b { (a.as_str(), b.as_str()) } else { (b.as_str(), a.as_str()) };
                    (pair, ruling.rule)
                })
                .collect(),
        })
    }

    /// What joins two claims, the first of them with the smaller id; `None` where both are paid.
    fn rule(&mut self, claim: &Claim, other: &Claim) -> Result<Option<Rule>, Error> {
        if !self.meet(claim, other) {
            return Ok(None);
        }
        let ruled = self.rulings.get(&(claim.id.as_str(), other.id.as_str())).copied();
        let known = |claim: &Claim| {
            self.catalogue.measures.iter().find(|measure| measure.is_named(&claim.measure))
        };
        let rule = ruled.unwrap_or_else(|| match (known(claim), known(other)) {
            (Some(a), Some(b)) if a.article == b.article => self.within_article,
            (Some(_), Some(_)) => self.within_policy,
            _ => self.catalogue.stacking.across,
        });
        Ok((rule != Rule::Cumulate).then_some(rule))
    }

    fn meet(&self, claim: &Claim, other: &Claim) -> bool {
        let by_status = |claim: &Claim| {
            let named = |measure: &&crate::measure::Measure| measure.is_named(&claim.measure);
            let measure = self.catalogue.measures.iter().find(named);
            measure.is_some_and(|measure| measure.stacking == Scope::Status)
        };
        if by_status(claim) || by_status(other) {
            return false;
        }
        let whole = claim.cost_items.is_empty() || other.cost_items.is_empty();
        !claim.cost_items.is_disjoint(&other.cost_items)
            || (whole
                && claim.group == other.group
                && claim.from <= other.until
                && other.from <= claim.until
                && claim.project.is_same(&other.project, self.containment))
    }
}

/// Sets of nodes that edges join, each sorted, in order of their smallest node.
fn components(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..nodes).collect();
    fn root(parent: &mut [usize], mut node: usize) -> usize {
        while parent[node] != node {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        node
    }
    for (left, right) in edges {
        let (left, right) = (root(&mut parent, left), root(&mut parent, right));
        parent[left.max(right)] = left.min(right);
    }
    let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..nodes {
        sets.entry(root(&mut parent, node)).or_default().push(node);
    }
    sets.into_values().collect()
}

fn settle_component(
    claims: &[&Claim],
    component: &[usize],
    edges: &BTreeMap<(usize, usize), Rule>,
    top_up: bool,
) -> Result<Vec<Settlement>, Error> {
    let within = |(left, right): &(usize, usize)| {
        component.binary_search(left).is_ok() && component.binary_search(right).is_ok()
    };
    let rules: Vec<Rule> =
        edges.iter().filter(|(edge, _)| within(edge)).map(|(_, rule)| *rule).collect();
    let is_loose = rules.len() < component.len() * (component.len() - 1) / 2;
    let held = rules.contains(&Rule::Hold);
    let paid = component
        .iter()
        .try_fold(Fen(0), |sum, &at| sum.checked_add(claims[at].paid_fen))
        .ok_or(Error::Overflow)?;
    // The smallest id of several that are highest.
    let highest = component.iter().copied().rev().max_by_key(|&at| claims[at].entitled_fen);
    let ids: Vec<String> = component.iter().map(|&at| claims[at].id.clone()).collect();
    let settlement = |&at: &usize| {
        let claim = claims[at];
        let by_others = paid.0 - claim.paid_fen.0;
        let chosen = Some(at) == highest && !held && (top_up || by_others == 0);
        let payable = if chosen { (claim.entitled_fen.0 - paid.0).max(0) } else { 0 };
        let decision = match payable {
            _ if held => Decision::Held,
            0 => Decision::Nothing,
            _ => Decision::Payable,
        };
        Settlement {
            id: claim.id.clone(),
            decision,
            payable_fen: Fen(payable),
            component: ids.clone(),
            is_loose,
        }
    };
    Ok(component.iter().map(settlement).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(id: &str, measure: &str, fen: i64) -> Claim {
        Claim {
            id: id.to_owned(),
            measure: measure.to_owned(),
            group: "g".to_owned(),
            project: Project { identity: "p".to_owned(), sketch: BTreeSet::new() },
            cost_items: BTreeSet::new(),
            from: "2026-01-01".parse().unwrap(),
            until: "2026-12-31".parse().unwrap(),
            entitled_fen: Fen(fen),
            paid_fen: Fen(0),
        }
    }

    fn settled(
        claims: &[Claim],
        set: &[(&str, &str)],
        rulings: &[PairRuling],
    ) -> Vec<(Decision, i64)> {
        let catalogue = Catalogue::released();
        let set = set.iter().map(|&(id, value)| (id.to_owned(), value.to_owned()));
        let settings = Settings::new(&catalogue, set).unwrap();
        let settled = settle(&catalogue, &settings, claims, rulings).unwrap();
        settled.iter().map(|known| (known.decision, known.payable_fen.0)).collect()
    }

    const PAY: fn(i64) -> (Decision, i64) = |fen| (Decision::Payable, fen);
    const NOTHING: (Decision, i64) = (Decision::Nothing, 0);
    const HELD: (Decision, i64) = (Decision::Held, 0);

    #[test]
    fn inside_article_six_the_bureau_has_to_rule() {
        let both = [claim("a", "provincial-dataset", 5), claim("b", "national-match", 8)];
        assert_eq!(settled(&both, &[], &[]), [HELD, HELD]);
        assert_eq!(settled(&both, &[("within-article", "highest")], &[]), [NOTHING, PAY(8)]);
        assert_eq!(settled(&both, &[("within-article", "cumulate")], &[]), [PAY(5), PAY(8)]);
        let document = "〔2026〕1号".to_owned();
        let ruling = Ruling { rule: Rule::Cumulate, document, date: both[0].from };
        let exempt = PairRuling { claims: ("b".to_owned(), "a".to_owned()), ruling };
        assert_eq!(settled(&both, &[], &[exempt]), [PAY(5), PAY(8)]);
    }

    #[test]
    fn across_policies_the_higher_is_paid_once() {
        let mut both = [claim("a", "another policy", 8), claim("b", "national-match", 8)];
        assert_eq!(settled(&both, &[], &[]), [PAY(8), NOTHING]);
        both[0].entitled_fen = Fen(5);
        both[0].paid_fen = Fen(5);
        assert_eq!(settled(&both, &[], &[]), [NOTHING, PAY(3)]);
        assert_eq!(settled(&both, &[("when-lower-paid", "nothing")], &[]), [NOTHING, NOTHING]);
    }

    #[test]
    fn claims_that_do_not_meet_are_both_paid() {
        let change = |change: fn(&mut Claim)| {
            let mut both = [claim("a", "another policy", 5), claim("b", "national-match", 8)];
            change(&mut both[0]);
            settled(&both, &[], &[])
        };
        let both = [PAY(5), PAY(8)];
        assert_eq!(change(|a| a.group = "h".to_owned()), both);
        assert_eq!(change(|a| a.project.identity = "q".to_owned()), both);
        assert_eq!(change(|a| a.until = "2025-12-31".parse().unwrap()), both);
        assert_eq!(change(|a| a.measure = "single-champion".to_owned()), both);
        assert_ne!(change(|_| ()), both);
    }

    #[test]
    fn a_purchase_claimed_as_a_cost_of_building_is_paid_once() {
        let mut built = claim("a", "provincial-dataset", 5);
        let mut bought = claim("b", "data-voucher", 8);
        bought.group = "buyer".to_owned();
        bought.cost_items.insert("invoice 1".to_owned());
        let set = [("within-article", "highest")];
        assert_eq!(settled(&[built.clone(), bought.clone()], &set, &[]), [PAY(5), PAY(8)]);
        built.cost_items.insert("invoice 1".to_owned());
        assert_eq!(settled(&[built, bought], &set, &[]), [NOTHING, PAY(8)]);
    }

    #[test]
    fn content_tells_a_project_split_in_parts() {
        let half = Rate(1, 2);
        let project = |hashes: std::ops::Range<u64>| Project {
            identity: String::new(),
            sketch: hashes.collect(),
        };
        assert!(project(0..100).is_same(&project(95..105), half), "half of the smaller");
        assert!(!project(0..100).is_same(&project(96..106), half));
        assert!(!Project::default().is_same(&Project::default(), half));
    }

    #[test]
    fn a_chain_is_settled_as_one_and_says_so() {
        let mut chain = [claim("a", "x", 5), claim("b", "y", 6), claim("c", "z", 7)];
        chain[0].until = "2026-03-31".parse().unwrap();
        chain[2].from = "2026-06-01".parse().unwrap();
        let catalogue = Catalogue::released();
        let settled = settle(&catalogue, &Settings::default(), &chain, &[]).unwrap();
        assert!(settled.iter().all(|known| known.is_loose && known.component.len() == 3));
        let paid: Vec<i64> = settled.iter().map(|known| known.payable_fen.0).collect();
        assert_eq!(paid, [0, 0, 7]);
    }

    #[test]
    fn mistakes_are_named() {
        let catalogue = Catalogue::released();
        let settle = |claims: &[Claim]| settle(&catalogue, &Settings::default(), claims, &[]);
        let twice = [claim("a", "x", 5), claim("a", "y", 6)];
        assert_eq!(settle(&twice), Err(Error::Repeated { id: "a".to_owned() }));
        assert!(matches!(settle(&[claim("a", "x", -5)]), Err(Error::Negative { .. })));
    }
}
