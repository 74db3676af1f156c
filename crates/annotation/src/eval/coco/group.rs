//! Objects of one image and class, and which detection found which.

use rayon::prelude::*;

use super::{AreaRange, Found, Overlap, Settings, Truth};

/// All objects, sorted by class, then image.
pub(super) struct Groups<'a> {
    truths: &'a [Truth],
    found: &'a [Found],
    settings: &'a Settings,
    /// Places of true objects and of detections, group by group.
    true_places: Vec<u32>,
    found_places: Vec<u32>,
    groups: Vec<Group>,
    /// Groups of class `c` are `groups[starts[c]..starts[c + 1]]`.
    starts: Vec<usize>,
}

struct Group {
    class: u32,
    image: u32,
    truths: std::ops::Range<usize>,
    found: std::ops::Range<usize>,
}

/// A detection's fate: bit `t` of an area tells threshold `t`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    pub(super) score: f64,
    /// Place in its group by falling score.
    pub(super) rank: u32,
    /// By area range.
    pub(super) matched: [u16; AREAS],
    /// By area range: neither right nor wrong.
    pub(super) ignored: [u16; AREAS],
}

/// Most area ranges and thresholds: fates are bits of fixed size.
pub(super) const AREAS: usize = 4;

/// Fates of one group, by falling score.
pub(super) type Matches = Vec<Fate>;

impl<'a> Groups<'a> {
    pub(super) fn new(
        truths: &'a [Truth],
        found: &'a [Found],
        classes: usize,
        settings: &'a Settings,
    ) -> Self {
        let sorted = |keys: &dyn Fn(usize) -> (u32, u32), count: usize| {
            let mut places: Vec<u32> = (0..count as u32)
                .filter(|&place| (keys(place as usize).0 as usize) < classes)
                .collect();
            places.sort_by_key(|&place| keys(place as usize));
            places
        };
        let true_key = |place: usize| (truths[place].class, truths[place].image);
        let found_key = |place: usize| (found[place].class, found[place].image);
        let true_places = sorted(&true_key, truths.len());
        let found_places = sorted(&found_key, found.len());
        let (mut t, mut f) = (0, 0);
        let mut groups = Vec::new();
        while t < true_places.len() || f < found_places.len() {
            let next_true = true_places.get(t).map(|&place| true_key(place as usize));
            let next_found = found_places.get(f).map(|&place| found_key(place as usize));
            let key = match (next_true, next_found) {
                (Some(a), Some(b)) => a.min(b),
                (a, b) => a.or(b).unwrap_or_default(),
            };
            let (from_t, from_f) = (t, f);
            while t < true_places.len() && true_key(true_places[t] as usize) == key {
                t += 1;
            }
            while f < found_places.len() && found_key(found_places[f] as usize) == key {
                f += 1;
            }
            groups.push(Group { class: key.0, image: key.1, truths: from_t..t, found: from_f..f });
        }
        let starts = (0..=classes as u32)
            .map(|class| groups.partition_point(|group| group.class < class))
            .collect();
        Self { truths, found, settings, true_places, found_places, groups, starts }
    }

    /// True objects of a class that have to be found.
    pub(super) fn wanted(&self, class: usize, area: usize) -> usize {
        let range = self.settings.areas[area];
        let of_class = &self.groups[self.starts[class]..self.starts[class + 1]];
        let places = of_class.iter().flat_map(|group| &self.true_places[group.truths.clone()]);
        places.filter(|&&place| !ignored(&self.truths[place as usize], range)).count()
    }

    /// The fates of all groups.
    pub(super) fn matches(&self, overlap: &(impl Overlap + ?Sized)) -> Vec<Matches> {
        self.groups
            .par_iter()
            .with_min_len(64)
            .map(|group| self.match_group(group, overlap))
            .collect()
    }

    /// Detections of a class by falling score; equal ones by image, then rank in the image.
    pub(super) fn ranked(&self, matches: &[Matches], class: usize) -> Vec<Fate> {
        let range = self.starts[class]..self.starts[class + 1];
        debug_assert!(self.groups[range.clone()].is_sorted_by_key(|group| group.image));
        let mut fates: Vec<Fate> = matches[range].iter().flatten().copied().collect();
        fates.sort_by(|a, b| by_score(a.score, b.score));
        fates
    }

