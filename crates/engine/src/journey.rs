//! A record's journey, whole: discover, look, plan, sign, resolve, measure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::ThreadPool;
use shujian_core::card::Metric;
use shujian_core::{Banding, Batch, ContentId, Findings, Profile};
use shujian_ingest::{Discovery, FileReport, Source, SourceReport};
use shujian_quality::columns::{self, FileColumns, PartitionPlan, Plan};
use shujian_quality::dedup::Novelty;
use shujian_quality::metric::Measurement;
use shujian_quality::sample::Sample;
use shujian_quality::{annotation, table, text};

use crate::local::Budget;
use crate::local::scan::{Cache, read_all};
use crate::local::set::SetStore;
use crate::{Error, Options, Watch};

/// Everything a run found out; the card is made of it.
pub(crate) struct Outcome {
    /// Name of the dataset: the last part of the first path.
    pub(crate) name: String,
    /// Bytes of the sources on disk.
    pub(crate) bytes: u64,
    /// Files and archive members by name; [`Source::file`](shujian_quality::sign::Source) indexes them.
    pub(crate) files: Vec<FileReport>,
    /// How the files fall into partitions.
    pub(crate) plan: Plan,
    /// Sets of records that were resolved together.
    pub(crate) sets: Vec<(SetStore, Novelty)>,
    /// Measurement of each partition; none where only copies were looked for.
    pub(crate) measurements: Vec<Measurement>,
    /// The annotation term, where there are judgements.
    pub(crate) annotation: Option<Metric>,
    /// What was noticed on the way.
    pub(crate) findings: Findings,
    /// How near copies of texts were looked for.
    pub(crate) banding: Banding,
    /// Whether only the beginning of each file was read.
    pub(crate) sample_only: bool,
}

/// The first look: what files there are and what columns they have.
struct Looked {
    files: Vec<FileReport>,
    /// Index in `files` of each member of each source.
    index: Vec<Vec<u32>>,
    plan: Plan,
    cache: BTreeMap<u32, Option<Vec<Batch>>>,
}

/// How far the journey goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Until every record stands among its copies.
    Copies,
    /// To the end.
    Card,
}

/// Walks the journey.
///
/// - Errors: as [`crate::profile`].
pub(crate) fn walk(
    paths: &[PathBuf],
    options: &Options,
    watch: &dyn Watch,
    aim: Aim,
) -> Result<Outcome, Error> {
    let pool = pool(options)?;
    let mut findings = Findings::default();

    watch.stage("discover");
    let Discovery { sources, findings: found } = shujian_ingest::discover(paths, &options.limits)?;
    findings.merge(found);
    let bytes = sources.iter().map(|source| source.bytes).sum();
    watch.start(bytes);

    watch.stage("read");
    let looked = look(&pool, &sources, options, watch, &mut findings);
    if looked.plan.partitions.is_empty() && looked.files.is_empty() {
        return Err(Error::Empty { paths: display(paths) });
    }

    watch.stage("sign");
    let Looked { files, index, plan, cache } = looked;
    let look = (files.as_slice(), index.as_slice(), &plan);
    let (mut sets, samples) = sign(&pool, &sources, look, cache, options, watch)?;

    watch.stage("compare");
    let mut noticed = Findings::default();
    let novelties = pool.install(|| resolve(&sets, &samples, &plan, &mut noticed))?;

    let (mut measurements, mut annotation) = (Vec::new(), None);
    if aim == Aim::Card {
        watch.stage("measure");
        measurements = pool.install(|| measure(&plan, &sets, &novelties, &samples));
        for measurement in &measurements {
            noticed.merge(measurement.findings.clone());
        }
        annotation = judge(&sets, &plan)?;
    }
    findings.merge(noticed.name_files(|index| Some(files.get(index)?.name.clone())));

    let sets = sets.drain(..).zip(novelties).collect();
    Ok(Outcome {
        name: name(paths),
        bytes,
        files,
        plan,
        sets,
        measurements,
        annotation,
        findings,
        banding: options.banding,
        sample_only: options.sample_only,
    })
}

fn pool(options: &Options) -> Result<ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new().num_threads(options.limits.threads.max(1)).build().map_err(
        |error| Error::Environment {
            doing: "starting threads",
            source: std::io::Error::other(error),
        },
    )
}

