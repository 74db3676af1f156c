//! Boxes, masks and keypoints of two deliveries, put side by side.

use shujian_core::finding::Text;

use super::coco::{self, Boxes, Evaluation, Found, Keypoints, Masks, Overlap, Truth};
use super::form::{ClassForm, Measured, PartForm, Sides, measures, note};
use super::partners::{Partners, ranks};
use super::voc;
use crate::labels::{Annotation, Labels, NONE, Shape};
use crate::mask::Mask;

/// Objects of both sides in the order of images and classes.
struct Objects<'a> {
    sides: &'a Sides<'a>,
    partners: Partners,
    image_ranks: Vec<u32>,
    class_ranks: Vec<u32>,
    left_out: u64,
    unscored: u64,
    turned: u64,
}

/// Left, top, width and height.
type Edges = [f64; 4];

/// COCO's average precision of boxes, masks and keypoints, as far as both sides have them.
pub(super) fn coco(sides: &Sides<'_>) -> Vec<PartForm> {
    let has = |labels: &Labels, test: fn(&Annotation) -> bool| labels.annotations.iter().any(test);
    let is_box: fn(&Annotation) -> bool = |at| at.rect != NONE;
    let is_drawn: fn(&Annotation) -> bool =
        |at| matches!(at.shape, Shape::Polygons(_) | Shape::Mask(_));
    let is_jointed: fn(&Annotation) -> bool = |at| matches!(at.shape, Shape::Keypoints(_));
    let both = |test| has(sides.truth, test) && has(sides.found, test);
    let mut parts = Vec::new();
    // Boxes of a truth are measured even where nothing was found.
    if has(sides.truth, is_box) && (both(is_box) || !both(is_drawn)) {
        parts.push(boxes(sides));
    }
    if both(is_drawn) {
        parts.push(masks(sides));
    }
    if both(is_jointed) {
        parts.push(keypoints(sides));
    }
    parts
}

impl<'a> Objects<'a> {
    fn new(sides: &'a Sides<'a>) -> Self {
        let truth = sides.truth;
        Self {
            sides,
            partners: Partners::of(truth, sides.found),
            image_ranks: ranks(truth.items.iter().map(|item| item.id)),
            class_ranks: ranks(truth.classes.iter().map(|class| class.id)),
            left_out: 0,
            unscored: 0,
            turned: 0,
        }
    }

    /// A true object; `None` where it has no image or class.
    fn truth(&self, at: &Annotation, area: f64) -> Option<Truth> {
        let labels = self.sides.truth;
        let detail = labels.detail(at);
        let declared = detail.and_then(|detail| detail.area).filter(|area| area.is_finite());
        Some(Truth {
            image: *self.image_ranks.get(at.item as usize)?,
            class: *self.class_ranks.get(at.class as usize)?,
            area: declared.unwrap_or(area),
            crowd: detail.is_some_and(|detail| detail.crowd),
            ignore: false,
        })
    }

    /// A found object; `None`, and counted, where the truth knows no such image or class.
    fn found(&mut self, at: &Annotation, area: f64) -> Option<Found> {
        let known = self.partners.item(at.item).zip(self.partners.class(at.class));
        let Some((image, class)) = known else {
            self.left_out += 1;
            return None;
        };
        let score = self.sides.found.detail(at).and_then(|detail| detail.score);
        let score = score.filter(|score| !score.is_nan());
        self.unscored += u64::from(score.is_none());
        let (image, class) = (self.image_ranks[image as usize], self.class_ranks[class as usize]);
        Some(Found { image, class, score: score.unwrap_or(1.0), area })
    }

    /// The upright box of an annotation in pixels; shares of an unknown size are taken of the size
    /// that the other side knows.
    fn edges(&mut self, of: &Labels, at: &Annotation, other: Option<[f64; 2]>) -> Option<Edges> {
        let rect = of.rect(at).filter(|rect| rect.is_finite())?;
        self.turned += u64::from(rect.turn != 0.0);
        let upright = [rect.x, rect.y, rect.w, rect.h];
        let [x, y, w, h] = if rect.turn == 0.0 {
            upright
        } else {
            let [left, top, right, bottom] = rect.bounds();
            [left, top, right - left, bottom - top]
        };
        let relative = of.items.get(at.item as usize).is_some_and(|item| item.relative);
        let [across, down] = other.filter(|_| relative).unwrap_or([1.0, 1.0]);
        Some([x * across, y * down, w * across, h * down])
    }