    fn match_group(&self, group: &Group, overlap: &(impl Overlap + ?Sized)) -> Matches {
        let mut found: Vec<u32> = self.found_places[group.found.clone()].to_vec();
        let score = |place: u32| self.found[place as usize].score;
        found.sort_by(|&a, &b| by_score(score(a), score(b)));
        found.truncate(self.settings.most_detections.last().copied().unwrap_or(0));
        let places = &self.true_places[group.truths.clone()];
        let overlaps: Vec<f64> = found
            .iter()
            .flat_map(|&own| {
                places.iter().map(move |&other| overlap.overlap(own as usize, other as usize))
            })
            .collect();
        let mut fates: Matches = found
            .iter()
            .zip(0..)
            .map(|(&place, rank)| Fate {
                score: score(place),
                rank,
                matched: [0; AREAS],
                ignored: [0; AREAS],
            })
            .collect();
        for (area, range) in self.settings.areas.iter().enumerate().take(AREAS) {
            let truths = places.iter().map(|&place| &self.truths[place as usize]);
            let side = Side::new(truths, *range);
            let outside: Vec<bool> = found
                .iter()
                .map(|&place| !holds(*range, self.found[place as usize].area))
                .collect();
            for (bit, threshold) in self.settings.thresholds.iter().enumerate().take(16) {
                side.assign(found.len(), &overlaps, *threshold, |own, hit| {
                    let fate = &mut fates[own];
                    fate.matched[area] |= u16::from(hit.is_some()) << bit;
                    let ignored = hit.unwrap_or(outside[own]);
                    fate.ignored[area] |= u16::from(ignored) << bit;
                });
            }
        }
        fates
    }
}

/// Falling score, NaN last.
fn by_score(a: f64, b: f64) -> std::cmp::Ordering {
    b.partial_cmp(&a).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn holds(range: AreaRange, area: f64) -> bool {
    !(area < range.least || area > range.most)
}

fn ignored(truth: &Truth, range: AreaRange) -> bool {
    truth.ignore || truth.crowd || !holds(range, truth.area)
}

/// The true objects of a group under one area range.
struct Side {
    /// Places in the group, those that count first.
    order: Vec<usize>,
    /// How many count.
    wanted: usize,
    crowd: Vec<bool>,
}

impl Side {
    fn new<'t>(truths: impl Iterator<Item = &'t Truth>, range: AreaRange) -> Self {
        let (mut order, mut ignorable, mut crowd) = (Vec::new(), Vec::new(), Vec::new());
        for (place, truth) in truths.enumerate() {
            if ignored(truth, range) { &mut ignorable } else { &mut order }.push(place);
            crowd.push(truth.crowd);
        }
        let wanted = order.len();
        order.append(&mut ignorable);
        Self { order, wanted, crowd }
    }

    /// Gives each detection, best first, the free true object of largest overlap: one that counts
    /// before one that doesn't. Tells `fate` whether it hit, and whether what it hit is ignored.
    fn assign(
        &self,
        found: usize,
        overlaps: &[f64],
        threshold: f64,
        mut fate: impl FnMut(usize, Option<bool>),
    ) {
        let width = self.order.len();
        let mut taken = vec![false; width];
        for own in 0..found {
            let row = &overlaps[own * width..][..width];
            let mut least = threshold.min(1.0 - 1e-10);
            let mut hit = None;
            for (at, &place) in self.order.iter().enumerate() {
                if taken[place] && !self.crowd[place] {
                    continue;
                }
                if at >= self.wanted && hit.is_some_and(|(hit, _)| hit < self.wanted) {
                    break;
                }
                if row[place] < least {
                    continue;
                }
                least = row[place];
                hit = Some((at, place));
            }
            if let Some((_, place)) = hit {
                taken[place] = true;
            }
            fate(own, hit.map(|(at, _)| at >= self.wanted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(crowds: &[bool]) -> Side {
        let truths: Vec<Truth> = crowds
            .iter()
            .map(|&crowd| Truth { image: 0, class: 0, area: 50.0, crowd, ignore: false })
            .collect();
        Side::new(truths.iter(), AreaRange { least: 0.0, most: 100.0 })
    }

    fn fates(side: &Side, found: usize, overlaps: &[f64]) -> Vec<Option<bool>> {
        let mut all = Vec::new();
        side.assign(found, overlaps, 0.5, |_, hit| all.push(hit));
        all
    }

    #[test]
    fn each_object_is_found_once_and_a_crowd_often() {
        assert_eq!(fates(&side(&[false]), 2, &[0.9, 0.8]), [Some(false), None]);
        assert_eq!(fates(&side(&[true]), 3, &[0.9, 0.8, 0.1]), [Some(true), Some(true), None]);
        // An object that counts goes before a crowd of larger overlap.
        assert_eq!(fates(&side(&[true, false]), 1, &[0.9, 0.6]), [Some(false)]);
        assert_eq!(fates(&side(&[]), 1, &[]), [None]);
    }

    #[test]
    fn bounds_of_areas_are_included() {
        let range = AreaRange { least: 10.0, most: 20.0 };
        assert!(holds(range, 10.0) && holds(range, 20.0) && !holds(range, 20.1));
    }
}
