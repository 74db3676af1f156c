//! One folder for each annotator: folders that label the same items, in files that name nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::orphans::Told;
use super::{Delivery, Source, is_media, stem, voc};
use crate::code;
use crate::labels::{Labels, NONE, Names, Remark};
use crate::matching::key;

/// Names of folders that are parts of a dataset and nobody's name.
const PARTS: &[&str] = &[
    "train",
    "training",
    "val",
    "valid",
    "validation",
    "test",
    "testing",
    "dev",
    "trainval",
    "minival",
    "train2017",
    "val2017",
    "test2017",
    "训练",
    "训练集",
    "验证",
    "验证集",
    "测试",
    "测试集",
];

/// The annotators that a delivery's folders, or its files, seem to be.
#[derive(Debug)]
pub(super) struct Annotators {
    /// Their names, sorted.
    names: Vec<String>,
    /// Of each file, the annotator; `None` for what holds no labels.
    of_file: Vec<Option<usize>>,
    /// The folder above theirs, with its slash.
    above: String,
}

impl Annotators {
    /// Those whose folders hold labels of one format beside each other, and nothing else does; where
    /// `by_file`, files of one folder may be theirs as well.
    ///
    /// Whether they labelled the same items shows only when all is read: see [`join`].
    pub(super) fn guess(sources: &[Source], told: &[Told], by_file: bool) -> Option<Self> {
        let holds_labels = |(source, told): (&Source, &Told)| {
            let is_aside = voc::is_image_set(&source.name) || voc::is_instance_mask(&source.name);
            told.format().filter(|_| !is_aside).map(|format| format.name())
        };
        let formats: Vec<Option<&str>> = sources.iter().zip(told).map(holds_labels).collect();
        let labelled = || sources.iter().zip(&formats).filter(|(_, format)| format.is_some());
        let kinds: BTreeSet<&str> = formats.iter().copied().flatten().collect();
        // Every sequence of tracks numbers its frames from one.
        if kinds.len() != 1 || kinds.contains("mot") {
            return None;
        }
        let above = common(labelled().map(|(source, _)| source.name.as_str()))?;
        let name_of = |source: &Source| -> Option<String> {
            match source.name.strip_prefix(&above)?.split_once('/') {
                Some((folder, _)) => Some(folder.to_owned()),
                None => by_file.then(|| stem(source.base()).to_owned()),
            }
        };
        let names: Option<BTreeSet<String>> =
            labelled().map(|(source, _)| name_of(source)).collect();
        let names: Vec<String> = names?.into_iter().collect();
        let is_part = |name: &String| PARTS.contains(&name.to_lowercase().as_str());
        // A folder with pictures of its own is a part of the data, not a view of the same.
        let has_media = sources
            .iter()
            .filter(|source| is_media(&source.name))
            .any(|source| name_of(source).is_some_and(|name| names.contains(&name)));
        if names.len() < 2 || names.iter().any(is_part) || has_media {
            return None;
        }
        let of_file = sources.iter().zip(&formats).map(|(source, format)| {
            format.and_then(|_| names.binary_search(&name_of(source)?).ok())
        });
        Some(Self { of_file: of_file.collect(), names, above })
    }

    /// Takes the annotators into the labels: their numbers are those of the list.
    pub(super) fn introduce(&self, raters: &mut Names) {
        self.names.iter().for_each(|name| {
            raters.intern(name);
        });
    }

    /// The rater of a file, or [`NONE`].
    pub(super) fn rater(&self, file: usize) -> u32 {
        self.of_file.get(file).copied().flatten().map_or(NONE, |rater| rater as u32)
    }

    /// The name of an item without the folder of its annotator.
    fn bare<'a>(&self, labels: &'a Labels, item: u32) -> &'a str {
        let name = labels.item_name(item);
        let file = labels.items[item as usize].file as usize;
        let folder = self.of_file.get(file).copied().flatten().map(|rater| &self.names[rater]);
        let below = folder.and_then(|folder| {
            name.strip_prefix(&*self.above)?.strip_prefix(&**folder)?.strip_prefix('/')
        });
        key(below.unwrap_or(name))
    }

    /// Makes one item of what several annotators labelled. Where they share fewer than half of the
    /// items, or files name other raters, they are no annotators, and nobody is named.
    pub(super) fn join(&self, delivery: &mut Delivery) {
        let labels = &delivery.labels;
        let mut first: BTreeMap<&str, u32> = BTreeMap::new();
        let map: Vec<u32> = (0..labels.items.len() as u32)
            .map(|item| *first.entry(self.bare(labels, item)).or_insert(item))
            .collect();
        let mut saw: BTreeSet<(u32, u32)> = BTreeSet::new();
        for (item, &joined) in map.iter().enumerate() {
            let rater = self.rater(labels.items[item].file as usize);
            saw.extend((rater != NONE).then_some((joined, rater)));
        }
        let of = |item: u32| map.get(item as usize).copied().unwrap_or(NONE);
        let marks = labels.annotations.iter().filter(|at| at.item != NONE && at.rater != NONE);
        saw.extend(marks.map(|at| (of(at.item), at.rater)));
        saw.extend(delivery.seen.iter().map(|&(rater, item)| (of(item), rater)));
        let mut depth: BTreeMap<u32, u32> = BTreeMap::new();
        saw.iter().for_each(|(item, _)| *depth.entry(*item).or_default() += 1);
        let shared = depth.values().filter(|&&raters| raters > 1).count();
        if labels.raters.len() > self.names.len() || shared * 2 < depth.len() {
            return self.withdraw(delivery);
        }
        delivery.seen = saw.into_iter().map(|(item, rater)| (rater, item)).collect();
        let note = self.names.join(", ");
        delivery.remarks.add(Remark::file(code::FOLDER_RATERS, NONE, note));
        delivery.merge_items(&map);
    }

    fn withdraw(&self, delivery: &mut Delivery) {
        let labels = &mut delivery.labels;
        let mut raters = Names::default();
        let kept: Vec<u32> = (0..)
            .zip(labels.raters.iter())
            .map(
                |(rater, name)| {
                    if (rater as usize) < self.names.len() { NONE } else { raters.intern(name) }
                },
            )
            .collect();
        for annotation in &mut labels.annotations {
            annotation.rater = kept.get(annotation.rater as usize).copied().unwrap_or(NONE);
        }
        labels.raters = raters;
        delivery.seen.clear();
    }
}

/// The folder that all names lie below, with its slash; `None` without any name.
fn common<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let folder = |name: &'a str| name.rfind('/').map_or("", |slash| &name[..=slash]);
    names
        .map(folder)
        .reduce(|all, next| {
            let parts = all.split_inclusive('/').zip(next.split_inclusive('/'));
            let same: usize = parts.take_while(|(a, b)| a == b).map(|(part, _)| part.len()).sum();
            &all[..same]
        })
        .map(str::to_owned)
}
