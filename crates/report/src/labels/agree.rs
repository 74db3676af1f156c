//! Agreement between raters.

use shujian_annotation::agreement::{
    AgreementForm, CoefficientForm, MarksForm, TableForm, TallyForm,
};

use super::{MOST, findings, interval, more, number, of, page, percent, undefined};
use crate::Lang;
use crate::screen::{clean, fit, right, thousands};

/// Depths of units that are shown.
const MOST_DEPTHS: usize = 4;

/// Writes agreement for a person.
pub fn agreement(form: &AgreementForm, lang: Lang) -> String {
    let mut lines = Vec::new();
    for table in &form.tables {
        lines.extend(of_table(table, lang));
    }
    lines.extend(marks(&form.marks, lang));
    lines.extend(findings(&form.findings, lang));
    page(lines)
}

fn of_table(table: &TableForm, lang: Lang) -> Vec<String> {
    let what = match table.of.as_str() {
        "marks" => of(lang, "标记（按重叠匹配）", "marks, matched by overlap"),
        _ => of(lang, "整条答案", "answers about whole items"),
    };
    let counts = [table.raters, table.units, table.paired, table.answers, table.classes];
    let [raters, units, paired, answers, classes] = counts.map(thousands);
    let mut lines = vec![
        format!("■ {}{what}", of(lang, "一致性：", "Agreement: ")),
        match lang {
            Lang::Zh => format!(
                "  {raters} 名标注员，{units} 个单元（{paired} 个有两个以上答案），{answers} 个答案，{classes} 类"
            ),
            Lang::En => format!(
                "  {raters} raters, {units} units ({paired} with two answers), {answers} answers, \
                 {classes} classes"
            ),
        },
    ];
    if table.repeated > 0 {
        let repeated = thousands(table.repeated);
        lines.push(match lang {
            Lang::Zh => format!("  同一标注员重复作答 {repeated} 次"),
            Lang::En => format!("  {repeated} answers repeat a unit the rater had answered"),
        });
    }
    lines.extend(depths(table, lang));
    for coefficient in &table.coefficients {
        lines.extend(of_coefficient(coefficient, lang));
    }
    if table.prevalent {
        let share = percent(table.prevalence);
        lines.push(match lang {
            Lang::Zh => format!("  注意：一个类别占 {share}，kappa 类系数会偏低；请与 AC1 一并看"),
            Lang::En => {
                format!("  note: one class makes {share}; kappas fall with it, look at AC1 too")
            }
        });
    }
    lines.extend(labels(table, lang));
    lines.extend(pairs(table, lang));
    lines
}

/// How often units were answered, the most common depths, and who answered least and most.
fn depths(table: &TableForm, lang: Lang) -> Vec<String> {
    if table.depths.is_empty() {
        return Vec::new();
    }
    let mut common: Vec<_> = table.depths.iter().collect();
    common.sort_by_key(|at| (std::cmp::Reverse(at.units), at.answers));
    let shown = common.iter().take(MOST_DEPTHS).map(|at| {
        let (answers, units) = (thousands(at.answers), thousands(at.units));
        match lang {
            Lang::Zh => format!("{answers} 个答案的 {units} 个单元"),
            Lang::En => format!("{units} have {answers}"),
        }
    });
    let rest = if common.len() > MOST_DEPTHS { " …" } else { "" };
    let shown: Vec<String> = shown.collect();
    let mut lines = vec![match lang {
        Lang::Zh => format!("  每单元答案数：{}{rest}", shown.join("，")),
        Lang::En => format!("  Answers a unit: {}{rest}", shown.join(", ")),
    }];
    let by_answers = |row: &&TallyForm| row.answers;
    let ends = [
        table.by_rater.iter().min_by_key(by_answers),
        table.by_rater.iter().max_by_key(by_answers),
    ];
    if let [Some(least), Some(most)] = ends
        && least.answers < most.answers
    {
        let [few, many] = [least, most].map(|row| (clean(&row.name), thousands(row.answers)));
        lines.push(match lang {
            Lang::Zh => format!("  答案最少 {}（{}），最多 {}（{}）", few.0, few.1, many.0, many.1),
            Lang::En => {
                format!("  Fewest answers: {} ({}); most: {} ({})", few.0, few.1, many.0, many.1)
            }
        });
    }
    lines
}

