//! The same records give the same cells, whatever they come in.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::io::{Cursor, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use common::{Record, read_bytes};
use shujian_core::Limits;

const FIELDS: [&str; 3] = ["标题", "text", "n"];

fn table() -> Vec<[Option<String>; 3]> {
    (0..500)
        .map(|row: u32| {
            let title = Some(format!("第{row}条"));
            let text =
                (row % 7 != 3).then(|| format!("感谢您的咨询, \"多喝水\"\n第{row}行; a\tb|c"));
            [title, text, Some(format!("{}.50", row * 3))]
        })
        .collect()
}

fn records() -> Vec<Record> {
    let record = |row: &[Option<String>; 3]| {
        let cells = FIELDS.iter().zip(row);
        cells.filter_map(|(name, cell)| Some((name.to_string(), cell.clone()?))).collect()
    };
    table().iter().map(record).collect()
}

fn json_record(record: &Record) -> String {
    let cells: Vec<String> =
        record.iter().map(|(k, v)| format!("{}:{}", json(k), json(v))).collect();
    format!("{{{}}}", cells.join(","))
}

fn json(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n").replace('\t', "\\t"))
}

fn jsonl() -> String {
    records().iter().map(|record| json_record(record) + "\n").collect()
}

fn csv(delimiter: char) -> String {
    let quote = |cell: &Option<String>| match cell {
        None => String::new(),
        Some(text) => format!("\"{}\"", text.replace('"', "\"\"")),
    };
    let join = |cells: Vec<String>| cells.join(&delimiter.to_string()) + "\r\n";
    let mut text = join(FIELDS.map(str::to_owned).to_vec());
    text.extend(table().iter().map(|row| join(row.iter().map(quote).collect())));
    text
}

fn batch() -> RecordBatch {
    let column = |field: usize| -> ArrayRef {
        Arc::new(table().into_iter().map(|row| row[field].clone()).collect::<StringArray>())
    };
    RecordBatch::try_from_iter_with_nullable(
        FIELDS.iter().enumerate().map(|(field, name)| (*name, column(field), true)),
    )
    .unwrap()
}

fn parquet() -> Vec<u8> {
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_max_row_group_row_count(Some(200))
        .build();
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch().schema(), Some(properties))
            .unwrap();
    writer.write(&batch()).unwrap();
    writer.close().unwrap();
    bytes
}

