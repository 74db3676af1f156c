//! Labels to look at again.

use shujian_annotation::errors::ErrorsForm;

use super::{MOST, more, of, page, percent};
use crate::Lang;
use crate::screen::{right, thousands};

/// Writes label errors for a person.
pub fn errors(form: &ErrorsForm, lang: Lang) -> String {
    let found = form.found.len() as u64;
    let share = (form.rows > 0).then(|| found as f64 / form.rows as f64);
    let (rows, classes) = (thousands(form.rows), thousands(form.classes));
    let (found, share) = (thousands(found), percent(share));
    let mut lines = vec![
        format!("■ {}{}", of(lang, "标注错误：", "Label errors: "), form.filter),
        match lang {
            Lang::Zh => format!("  {rows} 行，{classes} 类；可疑 {found} 行（{share}）"),
            Lang::En => format!("  {rows} rows, {classes} classes; {found} suspect ({share})"),
        },
    ];
    for (count, zh, en) in [
        (form.cut, "个概率略超出 [0, 1]，已截断", "probabilities a little outside [0, 1] were cut"),
        (form.unnormalised, "行的概率之和偏离 1 超过 1 %", "rows do not sum to 1 within 1 %"),
    ] {
        if count > 0 {
            lines.push(format!("  {} {}", thousands(count), of(lang, zh, en)));
        }
    }
    let head = match lang {
        Lang::Zh => "  行（自 0）  所标  更像  所标的概率    间隔",
        Lang::En => "  row (from 0)  given  likely  p(given)  margin",
    };
    lines.push(head.to_owned());
    for row in form.found.iter().take(MOST) {
        lines.push(format!(
            "  {} {} {} {:9.4} {:9.4}",
            right(&row.row.to_string(), 12),
            right(&row.given.to_string(), 6),
            right(&row.likely.to_string(), 6),
            row.confidence,
            row.margin,
        ));
    }
    lines.extend(more(MOST, form.found.len(), lang));
    page(lines)
}
