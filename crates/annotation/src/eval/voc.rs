//! Pascal VOC's average precision: by all points, and by eleven.

/// A box: left, top, right, bottom, in whole pixels that all count.
pub type Edges = [f64; 4];

/// A detected box of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Index of the image.
    pub image: u32,
    /// Confidence.
    pub score: f64,
    /// Where.
    pub edges: Edges,
}

/// A true box of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Index of the image.
    pub image: u32,
    /// Where.
    pub edges: Edges,
    /// Marked difficult: it neither has to be found nor counts against those who do.
    pub difficult: bool,
}

/// Average precision of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// True boxes that have to be found.
    pub wanted: u64,
    /// Detections that found one.
    pub right: u64,
    /// Detections that found none, or one already found.
    pub wrong: u64,
    /// Area under the curve (VOC 2010 and later); `None` where nothing had to be found.
    pub all_points: Option<f64>,
    /// Mean of eleven levels (VOC 2007); `None` where nothing had to be found.
    pub eleven_points: Option<f64>,
}

/// Evaluates one class: detections in falling score (equal ones as given), each against the true
/// box of its image it overlaps most.
pub fn evaluate(truths: &[Truth], found: &[Found], threshold: f64) -> Precision {
    let wanted = truths.iter().filter(|truth| !truth.difficult).count();
    let mut by_image: Vec<usize> = (0..truths.len()).collect();
    by_image.sort_by_key(|&place| truths[place].image);
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|&a, &b| found[b].score.total_cmp(&found[a].score));
    let mut taken = vec![false; truths.len()];
    let (mut right, mut wrong) = (0_u64, 0_u64);
    let mut curve = Vec::new();
    for detection in order.into_iter().map(|place| &found[place]) {
        let start = by_image.partition_point(|&place| truths[place].image < detection.image);
        let of_image =
            by_image[start..].iter().take_while(|&&place| truths[place].image == detection.image);
        let mut best = (f64::NEG_INFINITY, None);
        for &place in of_image {
            let overlap = overlap(&detection.edges, &truths[place].edges);
            if overlap > best.0 {
                best = (overlap, Some(place));
            }
        }
        match best {
            (overlap, Some(place)) if overlap >= threshold => {
                if truths[place].difficult {
                    continue;
                }
                right += u64::from(!taken[place]);
                wrong += u64::from(taken[place]);
                taken[place] = true;
            }
            _ => wrong += 1,
        }
        curve.push((right as f64 / wanted as f64, right as f64 / (right + wrong) as f64));
    }
    Precision {
        wanted: wanted as u64,
        right,
        wrong,
        all_points: (wanted > 0).then(|| all_points(&curve)),
        eleven_points: (wanted > 0).then(|| eleven_points(&curve)),
    }
}

/// Intersection over union, the last row and column of pixels counted.
fn overlap(a: &Edges, b: &Edges) -> f64 {
    let side = |axis: usize| a[axis + 2].min(b[axis + 2]) - a[axis].max(b[axis]) + 1.0;
    let (width, height) = (side(0), side(1));
    if width <= 0.0 || height <= 0.0 {
        return 0.0;
    }
    let area = |edges: &Edges| (edges[2] - edges[0] + 1.0) * (edges[3] - edges[1] + 1.0);
    width * height / (area(a) + area(b) - width * height)
}

/// Area under the best precision at each recall or a larger one.
fn all_points(curve: &[(f64, f64)]) -> f64 {
    let (mut area, mut best) = (0.0, 0.0_f64);
    for (at, &(recall, precision)) in curve.iter().enumerate().rev() {
        best = best.max(precision);
        let before = if at == 0 { 0.0 } else { curve[at - 1].0 };
        area += (recall - before) * best;
    }
    area
}

fn eleven_points(curve: &[(f64, f64)]) -> f64 {
    let at_least = |level: f64| {
        let reaching = curve.iter().filter(|(recall, _)| *recall >= level);
        reaching.map(|(_, precision)| *precision).fold(0.0, f64::max)
    };
    (0..11).map(|level| at_least(f64::from(level) * 0.1)).sum::<f64>() / 11.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_detection_of_one_box_is_wrong() {
        let edges = [0.0, 0.0, 9.0, 9.0];
        let truths = [
            Truth { image: 0, edges, difficult: false },
            Truth { image: 1, edges, difficult: false },
            Truth { image: 2, edges, difficult: true },
        ];
        let found = [(0, 0.9), (0, 0.8), (2, 0.7), (1, 0.6)].map(|(image, score)| Found {
            image,
            score,
            edges,
        });
        let precision = evaluate(&truths, &found, 0.5);
        assert_eq!((precision.wanted, precision.right, precision.wrong), (2, 2, 1));
        assert!((precision.all_points.unwrap() - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-12);
        assert!((precision.eleven_points.unwrap() - (6.0 + 5.0 * 2.0 / 3.0) / 11.0).abs() < 1e-12);
        assert_eq!(evaluate(&[], &found, 0.5).all_points, None);
    }

    #[test]
    fn the_last_pixel_counts() {
        assert_eq!(overlap(&[0.0, 0.0, 0.0, 0.0], &[0.0, 0.0, 0.0, 0.0]), 1.0);
        assert_eq!(overlap(&[0.0, 0.0, 1.0, 0.0], &[1.0, 0.0, 2.0, 0.0]), 1.0 / 3.0);
    }
}
