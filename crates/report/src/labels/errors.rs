//! Labels to look at again.

use shujian_annotation::errors::npy::NpyError;
use shujian_annotation::errors::{ArrayError, ErrorsForm};
use shujian_core::finding::Text;

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

/// Why arrays cannot be judged together.
pub fn refused_arrays(error: &ArrayError) -> Text {
    use shujian_annotation::errors::Error;
    let zh = match error {
        ArrayError::NotTable(dimensions) => format!("概率有 {dimensions} 维，应为 2 维：行与类"),
        ArrayError::NotList(dimensions) => format!("标签有 {dimensions} 维，应为 1 维"),
        ArrayError::NotClass { row, value } => {
            format!("第 {row} 行（自 0 起）：{value} 不是类别编号")
        }
        ArrayError::Judged(Error::FewClasses { classes }) => {
            format!("只有 {classes} 个类别，至少要 2 个")
        }
        ArrayError::Judged(Error::Ragged { cells, classes, labels }) => {
            format!("{cells} 个概率不等于 {labels} 个标签各 {classes} 个")
        }
        ArrayError::Judged(Error::UnknownLabel { row, label, classes }) => {
            format!("第 {row} 行（自 0 起）：标签 {label} 不小于类别数 {classes}")
        }
        ArrayError::Judged(Error::NoProbability { row, value }) => {
            format!("第 {row} 行（自 0 起）：{value} 不是概率")
        }
        error => error.to_string(),
    };
    Text { zh, en: error.to_string() }
}

/// Why a file is no array that is read.
pub fn refused_array(error: &NpyError) -> Text {
    let zh = match error {
        NpyError::NotNpy => "不是 .npy 文件".to_owned(),
        NpyError::BrokenHeading => "文件头残缺".to_owned(),
        NpyError::UnknownType(kind) => format!("不读取 {kind:?} 类型的值（只读 1 至 8 字节的数）"),
        NpyError::ColumnMajor => "值按列存放：请用 order=\"C\" 保存".to_owned(),
        NpyError::WrongLength { found, wanted } => {
            format!("文件头说有 {wanted} 字节的值，实有 {found} 字节")
        }
        NpyError::Io(said) => format!("读取中断：{said}"),
        error => error.to_string(),
    };
    Text { zh, en: error.to_string() }
}
