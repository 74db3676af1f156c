//! The same records give the same digest, whatever holds them and however they are read.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::path::Path;

use proptest::prelude::*;
use shujian_core::{Card, Limits};
use shujian_engine::{Options, Unwatched};
use shujian_fixtures::Records;
use shujian_fixtures::language::{self, Subject};
use shujian_fixtures::write::{CONTAINERS, Container, container};

/// Containers that add a field of their own: the key of a mapping is content, too.
const WITH_KEYS: &[&str] = &["json-mapping"];
/// Containers whose encoding must be guessed, which a handful of letters does not allow: `D2 BB` is
/// 一 in GB18030 and as good a letter in UTF-8.
const GUESSED: &[&str] = &["csv-gb18030"];
/// Characters beyond ASCII from which an encoding can be told.
const ENOUGH: usize = 1_000;

fn grade(folder: &Path, limits: Limits) -> Card {
    let options = Options { limits, ..Options::default() };
    shujian_engine::profile(&[folder.to_owned()], &options, &Unwatched).unwrap()
}

fn digest_in(container: &Container, records: &Records, limits: Limits) -> Card {
    let folder = tempfile::tempdir().unwrap();
    (container.write)(records, folder.path()).unwrap();
    grade(folder.path(), limits)
}

fn every_container_agrees(records: &Records) {
    let reference = digest_in(container("jsonl").unwrap(), records, Limits::default());
    assert_eq!(reference.records.read, records.rows.len() as u64);
    let cells = records.rows.iter().flatten().flatten();
    let foreign = cells.flat_map(|cell| cell.chars()).filter(|c| !c.is_ascii()).count();
    let fits = |container: &&Container| {
        container.fits(records) && (foreign >= ENOUGH || !GUESSED.contains(&container.name))
    };
    for container in CONTAINERS.iter().filter(fits) {
        let card = digest_in(container, records, Limits::default());
        assert_eq!(card.records.read, reference.records.read, "{}", container.name);
        assert_eq!(card.records.skipped, 0, "{}: {:#?}", container.name, card.findings);
        if !WITH_KEYS.contains(&container.name) {
            let differ = differences(&card, &reference);
            assert!(differ.is_empty(), "{} (against jsonl):\n{differ}", container.name);
            assert_eq!(card.digest, reference.digest, "{}", container.name);
        }
    }
}

/// The first lines in which the partitions of two cards differ.
fn differences(card: &Card, reference: &Card) -> String {
    let lines = |card: &Card| -> Vec<String> {
        let json = serde_json::to_string_pretty(&card.partitions).unwrap();
        json.lines().map(|line| line.trim().to_owned()).collect()
    };
    let (card, reference) = (lines(card), lines(reference));
    let differ = card.iter().zip(&reference).filter(|(one, other)| one != other);
    let mut text: String =
        differ.take(8).map(|(one, other)| format!("  {one}  instead of  {other}\n")).collect();
    if card.len() != reference.len() {
        text.push_str(&format!("  {} lines instead of {}\n", card.len(), reference.len()));
    }
    text
}

#[test]
fn instruction_data_in_every_container() {
    every_container_agrees(&language::questions(Subject::Farm, 3, 120));
}

#[test]
fn plain_texts_in_every_container() {
    every_container_agrees(&language::texts(Subject::Health, 4, 60, 600));
}

#[test]
fn neither_threads_nor_memory_change_a_byte() {
    let records = language::questions(Subject::Machinery, 5, 400);
    let folder = tempfile::tempdir().unwrap();
    (container("jsonl-split").unwrap().write)(&records, folder.path()).unwrap();
    let reference = grade(folder.path(), Limits { threads: 1, ..Limits::default() });
    let reference = serde_json::to_string(&reference).unwrap();
    for threads in [1, 2, 3, 8] {
        for memory_bytes in [1 << 12, 1 << 20, 2 << 30] {
            let card = grade(folder.path(), Limits { threads, memory_bytes, ..Limits::default() });
            // Same files: not the digest alone but every byte.
            assert_eq!(
                serde_json::to_string(&card).unwrap(),
                reference,
                "{threads} {memory_bytes}"
            );
        }
    }
}

fn cell() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        1 => Just(None),
        3 => (-2_000..2_000_i32).prop_map(|n| Some(n.to_string())),
        2 => (-2_000..2_000_i32).prop_map(|n| Some(format!("{}", f64::from(n) / 8.0))),
        2 => "[a-z]{1,6}".prop_map(Some),
        2 => "[一-鿋]{1,12}".prop_map(Some),
        1 => "[a-zé\"', \n]{1,20}".prop_map(Some),
        1 => (2000..2030_u32, 1..13_u32, 1..29_u32)
            .prop_map(|(y, m, d)| Some(format!("{y}-{m:02}-{d:02}"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any table of any cells: same digest from every container.
    #[test]
    fn any_table_in_any_container(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..40),
    ) {
        // A record without any filled cell is no record in some containers.
        let rows = rows.into_iter().enumerate().map(|(number, mut row)| {
            row.insert(0, Some(format!("r{number}")));
            row
        });
        let fields = ["name", "alpha", "beta", "gamma"].map(str::to_owned).to_vec();
        every_container_agrees(&Records { fields, rows: rows.collect() });
    }
}
