//! A conversion and its losses.

use shujian_annotation::convert::ConversionForm;

use super::{MOST, findings, more, of, page};
use crate::Lang;
use crate::screen::{bytes, clean, thousands};

/// Writes a conversion for a person.
pub fn conversion(form: &ConversionForm, lang: Lang) -> String {
    let (from, to) = (form.from.join(", "), &form.to);
    let (read, written) = (thousands(form.read), thousands(form.written));
    let mut lines = vec![
        format!("■ {}{from} → {to}", of(lang, "转换：", "Conversion: ")),
        match lang {
            Lang::Zh => format!("  读入 {read} 条标注，写出 {written} 条"),
            Lang::En => format!("  {read} annotations read, {written} written"),
        },
    ];
    if form.lost.is_empty() {
        lines.push(of(lang, "  没有损失", "  nothing is lost").to_owned());
    }
    for loss in &form.lost {
        let (count, what) = (thousands(loss.count), lang.text(&loss.what));
        let lost = of(lang, "损失", "lost");
        lines.push(format!("  {lost} {what} {} ×{count}", shape(&loss.shape, lang)));
    }
    lines.push(of(lang, "■ 写出的文件", "■ Files written").to_owned());
    for file in form.files.iter().take(MOST) {
        lines.push(format!("  {}  {}", clean(&file.path), bytes(file.bytes)));
    }
    lines.extend(more(MOST, form.files.len(), lang));
    lines.extend(findings(&form.findings, lang));
    page(lines)
}

/// The kind of a shape as people call it.
fn shape(name: &str, lang: Lang) -> &str {
    let zh = match name {
        "class" => "类别",
        "box" => "框",
        "polygon" => "多边形",
        "polyline" => "折线",
        "points" => "点",
        "keypoints" => "关键点",
        "ellipse" => "椭圆",
        "mask" => "掩膜",
        "cuboid" => "立体框",
        "span" => "文本标记",
        "segment" => "时间段",
        "tags" => "逐词标签",
        "text" => "文本",
        "unread" => "未识别",
        _ => name,
    };
    if lang == Lang::Zh { zh } else { name }
}