fn of_coefficient(row: &CoefficientForm, lang: Lang) -> Vec<String> {
    let observed = format!("{} {}", of(lang, "观测", "observed"), number(row.observed));
    let mut lines = vec![format!(
        "  {} {}  {}  {observed}",
        fit(&row.name, 19),
        right(&number(row.value), 8),
        fit(&interval(row.interval), 18),
    )];
    lines.extend(undefined(row.undefined.as_ref(), row.remedy.as_ref(), lang));
    lines
}

fn labels(table: &TableForm, lang: Lang) -> Vec<String> {
    if table.labels.is_empty() {
        return Vec::new();
    }
    let head = of(
        lang,
        "  各类别（α，后一答案同说的机会）",
        "  By class (α, chance a second answer says it)",
    );
    let mut lines = vec![head.to_owned()];
    for row in table.labels.iter().take(MOST) {
        let name = fit(&clean(&row.class), 24);
        let (alpha, specific) = (number(row.alpha), number(row.specific));
        let answers = right(&thousands(row.answers), 10);
        lines.push(format!("    {name} {answers} {} {}", right(&alpha, 8), right(&specific, 8)));
        lines.extend(undefined(row.undefined.as_ref(), None, lang));
    }
    lines.extend(more(MOST, table.labels.len(), lang));
    lines
}

fn pairs(table: &TableForm, lang: Lang) -> Vec<String> {
    if table.pairs.is_empty() {
        return Vec::new();
    }
    // The lowest first: those are to be looked at; undefined ones last.
    let mut pairs: Vec<_> = table.pairs.iter().collect();
    let key = |kappa: Option<f64>| kappa.unwrap_or(f64::INFINITY);
    pairs.sort_by(|a, b| key(a.kappa).total_cmp(&key(b.kappa)));
    let head = of(lang, "  标注员两两（κ 最低在前）", "  Pairs of raters (lowest κ first)");
    let mut lines = vec![head.to_owned()];
    for pair in pairs.iter().take(MOST) {
        let names = format!("{} – {}", clean(&pair.first), clean(&pair.second));
        let counts = format!("{}/{}", thousands(pair.same), thousands(pair.items));
        let kappa = right(&number(pair.kappa), 8);
        lines.push(format!("    {} {} {kappa}", fit(&names, 34), right(&counts, 13)));
        if pair.kappa.is_none() {
            let why = of(lang, "无定义：双方都只说一个类别", "undefined: both said one class");
            lines.push(format!("      {why}"));
        }
    }
    lines.extend(more(MOST, pairs.len(), lang));
    lines
}

fn marks(marks: &[MarksForm], lang: Lang) -> Vec<String> {
    if marks.is_empty() {
        return Vec::new();
    }
    let head = of(
        lang,
        "■ 标记两两匹配（F1，不计类别的 F1，平均重叠）",
        "■ Marks by pair (F1, F1 of any class, mean overlap)",
    );
    let mut lines = vec![head.to_owned()];
    for pair in marks.iter().take(MOST) {
        let names = format!("{} – {}", clean(&pair.first), clean(&pair.second));
        let [f1, any, overlap] =
            [pair.f1, pair.f1_any_class, pair.mean_overlap].map(|value| right(&number(value), 8));
        lines.push(format!("    {} {f1} {any} {overlap}", fit(&names, 34)));
        if pair.f1.is_none() {
            let why = of(lang, "无定义：双方都未标记", "undefined: neither marked anything");
            lines.push(format!("      {why}"));
        }
    }
    lines.extend(more(MOST, marks.len(), lang));
    lines
}
