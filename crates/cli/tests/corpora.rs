//! Real datasets are read without a flag, whole, and their known copies are found exactly.
//!
//! The data is not part of the project: `SHUJIAN_DATA` names its folder. Counts are those of each
//! dataset's own `SOURCE.md`.

use std::path::PathBuf;

use shujian_core::Card;
use shujian_engine::{Options, Unwatched};

/// Records a dataset is known to hold, in measured files of a kind or as unmeasured samples.
const COUNTS: &[(&str, &[(&str, u64)])] = &[
    ("agri-trials", &[("csv", 77_898)]),
    ("bccd-voc", &[("jpeg", 0), ("xml", 0)]),
    ("city-vehicle-thefts", &[("arrow-ipc", 35_746 + 5_000)]),
    ("en-maintenance-ner", &[]),
    ("fsdd-audio", &[]),
    ("nab-series", &[("csv", 139_187)]),
    ("nyc-flights", &[("parquet", 336_776)]),
    ("nyc-weather-hourly", &[("csv", 26_115)]),
    ("storms-quakes", &[("jsonl", 20_778), ("json", 1_707)]),
    ("turbofan-fd001", &[("parquet", 33_727)]),
    ("zh-fin-instruct", &[("jsonl", 400)]),
    ("zh-gsd-conllu", &[("conllu", 1_000)]),
    ("zh-manpages", &[("text", 531)]),
    ("zh-med-dialogue", &[("csv", 7_644)]),
    ("zh-poetry", &[("json", 12_393)]),
];
