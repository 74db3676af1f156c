//! Recall and precision of near copies on a corpus whose copies are known, and what is left of it.
//!
//! `cargo run --release -p shujian-quality --example text_truth CORPUS.jsonl TRUTH.jsonl ONE_IN`
//! reads records `{"id", "text"}` and copies `{"id", "base", "kind", "j5", "lang"}`, keeps one
//! family of copies in ONE_IN, and prints what was found by kind and language.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};

use serde_json::Value;
use shujian_core::ContentId;
use shujian_quality::dedup::Novelty;
use shujian_quality::dedup::memory::Memory;
use shujian_quality::dedup::minhash::{Banding, mix};
use shujian_quality::sign::{Signed, Source};
use shujian_quality::text;
use shujian_quality::text::sign::Signer;

/// A planted copy.
struct Copy {
    base: u64,
    kind: String,
}

fn lines(path: &str) -> Result<impl Iterator<Item = Value>, Box<dyn std::error::Error>> {
    let lines = BufReader::new(File::open(path)?).lines().map_while(Result::ok);
    Ok(lines.filter_map(|line| serde_json::from_str(&line).ok()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, truth, one_in] = arguments.as_slice() else {
        return Err("expected CORPUS.jsonl TRUTH.jsonl ONE_IN".into());
    };
    let one_in: u64 = one_in.parse()?;
    let mut copies: HashMap<u64, Copy> = HashMap::new();
    for copy in lines(truth)? {
        let field = |name: &str| copy[name].as_str().unwrap_or_default().to_owned();
        let (Some(id), Some(base)) = (copy["id"].as_u64(), copy["base"].as_u64()) else { continue };
        let kind = format!("{} {}", field("lang"), field("kind"));
        copies.insert(id, Copy { base, kind });
    }
    let mut signer = Signer::new(Banding::RECALL);
    let (mut ids, mut bytes) = (Vec::new(), 0);
    for record in lines(corpus)? {
        let (Some(id), Some(text)) = (record["id"].as_u64(), record["text"].as_str()) else {
            continue;
        };
        if mix(family(id, &copies)).is_multiple_of(one_in) {
            bytes += text.len();
            let source = Source { file: 0, row: id + 1 };
            signer.add(ContentId::of(text.as_bytes()), source, 0, [text].into_iter());
            ids.push(id);
        }
    }
    let signed = signer.finish();
    let store = Memory::of(&signed);
    let set = store.set();
    let (novelty, repeated, _) = text::resolve::resolve_with_repeats(&set)?;
    report(&ids, bytes, &copies, &novelty);
    left(&signed, &novelty, &repeated);
    Ok(())
}

/// The record this one descends from.
fn family(id: u64, copies: &HashMap<u64, Copy>) -> u64 {
    copies.get(&id).map_or(id, |copy| family(copy.base, copies))
}

#[expect(clippy::print_stdout, reason = "the figures are what the example is for")]
fn report(ids: &[u64], bytes: usize, copies: &HashMap<u64, Copy>, novelty: &Novelty) {
    let record: HashMap<u64, usize> = ids.iter().zip(0..).map(|(&id, at)| (id, at)).collect();
    let mut found: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut families: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
    let mut members = 0;
    for (at, id) in ids.iter().enumerate() {
        let cluster = novelty.cluster[at];
        families.entry(cluster).or_default().insert(family(*id, copies));
        members += u32::from(cluster as usize != at);
        if let Some(copy) = copies.get(id) {
            let (hits, all) = found.entry(&copy.kind).or_default();
            *hits += u32::from(novelty.cluster[record[&copy.base]] == cluster);
            *all += 1;
        }
    }
    println!("{} records, {bytes} bytes", ids.len());
    for (kind, (hits, all)) in found {
        println!("{kind}: {hits} of {all}, recall {:.3}", f64::from(hits) / f64::from(all));
    }
    let strangers: usize = families.values().map(|families| families.len() - 1).sum();
    println!(
        "precision {:.4}: {strangers} of {members} joined to strangers",
        1.0 - strangers as f64 / f64::from(members.max(1))
    );
}

#[expect(clippy::print_stdout, reason = "the figures are what the example is for")]
fn left(signed: &Signed, novelty: &Novelty, repeated: &[u32]) {
    let sum = |units: &[u32]| units.iter().map(|&units| f64::from(units)).sum::<f64>();
    let is_first = |at: &usize| novelty.cluster[*at] == *at as u32 && novelty.usable[*at];
    let firsts: Vec<u32> =
        (0..repeated.len()).filter(is_first).map(|at| signed.units[at]).collect();
    let (submitted, distinct) = (sum(&signed.units), sum(&firsts));
    let (repeated, novel) = (sum(repeated), sum(&novelty.novel_units));
    println!(
        "distinct {:.3}, repeated passages {:.3}, novel {:.3}: {:.3} of what duplicates leave",
        distinct / submitted,
        repeated / submitted,
        novel / submitted,
        novel / (distinct - repeated)
    );
}
