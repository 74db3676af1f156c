//! Writers of tables of items, raters and labels.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use serde_json::json;

use super::{Files, Job, Keep, Writer};

const KEEPS: &[Keep] = &[Keep::Rater, Keep::Seconds];

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
                let seconds = labels.detail(annotation).and_then(|detail| detail.seconds);
                let label = labels.class_name(annotation.class);
                Row { item: labels.item_name(item), rater, label, seconds }
            })
        })
        .collect()
}

fn csv(job: &Job<'_>, files: &mut Files) {
    let rows = rows(job);
    let timed = rows.iter().any(|row| row.seconds.is_some());
    let mut out =
        String::from(if timed { "item,rater,label,seconds\n" } else { "item,rater,label\n" });
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
    let columns = [
        ("item", text(|row| row.item), false),
        ("rater", text(|row| row.rater), false),
        ("label", text(|row| row.label), false),
        ("seconds", seconds, true),
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