fn ipc(file: bool) -> Vec<u8> {
    let (mut bytes, batch) = (Vec::new(), batch());
    if file {
        let mut writer =
            arrow::ipc::writer::FileWriter::try_new(&mut bytes, &batch.schema()).unwrap();
        writer.write(&batch.slice(0, 300)).unwrap();
        writer.write(&batch.slice(300, 200)).unwrap();
        writer.finish().unwrap();
    } else {
        let options = arrow::ipc::writer::IpcWriteOptions::default()
            .try_with_compression(Some(arrow::ipc::CompressionType::LZ4_FRAME))
            .unwrap();
        let schema = batch.schema();
        let writer =
            arrow::ipc::writer::StreamWriter::try_new_with_options(&mut bytes, &schema, options);
        let mut writer = writer.unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
    }
    bytes
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn xlsx() -> Vec<u8> {
    let cell = |text: &Option<String>| match text {
        None => "<c/>".to_owned(),
        Some(text) => {
            let text = text.replace('"', "&quot;");
            format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
        }
    };
    let row = |cells: &[Option<String>]| {
        format!("<row>{}</row>", cells.iter().map(cell).collect::<String>())
    };
    let header = FIELDS.map(|name| Some(name.to_owned()));
    let rows = row(&header) + &table().iter().map(|cells| row(cells)).collect::<String>();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packs = "http://schemas.openxmlformats.org/package/2006";
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{links}\"><sheets>\
         <sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{packs}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{links}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"{packs}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{links}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let types = format!("<Types xmlns=\"{packs}/content-types\"/>");
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = mark.then_some('\u{feff}').into_iter().collect::<String>();
    (mark + text).encode_utf16().flat_map(to_bytes).collect()
}

fn every_container() -> Vec<(&'static str, Vec<u8>)> {
    let jsonl = jsonl();
    let json = format!("[\n  {}\n]\n", jsonl.trim_end().replace('\n', ",\n  "));
    let listed = format!("{{\"version\": 1, \"data\": {json}}}");
    let (csv, tsv) = (csv(','), csv('\t'));
    let (gb_csv, gb_jsonl) =
        (encoding_rs::GB18030.encode(&csv).0, encoding_rs::GB18030.encode(&jsonl).0);
    let zst = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    let (first, second) = jsonl.split_at(jsonl.match_indices('\n').nth(200).unwrap().0 + 1);
    let parts: [(&str, &[u8]); 2] = [("a.jsonl", first.as_bytes()), ("b.jsonl", second.as_bytes())];
    vec![
        ("t.jsonl", jsonl.clone().into_bytes()),
        ("unnamed", jsonl.clone().into_bytes()),
        ("wrong.csv", jsonl.clone().into_bytes()),
        ("t.json", json.clone().into_bytes()),
        ("compact.json", json.replace('\n', "").into_bytes()),
        ("listed.json", listed.into_bytes()),
        ("t.csv", csv.clone().into_bytes()),
        ("t.tsv", tsv.into_bytes()),
        ("semicolon.csv", self::csv(';').into_bytes()),
        ("pipe.csv", self::csv('|').into_bytes()),
        ("mark.csv", format!("\u{feff}{csv}").into_bytes()),
        ("t.parquet", parquet()),
        ("t.arrow", ipc(true)),
        ("t.arrows", ipc(false)),
        ("t.xlsx", xlsx()),
        ("t.csv.gz", gz(csv.as_bytes())),
        ("t.jsonl.zst", zst(jsonl.as_bytes())),
        ("parts.jsonl.gz", [gz(first.as_bytes()), gz(second.as_bytes())].concat()),
        ("parts.jsonl.zst", [zst(first.as_bytes()), zst(second.as_bytes())].concat()),
        ("t.parquet.gz", gz(&parquet())),
        ("t.arrow.zst", zst(&ipc(true))),
        ("t.zip", zip(&parts)),
        ("t.tar", tar(&parts)),
        ("t.tar.gz", gz(&tar(&parts))),
        ("t.tgz", gz(&tar(&[("t.parquet", &parquet())]))),
        ("nested.zip", zip(&[("inner.tar.gz", &gz(&tar(&parts)))])),
        ("book.zip", zip(&[("t.xlsx", &xlsx())])),
        ("le.csv", utf16(&csv, u16::to_le_bytes, true)),
        ("be.jsonl", utf16(&jsonl, u16::to_be_bytes, true)),
        ("unmarked.csv", utf16(&csv, u16::to_le_bytes, false)),
        ("gb.csv", gb_csv.into_owned()),
        ("gb.jsonl.gz", gz(&gb_jsonl)),
    ]
}

#[test]
fn every_container_holds_the_same_records() {
    let expected = records();
    for (name, bytes) in every_container() {
        let found = read_bytes(name, &bytes, &Limits::default());
        assert_eq!(found.records.len(), expected.len(), "{name} {:#?}", found.findings);
        assert!(found.records == expected, "{name}: {:?}", found.records.first());
        assert_eq!(found.skipped(), 0, "{name}");
    }
}

#[test]
fn digests_are_of_the_stored_bytes() {
    for (name, bytes) in every_container() {
        let found = read_bytes(name, &bytes, &Limits::default());
        for file in &found.files {
            if file.name == name {
                assert_eq!(file.digest, *blake3::hash(&bytes).as_bytes(), "{name}");
                assert_eq!(file.bytes, bytes.len() as u64, "{name}");
            }
            assert_ne!(file.digest, [0; 32], "{name}");
        }
    }
    let found = read_bytes("t.zip", &zip(&[("m.txt", b"member")]), &Limits::default());
    assert_eq!(found.files[0].name, "t.zip!m.txt");
    assert_eq!(found.files[0].digest, *blake3::hash(b"member").as_bytes());
}

#[test]
fn rows_are_counted_as_a_person_does() {
    let rows = |name: &str, text: &str| read_bytes(name, text.as_bytes(), &Limits::default()).rows;
    assert_eq!(rows("t.jsonl", "{\"a\":1}\n\n{\"a\":2}\n"), [1, 3]);
    assert_eq!(rows("t.csv", "a,b\n1,\"x\ny\"\n2,z\n"), [1, 2]);
    assert_eq!(rows("t.json", "[{\"a\":1},{\"a\":2}]"), [1, 2]);
    assert_eq!(rows("t.txt", "text\n"), [1]);
}

/// Every way to write a file, damaged at random, is read to its end.
mod damage {
    use proptest::prelude::*;
    use shujian_core::Limits;

    use super::{every_container, read_bytes};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn keeps_the_books(
            cut in any::<prop::sample::Index>(),
            flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cuts in any::<bool>(),
        ) {
            let limits = Limits { record_bytes: 1 << 16, nesting: 8, ..Limits::default() };
            for (name, mut bytes) in every_container() {
                for (at, byte) in &flips {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
                if cuts {
                    bytes.truncate(cut.index(bytes.len()) + 1);
                }
                // Sums, digests and progress are checked on the way.
                read_bytes(name, &bytes, &limits);
            }
        }

        #[test]
        fn random_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let starts: [&[u8]; 8] = [b"", b"{", b"[", b"PAR1", b"ARROW1\0\0", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"];
            for start in starts {
                for name in ["t.json", "t.jsonl", "t.csv", "t.txt", "t.conllu"] {
                    read_bytes(name, &[start, &bytes].concat(), &Limits::default());
                }
            }
        }
    }
}