    fn true_edges(&mut self, at: &Annotation) -> Option<Edges> {
        let truth = self.sides.truth;
        self.edges(truth, at, None)
    }

    fn found_edges(&mut self, at: &Annotation) -> Option<Edges> {
        let truth = self.sides.truth;
        let item = self.partners.item(at.item).map(|item| &truth.items[item as usize]);
        let size = item.filter(|item| !item.relative).and_then(|item| item.size);
        let found = self.sides.found;
        self.edges(found, at, size)
    }

    /// Boxes of both sides, with the classes and images of their objects.
    fn boxes(&mut self) -> (Vec<Truth>, Vec<Found>, Boxes) {
        let (a, b) = (self.sides.truth, self.sides.found);
        let (mut truths, mut founds) = (Vec::new(), Vec::new());
        let mut boxes = Boxes { found: Vec::new(), truths: Vec::new(), crowds: Vec::new() };
        for at in a.annotations.iter().filter(|at| at.rect != NONE) {
            let Some(edges) = self.true_edges(at) else { continue };
            let Some(truth) = self.truth(at, edges[2] * edges[3]) else { continue };
            boxes.crowds.push(truth.crowd);
            boxes.truths.push(edges);
            truths.push(truth);
        }
        for at in b.annotations.iter().filter(|at| at.rect != NONE) {
            let Some(edges) = self.found_edges(at) else {
                self.left_out += 1;
                continue;
            };
            let Some(found) = self.found(at, edges[2] * edges[3]) else { continue };
            boxes.found.push(edges);
            founds.push(found);
        }
        (truths, founds, boxes)
    }

    fn notes(&self) -> Vec<Text> {
        let rows = [
            note(
                self.left_out,
                "{} 条标注的条目或类别不在参考答案中，或没有位置：已略去",
                "{} labels are of items or classes that the truth does not know, or have no place: left out",
            ),
            note(
                self.unscored,
                "{} 条标注没有置信度：按 1 计，同分按文件中的先后",
                "{} labels have no score: taken as 1, equal ones in the order of the file",
            ),
            note(
                self.turned,
                "{} 个旋转框按其正外接框比较",
                "{} turned boxes are compared by the upright boxes around them",
            ),
        ];
        rows.into_iter().flatten().collect()
    }

    /// COCO's measures of objects and their overlap.
    fn evaluated(
        &self,
        of: Measured,
        truths: &[Truth],
        found: &[Found],
        overlap: &(impl Overlap + ?Sized),
    ) -> PartForm {
        let classes = &self.sides.truth.classes;
        let settings = match of {
            Measured::CocoKeypoints => coco::Settings::keypoints(),
            _ => coco::Settings::objects(),
        };
        let result = coco::evaluate(truths, found, classes.len(), overlap, &settings);
        let mut counts = vec![0; classes.len()];
        let wanted = truths.iter().filter(|truth| !truth.crowd && !truth.ignore);
        wanted.for_each(|truth| counts[truth.class as usize] += 1);
        let of_class = |(class, &rank): (&crate::labels::Class, &u32)| ClassForm {
            class: class.name.to_string(),
            truths: counts[rank as usize],
            measures: measures([("AP", result.by_class[rank as usize])]),
        };
        PartForm {
            of,
            truths: counts.iter().sum(),
            found: found.len() as u64,
            left_out: self.left_out,
            measures: measures(summary(&result, of)),
            by_class: classes.iter().zip(&self.class_ranks).map(of_class).collect(),
            notes: self.notes(),
        }
    }
}

/// The numbers COCO prints, in its order.
fn summary(result: &Evaluation, of: Measured) -> Vec<(&'static str, Option<f64>)> {
    let (precision, recall) = (&result.mean_precision, &result.mean_recall);
    let first =
        [("AP", precision[0]), ("AP50", result.precision[0][0]), ("AP75", result.precision[0][5])];
    let rest = match of {
        Measured::CocoKeypoints => vec![
            ("APm", precision[1]),
            ("APl", precision[2]),
            ("AR", recall[0]),
            ("ARm", recall[1]),
            ("ARl", recall[2]),
        ],
        _ => vec![
            ("APs", precision[1]),
            ("APm", precision[2]),
            ("APl", precision[3]),
            ("AR1", result.recall_by_detections[0]),
            ("AR10", result.recall_by_detections[1]),
            ("AR100", result.recall_by_detections[2]),
            ("ARs", recall[1]),
            ("ARm", recall[2]),
            ("ARl", recall[3]),
        ],
    };
    first.into_iter().chain(rest).collect()
}

