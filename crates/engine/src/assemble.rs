//! The card, made of what the journey found out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use shujian_core::card::{
    self, Card, Cluster, Content, Dataset, Engine, FileKind, NotChecked, Partition, Records,
    Unreadable,
};
use shujian_core::finding::Text;
use shujian_core::{ContentId, Finding, Findings, Place, Profile};
use shujian_ingest::FileReport;
use shujian_quality::dedup::Novelty;
use shujian_quality::sign::Source;
use shujian_quality::{annotation, columns};

use crate::Copies;
use crate::journey::Outcome;
use crate::local::set::SetStore;
use crate::snapshot;

/// Clusters a partition shows.
const MOST_CLUSTERS: usize = 20;
/// Members a cluster shows.
const MOST_MEMBERS: usize = 5;

/// One exact copy in so many records is worth a finding.
const COPIES_PER: u64 = 100;

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// No other record says the same.
    Unique,
    /// Stands for its copies.
    First,
    /// Equal to another one in every field.
    Exact,
    /// Says what another one says, but for small changes.
    Near,
    /// Holds nothing of use.
    Rubbish,
}

impl Fate {
    /// The fate of a record; `sizes` are [`cluster_sizes`].
    pub(crate) fn of(novelty: &Novelty, sizes: &[u32], record: usize) -> Self {
        if novelty.exact_of[record] as usize != record {
            Self::Exact
        } else if !novelty.usable[record] {
            Self::Rubbish
        } else if novelty.cluster[record] as usize != record {
            Self::Near
        } else if sizes[record] > 1 {
            Self::First
        } else {
            Self::Unique
        }
    }

    /// Name in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unique => "unique",
            Self::First => "first",
            Self::Exact => "exact",
            Self::Near => "near",
            Self::Rubbish => "rubbish",
        }
    }
}

/// Members of the cluster that each record stands for; 0 for records that stand for none.
pub(crate) fn cluster_sizes(novelty: &Novelty) -> Vec<u32> {
    let mut sizes = vec![0; novelty.cluster.len()];
    for &representative in &novelty.cluster {
        sizes[representative as usize] += 1;
    }
    sizes
}

/// Makes the card of a run; assessment and digest are left to the caller of the rubric.
pub(crate) fn card(outcome: &Outcome) -> Card {
    let mut partitions = partitions(outcome);
    let places = places(outcome, &partitions);
    let records = records(outcome, partitions.iter().map(|partition| &partition.records));
    partitions.sort_by(|a, b| (b.units_submitted, &a.name).cmp(&(a.units_submitted, &b.name)));
    let findings = findings(outcome, &records);
    let mut card = Card {
        schema: card::SCHEMA.to_owned(),
        digest: String::new(),
        dataset: dataset(outcome),
        records,
        partitions,
        label_review: None,
        assessment: None,
        findings,
        not_checked: not_checked(outcome),
        places,
        engine: Engine { version: env!("CARGO_PKG_VERSION").to_owned(), banding: outcome.banding },
    };
    card.seal();
    card
}

/// What became of the records, without measuring them.
pub(crate) fn copies(outcome: &Outcome) -> Copies {
    let counted = counted(outcome);
    let records = records(outcome, counted.iter().map(|counts| &counts.records));
    Copies { findings: findings(outcome, &records), records }
}

/// Records of all files and partitions.
fn records<'a>(outcome: &Outcome, partitions: impl Iterator<Item = &'a Records>) -> Records {
    let mut records = Records::default();
    for file in &outcome.files {
        records.present += file.present;
        records.read += file.read;
        records.skipped += file.skipped;
    }
    for partition in partitions {
        records.usable += partition.usable;
        records.exact_duplicates += partition.exact_duplicates;
        records.near_duplicates += partition.near_duplicates;
        records.retained += partition.retained;
    }
    records
}

/// What was noticed, and what the counts themselves say.
fn findings(outcome: &Outcome, records: &Records) -> Vec<Finding> {
    let mut findings = outcome.findings.clone();
    let (copies, places) = exact_copies(outcome);
    if copies > 0 && copies * COPIES_PER >= records.read {
        findings.add_many("SJ-engine-002", copies, places);
    }
    if outcome.sample_only {
        findings.add("SJ-engine-001", Place::default());
    }
    findings.into_card()
}

/// How many exact copies there are, and the first by file and row. Equal judgements of two files are none:
/// items and annotators may be numbered anew in each.
fn exact_copies(outcome: &Outcome) -> (u64, Vec<Place>) {
    let mut first: BTreeSet<Source> = BTreeSet::new();
    let mut count = 0;
    for (set, novelty) in &outcome.sets {
        let places = &set.signed.places;
        for (record, &of) in novelty.exact_of.iter().enumerate() {
            let partition = &outcome.plan.partitions[set.signed.partitions[record] as usize];
            let is_other_file = places[record].file != places[of as usize].file;
            if of as usize == record || partition.profile == Profile::Judgements && is_other_file {
                continue;
            }
            count += 1;
            first.insert(places[record]);
            if first.len() > Findings::MAX_PLACES {
                first.pop_last();
            }
        }
    }
    (count, first.into_iter().map(|source| place(outcome, source)).collect())
}

