//! Hostile files: each is a finding at its place, and the rest is read.

mod common;

use std::io::Write;

use common::{Outcome, read_all, read_bytes};
use shujian_core::{Limits, Place};

fn small() -> Limits {
    Limits { record_bytes: 1000, nesting: 8, columns: 20, ..Limits::default() }
}

/// Reads a file; checks counts, and the first place of one code.
fn case(name: &str, bytes: &[u8], read: u64, skipped: u64, code: &str) -> Place {
    let found = read_bytes(name, bytes, &small());
    assert_eq!((found.read(), found.skipped()), (read, skipped), "{name} {:#?}", found.findings);
    place(found, code)
}

fn place(found: Outcome, code: &str) -> Place {
    let codes = found.findings.into_card();
    let finding = codes.iter().find(|finding| finding.code == code);
    finding.unwrap_or_else(|| panic!("no {code} in {codes:#?}")).places[0].clone()
}

#[test]
fn broken_lines_are_skipped_at_their_place() {
    let text = "{\"a\":1}\n{\"名\":x}\n{\"a\":3}\n";
    let at = case("t.jsonl", text.as_bytes(), 2, 1, "SJ-ingest-020");
    assert_eq!((at.row, at.column.as_deref(), at.byte), (Some(2), Some("#6"), Some(15)));

    let at = case("t.csv", b"a,b\n1,2\n1,2,3\n4\n5,6\n", 2, 2, "SJ-ingest-030");
    assert_eq!((at.row, at.column.as_deref(), at.byte), (Some(2), Some("#3"), Some(12)));
    assert_eq!(at.note, "line 3: 3 fields instead of 2");

    let at = case("t.json", b"[\n {\"a\":1},\n {\"a\":\"x},\n {\"a\":3}\n]", 2, 1, "SJ-ingest-020");
    assert_eq!((at.row, at.byte), (Some(2), Some(22)));
}

#[test]
fn an_open_quote_swallows_one_line() {
    let text = "a,b\n1,\"x\n2,y\n3,\"z\"\n4,\"w\n5,v\n";
    let at = case("t.csv", text.as_bytes(), 3, 2, "SJ-ingest-031");
    assert_eq!((at.row, at.byte), (Some(1), Some(4)));
}

#[test]
fn one_bad_pair_costs_one_record() {
    let mut text = "标题,内容\n甲,乙\n丙,丁\n戊,己\n".as_bytes().to_vec();
    let at = text.len() - 16;
    text[at] = 0xcb;
    let place = case("t.csv", &text, 2, 1, "SJ-ingest-021");
    assert_eq!(place.row, Some(2));
    let place = case("t.txt", b"good and \xff bad", 0, 1, "SJ-ingest-021");
    assert_eq!((place.row, place.byte), (Some(1), Some(9)));
    let place = case("t.jsonl", b"{\"a\":\"\xcb\"}\n{\"a\":1}\n", 1, 1, "SJ-ingest-021");
    assert_eq!((place.row, place.byte), (Some(1), Some(6)));
}

#[test]
fn long_records_cost_no_more_than_themselves() {
    let long = "x".repeat(1_000_000);
    let jsonl = format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}\n{{\"a\":3}}\n");
    assert_eq!(case("t.jsonl", jsonl.as_bytes(), 2, 1, "SJ-ingest-022").row, Some(2));
    let json = format!("[{{\"a\":1}},{{\"a\":\"{long}\"}},{{\"a\":3}}]");
    assert_eq!(case("t.json", json.as_bytes(), 2, 1, "SJ-ingest-022").row, Some(2));
    let csv = format!("a,b\n1,2\n{long},3\n4,5\n");
    assert_eq!(case("t.csv", csv.as_bytes(), 2, 1, "SJ-ingest-022").row, Some(2));
    let quoted = format!("a,b\n1,2\n\"{long}\n,3\n4,5\n");
    assert_eq!(case("t.csv", quoted.as_bytes(), 3, 1, "SJ-ingest-031").row, Some(2));
    case("t.txt", long.as_bytes(), 0, 1, "SJ-ingest-022");
}

