//! Label Studio JSON: tasks with annotations (or completions, as it once called them) by any number of
//! annotators.
//!
//! Source: labelstud.io/guide/task_format. Records are tasks; coordinates are hundredths of the picture.

use serde_json::Value;

use super::json;
use super::moment;
use super::soft::{self, number};
use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Rect, Shape};
use crate::mask::{MAX_PIXELS, Mask};

/// The format.
#[derive(Debug)]
pub struct LabelStudio;

impl Format for LabelStudio {
    fn name(&self) -> &'static str {
        "label-studio"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(json) = &head.json else { return 0 };
        let answers = ["annotations", "completions"].iter().any(|key| json.has(key));
        if answers && json.has("data") || (json.list && answers && json.has_inner("result")) {
            2
        } else {
            0
        }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        if source.head(1) == b"{" {
            // One task a line, as its own database dumps have it.
            source.lines(sink, |sink, row, line| {
                if line.trim().is_empty() {
                    return;
                }
                match serde_json::from_str(line) {
                    Ok(value) => task(sink, row, &value),
                    Err(error) => sink.skip(code::SYNTAX, row, "", error.to_string()),
                }
            });
        } else {
            json::drive(source, sink, &mut Reader { row: 0 });
        }
    }
}

struct Reader {
    row: u32,
}

impl json::Parts for Reader {
    fn want(&self, _: &str) -> json::Want {
        json::Want::Skip
    }

    fn element<'de, A: serde::de::SeqAccess<'de>>(
        &mut self,
        sink: &mut Sink<'_>,
        _: &str,
        list: &mut A,
    ) -> Result<bool, A::Error> {
        let Some(value) = list.next_element::<Value>()? else { return Ok(false) };
        self.row += 1;
        task(sink, self.row, &value);
        Ok(true)
    }

    fn whole(&mut self, _: &mut Sink<'_>, _: &str, _: Value) {}
}

/// Keys of answers of people, then of a model.
const ANSWERS: [&str; 3] = ["annotations", "completions", "predictions"];

fn task(sink: &mut Sink<'_>, row: u32, task: &Value) {
    let Some(fields) = task.as_object() else {
        sink.skip(code::WRONG_TYPE, row, "task", "not an object");
        return;
    };
    sink.records += 1;
    let media = fields.get("data").and_then(Value::as_object).into_iter().flatten();
    let strings: Vec<(&str, &str)> =
        media.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect();
    let upload = fields.get("file_upload").and_then(Value::as_str);
    let id = fields.get("id").and_then(Value::as_i64);
    let is_text = |key: &str| ["text", "html", "dialogue", "paragraphs"].contains(&key);
    let medium = strings.iter().find(|(key, _)| !is_text(key)).map(|(_, value)| *value);
    let name = match (upload.or(medium), id) {
        (Some(name), _) => name.to_owned(),
        (None, Some(id)) => format!("task {id}"),
        (None, None) => format!("task #{row}"),
    };
    let item = sink.labels.push_item(&name, sink.file, row);
    sink.labels.items[item as usize].id = id;
    if let Some(medium) = medium {
        sink.set_media(item, medium);
    }
    if let Some((_, text)) = strings.iter().find(|(key, _)| is_text(key)) {
        sink.set_text(item, text, false);
    }
    let mut part = 0;
    if !ANSWERS.iter().any(|key| fields.contains_key(*key)) {
        sink.skip(code::MISSING_FIELD, row, "annotations", "annotations");
    }
    for key in &ANSWERS[..2] {
        for answer in fields.get(*key).and_then(Value::as_array).into_iter().flatten() {
            if answer.get("was_cancelled") != Some(&Value::Bool(true)) {
                self::answer(sink, item, row, &mut part, answer);
            }
        }
    }
}

fn answer(sink: &mut Sink<'_>, item: u32, row: u32, part: &mut u32, answer: &Value) {
    let by = answer.get("completed_by");
    let name = by.and_then(|by| {
        let known = ["email", "id"].iter().find_map(|key| by.get(key));
        soft::words(known.unwrap_or(by))
    });
    let rater = name.map(|name| sink.labels.raters.intern(&name));
    let seconds = answer.get("lead_time").and_then(Value::as_f64);
    let moment = answer.get("created_at").and_then(soft::words);
    let moment = moment.and_then(|text| moment::moment(&text));
    let Some(results) = answer.get("result").and_then(Value::as_array) else {
        sink.remark_part(code::MISSING_FIELD, (row, *part + 1), "result", "result");
        return;
    };
    for result in results {
        *part += 1;
        let at = At { item, row, part: *part, rater, seconds, moment };
        if result.is_object() {
            at.result(sink, result);
        } else {
            sink.remark_part(code::WRONG_TYPE, (row, *part), "result", "not an object");
        }
    }
}

#[derive(Clone, Copy)]
struct At {
    item: u32,
    row: u32,
    part: u32,
    rater: Option<u32>,
    seconds: Option<f64>,
    moment: Option<i64>,
}

impl At {
    fn result(self, sink: &mut Sink<'_>, result: &Value) {
        let kind = result.get("type").and_then(Value::as_str).unwrap_or("");
        let Some(value) = result.get("value") else {
            if kind != "relation" {
                sink.remark_part(code::MISSING_FIELD, (self.row, self.part), "value", "value");
            }
            return;
        };
        let sides = ["original_width", "original_height"].map(|key| number(result.get(key)));
        if sides.iter().all(|side| side.is_finite()) {
            sink.set_size(self.item, sides[0], sides[1]);
        }
        let (rect, shape) = self.shape(sink, kind, value, sides);
        let names =
            value.get(kind).or_else(|| value.get("choices")).or_else(|| value.get("labels"));
        let names: Vec<&str> = match names {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(name)) => vec![name],
            _ => Vec::new(),
        };
        let worded = matches!(shape, Shape::Text(_) | Shape::Unread(_));
        if names.is_empty() && !worded {
            sink.remark_part(code::MISSING_FIELD, (self.row, self.part), "labels", kind);
        }
        let classes: Vec<u32> = match names.len() {
            0 => vec![NONE],
            _ => names.iter().map(|name| sink.class(name, self.row)).collect(),
        };
        for class in classes {
            let mut draft = Draft::new(self.item, class, self.row, self.part, shape);
            (draft.rect, draft.rater) = (rect, self.rater);
            let score = result.get("score").and_then(Value::as_f64);
            let (seconds, moment) = (self.seconds, self.moment);
            sink.annotate(draft.with(Detail { seconds, moment, score, ..Detail::default() }));
        }
    }

