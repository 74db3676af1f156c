//! Found labels against the truth.

use shujian_annotation::eval::{EvaluationForm, MeasureForm, Measured, PartForm};

use super::{MOST, findings, indented, more, number, of, page};
use crate::Lang;
use crate::screen::{clean, fit, right, thousands};

/// Measures shown of each class.
const SHOWN: usize = 3;

/// Writes an evaluation for a person.
pub fn evaluation(form: &EvaluationForm, lang: Lang) -> String {
    let items = thousands(form.items);
    let mut lines = vec![match lang {
        Lang::Zh => format!("■ 与参考答案对照：{items} 个条目"),
        Lang::En => format!("■ Against the truth: {items} items"),
    }];
    for part in &form.parts {
        lines.extend(of_part(part, lang));
    }
    lines.extend(findings(&form.findings, lang));
    page(lines)
}

fn of_part(part: &PartForm, lang: Lang) -> Vec<String> {
    let (truths, found) = (thousands(part.truths), thousands(part.found));
    let left_out = thousands(part.left_out);
    let mut lines = vec![
        format!("■ {}", title(part.of, lang)),
        match lang {
            Lang::Zh => format!("  参考 {truths}，参评 {found}，略去 {left_out}"),
            Lang::En => format!("  {truths} true, {found} found, {left_out} left out"),
        },
    ];
    lines.extend(part.measures.iter().map(|measure| {
        let name = fit(&measure.name, 22);
        format!("  {name} {}  {}", right(&value(measure), 9), says(&measure.name, lang))
    }));
    lines.extend(part.notes.iter().flat_map(|note| indented(lang.text(note), 2)));
    lines.extend(by_class(part, lang));
    lines
}

/// The first measures of each class.
fn by_class(part: &PartForm, lang: Lang) -> Vec<String> {
    let Some(first) = part.by_class.first() else { return Vec::new() };
    let row = |class: &str, truths: &str, cells: Vec<String>| {
        let cells: String = cells.iter().map(|cell| right(cell, 14)).collect();
        format!("  {} {}{cells}", fit(&clean(class), 22), right(truths, 9))
    };
    let name = |measure: &MeasureForm| match measure.name.split_once('.') {
        Some((_, name)) => name.to_owned(),
        None => measure.name.clone(),
    };
    let scheme = first.measures.first().and_then(|measure| measure.name.split_once('.'));
    let scheme = scheme.map_or_else(String::new, |(scheme, _)| format!(" ({scheme})"));
    let head = format!("{}{scheme}", of(lang, "类别", "class"));
    let names = first.measures.iter().take(SHOWN).map(name).collect();
    let mut lines = vec![row(&head, of(lang, "参考", "true"), names)];
    lines.extend(part.by_class.iter().take(MOST).map(|class| {
        let values = class.measures.iter().take(SHOWN).map(value);
        row(&class.class, &thousands(class.truths), values.collect())
    }));
    lines.extend(more(MOST, part.by_class.len(), lang));
    lines
}

/// Whole numbers are counts.
fn value(measure: &MeasureForm) -> String {
    let is_count = ["words", "changed", "left-out", "put-in", "words-of-nothing", "right", "wrong"];
    match measure.value {
        Some(count) if is_count.contains(&measure.name.as_str()) => thousands(count as u64),
        value => number(value),
    }
}

fn title(of_what: Measured, lang: Lang) -> &'static str {
    let (zh, en) = match of_what {
        Measured::CocoBoxes => ("框：COCO 平均精度", "Boxes: COCO average precision"),
        Measured::CocoMasks => ("掩膜：COCO 平均精度", "Masks: COCO average precision"),
        Measured::CocoKeypoints => ("关键点：COCO 平均精度", "Keypoints: COCO average precision"),
        Measured::VocBoxes => ("框：Pascal VOC 平均精度", "Boxes: Pascal VOC average precision"),
        Measured::Transcripts => ("转写：词与字的错误率", "Transcripts: error rates"),
        Measured::Entities => ("实体：按各标注体系的 F1", "Entities: F1 of each scheme"),
        Measured::Spans => ("文本标记：位置与类别都相同才算对", "Spans: same offsets and class"),
    };
    of(lang, zh, en)
}

/// What a measure says, in a few words; nothing where its name says it.
fn says(name: &str, lang: Lang) -> &'static str {
    let (zh, en) = match name {
        "AP" => ("重叠 0.50–0.95 的均值", "mean over overlaps 0.50 to 0.95"),
        "AR" | "AR100" => ("每图至多 100 个检出的召回", "recall, up to 100 detections an image"),
        "mAP" => ("各类全点面积的均值（VOC 2010 起）", "all points, mean of classes (VOC 2010)"),
        "mAP-11" => ("各类 11 点均值（VOC 2007）", "eleven points, mean of classes (VOC 2007)"),
        "WER" => ("词错误率", "word error rate"),
        "CER" => ("字错误率", "character error rate"),
        "MER" => ("匹配错误率", "match error rate"),
        "WIL" => ("词信息损失", "word information lost"),
        "WIP" => ("词信息保留", "word information preserved"),
        "words" => ("参考的词数", "words of the references"),
        "changed" => ("替换", "words changed"),
        "left-out" => ("漏词", "words left out"),
        "put-in" => ("多词", "words put in"),
        "words-of-nothing" => ("参考为空处的多词", "words where the reference is empty"),
        "right" => ("检出正确", "detections that are right"),
        "wrong" => ("检出错误", "detections that are wrong"),
        "overlap" => ("算作检出的最小重叠", "least overlap of a right one"),
        _ => ("", ""),
    };
    of(lang, zh, en)
}