#[test]
fn nesting_and_columns_are_bounded() {
    let deep = format!("{{\"a\":{}1{}}}\n{{\"a\":2}}\n", "[".repeat(50), "]".repeat(50));
    case("t.jsonl", deep.as_bytes(), 1, 1, "SJ-ingest-023");
    let deeper = "[".repeat(2_000_000);
    case("t.json", deeper.as_bytes(), 0, 1, "SJ-ingest-022");
    let keys: String = (0..50).map(|key| format!("{{\"k{key}\":{key}}}\n")).collect();
    let found = read_bytes("t.jsonl", keys.as_bytes(), &small());
    assert_eq!(found.records[49]["_more"], "{\"k49\":49}");
    assert_eq!(found.findings.count("SJ-ingest-025"), 30);
    let wide = (0..50).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    case("t.csv", format!("{wide}\n{wide}\n").as_bytes(), 1, 0, "SJ-ingest-025");
}

#[test]
fn repeated_keys_and_columns_are_findings() {
    let at = case("t.jsonl", b"{\"a\":1,\"a\":2}\n", 1, 0, "SJ-ingest-024");
    assert_eq!((at.row, at.byte), (Some(1), Some(1)));
    let at = case("t.csv", b"a,a\nx,y\n", 1, 0, "SJ-ingest-024");
    assert_eq!((at.column.as_deref(), at.note.as_str()), (Some("a"), "renamed a#2"));
    case("t.csv", b"a,a\nx,y\na,y\n", 3, 0, "SJ-ingest-032");
}

#[test]
fn headers_of_numbers_are_told_by_the_lines_below() {
    let years = "country,2010,2011\nFrance,5,6\nSpain,7,\n";
    let found = read_bytes("t.csv", years.as_bytes(), &small());
    assert_eq!(found.read(), 2);
    assert_eq!(found.records[1]["2010"], "7");
    assert!(found.findings.is_empty(), "{:#?}", found.findings);
    case("t.csv", b"France,2010,5\nSpain,2011,6\n", 2, 0, "SJ-ingest-032");
}

#[test]
fn titles_above_a_sheet_are_no_records() {
    let row = |cells: [&str; 3]| -> Vec<Option<String>> {
        cells.map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).to_vec()
    };
    let fields = ["2024 年报表", "", ""].map(str::to_owned).to_vec();
    let rows = vec![row(["名称", "数量", "单位"]), row(["大豆", "3", "吨"]), row(["玉米", "", ""])];
    let sheet = shujian_fixtures::Records { fields, rows };
    let sheet = shujian_fixtures::write::xlsx(&sheet).unwrap();
    let found = read_bytes("t.xlsx", &sheet, &small());
    assert_eq!((found.read(), found.skipped()), (2, 0), "{:#?}", found.findings);
    assert_eq!(found.records[0]["数量"], "3");
    assert_eq!(place(found, "SJ-ingest-033").note, "2024 年报表");
}

#[test]
fn cut_files_keep_what_came_before() {
    let text: String = (0..20_000).map(|row| format!("{{\"a\":{}}}\n", row * 7919)).collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let gz = encoder.finish().unwrap();
    let found = read_bytes("t.jsonl.gz", &gz[..gz.len() / 2], &small());
    assert!(found.read() > 5000 && found.skipped() <= 1);
    assert!(found.findings.count("SJ-ingest-027") >= 1);
    let found = read_bytes("t.jsonl.gz", &[&gz[..], b"garbage"].concat(), &small());
    assert_eq!((found.read(), found.skipped()), (20_000, 0));
    assert_eq!(found.findings.count("SJ-ingest-028"), 1);
    case("t.json", b"[{\"a\":1},{\"a\":2},{\"a", 2, 1, "SJ-ingest-027");
    case("t.json", b"[{\"a\":1},{\"a\":2},", 2, 0, "SJ-ingest-027");
    case("t.json", b"[{\"a\":1}] tail", 1, 0, "SJ-ingest-028");
}

#[test]
fn a_bomb_stops() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b'\n'; 1 << 20];
    for _ in 0..100 {
        encoder.write_all(&block).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let limits = Limits { expansion: 10, ..small() };
    let found = read_bytes("bomb.jsonl.gz", &bomb, &limits);
    assert_eq!(found.findings.count("SJ-ingest-051"), 1);
}

#[test]
fn archives_are_kept_in_their_bounds() {
    let mut bytes = b"{\"a\":1}\n".to_vec();
    for _ in 0..12 {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&bytes).unwrap();
        bytes = encoder.finish().unwrap();
    }
    case("t.jsonl.gz", &bytes, 0, 0, "SJ-ingest-052");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("../../up.jsonl", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(b"{\"a\":1}\n").unwrap();
    let archive = writer.finish().unwrap().into_inner();
    let at = case("t.zip", &archive, 1, 0, "SJ-ingest-050");
    assert_eq!(at.file, "t.zip!up.jsonl");
}

