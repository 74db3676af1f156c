//! Text from signature to novelty: planted truth, and independence of cut, order and place.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use proptest::prelude::*;
use shujian_core::ContentId;
use shujian_fixtures::planted::{Kind, corpus};
use shujian_fixtures::rng::Rng;
use shujian_quality::dedup::memory::Memory;
use shujian_quality::dedup::minhash::Banding;
use shujian_quality::dedup::{Novelty, Set};
use shujian_quality::sign::{Keys, Payloads, Signed, Source};
use shujian_quality::text;
use shujian_quality::text::sign::Signer;

fn signed(texts: &[(u64, &str)]) -> Signed {
    let mut signer = Signer::new(Banding::RECALL);
    for &(row, text) in texts {
        let source = Source { file: 0, row };
        signer.add(ContentId::of(text.as_bytes()), source, 0, [text].into_iter());
    }
    signer.finish()
}

fn append(to: &mut Signed, part: Signed) {
    to.width = part.width;
    to.ids.extend(part.ids);
    to.places.extend(part.places);
    to.partitions.extend(part.partitions);
    to.units.extend(part.units);
    to.keys.extend(part.keys);
    to.payload_len.extend(part.payload_len);
    to.payload.extend(part.payload);
}

fn resolved(signed: &Signed) -> Novelty {
    let store = Memory::of(signed);
    let set = store.set();
    text::resolve(&set).expect("memory gives no error").0
}

/// Novelty by place: the place of the original, of the cluster's first, usable, novel units.
fn by_place(signed: &Signed) -> BTreeMap<u64, (u64, u64, bool, u32)> {
    let novelty = resolved(signed);
    let row = |record: u32| signed.places[record as usize].row;
    (0..signed.ids.len())
        .map(|at| {
            let decided = (
                row(novelty.exact_of[at]),
                row(novelty.cluster[at]),
                novelty.usable[at],
                novelty.novel_units[at],
            );
            (signed.places[at].row, decided)
        })
        .collect()
}

#[test]
fn planted_copies_are_found_and_nothing_else() {
    let (records, truth) = corpus(7, 1500, 1200);
    let texts: Vec<(u64, &str)> =
        (1..).zip(records.rows.iter().map(|row| row[0].as_deref().unwrap_or_default())).collect();
    let novelty = resolved(&signed(&texts));

    let mut found: BTreeMap<(Kind, bool), (u32, u32)> = BTreeMap::new();
    for copy in &truth {
        let together = novelty.cluster[copy.row] == novelty.cluster[copy.base];
        let (hits, all) = found.entry((copy.kind, copy.chinese)).or_default();
        *hits += u32::from(together);
        *all += 1;
    }
    let recall = |kind: Kind, chinese: bool| {
        let (hits, all) = found[&(kind, chinese)];
        f64::from(hits) / f64::from(all)
    };
    for chinese in [false, true] {
        assert_eq!(recall(Kind::Exact, chinese), 1.0);
        assert_eq!(recall(Kind::CaseAndSpace, chinese), 1.0);
        assert!(recall(Kind::Near80, chinese) >= 0.97, "{found:?}");
    }
    assert!(recall(Kind::Near70, false) >= 0.63, "{found:?}");
    assert!(recall(Kind::Near50, false) <= 0.2, "{found:?}");

    // Whoever shares a cluster must descend from one base.
    let base: BTreeMap<usize, usize> = truth.iter().map(|copy| (copy.row, copy.base)).collect();
    let family = |row: usize| base.get(&row).copied().unwrap_or(row);
    let mut families: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    let mut members = 0;
    for (row, &cluster) in novelty.cluster.iter().enumerate() {
        families.entry(cluster).or_default().insert(family(row));
        members += u32::from(cluster as usize != row);
    }
    let strangers: usize = families.values().map(|families| families.len() - 1).sum();
    assert!(strangers as f64 <= 0.01 * f64::from(members), "{strangers} of {members}");
}

/// A store of which something is torn.
struct Torn<'a> {
    whole: Memory<'a>,
    /// Bytes every payload is cut to.
    payload: usize,
    /// Added to the number of each record that has a key.
    shift: u32,
    fails: bool,
}

impl Payloads for Torn<'_> {
    fn get<'a>(&'a self, record: u32, room: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        let whole = self.whole.get(record, room)?;
        Ok(&whole[..whole.len().min(self.payload)])
    }
}

impl Keys for Torn<'_> {
    fn width(&self) -> usize {
        self.whole.width()
    }

    fn sorted(&self, position: usize) -> io::Result<Vec<(u64, u32)>> {
        if self.fails {
            return Err(io::Error::other("the spill file is gone"));
        }
        let keys = self.whole.sorted(position)?;
        Ok(keys.into_iter().map(|(key, record)| (key, record + self.shift)).collect())
    }
}

#[test]
fn torn_stores_are_errors() {
    let (records, _) = corpus(3, 40, 300);
    let texts: Vec<(u64, &str)> =
        (1..).zip(records.rows.iter().map(|row| row[0].as_deref().unwrap_or_default())).collect();
    let signed = signed(&texts);
    let run = |payload, shift, fails| {
        let store = Torn { whole: Memory::of(&signed), payload, shift, fails };
        text::resolve(&Set { signed: &signed, keys: &store, payloads: &store }).map(|_| ())
    };
    assert!(run(usize::MAX, 0, false).is_ok());
    for torn in [run(3, 0, false), run(11, 0, false), run(usize::MAX, 1, false)] {
        assert_eq!(torn.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
    assert_eq!(run(usize::MAX, 0, true).unwrap_err().kind(), io::ErrorKind::Other);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Batches, their order and the copies among them change no decision.
    #[test]
    fn cut_and_order_change_nothing(seed in 0..1000_u64, cut in any::<prop::sample::Index>()) {
        let (records, _) = corpus(seed, 60, 400);
        let texts: Vec<(u64, &str)> =
            (1..).zip(records.rows.iter().map(|row| row[0].as_deref().unwrap_or_default())).collect();
        let whole = by_place(&signed(&texts));

        let mut shuffled = texts.clone();
        Rng::new(seed).shuffle(&mut shuffled);
        let (left, right) = shuffled.split_at(cut.index(shuffled.len() + 1));
        let mut merged = signed(right);
        append(&mut merged, signed(left));
        prop_assert_eq!(by_place(&merged), whole);
    }

    /// Nothing is worth more than it holds, and copies add nothing.
    #[test]
    fn copies_add_nothing(seed in 0..1000_u64) {
        let (records, _) = corpus(seed, 60, 400);
        let mut texts: Vec<(u64, &str)> =
            (1..).zip(records.rows.iter().map(|row| row[0].as_deref().unwrap_or_default())).collect();
        let total = |texts: &[(u64, &str)]| {
            let signed = signed(texts);
            let novelty = resolved(&signed);
            for (novel, units) in novelty.novel_units.iter().zip(&signed.units) {
                assert!(novel <= units);
            }
            novelty.novel_units.iter().sum::<u32>()
        };
        let before = total(&texts);
        let copies: Vec<(u64, &str)> = texts.iter().map(|&(row, text)| (row + 1000, text)).collect();
        texts.extend(copies);
        prop_assert_eq!(total(&texts), before);
    }
}