/// Reads every source once: reports, columns, and as many batches as the cache holds.
fn look(
    pool: &ThreadPool,
    sources: &[Source],
    options: &Options,
    watch: &dyn Watch,
    findings: &mut Findings,
) -> Looked {
    let cache = Cache::new(Budget::of(options.limits.memory_bytes).cache);
    let tallies: Vec<Mutex<BTreeMap<(u32, u32), FileColumns>>> =
        (0..=pool.current_num_threads()).map(|_| Mutex::default()).collect();
    let numbered: Vec<(u32, &Source)> = (0..).zip(sources).collect();
    let mut reports = read_all(pool, &numbered, options, watch, &|source, batch| {
        let mut mine = tallies[worker(pool)].lock().unwrap_or_else(PoisonError::into_inner);
        mine.entry((source, batch.file)).or_default().observe(&batch);
        drop(mine);
        cache.offer(source, batch);
    });

    for report in &mut reports {
        findings.merge(std::mem::take(&mut report.findings));
    }
    let (files, index) = file_table(reports);
    let mut columns: Vec<FileColumns> = vec![FileColumns::default(); files.len()];
    for tally in tallies {
        for ((source, member), part) in tally.into_inner().unwrap_or_else(PoisonError::into_inner) {
            columns[index[source as usize][member as usize] as usize].merge(part);
        }
    }
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let plan = columns::plan(&columns, &names);
    findings.merge(plan.findings.clone());
    Looked { files, index, plan, cache: cache.into_sources() }
}

/// All files by name, and where each member of each source went.
fn file_table(reports: Vec<SourceReport>) -> (Vec<FileReport>, Vec<Vec<u32>>) {
    let mut index: Vec<Vec<u32>> =
        reports.iter().map(|report| vec![0; report.files.len()]).collect();
    let mut files: Vec<(usize, usize, FileReport)> = reports
        .into_iter()
        .enumerate()
        .flat_map(|(source, report)| {
            report.files.into_iter().enumerate().map(move |(member, file)| (source, member, file))
        })
        .collect();
    files.sort_by(|a, b| (&a.2.name, a.0, a.1).cmp(&(&b.2.name, b.0, b.1)));
    for (number, (source, member, _)) in (0..).zip(&files) {
        index[*source][*member] = number;
    }
    (files.into_iter().map(|(_, _, file)| file).collect(), index)
}

/// What the second look leaves: set 0 holds all text, then one set a partition of rows.
type Signed = (Vec<SetStore>, Vec<Sample>);

/// Looks at every batch a second time, cached or read again, and signs its records.
fn sign(
    pool: &ThreadPool,
    sources: &[Source],
    (files, index, plan): (&[FileReport], &[Vec<u32>], &Plan),
    cache: BTreeMap<u32, Option<Vec<Batch>>>,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Signed, Error> {
    let signing = Signing::new(pool, index, plan, options);
    let mut again = Vec::new();
    pool.in_place_scope(|scope| {
        for (source, batches) in cache {
            let Some(batches) = batches else {
                again.push((source, &sources[source as usize]));
                continue;
            };
            for batch in batches {
                let signing = &signing;
                scope.spawn(move |_| signing.take(source, batch));
            }
        }
    });
    watch.start(again.iter().map(|(_, source)| source.bytes).sum());
    let reports =
        read_all(pool, &again, options, watch, &|source, batch| signing.take(source, batch));
    for ((source, _), report) in again.iter().zip(&reports) {
        for (member, second) in report.files.iter().enumerate() {
            let first = &files[index[*source as usize][member] as usize];
            if first.digest != second.digest {
                return Err(Error::Changed { name: first.name.clone() });
            }
        }
    }
    signing.finish()
}

/// The second look at work: called with batches from all threads.
struct Signing<'a> {
    pool: &'a ThreadPool,
    index: &'a [Vec<u32>],
    plan: &'a Plan,
    banding: Banding,
    sets: Vec<Mutex<SetStore>>,
    /// One list a worker, one sample a partition.
    samples: Vec<Mutex<Vec<Sample>>>,
    failure: Mutex<Option<std::io::Error>>,
}

impl<'a> Signing<'a> {
    fn new(pool: &'a ThreadPool, index: &'a [Vec<u32>], plan: &'a Plan, options: &Options) -> Self {
        let budget = Budget::of(options.limits.memory_bytes).split(plan.partitions.len() + 1);
        let samples = || plan.partitions.iter().map(empty_sample).collect();
        Self {
            pool,
            index,
            plan,
            banding: options.banding,
            sets: (0..=plan.partitions.len()).map(|_| Mutex::new(SetStore::new(budget))).collect(),
            samples: (0..=pool.current_num_threads()).map(|_| Mutex::new(samples())).collect(),
            failure: Mutex::default(),
        }
    }

