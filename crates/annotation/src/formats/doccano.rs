//! doccano JSON lines: spans, classes and texts, with or without annotators.
//!
//! Source: doccano.github.io, "Export". Records are lines.

use serde_json::Value;

use super::moment;
use super::soft::words;
use super::{Draft, Format, Head, Sink, Source};
use crate::code;
use crate::labels::{Detail, NONE, Shape};

/// The format.
#[derive(Debug)]
pub struct Doccano;

const TEXT: [&str; 3] = ["text", "data", "content"];
const LABELS: [&str; 7] =
    ["label", "labels", "annotations", "entities", "spans", "cats", "Comments"];

impl Format for Doccano {
    fn name(&self) -> &'static str {
        "doccano"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        let Some(json) = &head.json else { return 0 };
        let text = TEXT.iter().any(|key| json.has(key));
        let labels = LABELS[..6].iter().any(|key| json.has(key));
        let table = ["worker", "annotator", "rater"].iter().any(|key| json.has(key));
        if !json.list && text && labels && !table && !json.has("data") {
            1 + u8::from(json.lines)
        } else {
            0
        }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        source.lines(sink, |sink, row, line| {
            if line.trim().is_empty() {
                return;
            }
            match serde_json::from_str::<Value>(line) {
                Ok(Value::Object(record)) => document(sink, row, &record),
                Ok(_) => sink.skip(code::WRONG_TYPE, row, "", "not an object"),
                Err(error) => sink.skip(code::SYNTAX, row, "", error.to_string()),
            }
        });
    }
}

fn document(sink: &mut Sink<'_>, row: u32, record: &serde_json::Map<String, Value>) {
    let text = TEXT.iter().find_map(|key| record.get(*key)).and_then(Value::as_str);
    let Some(text) = text else {
        sink.skip(code::MISSING_FIELD, row, "text", "text");
        return;
    };
    sink.records += 1;
    let id = record.get("id").and_then(Value::as_i64);
    let name = match record.get("id").and_then(words) {
        Some(id) => id,
        None => format!("#{row}"),
    };
    // The same document may stand in several files, but not twice in one.
    let known = sink.labels.find_item(&name);
    let repeated = known.is_some_and(|item| sink.labels.items[item as usize].file == sink.file);
    if repeated {
        sink.remark(code::REPEATED_ITEM_ID, row, "id", name.as_str());
    }
    let item = match known {
        Some(item) if !repeated => item,
        _ => sink.labels.push_item(&name, sink.file, row),
    };
    sink.labels.items[item as usize].id = id;
    sink.labels.items[item as usize].repeats = repeated;
    sink.set_text(item, text, false);
    let surface = record.get("surface").and_then(Value::as_array);
    if !LABELS.iter().any(|key| record.contains_key(*key)) {
        sink.skip(code::MISSING_FIELD, row, "label", "label");
    }
    let mut part = 0;
    for key in LABELS {
        match record.get(key) {
            Some(Value::Array(list)) => {
                for label in list {
                    let covered = surface.and_then(|list| list.get(part as usize)?.as_str());
                    part += 1;
                    self::label(sink, (item, row, part), label, covered);
                }
            }
            Some(Value::String(name)) => {
                part += 1;
                let class = sink.class(name, row);
                sink.annotate(Draft::new(item, class, row, part, Shape::Class));
            }
            Some(Value::Object(_)) => sink.remark(code::UNREAD_SHAPE, row, "label", key),
            _ => {}
        }
    }
}

/// `[start, end, class]`, a class alone, or an object with offsets, class, text and user.
fn label(
    sink: &mut Sink<'_>,
    (item, row, part): (u32, u32, u32),
    label: &Value,
    covered: Option<&str>,
) {
    let offset = |value: Option<&Value>| value.and_then(Value::as_i64);
    let (start, end, name, user) = match label {
        Value::Array(list) => {
            (offset(list.first()), offset(list.get(1)), list.get(2).and_then(words), None)
        }
        Value::Object(fields) => {
            let any = |keys: &[&str]| keys.iter().find_map(|key| fields.get(*key));
            let name = any(&["label", "type", "category", "tag"]).and_then(words);
            let user = any(&["user", "annotator", "rater"]).and_then(words);
            (
                offset(any(&["start_offset", "start", "from"])),
                offset(any(&["end_offset", "end", "to"])),
                name,
                user,
            )
        }
        Value::String(name) => {
            let class = sink.class(name, row);
            sink.annotate(Draft::new(item, class, row, part, Shape::Class));
            return;
        }
        _ => (None, None, None, None),
    };
    let object = label.as_object();
    let whole = object.is_some_and(|fields| !fields.keys().any(|key| key.contains("start")));
    let covered = covered.or_else(|| object.and_then(|fields| fields.get("text")?.as_str()));
    let shape = match (start, end) {
        (Some(start), Some(end)) => sink.labels.push_span(start, end, covered),
        _ if whole && name.is_some() => Shape::Class,
        _ if whole && covered.is_some() => {
            Shape::Text(sink.labels.push_text(covered.unwrap_or("")))
        }
        _ => {
            sink.remark_part(code::WRONG_TYPE, (row, part), "label", "no offsets");
            Shape::Unread(sink.labels.push_text("span"))
        }
    };
    if name.is_none() && !matches!(shape, Shape::Text(_)) {
        sink.remark_part(code::MISSING_FIELD, (row, part), "label", "label");
    }
    let class = name.map_or(NONE, |name| sink.class(&name, row));
    let mut draft = Draft::new(item, class, row, part, shape);
    draft.rater = user.map(|user| sink.labels.raters.intern(&user));
    let id = object.and_then(|fields| offset(fields.get("id")));
    let moment = object.and_then(|fields| words(fields.get("created_at")?));
    let moment = moment.and_then(|text| moment::moment(&text));
    if id.is_some() || moment.is_some() {
        draft = draft.with(Detail { id, moment, ..Detail::default() });
    }
    sink.annotate(draft);
}
