//! Counts in real data are those its `SOURCE.md` states.

mod common;

use common::{Outcome, corpus, read_all};
use shujian_core::Limits;

fn with(name: &str, check: impl Fn(&Outcome)) {
    let Some(path) = corpus(name) else { return };
    let outcome = read_all(&path, &Limits::default(), false);
    assert_eq!(outcome.skipped(), 0, "{:#?}", outcome.findings);
    assert_eq!(outcome.kinds()["documentation"], (1, 0));
    check(&outcome);
}

fn read_of(outcome: &Outcome, part: &str) -> u64 {
    outcome.files.iter().filter(|file| file.name.contains(part)).map(|file| file.read).sum()
}

#[test]
fn delimited_tables() {
    with("agri-trials", |found| assert_eq!(found.kinds()["csv"], (19, 77_898)));
    with("nab-series", |found| assert_eq!(found.kinds()["csv"], (31, 139_187)));
    with("nyc-weather-hourly", |found| assert_eq!(found.kinds()["csv"], (1, 26_115)));
    with("zh-med-dialogue", |found| {
        assert_eq!(found.kinds()["csv"], (1, 7_644));
        assert_eq!(found.findings.count("SJ-ingest-014"), 1);
    });
    with("crowd-labels", |found| {
        for (task, judgements) in [
            ("bluebird", 4212),
            ("rte", 8000),
            ("web", 15_567),
            ("dog", 8070),
            ("SP_amt", 10_000),
            ("s4_Face_Sentiment_Identification", 5242),
        ] {
            assert_eq!(read_of(found, &format!("{task}/label.csv")), judgements);
        }
    });
}

#[test]
fn columnar_tables() {
    with("nyc-flights", |found| assert_eq!(found.kinds()["parquet"], (4, 336_776)));
    with("turbofan-fd001", |found| assert_eq!(found.kinds()["parquet"], (2, 33_727)));
    with("city-vehicle-thefts", |found| {
        assert_eq!(found.kinds()["arrow"], (2, 40_746));
        assert_eq!(read_of(found, "thefts.arrow"), 35_746);
    });
}

#[test]
fn json_in_its_shapes() {
    with("zh-fin-instruct", |found| assert_eq!(found.kinds()["jsonl"], (4, 400)));
    with("zh-poetry", |found| {
        assert_eq!(found.kinds()["json"].1, 12_393);
        for (folder, poems) in [("经典", 390), ("全唐诗", 4003), ("宋词", 8000)] {
            assert_eq!(read_of(found, folder), poems);
        }
    });
    with("en-maintenance-ner", |found| assert_eq!(read_of(found, "gold_release"), 1076));
    with("storms-quakes", |found| {
        assert_eq!(read_of(found, "storms"), 20_778);
        assert_eq!(read_of(found, "earthquakes"), 1707);
    });
}

#[test]
fn texts() {
    with("zh-manpages", |found| assert_eq!(found.kinds()["text"], (531, 531)));
    with("zh-gsd-conllu", |found| assert_eq!(found.kinds()["conllu"], (2, 1000)));
}

#[test]
fn media_are_counted() {
    with("bccd-voc", |found| {
        assert_eq!(found.kinds()["jpeg"], (364, 0));
        assert_eq!(found.kinds()["xml"], (364, 0));
    });
    with("fsdd-audio", |found| {
        assert_eq!(found.kinds()["webdataset-sample"], (2, 0));
        assert_eq!(found.files.iter().map(|file| file.samples).sum::<u64>(), 400);
    });
}

#[test]
fn odd_label_files_are_all_named() {
    let Some(path) = corpus("format-samples") else { return };
    let found = read_all(&path, &Limits::default(), false);
    assert_eq!(found.files.len(), 272, "271 files and SOURCE.md");
    // Four of its tables have one row that lacks a field or has one too many.
    assert_eq!((found.skipped(), found.findings.count("SJ-ingest-030")), (4, 4));
}