    fn take(&self, source: u32, batch: Batch) {
        let file = self.index[source as usize][batch.file as usize];
        let Some(partition) = self.plan.of_file[file as usize] else { return };
        let plan = &self.plan.partitions[partition as usize];
        let signed = {
            let mine =
                &mut self.samples[worker(self.pool)].lock().unwrap_or_else(PoisonError::into_inner);
            let sample = &mut mine[partition as usize];
            if plan.profile.is_text() {
                text::sign(&batch, file, partition, plan, self.banding, sample)
            } else {
                table::sign(&batch, file, partition, plan, sample)
            }
        };
        let set = &self.sets[set_of(partition, plan)];
        if let Err(error) = set.lock().unwrap_or_else(PoisonError::into_inner).push(signed) {
            self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    fn finish(self) -> Result<Signed, Error> {
        if let Some(source) = self.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(Error::Environment { doing: "keeping signatures", source });
        }
        let inner = |set: Mutex<SetStore>| set.into_inner().unwrap_or_else(PoisonError::into_inner);
        let sets = self.sets.into_iter().map(inner).collect();
        let mut workers = self
            .samples
            .into_iter()
            .map(|list| list.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut merged = workers.next().unwrap_or_default();
        for list in workers {
            for (whole, part) in merged.iter_mut().zip(list) {
                whole.merge(part);
            }
        }
        Ok((sets, merged))
    }
}

/// Decides, set by set, what each record still adds.
fn resolve(
    sets: &[SetStore],
    samples: &[Sample],
    plan: &Plan,
    findings: &mut Findings,
) -> Result<Vec<Novelty>, Error> {
    let mut novelties = Vec::with_capacity(sets.len());
    for (number, set) in sets.iter().enumerate() {
        let resolved = match number.checked_sub(1) {
            _ if set.len() == 0 => Ok((Novelty::default(), Findings::default())),
            None => text::resolve(&set.view()),
            Some(partition) => {
                table::resolve(&set.view(), &plan.partitions[partition], &samples[partition])
            }
        };
        let (novelty, found) = resolved
            .map_err(|source| Error::Environment { doing: "reading back signatures", source })?;
        findings.merge(found);
        novelties.push(novelty);
    }
    Ok(novelties)
}

/// Measures each partition on its sample.
fn measure(
    plan: &Plan,
    sets: &[SetStore],
    novelties: &[Novelty],
    samples: &[Sample],
) -> Vec<Measurement> {
    (0..)
        .zip(&plan.partitions)
        .zip(samples)
        .map(|((partition, of), sample)| {
            let set = set_of(partition, of);
            let shares = novel_shares(sample, &sets[set], &novelties[set]);
            let novelty = |id: &ContentId| shares.get(id).copied().unwrap_or(0.0);
            if of.profile.is_text() {
                text::measure(of, sample, &novelty)
            } else {
                table::measure(of, sample, &novelty)
            }
        })
        .collect()
}

/// The novel share of each sampled record's content: all copies of an id count as one record.
fn novel_shares(sample: &Sample, set: &SetStore, novelty: &Novelty) -> BTreeMap<ContentId, f64> {
    let mut wanted: BTreeMap<ContentId, (u64, u64)> =
        sample.iter().map(|(id, _)| (*id, (0, 0))).collect();
    let Some((last, _)) = wanted.last_key_value() else { return BTreeMap::new() };
    let last = *last;
    for (record, id) in set.signed.ids.iter().enumerate() {
        // The sample holds the smallest ids, so this rejects nearly all others at once.
        if *id <= last
            && let Some((novel, units)) = wanted.get_mut(id)
        {
            *novel += u64::from(novelty.novel_units[record]);
            *units = (*units).max(u64::from(set.signed.units[record]));
        }
    }
    wanted
        .into_iter()
        .map(|(id, (novel, units))| {
            (id, if units == 0 { 0.0 } else { novel as f64 / units as f64 })
        })
        .collect()
}

/// The annotation term over all judgement partitions.
fn judge(sets: &[SetStore], plan: &Plan) -> Result<Option<Metric>, Error> {
    let views: Vec<_> = sets
        .iter()
        .skip(1)
        .zip(&plan.partitions)
        .filter(|(_, of)| of.profile == Profile::Judgements)
        .map(|(set, of)| (set.view(), of))
        .collect();
    annotation::measure(&views)
        .map_err(|source| Error::Environment { doing: "reading back judgements", source })
}

fn empty_sample(plan: &PartitionPlan) -> Sample {
    if plan.profile.is_text() { text::sample() } else { table::sample() }
}

/// All text is compared with all text; rows with those of their partition.
fn set_of(partition: u32, plan: &PartitionPlan) -> usize {
    if plan.profile.is_text() { 0 } else { partition as usize + 1 }
}

/// The slot of the calling worker; the last one is for a caller outside of the pool.
fn worker(pool: &ThreadPool) -> usize {
    pool.current_thread_index().unwrap_or(pool.current_num_threads())
}

fn display(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

fn name(paths: &[PathBuf]) -> String {
    // A pattern has no name of its own; the folder it looks into has.
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    let is_pattern =
        |path: &Path| !path.exists() && path.to_string_lossy().contains(['*', '?', '[']);
    let first = first.ancestors().find(|path| !is_pattern(path)).unwrap_or(first);
    let first = if first.as_os_str().is_empty() { Path::new(".") } else { first };
    // `.` and `..` have no name of their own until they are resolved.
    let resolved = first.canonicalize().unwrap_or_else(|_| first.to_owned());
    let name = resolved.file_name().unwrap_or(first.as_os_str());
    name.to_string_lossy().into_owned()
}
