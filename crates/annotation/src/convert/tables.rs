//! Writers of tables of items, raters and labels.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use serde_json::json;

use super::{Files, Job, Keep, Writer};
use crate::formats::moment;

const KEEPS: &[Keep] = &[Keep::Rater, Keep::Seconds, Keep::Moment];

pub(super) const CSV: Writer =
    Writer { name: "table-csv", shapes: &["class"], keeps: KEEPS, write: csv };

pub(super) const JSONL: Writer =
    Writer { name: "table-jsonl", shapes: &["class"], keeps: KEEPS, write: jsonl };

pub(super) const PARQUET: Writer =
    Writer { name: "table-parquet", shapes: &["class"], keeps: KEEPS, write: parquet };

struct Row<'a> {
    item: &'a str,
    rater: &'a str,
    label: &'a str,
    seconds: Option<f64>,
    moment: Option<String>,
}

/// Rows in order of items; who is not named is `unknown`.
fn rows<'a>(job: &Job<'a>) -> Vec<Row<'a>> {
    let labels = job.labels;
    job.items()
        .flat_map(|(item, on_item)| {
            on_item.into_iter().map(move |annotation| {
                let rater = match labels.raters.name(annotation.rater) {
                    "" => "unknown",
                    name => name,
                };
                let detail = labels.detail(annotation);
                let seconds = detail.and_then(|detail| detail.seconds);
                let moment = detail.and_then(|detail| moment::written(detail.moment?));
                let label = labels.class_name(annotation.class);
                Row { item: labels.item_name(item), rater, label, seconds, moment }
            })
        })
        .collect()
}

fn csv(job: &Job<'_>, files: &mut Files) {
    let rows = rows(job);
    let timed = rows.iter().any(|row| row.seconds.is_some());
    let dated = rows.iter().any(|row| row.moment.is_some());
    let mut out = String::from("item,rater,label");
    out.push_str(if timed { ",seconds" } else { "" });
    out.push_str(if dated { ",time\n" } else { "\n" });
    for row in rows {
        for (index, field) in [row.item, row.rater, row.label].into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            if field.contains(['"', ',', '\n', '\r']) {
                out.push_str(&format!("\"{}\"", field.replace('"', "\"\"")));
            } else {
                out.push_str(field);
            }
        }
        if timed {
            out.push(',');
            out.push_str(&row.seconds.map_or(String::new(), |seconds| seconds.to_string()));
        }
        if dated {
            out.push(',');
            out.push_str(row.moment.as_deref().unwrap_or(""));
        }
        out.push('\n');
    }
    files.insert("labels.csv".into(), out.into_bytes());
}

fn jsonl(job: &Job<'_>, files: &mut Files) {
    let mut out = Vec::new();
    for row in rows(job) {
        let mut line = json!({"item": row.item, "rater": row.rater, "label": row.label});
        if let Some(seconds) = row.seconds {
            line["seconds"] = json!(seconds);
        }
        if let Some(moment) = row.moment {
            line["time"] = json!(moment);
        }
        out.extend(format!("{line}\n").into_bytes());
    }
    files.insert("labels.jsonl".into(), out);
}

fn parquet(job: &Job<'_>, files: &mut Files) {
    let rows = rows(job);
    let text = |of: for<'r> fn(&Row<'r>) -> &'r str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(of)))
    };
    let seconds: ArrayRef = Arc::new(rows.iter().map(|row| row.seconds).collect::<Float64Array>());
    let moments = rows.iter().map(|row| row.moment.as_deref());
    let moments: ArrayRef = Arc::new(moments.collect::<StringArray>());
    let columns = [
        ("item", text(|row| row.item), false),
        ("rater", text(|row| row.rater), false),
        ("label", text(|row| row.label), false),
        ("seconds", seconds, true),
        ("time", moments, true),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns are equally long");
    let mut out = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut out, batch.schema(), None).expect("the schema is a plain one");
    writer.write(&batch).expect("writing to memory does not fail");
    writer.close().expect("writing to memory does not fail");
    files.insert("labels.parquet".into(), out);
}