    fn shape(
        self,
        sink: &mut Sink<'_>,
        kind: &str,
        value: &Value,
        [width, height]: [f64; 2],
    ) -> (Option<Rect>, Shape) {
        let of = |key: &str| number(value.get(key));
        let (sx, sy) = (width / 100.0, height / 100.0);
        let spread = |key: &str| {
            let list = value.get(key).and_then(Value::as_array).into_iter().flatten();
            let pairs = list.map(|point| [number(point.get(0)) * sx, number(point.get(1)) * sy]);
            pairs.flatten().collect::<Vec<f64>>()
        };
        let shape = match kind {
            "rectanglelabels" | "rectangle" => {
                let turn = value.get("rotation").and_then(Value::as_f64).unwrap_or(0.0);
                let [x, y, w, h] =
                    [of("x") * sx, of("y") * sy, of("width") * sx, of("height") * sy];
                let rect = match turn {
                    0.0 => Rect::new(x, y, w, h),
                    turn => Rect::turned_about_corner(x, y, w, h, turn),
                };
                return (Some(rect), Shape::Box);
            }
            "polygonlabels" | "polygon" => {
                Shape::Polygons(sink.labels.push_rings([&*spread("points")]))
            }
            "ellipselabels" | "ellipse" => {
                let sides = [of("x") * sx, of("y") * sy, of("radiusX") * sx, of("radiusY") * sy];
                Shape::Ellipse(sink.labels.push_numbers(&sides))
            }
            "keypointlabels" | "keypoint" => {
                Shape::Points(sink.labels.push_numbers(&[of("x") * sx, of("y") * sy]))
            }
            "brushlabels" | "brush" => self.brush(sink, value, [width, height]),
            "labels" | "hypertextlabels" | "audio" if value.get("start").is_some() => {
                self.stretch(sink, value)
            }
            "choices" | "pairwise" | "taxonomy" | "rating" | "number" => Shape::Class,
            "textarea" => {
                let text = match value.get("text") {
                    Some(Value::Array(list)) => {
                        list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
                    }
                    Some(text) => text.as_str().unwrap_or("").to_owned(),
                    None => String::new(),
                };
                Shape::Text(sink.labels.push_text(&text))
            }
            other => {
                sink.remark_part(code::UNREAD_SHAPE, (self.row, self.part), "type", other);
                Shape::Unread(sink.labels.push_text(other))
            }
        };
        (None, shape)
    }

