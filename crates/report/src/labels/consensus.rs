//! One answer an item out of several.

use shujian_annotation::consensus::{ConsensusForm, METHODS, RaterForm};
use shujian_annotation::gold::GoldForm;
use shujian_annotation::raters::title;

use super::{MOST, findings, interval, more, number, of, page, percent};
use crate::Lang;
use crate::screen::{clean, fit, right, thousands};

/// Writes a consensus for a person.
pub fn consensus(form: &ConsensusForm, lang: Lang) -> String {
    let method = METHODS.iter().find(|method| method.name == form.method);
    let says = method.map_or_else(|| placed(&form.method, lang), |method| lang.of(method.says));
    let counts = [form.labels.len() as u64, form.votes, form.raters.len() as u64, form.tied];
    let [items, votes, raters, tied] = counts.map(thousands);
    let mut lines = vec![
        format!("■ {}{}  {says}", of(lang, "共识：", "Consensus: "), form.method),
        match lang {
            Lang::Zh => {
                format!("  {items} 项，{votes} 票，{raters} 名标注员；平票 {tied} 项，取先列类别")
            }
            Lang::En => format!(
                "  {items} items, {votes} votes, {raters} raters; {tied} tied, the first class won"
            ),
        },
    ];
    match &form.gold {
        Some(gold) => {
            lines.push(format!("  {}{}", of(lang, "对照金标：", "On gold: "), share(gold, lang)))
        }
        None if form.clamped => lines.push(format!(
            "  {}",
            of(
                lang,
                "金标已固定，不再用于评价共识",
                "gold was held fast: it does not judge this consensus"
            )
        )),
        None => {}
    }
    lines.extend(doubtful(form, lang));
    if !form.raters.is_empty() {
        lines.extend(raters_of(&form.raters, lang));
    }
    lines.extend(behaviours(form, lang));
    lines.extend(findings(&form.findings, lang));
    page(lines)
}

/// What settles places does.
fn placed(method: &str, lang: Lang) -> &'static str {
    match method {
        "quorum" => of(lang, "足够多的人标在一处才算", "places that enough raters marked"),
        "rover" => of(lang, "逐词对齐后投票", "words aligned and put to the vote"),
        _ => "",
    }
}

fn share(gold: &GoldForm, lang: Lang) -> String {
    if gold.answered == 0 {
        let why = "无定义：没有可比的答案；请补充金标条目";
        return of(lang, why, "undefined: nothing to compare; add items of known class").to_owned();
    }
    let (correct, answered) = (thousands(gold.correct), thousands(gold.answered));
    format!("{correct}/{answered} = {} {}", percent(gold.accuracy), interval(gold.wilson))
}

fn doubtful(form: &ConsensusForm, lang: Lang) -> Vec<String> {
    let all = form.labels.len();
    let mut least: Vec<(f64, usize)> = form.labels.shares().zip(0..).collect();
    let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if all > MOST {
        least.select_nth_unstable_by(MOST, order);
        least.truncate(MOST);
    }
    least.sort_unstable_by(order);
    let head =
        of(lang, "■ 最不确定的条目（优先再标）", "■ Most doubtful items: label these again first");
    let mut lines = vec![head.to_owned()];
    for (_, place) in least {
        let chosen = form.labels.row(place);
        let tied = if chosen.tied { of(lang, "平票", "tied") } else { "" };
        let said = chosen.text.as_ref().unwrap_or(&chosen.label);
        let (item, label) = (fit(&clean(&chosen.item), 40), fit(&clean(said), 20));
        lines.push(format!("  {item} {label} {:.4} {tied}", chosen.share));
    }
    lines.extend(more(MOST, all, lang));
    lines
}

fn raters_of(raters: &[RaterForm], lang: Lang) -> Vec<String> {
    let mut raters: Vec<_> = raters.iter().collect();
    let key = |rater: &RaterForm| {
        let gold = rater.gold.as_ref().and_then(|gold| gold.accuracy);
        let others = rater.with_others.as_ref().and_then(|others| others.accuracy);
        gold.or(others).or(rater.skill).unwrap_or(f64::INFINITY)
    };
    raters.sort_by(|a, b| key(a).total_cmp(&key(b)));
    let head = of(
        lang,
        "■ 标注员（最低在前）：答案数，方法给出的能力，与他人一致，金标",
        "■ Raters, lowest first: answers, skill by the method, with others, gold",
    );
    let mut lines = vec![head.to_owned()];
    for rater in raters.iter().take(MOST) {
        let gold = rater.gold.as_ref().map_or_else(String::new, |gold| share(gold, lang));
        lines.push(format!(
            "  {} {} {} {}  {gold}",
            fit(&clean(&rater.rater), 20),
            right(&thousands(rater.answers), 9),
            right(&number(rater.skill), 8),
            right(&percent(rater.with_others.as_ref().and_then(|at| at.accuracy)), 9),
        ));
    }
    lines.extend(more(MOST, raters.len(), lang));
    lines
}

fn behaviours(form: &ConsensusForm, lang: Lang) -> Vec<String> {
    let Some(seen) = &form.behaviours else {
        let asked = of(
            lang,
            "  未比较标注员、未查行为：加 --raters",
            "  Raters were not compared, behaviour was not looked for: add --raters",
        );
        return if form.raters.is_empty() { Vec::new() } else { vec![asked.to_owned()] };
    };
    let unseen = (!form.not_looked_for.is_empty()).then(|| {
        let titles = form.not_looked_for.iter().map(|name| title(name));
        let titles: Vec<String> = titles.map(|title| lang.text(&title).to_owned()).collect();
        let names = titles.join(of(lang, "、", ", "));
        match lang {
            Lang::Zh => format!("  未查（文件没有时间）：{names}"),
            Lang::En => format!("  Not looked for, no file gives times: {names}"),
        }
    });
    if seen.is_empty() {
        let none = of(lang, "  未见异常行为", "  No behaviour stands out").to_owned();
        return std::iter::once(none).chain(unseen).collect();
    }
    let head = of(
        lang,
        "■ 值得查看的行为（证据，不是结论）",
        "■ Behaviour to look into: evidence, no verdict",
    );
    let mut lines = vec![head.to_owned()];
    for row in seen.iter().take(MOST) {
        let name = title(&row.behaviour);
        let name = lang.text(&name);
        let other =
            row.other.as_deref().map_or_else(String::new, |other| format!(" – {}", clean(other)));
        let who = fit(&format!("{}{other}", clean(&row.rater)), 34);
        let hits = format!("{}/{}", thousands(row.hits), thousands(row.answers));
        let from = row.from.map_or_else(String::new, |from| match lang {
            Lang::Zh => format!("  自第 {} 个答案起", thousands(from)),
            Lang::En => format!("  from answer {} on", thousands(from)),
        });
        lines.push(format!(
            "  {} {who} {}  p = {:.1e}{from}",
            fit(name, 9),
            right(&hits, 13),
            row.p_value
        ));
    }
    lines.extend(more(MOST, seen.len(), lang));
    lines.extend(unseen);
    lines
}