fn place(outcome: &Outcome, source: Source) -> Place {
    Place::file(&outcome.files[source.file as usize].name).at_row(source.row)
}

/// What could not be read of files of measured formats.
fn unreadable(files: &[FileReport]) -> Unreadable {
    let mut lost = Unreadable::default();
    for file in files.iter().filter(|file| file.measured || file.broken) {
        lost.of_bytes += file.bytes;
        if file.broken && file.read == 0 {
            lost.whole_files += 1;
            lost.whole_bytes += file.bytes;
        } else if file.broken {
            lost.part_files += 1;
        }
    }
    lost
}

fn dataset(outcome: &Outcome) -> Dataset {
    let mut kinds: BTreeMap<(&str, bool), (u64, u64, u64)> = BTreeMap::new();
    for FileReport { kind, measured, bytes, present, samples, .. } in &outcome.files {
        let (files, total, records) = kinds.entry((kind, *measured)).or_default();
        *files += 1;
        *total += bytes;
        *records += present + samples;
    }
    Dataset {
        name: outcome.name.clone(),
        sector: None,
        snapshot_root: snapshot::root(&outcome.files),
        files: outcome.files.len() as u64,
        bytes: outcome.bytes,
        kinds: kinds
            .into_iter()
            .map(|((kind, measured), (files, bytes, records))| FileKind {
                kind: kind.to_owned(),
                measured,
                files,
                bytes,
                records,
            })
            .collect(),
        contents: contents(&outcome.files),
        unreadable: unreadable(&outcome.files),
    }
}

/// Different files with something in them: the largest, and of equal size those of the smallest
/// hash, so that two datasets of many small files keep the same ones.
fn contents(files: &[FileReport]) -> Vec<Content> {
    let filled = files.iter().filter(|file| file.bytes > 0);
    let known: BTreeSet<(Reverse<u64>, [u8; 32])> =
        filled.map(|file| (Reverse(file.bytes), file.digest)).collect();
    let hex = |digest| blake3::Hash::from_bytes(digest).to_hex().to_string();
    known
        .into_iter()
        .take(Content::MOST)
        .map(|(bytes, digest)| Content { blake3: hex(digest), bytes: bytes.0 })
        .collect()
}

fn partitions(outcome: &Outcome) -> Vec<Partition> {
    let finish = |(number, counts)| partition(outcome, number, counts);
    counted(outcome).into_iter().enumerate().map(finish).collect()
}

/// What is counted about each partition.
fn counted(outcome: &Outcome) -> Vec<Counts> {
    let mut counted: Vec<Counts> =
        outcome.plan.partitions.iter().map(|_| Counts::default()).collect();
    for (file, partition) in outcome.files.iter().zip(&outcome.plan.of_file) {
        if let Some(partition) = partition {
            let records = &mut counted[*partition as usize].records;
            records.present += file.present;
            records.read += file.read;
            records.skipped += file.skipped;
        }
    }
    for (set, novelty) in &outcome.sets {
        let sizes = cluster_sizes(novelty);
        for record in 0..set.len() {
            let counts = &mut counted[set.signed.partitions[record] as usize];
            let fate = Fate::of(novelty, &sizes, record);
            match fate {
                Fate::Exact => counts.records.exact_duplicates += 1,
                Fate::Near => counts.records.near_duplicates += 1,
                Fate::Rubbish => {}
                Fate::Unique | Fate::First => counts.records.retained += 1,
            }
            counts.records.usable += u64::from(novelty.usable[record]);
            counts.submitted += u64::from(novelty.counted_units[record]);
            counts.novel += u64::from(novelty.novel_units[record]);
            if fate == Fate::First {
                counts.clusters.push((sizes[record], set.signed.ids[record]));
            }
        }
        gather_members(set, novelty, &sizes, &mut counted);
    }
    counted
}

/// What is counted about one partition.
#[derive(Default)]
struct Counts {
    records: Records,
    submitted: u64,
    novel: u64,
    /// Size and representative of each cluster.
    clusters: Vec<(u32, ContentId)>,
    /// Distinct members of the clusters shown, by representative.
    members: BTreeMap<ContentId, BTreeSet<ContentId>>,
}