fn boxes(sides: &Sides<'_>) -> PartForm {
    let mut objects = Objects::new(sides);
    let (truths, found, overlap) = objects.boxes();
    objects.evaluated(Measured::CocoBoxes, &truths, &found, &overlap)
}

/// The mask of an annotation, on the grid of the true image where its own tells no size.
fn mask(labels: &Labels, at: &Annotation, size: Option<[f64; 2]>) -> Option<Mask> {
    match at.shape {
        Shape::Mask(mask) => {
            let run = labels.masks[mask as usize];
            Mask::new(run.height, run.width, labels.counts[run.counts.range()].to_vec())
        }
        Shape::Polygons(rings) => {
            let own = labels.items.get(at.item as usize)?;
            let [width, height] = own.size.filter(|_| !own.relative).or(size)?;
            let side = |side: f64| (1.0..65_536.0).contains(&side).then_some(side.ceil() as u32);
            Mask::from_rings(labels.rings_of(rings), side(height)?, side(width)?)
        }
        _ => None,
    }
}

fn masks(sides: &Sides<'_>) -> PartForm {
    use rayon::prelude::*;
    let (a, b) = (sides.truth, sides.found);
    let mut objects = Objects::new(sides);
    let size = |item: Option<u32>| item.and_then(|item| a.items[item as usize].size);
    let drawn = |at: &&Annotation| matches!(at.shape, Shape::Polygons(_) | Shape::Mask(_));
    let ours: Vec<Option<Mask>> =
        a.annotations.par_iter().filter(drawn).map(|at| mask(a, at, None)).collect();
    let partners = &objects.partners;
    let theirs: Vec<Option<Mask>> = b
        .annotations
        .par_iter()
        .filter(drawn)
        .map(|at| mask(b, at, size(partners.item(at.item))))
        .collect();
    let (mut truths, mut true_masks, mut crowds) = (Vec::new(), Vec::new(), Vec::new());
    let mut broken = 0;
    for (at, mask) in a.annotations.iter().filter(drawn).zip(ours) {
        let Some(mask) = mask else {
            broken += 1;
            continue;
        };
        let Some(truth) = objects.truth(at, mask.area() as f64) else { continue };
        crowds.push(truth.crowd);
        truths.push(truth);
        true_masks.push(mask);
    }
    // As its reference does: the area of a detection is its box's where detections have boxes.
    let boxed = b.annotations.iter().filter(drawn).all(|at| at.rect != NONE);
    let (mut founds, mut found_masks) = (Vec::new(), Vec::new());
    for (at, mask) in b.annotations.iter().filter(drawn).zip(theirs) {
        let around = b.rect(at).filter(|rect| boxed && rect.is_finite());
        let Some(mask) = mask else {
            objects.left_out += 1;
            continue;
        };
        let area = around.map_or(mask.area() as f64, |rect| rect.w * rect.h);
        let Some(found) = objects.found(at, area) else { continue };
        founds.push(found);
        found_masks.push(mask);
    }
    let overlap = Masks::new(found_masks, true_masks, crowds);
    let mut part = objects.evaluated(Measured::CocoMasks, &truths, &founds, &overlap);
    part.notes.extend(note(
        broken,
        "参考答案有 {} 个形状不能栅格化：未计入",
        "{} shapes of the truth cannot be rasterised: not measured",
    ));
    part
}

/// The points of an annotation: x, y and visibility each.
fn points(labels: &Labels, at: &Annotation) -> Option<Vec<[f64; 3]>> {
    let Shape::Keypoints(run) = at.shape else { return None };
    let points = labels.numbers[run.range()].as_chunks::<3>().0.to_vec();
    (points.len() == Keypoints::COCO_SIGMAS.len()).then_some(points)
}

/// Left, top, width and height of what points span.
fn spanned(points: &[[f64; 3]]) -> Edges {
    let side = |axis: usize| {
        let at = || points.iter().map(move |point| point[axis]);
        let least = at().fold(f64::MAX, f64::min);
        (least, at().fold(f64::MIN, f64::max) - least)
    };
    let ((x, w), (y, h)) = (side(0), side(1));
    [x, y, w, h]
}

