//! ICDAR text: localisation as `x1,y1,…,x4,y4,text` (2015) or `left top right bottom "text"` (2013),
//! segmentation as `r g b x y left top right bottom "letter"`, recognition as `image.png, "text"`.
//!
//! Source: rrc.cvc.uab.es, "Incidental" and "Focused Scene Text". Records are lines.

use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Rect, Shape};

/// The format.
#[derive(Debug)]
pub struct Icdar;

impl Format for Icdar {
    fn name(&self) -> &'static str {
        "icdar"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let placed = head.name.rsplit('/').next().is_some_and(|base| base.starts_with("gt_"));
        if !head.has_extension(&["txt"]) {
            return 0;
        }
        let located = head.mostly(|line| {
            line.starts_with('#')
                || split(line).is_some_and(|(at, text)| {
                    !text.is_empty() && (placed || at.len() == 8 || text.starts_with('"'))
                })
        });
        let own = located || head.mostly(|line| recognised(line).is_some());
        let empty = placed && head.lines().next().is_none();
        if empty || own { 2 + u8::from(placed) } else { 0 }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let base = super::source::stem(source.base());
        let image =
            base.strip_prefix("gt_").or(base.strip_suffix("_GT")).unwrap_or(base).to_owned();
        let folder =
            source.name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        // Letters are placed by row and column or by x and y, as the exporter liked: no border holds.
        let letters = base.ends_with("_GT");
        let mut item = None;
        source.lines(sink, |sink, row, line| {
            if line.trim().is_empty() || line.starts_with('#') {
                return;
            }
            if let Some((name, text)) = recognised(line) {
                recognise(sink, row, &format!("{folder}{name}"), text);
                return;
            }
            let item = *item.get_or_insert_with(|| image_of(sink, &folder, &image, !letters));
            word(sink, item, row, line);
        });
        if sink.records == 0 {
            image_of(sink, &folder, &image, !letters);
        }
    }
}

fn image_of(sink: &mut Sink<'_>, folder: &str, image: &str, bordered: bool) -> u32 {
    let item = sink.item(&format!("{folder}{image}"), 0);
    sink.records += 1;
    sink.set_media(item, image);
    if bordered {
        sink.measure(item, image);
    }
    item
}

/// The image and the text of a line of the recognition task.
fn recognised(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.split_once(',')?;
    let text = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    super::is_media(name).then_some((name, text))
}

fn recognise(sink: &mut Sink<'_>, row: u32, name: &str, text: &str) {
    sink.records += 1;
    let item = sink.item(name, row);
    sink.set_media(item, name);
    let text = Shape::Text(sink.labels.push_text(text));
    sink.annotate(Draft::new(item, NONE, row, 1, text));
}

/// Coordinates and what follows them.
fn split(line: &str) -> Option<(Vec<f64>, &str)> {
    let comma = line.contains(',')
        && line.split(',').take(4).all(|part| part.trim().parse::<f64>().is_ok());
    let mut rest = line.trim_start_matches('\u{feff}').trim();
    let (mut numbers, mut rests) = (Vec::new(), Vec::new());
    while numbers.len() < 9 {
        let end = if comma { rest.find(',') } else { rest.find(char::is_whitespace) };
        let field = &rest[..end.unwrap_or(rest.len())];
        let Ok(number) = field.trim().parse::<f64>() else { break };
        numbers.push(number);
        rest = end.map_or("", |end| rest[end + 1..].trim_start());
        rests.push(rest);
    }
    // What follows the coordinates may be a number itself.
    let count = match numbers.len() {
        9 if !comma && !rest.is_empty() => return Some((numbers.split_off(5), rest)),
        8.. => 8,
        4.. => 4,
        _ => return None,
    };
    numbers.truncate(count);
    Some((numbers, rests[count - 1]))
}

fn word(sink: &mut Sink<'_>, item: u32, row: u32, line: &str) {
    let Some((at, text)) = split(line) else {
        let fields = line.split([',', ' ', '\t']).take(9);
        let numbers = fields.take_while(|field| field.trim().parse::<f64>().is_ok()).count();
        let note = "neither four nor eight coordinates before the text";
        sink.skip_part(code::FIELD_COUNT, (row, numbers as u32 + 1), note);
        return;
    };
    if text.split(',').skip(1).take(7).filter(|field| field.trim().parse::<f64>().is_ok()).count()
        == 7
    {
        // The end of this line was lost, and the next one with it.
        sink.skip_part(code::FIELD_COUNT, (row, at.len() as u32 + 1), "two records on one line");
    }
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let attributes = sink.labels.push_attributes([("text", text)]);
    let detail = Detail { attributes, crowd: text == "###", ..Detail::default() };
    let draft = match at[..] {
        [left, top, right, bottom] => {
            Draft::boxed(item, NONE, row, 1, Rect::from_corners(left, top, right, bottom))
        }
        _ => {
            let rings = sink.labels.push_rings([&*at]);
            Draft::new(item, NONE, row, 1, Shape::Polygons(rings))
        }
    };
    sink.annotate(draft.with(detail));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_split() {
        assert_eq!(
            split("0,0,3,1,4,6,1,7,\"a,b\""),
            Some((vec![0.0, 0.0, 3.0, 1.0, 4.0, 6.0, 1.0, 7.0], "\"a,b\""))
        );
        assert_eq!(split("0 0 2 3 \"RED\""), Some((vec![0.0, 0.0, 2.0, 3.0], "\"RED\"")));
        assert_eq!(split("0 0 2 3 42"), Some((vec![0.0, 0.0, 2.0, 3.0], "42")));
        let letter = "108 225 132 0 1 0 0 1 3 \"F\"";
        assert_eq!(split(letter), Some((vec![0.0, 0.0, 1.0, 3.0], "\"F\"")));
        assert_eq!(split("0 0 2"), None);
        assert_eq!(recognised("word_1.png, \"a, b\""), Some(("word_1.png", "a, b")));
    }
}