    /// A stretch of text, or of time where there is no text.
    fn stretch(self, sink: &mut Sink<'_>, value: &Value) -> Shape {
        let (start, end) = (number(value.get("start")), number(value.get("end")));
        let text =
            sink.labels.items[self.item as usize].text.is_some() || value.get("text").is_some();
        if !text {
            return Shape::Segment(sink.labels.push_numbers(&[start, end]));
        }
        let offset = |key: &str| value.get(key).and_then(Value::as_i64);
        match (offset("start").or(offset("globalOffsets")), offset("end")) {
            (Some(start), Some(end)) => {
                sink.labels.push_span(start, end, value.get("text").and_then(Value::as_str))
            }
            _ => {
                sink.remark_part(
                    code::WRONG_TYPE,
                    (self.row, self.part),
                    "start",
                    "not whole numbers",
                );
                Shape::Unread(sink.labels.push_text("span"))
            }
        }
    }

    fn brush(self, sink: &mut Sink<'_>, value: &Value, [width, height]: [f64; 2]) -> Shape {
        let list = value.get("rle").and_then(Value::as_array);
        let bytes: Option<Vec<u8>> = list
            .and_then(|list| list.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect());
        let affordable = (width * height).is_finite() && sink.afford((width * height) as u64);
        let mask = bytes.filter(|_| affordable).and_then(|bytes| unpack(&bytes, width, height));
        match mask {
            Some(mask) => sink.labels.push_mask(mask.height, mask.width, &mask.counts),
            None => {
                sink.remark_part(code::RLE_BROKEN, (self.row, self.part), "rle", "");
                Shape::Unread(sink.labels.push_text("brush"))
            }
        }
    }
}

/// Unpacks a brush mask: bit-packed runs of RGBA bytes, row by row; alpha says what is inside.
fn unpack(bytes: &[u8], width: f64, height: f64) -> Option<Mask> {
    if !(width >= 1.0 && height >= 1.0 && width * height <= MAX_PIXELS as f64) {
        return None;
    }
    let (width, height) = (width as usize, height as usize);
    let mut bits = Bits { bytes, at: 0 };
    let count = bits.take(32)? as usize;
    if count != 4 * width * height {
        return None;
    }
    let word = bits.take(5)? + 1;
    let mut sizes = [0; 4];
    for size in &mut sizes {
        *size = bits.take(4)? + 1;
    }
    let mut inside = vec![false; width * height];
    let mut at = 0;
    while at < count {
        let same = bits.take(1)? == 1;
        let choice = bits.take(2)? as usize;
        let end = (at + 1 + bits.take(sizes[choice])? as usize).min(count);
        let mut value = if same { bits.take(word)? } else { 0 };
        while at < end {
            if !same {
                value = bits.take(word)?;
            }
            if at % 4 == 3 {
                inside[at / 4] = value > 0;
            }
            at += 1;
        }
    }
    let order = (0..width).flat_map(|x| (0..height).map(move |y| y * width + x));
    Some(Mask::from_pixels(height as u32, width as u32, order.map(|at| inside[at])))
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs numbers of so many bits.
    fn pack(fields: &[(u32, u32)]) -> Vec<u8> {
        let bits: Vec<bool> = fields
            .iter()
            .flat_map(|&(value, count)| (0..count).rev().map(move |at| value >> at & 1 == 1))
            .collect();
        let byte = |bits: &[bool]| {
            bits.iter().enumerate().fold(0, |byte, (at, &bit)| byte | u8::from(bit) << (7 - at))
        };
        bits.chunks(8).map(byte).collect()
    }

    #[test]
    fn a_brush_is_unpacked_by_its_alpha() {
        // Two pixels by one: a literal pixel (0, 0, 0, 255), then four equal bytes of 0.
        let fields = [
            (8, 32),
            (7, 5),
            (2, 4),
            (3, 4),
            (7, 4),
            (15, 4),
            (0, 1),
            (0, 2),
            (3, 3),
            (0, 8),
            (0, 8),
            (0, 8),
            (255, 8),
            (1, 1),
            (0, 2),
            (3, 3),
            (0, 8),
        ];
        let bytes = pack(&fields);
        let mask = unpack(&bytes, 2.0, 1.0).unwrap();
        assert_eq!(mask.counts, [0, 1, 1]);
        assert_eq!(unpack(&bytes, 3.0, 1.0), None, "the size is another");
        assert_eq!(unpack(&bytes[..9], 2.0, 1.0), None, "cut short");
    }
}