#[test]
fn archives_that_break_off_keep_what_came_before() {
    let lines: String = (0..300).map(|row| format!("{{\"a\":{}}}\n", row * 7919)).collect();
    let mut header = tar::Header::new_gnu();
    header.set_size(lines.len() as u64);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, "a.jsonl", lines.as_bytes()).unwrap();
    let archive = builder.into_inner().unwrap();
    let found = read_bytes("t.tar", &archive[..512 + lines.len() / 2], &small());
    assert!(found.read() > 130 && found.skipped() <= 1, "{:#?}", found.findings);
    assert_eq!(found.findings.count("SJ-ingest-027"), 1);

    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["a.jsonl", "b.jsonl"] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(lines.as_bytes()).unwrap();
    }
    let archive = writer.finish().unwrap().into_inner();
    let end = archive.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    let found = read_bytes("t.zip", &archive[..end], &small());
    assert_eq!((found.read(), found.skipped()), (600, 0), "{:#?}", found.findings);
    assert_eq!(found.findings.count("SJ-ingest-036"), 1);
    let found = read_bytes("t.zip", &archive[..archive.len() * 3 / 5], &small());
    assert!(found.read() > 300 && found.skipped() <= 1, "{:#?}", found.findings);
    assert!(found.findings.count("SJ-ingest-027") >= 1);
}

#[test]
fn the_content_decides_what_a_file_is() {
    let table: String = (0..9).map(|row| format!("{row},b{row},{}\n", row * row)).collect();
    let table = "a,b,c\n".to_owned() + &table;
    for name in ["t.json", "t.jsonl", "t.xlsx", "t.parquet", "t.csv.gz", "t.arrow", "t.jsonl.zst"] {
        case(name, table.as_bytes(), 9, 0, "SJ-ingest-013");
    }
    let utf32: Vec<u8> = table.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    assert_eq!(case("t.csv", &utf32, 0, 0, "SJ-ingest-018").note, "content is utf-32");
}

#[test]
fn sentences_are_counted_not_lines() {
    let word = "1\ta\ta\tX\t_\t_\t0\t_\t_\t_\n";
    let text = format!("# text = a\n{word}\n# text = b\nno word\n\n# text = c\n{word}\n");
    let at = case("t.conllu", text.as_bytes(), 2, 1, "SJ-ingest-055");
    assert_eq!((at.row, at.note.as_str()), (Some(2), "line 5"));
    assert_eq!(read_bytes("t.conllu", text.as_bytes(), &small()).rows, [1, 3]);
}

#[test]
fn empty_and_unknown_files_are_named() {
    case("t.csv", b"", 0, 0, "SJ-ingest-012");
    case("t.bin", &[0; 500], 0, 0, "SJ-ingest-011");
    case("t.jsonl.xz", b"\xfd7zXZ\0 and more", 0, 0, "SJ-ingest-015");
    case("t.parquet", b"PAR1 and nothing else", 0, 0, "SJ-ingest-036");
    case("README.md", b"# words", 0, 0, "SJ-ingest-010");
    case("t.json", b"{\"a\":1}\n{\"a\":2}\n", 2, 0, "SJ-ingest-013");
}

#[test]
fn the_sink_may_stop() {
    let text: String = (0..30_000).map(|row| format!("{{\"a\":{row}}}\n")).collect();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("t.jsonl"), text).unwrap();
    let found = shujian_ingest::discover(&[dir.path().to_owned()], &small()).unwrap();
    let progress = std::sync::atomic::AtomicU64::new(0);
    let mut batches = 0;
    let report = shujian_ingest::read(&found.sources[0], &small(), &progress, &mut |_| {
        batches += 1;
        std::ops::ControlFlow::Break(())
    });
    assert_eq!((batches, report.files[0].read), (1, 8192));
}

#[cfg(unix)]
#[test]
fn special_and_unreadable_files_are_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("s.csv")).unwrap();
    std::fs::write(dir.path().join("a.txt"), "text").unwrap();
    let found = read_all(dir.path(), &small(), false);
    assert_eq!((found.read(), found.findings.count("SJ-ingest-004")), (1, 1));
}