fn keypoints(sides: &Sides<'_>) -> PartForm {
    let (a, b) = (sides.truth, sides.found);
    let mut objects = Objects::new(sides);
    let (mut truths, mut founds, mut other) = (Vec::new(), Vec::new(), 0);
    let mut overlap = Keypoints {
        found: Vec::new(),
        truths: Vec::new(),
        boxes: Vec::new(),
        areas: Vec::new(),
        sigmas: Keypoints::COCO_SIGMAS.to_vec(),
    };
    let jointed = |at: &&Annotation| matches!(at.shape, Shape::Keypoints(_));
    for at in a.annotations.iter().filter(jointed) {
        let Some(points) = points(a, at) else {
            other += 1;
            continue;
        };
        let edges = objects.true_edges(at).unwrap_or_else(|| spanned(&points));
        let Some(mut truth) = objects.truth(at, edges[2] * edges[3]) else { continue };
        truth.ignore = points.iter().all(|point| point[2] <= 0.0);
        overlap.areas.push(truth.area);
        overlap.boxes.push(edges);
        overlap.truths.push(points);
        truths.push(truth);
    }
    for at in b.annotations.iter().filter(jointed) {
        let Some(points) = points(b, at) else {
            other += 1;
            continue;
        };
        let [_, _, width, height] = spanned(&points);
        let Some(found) = objects.found(at, width * height) else { continue };
        overlap.found.push(points);
        founds.push(found);
    }
    let mut part = objects.evaluated(Measured::CocoKeypoints, &truths, &founds, &overlap);
    part.notes.extend(note(
        other,
        "{} 个骨架不是 COCO 的 17 个点，其点的离散度未知：未计入",
        "{} skeletons are not COCO's 17 points, how far theirs spread is unknown: not measured",
    ));
    part
}

/// Pascal VOC's average precision of boxes.
pub(super) fn voc(sides: &Sides<'_>) -> Vec<PartForm> {
    let mut objects = Objects::new(sides);
    let (truths, found, boxes) = objects.boxes();
    if truths.is_empty() {
        return Vec::new();
    }
    let corners = |[x, y, w, h]: Edges| [x, y, x + w, y + h];
    let (mut right, mut wrong) = (0, 0);
    let mut rows = Vec::new();
    for (class, &rank) in sides.truth.classes.iter().zip(&objects.class_ranks) {
        let of_class = truths.iter().zip(&boxes.truths).filter(|(at, _)| at.class == rank);
        let wanted: Vec<voc::Truth> = of_class
            .map(|(at, &edges)| voc::Truth {
                image: at.image,
                edges: corners(edges),
                difficult: at.crowd,
            })
            .collect();
        let of_class = found.iter().zip(&boxes.found).filter(|(at, _)| at.class == rank);
        let detected: Vec<voc::Found> = of_class
            .map(|(at, &edges)| voc::Found {
                image: at.image,
                score: at.score,
                edges: corners(edges),
            })
            .collect();
        let precision = voc::evaluate(&wanted, &detected, sides.settings.overlap);
        (right, wrong) = (right + precision.right, wrong + precision.wrong);
        rows.push((class.name.to_string(), precision));
    }
    let mean = |of: fn(&voc::Precision) -> Option<f64>| {
        let values: Vec<f64> = rows.iter().filter_map(|(_, row)| of(row)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let wanted = rows.iter().map(|(_, row)| row.wanted).sum();
    let all = [
        ("mAP", mean(|row| row.all_points)),
        ("mAP-11", mean(|row| row.eleven_points)),
        ("right", Some(right as f64)),
        ("wrong", Some(wrong as f64)),
        ("overlap", Some(sides.settings.overlap)),
    ];
    let of_class = |(class, row): (String, voc::Precision)| ClassForm {
        class,
        truths: row.wanted,
        measures: measures([
            ("AP", row.all_points),
            ("AP-11", row.eleven_points),
            ("right", Some(row.right as f64)),
            ("wrong", Some(row.wrong as f64)),
        ]),
    };
    vec![PartForm {
        of: Measured::VocBoxes,
        truths: wanted,
        found: found.len() as u64,
        left_out: objects.left_out,
        measures: measures(all),
        notes: objects.notes(),
        by_class: rows.into_iter().map(of_class).collect(),
    }]
}
