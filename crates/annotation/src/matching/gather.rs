//! Several files or folders as several raters of the same items.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use shujian_core::Limits;

use crate::formats::{self, Delivery};
use crate::labels::{Annotation, Labels, NONE, Names, Remarks, Shape, Votes};
use crate::table::LabelTable;

/// Labels of several raters, and who saw what.
#[derive(Debug, Default)]
pub struct Panel {
    /// Everything, with one item for what several raters labelled.
    pub labels: Labels,
    /// What was found while reading.
    pub remarks: Remarks,
    /// Rater and item of everything that was before a rater, labelled or left empty; empty where
    /// nothing but whole items is labelled, for only a mark can be missing.
    pub seen: BTreeSet<(u32, u32)>,
    /// Answers to whole items, where they were read as votes alone: `labels` has then no annotations.
    pub votes: Option<Votes>,
}

impl Panel {
    /// A delivery that names its raters itself: who labelled an item has seen it.
    pub fn of(labels: Labels) -> Self {
        Self::seeing(labels, BTreeSet::new())
    }

    /// A delivery, with what its raters saw and left unmarked where their folders tell.
    pub fn of_delivery(delivery: Delivery) -> Self {
        Self::seeing(delivery.labels, delivery.seen)
    }

    fn seeing(labels: Labels, beside: BTreeSet<(u32, u32)>) -> Self {
        let marks = labels.annotations.iter().any(|at| !matches!(at.shape, Shape::Class));
        let seen = labels.annotations.iter().filter(|at| at.item != NONE && at.rater != NONE);
        let seen = seen.map(|at| (at.rater, at.item)).chain(beside);
        let seen = seen.filter(|_| marks).collect();
        Self { labels, seen, ..Self::default() }
    }

    /// Answers about whole items as a table: every class given to an item by a named rater.
    pub fn answers(&self) -> LabelTable {
        match &self.votes {
            Some(votes) => super::units::of_votes(&self.labels, votes),
            None => super::answers(&self.labels),
        }
    }

    /// Whether nothing was labelled.
    pub fn is_empty(&self) -> bool {
        self.labels.annotations.is_empty()
            && self.votes.as_ref().is_none_or(|votes| votes.read() == 0)
    }

    /// Gives the labels that name no rater to one of this name, who has seen every item where no
    /// other rater is named.
    pub(crate) fn name_rest(&mut self, name: &str) {
        let is_alone = self.labels.raters.is_empty();
        let unnamed = |at: &&mut Annotation| at.rater == NONE;
        for annotation in self.labels.annotations.iter_mut().filter(unnamed) {
            annotation.rater = self.labels.raters.intern(name);
            self.seen
                .extend((annotation.item != NONE).then_some((annotation.rater, annotation.item)));
        }
        if is_alone {
            let rater = self.labels.raters.intern(name);
            self.seen.extend((0..self.labels.items.len() as u32).map(|item| (rater, item)));
        }
    }

    /// Takes in labels as those of one rater, whomever they name.
    pub(crate) fn add_as(&mut self, mut labels: Labels, rater: &str) {
        let mut items = BTreeMap::new();
        for item in 0..self.labels.items.len() as u32 {
            items.entry(key(self.labels.item_name(item)).to_owned()).or_insert(item);
        }
        labels.raters = Names::default();
        let number = labels.raters.intern(rater);
        labels.annotations.iter_mut().for_each(|annotation| annotation.rater = number);
        absorb(self, labels, Remarks::default(), &mut items);
    }
}

/// Reads each path as the work of one rater, named after it; items are the same where their names
/// are, extensions of media apart.
///
/// - Errors: when a path cannot be opened.
pub fn gather(paths: &[PathBuf], limits: &Limits) -> std::io::Result<Panel> {
    let mut panel = Panel::default();
    let mut items = BTreeMap::new();
    for (path, name) in paths.iter().zip(names(paths)) {
        let read = formats::read_as(path, Some(&name), limits)?;
        absorb(&mut panel, read.labels, read.remarks, &mut items);
    }
    Ok(panel)
}

/// Names of raters: the shortest ends of their paths that tell them apart.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let end = |path: &Path, parts: usize| {
        let all: Vec<_> =
            path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        let end = all[all.len().saturating_sub(parts)..].join("/");
        if path.is_dir() { end } else { formats::stem(&end).to_owned() }
    };
    let deepest = paths.iter().map(|path| path.components().count()).max().unwrap_or(1);
    for parts in 1..=deepest {
        let names: Vec<String> = paths.iter().map(|path| end(path, parts)).collect();
        if names.iter().collect::<BTreeSet<_>>().len() == names.len() {
            return names;
        }
    }
    paths
        .iter()
        .enumerate()
        .map(|(index, path)| format!("{}#{}", path.display(), index + 1))
        .collect()
}

/// The name by which raters' items are the same.
pub(crate) fn key(name: &str) -> &str {
    if formats::is_media(name) { formats::stem(name) } else { name }
}

fn absorb(panel: &mut Panel, other: Labels, remarks: Remarks, items: &mut BTreeMap<String, u32>) {
    let labels = &mut panel.labels;
    let moved = labels.append_pools(&other);
    let item_map: Vec<u32> = (0..other.items.len() as u32)
        .map(|item| {
            let name = other.item_name(item);
            *items
                .entry(key(name).to_owned())
                .or_insert_with(|| labels.adopt_item(&other, item, &moved))
        })
        .collect();
    let class_map: Vec<u32> =
        other.classes.iter().map(|class| labels.adopt_class(class, &moved)).collect();
    // The first rater is the one the path is named after: nobody, where the files name their own.
    let names_others = other.annotations.iter().any(|at| ![0, NONE].contains(&at.rater));
    let is_nobody = names_others && other.annotations.iter().all(|at| at.rater != 0);
    let rater_map: Vec<u32> = (0..)
        .zip(other.raters.iter())
        .map(|(rater, name)| match rater {
            0 if is_nobody => NONE,
            _ => labels.raters.intern(name),
        })
        .collect();
    let of = |map: &[u32], at: u32| map.get(at as usize).copied().unwrap_or(NONE);
    let first = labels.annotations.len() as u32;
    for annotation in &other.annotations {
        let mut annotation = labels.moved_annotation(annotation, &moved);
        annotation.item = of(&item_map, annotation.item);
        annotation.class = of(&class_map, annotation.class);
        annotation.rater = of(&rater_map, annotation.rater);
        if annotation.item != NONE && annotation.rater != NONE {
            panel.seen.insert((annotation.rater, annotation.item));
        }
        labels.annotations.push(annotation);
    }
    // … and has seen every item in it, where no other is named.
    if let Some(&rater) = rater_map.first().filter(|_| !names_others) {
        panel.seen.extend(item_map.iter().map(|&item| (rater, item)));
    }
    for remark in remarks.iter() {
        let mut remark = remark.clone();
        remark.file = remark.file.checked_add(moved.files).unwrap_or(NONE);
        remark.item = of(&item_map, remark.item);
        if remark.annotation != NONE {
            remark.annotation += first;
        }
        panel.remarks.add(remark);
    }
}
