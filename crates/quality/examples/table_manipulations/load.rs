//! The tables of the test data as records: just enough reading for this program.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use arrow::array::{Array, RecordBatch};
use shujian_fixtures::Records;

/// Rows kept of each table.
const MOST_ROWS: usize = 30_000;

/// Every table found, by name.
pub fn tables(data: &Path) -> Vec<(String, Records)> {
    let corpora = data.join("corpora");
    if !corpora.is_dir() {
        println!("skipped: {} holds no test data; set SHUJIAN_DATA", corpora.display());
        return Vec::new();
    }
    let read = |path: &str| std::fs::read(corpora.join(path)).unwrap_or_default();
    let mut tables = vec![
        parquet_table("turbofan", &corpora.join("turbofan-fd001/train_FD001.parquet")),
        parquet_table("flights", &corpora.join("nyc-flights/flights-00001-of-00004.parquet")),
        ("weather".to_owned(), csv(&gunzip(&read("nyc-weather-hourly/weather.csv.gz")))),
        ("thefts".to_owned(), ipc(&corpora.join("city-vehicle-thefts/thefts.arrow"))),
        ("storms".to_owned(), json_lines(&unzstd(&read("storms-quakes/storms.jsonl.zst")))),
        ("quakes".to_owned(), features(&read("storms-quakes/earthquakes.geojson"))),
        ("planes".to_owned(), csv(&read("nyc-flights/planes.csv"))),
        ("airports".to_owned(), csv(&read("nyc-flights/airports.csv"))),
    ];
    for name in [
        "barrero.maize",
        "gartner.corn",
        "george.wheat",
        "kayad.alfalfa",
        "lasrosas.corn",
        "nass.corn",
        "nass.wheat",
        "byers.apple",
    ] {
        tables.push((name.to_owned(), csv(&read(&format!("agri-trials/{name}.csv")))));
    }
    for task in ["rte", "dog", "bluebird", "SP_amt", "s4_Face_Sentiment_Identification"] {
        tables
            .push((format!("crowd {task}"), csv(&read(&format!("crowd-labels/{task}/label.csv")))));
    }
    let mut series = Vec::new();
    walk(&corpora.join("nab-series/data"), &mut series);
    let series: Vec<Records> =
        series.iter().map(|path| csv(&std::fs::read(path).unwrap_or_default())).collect();
    if let Some(first) = series.first() {
        let fields = first.fields.clone();
        tables.push(("nab first".to_owned(), first.clone()));
        tables.push((
            "nab traffic".to_owned(),
            series.last().cloned().unwrap_or_else(|| first.clone()),
        ));
        tables.push((
            "nab all".to_owned(),
            Records { fields, rows: series.into_iter().flat_map(|s| s.rows).collect() },
        ));
    }
    let rows = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(MOST_ROWS);
    tables.iter_mut().for_each(|(_, records)| records.rows.truncate(rows));
    tables
}

fn walk(folder: &Path, into: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, into);
        } else if path.extension().is_some_and(|end| end == "csv") {
            into.push(path);
        }
    }
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = flate2::read::GzDecoder::new(bytes).read_to_end(&mut out);
    out
}

fn unzstd(bytes: &[u8]) -> Vec<u8> {
    zstd::decode_all(bytes).unwrap_or_default()
}

/// Comma-separated values with quotes; the first line names the fields.
fn csv(bytes: &[u8]) -> Records {
    let text = String::from_utf8_lossy(bytes);
    let mut lines: Vec<Vec<Option<String>>> = Vec::new();
    let (mut line, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(character) = chars.next() {
        match character {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(Some(std::mem::take(&mut cell))),
            '\n' if !quoted => {
                line.push(Some(std::mem::take(&mut cell)));
                lines.push(std::mem::take(&mut line));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(Some(cell));
        lines.push(line);
    }
    if lines.is_empty() {
        return Records { fields: Vec::new(), rows: Vec::new() };
    }
    let fields: Vec<String> = lines.remove(0).into_iter().flatten().collect();
    lines.retain(|line| line.len() == fields.len());
    Records { fields, rows: lines }
}

fn parquet_table(name: &str, path: &Path) -> (String, Records) {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let batches = File::open(path)
        .ok()
        .and_then(|file| ParquetRecordBatchReaderBuilder::try_new(file).ok())
        .and_then(|builder| builder.build().ok())
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    (name.to_owned(), batches_to_records(batches))
}

fn ipc(path: &Path) -> Records {
    let batches = File::open(path)
        .ok()
        .and_then(|file| arrow::ipc::reader::FileReader::try_new(file, None).ok())
        .into_iter()
        .flatten()
        .flatten()
        .collect();
    batches_to_records(batches)
}

fn batches_to_records(batches: Vec<RecordBatch>) -> Records {
    use arrow::util::display::{ArrayFormatter, FormatOptions};
    let Some(first) = batches.first() else {
        return Records { fields: Vec::new(), rows: Vec::new() };
    };
    let fields = first.schema().fields().iter().map(|field| field.name().clone()).collect();
    let options = FormatOptions::default();
    let mut rows = Vec::new();
    for batch in &batches {
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|array| (array, ArrayFormatter::try_new(array, &options).expect("a plain type")))
            .collect();
        for row in 0..batch.num_rows().min(MOST_ROWS - rows.len().min(MOST_ROWS)) {
            rows.push(
                columns
                    .iter()
                    .map(|(array, formatter)| {
                        array.is_valid(row).then(|| formatter.value(row).to_string())
                    })
                    .collect(),
            );
        }
    }
    Records { fields, rows }
}

fn json_lines(bytes: &[u8]) -> Records {
    let values =
        bytes.split(|&byte| byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    from_values(values.collect())
}

fn features(bytes: &[u8]) -> Records {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    from_values(value["features"].as_array().cloned().unwrap_or_default())
}

fn from_values(values: Vec<serde_json::Value>) -> Records {
    let mut fields: Vec<String> = Vec::new();
    let mut flat: Vec<BTreeMap<String, String>> = Vec::new();
    for value in &values {
        let mut row = BTreeMap::new();
        flatten("", value, &mut row);
        for name in row.keys().filter(|name| !fields.contains(name)).cloned().collect::<Vec<_>>() {
            fields.push(name);
        }
        flat.push(row);
    }
    let rows =
        flat.iter().map(|row| fields.iter().map(|name| row.get(name).cloned()).collect()).collect();
    Records { fields, rows }
}

fn flatten(path: &str, value: &serde_json::Value, row: &mut BTreeMap<String, String>) {
    let join =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        serde_json::Value::Null => {}
        serde_json::Value::Object(map) => {
            map.iter().for_each(|(name, value)| flatten(&join(name), value, row))
        }
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(ToString::to_string).collect();
            row.insert(path.to_owned(), items.join("\n"));
        }
        serde_json::Value::String(text) => {
            row.insert(path.to_owned(), text.clone());
        }
        other => {
            row.insert(path.to_owned(), other.to_string());
        }
    }
}