/// Keeps the largest clusters of each partition and finds their first members.
fn gather_members(set: &SetStore, novelty: &Novelty, sizes: &[u32], counted: &mut [Counts]) {
    for counts in counted.iter_mut() {
        counts.clusters.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
        counts.clusters.truncate(MOST_CLUSTERS);
        for (_, representative) in &counts.clusters {
            counts.members.entry(*representative).or_default();
        }
    }
    for record in 0..set.len() {
        let representative = novelty.cluster[record] as usize;
        if sizes[representative] < 2 {
            continue;
        }
        let counts = &mut counted[set.signed.partitions[representative] as usize];
        if let Some(members) = counts.members.get_mut(&set.signed.ids[representative]) {
            members.insert(set.signed.ids[record]);
            if members.len() > MOST_MEMBERS {
                members.pop_last();
            }
        }
    }
}

fn partition(outcome: &Outcome, number: usize, counts: Counts) -> Partition {
    let plan = &outcome.plan.partitions[number];
    let measured = &outcome.measurements[number];
    let mut metrics = measured.metrics.clone();
    metrics.extend(outcome.annotation.as_ref().map(|metric| match plan.profile {
        Profile::Judgements => metric.clone(),
        _ => annotation::over(metric, counts.records.retained),
    }));
    // Six decimals, as printed: the volume follows from the printed numbers exactly.
    let low_millionths = (measured.factor.low * 1e6).round() as u128;
    let clusters = counts.clusters.iter().map(|(size, representative)| Cluster {
        size: u64::from(*size),
        members: counts.members[representative].iter().map(ToString::to_string).collect(),
    });
    Partition {
        name: plan.name.clone(),
        profile: plan.profile,
        unit: plan.profile.unit().to_owned(),
        units_submitted: counts.submitted,
        units_novel: counts.novel,
        factor: measured.factor,
        units_effective: (u128::from(counts.novel) * low_millionths / 1_000_000) as u64,
        metrics,
        columns: columns::to_card(plan),
        clusters: clusters.collect(),
        records: counts.records,
    }
}

/// Where the records stand that the card names as evidence.
fn places(outcome: &Outcome, partitions: &[Partition]) -> BTreeMap<String, Place> {
    let named = partitions.iter().flat_map(|partition| {
        let evidence = partition.metrics.iter().flat_map(|metric| &metric.evidence);
        evidence.chain(partition.clusters.iter().flat_map(|cluster| &cluster.members))
    });
    let mut places: BTreeMap<String, Option<Source>> = named.map(|id| (id.clone(), None)).collect();
    let prefixes: BTreeSet<u64> =
        places.keys().filter_map(|id| u64::from_str_radix(id.get(..16)?, 16).ok()).collect();
    for (set, _) in &outcome.sets {
        for (id, source) in set.signed.ids.iter().zip(&set.signed.places) {
            if prefixes.contains(&id.prefix())
                && let Some(place) = places.get_mut(&id.to_string())
                && place.is_none_or(|known| *source < known)
            {
                *place = Some(*source);
            }
        }
    }
    places.into_iter().filter_map(|(id, source)| Some((id, place(outcome, source?)))).collect()
}

/// What nobody looked at: printed on every card, so that silence is never taken for a pass.
fn not_checked(outcome: &Outcome) -> Vec<NotChecked> {
    let entry = |name: &str, zh: &str, en: &str| NotChecked {
        name: name.to_owned(),
        reason: Text { zh: zh.to_owned(), en: en.to_owned() },
    };
    let mut list: Vec<NotChecked> = dataset(outcome)
        .kinds
        .into_iter()
        .filter(|kind| !kind.measured && kind.kind != "documentation" && kind.bytes > 0)
        .map(|FileKind { kind, files, records, .. }| {
            let samples_zh =
                if records > 0 { format!("，样本 {records} 个") } else { String::new() };
            let samples_en =
                if records > 0 { format!(", {records} samples") } else { String::new() };
            entry(
                &format!("kind-{kind}"),
                &format!("{kind} 文件 {files} 个{samples_zh}：已计数，尚不度量其内容"),
                &format!(
                    "{files} {kind} {}{samples_en}: counted, content not yet measured",
                    if files == 1 { "file" } else { "files" }
                ),
            )
        })
        .collect();
    list.extend([
        entry(
            "truth",
            "内容是否真实、合法：须人工抽检",
            "whether the content is true and lawful: needs a human audit",
        ),
        entry(
            "personal-information",
            "个人信息：本版本不检测",
            "personal information: not detected by this version",
        ),
        entry(
            "declared-sector",
            "申报领域与内容是否相符：须人工核查",
            "whether the content is of the declared field: for the reviewer",
        ),
        entry(
            "registered-overlap",
            "与已登记数据集的重复：须接入登记库",
            "overlap with datasets registered earlier: needs the registry",
        ),
        entry(
            "machine-written",
            "未声明的机器生成内容：仅凭内容无法辨别",
            "undeclared machine-written content: cannot be told from content alone",
        ),
    ]);
    list
}
