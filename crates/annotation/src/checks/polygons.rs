//! Polygons: broken coordinates, too few points, edges that cross, no area, not in their box or image.

use super::boxes::{fault, outside};
use super::{Check, View};
use crate::code;
use crate::labels::{Annotation, Remark, Remarks, Shape};

pub(super) const CHECK: Check = Check {
    name: "polygons",
    codes: &[
        code::NOT_A_NUMBER,
        code::ODD_POLYGON,
        code::SHORT_POLYGON,
        code::CROSSING_POLYGON,
        code::FLAT_POLYGON,
        code::POLYGON_BOX,
        code::OUTSIDE,
        code::TOO_LARGE,
    ],
    run,
};

fn run(view: &View<'_>, remarks: &mut Remarks) {
    for index in 0..view.labels.annotations.len() as u32 {
        let annotation = view.annotation(index);
        let Shape::Polygons(rings) = annotation.shape else { continue };
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let mut whole = rings.len > 0;
        let mut say = |code, note: String| {
            remarks.add(Remark::annotation(code, view.labels, index, note).in_field("polygon"));
        };
        if !whole {
            say(code::SHORT_POLYGON, "no points".to_owned());
        }
        for ring in view.labels.rings_of(rings) {
            if let Some((code, note)) = broken(ring) {
                say(code, note);
                whole = false;
                continue;
            }
            match crossing(ring) {
                Crossing::At(a, b) => {
                    say(code::CROSSING_POLYGON, format!("edges {} and {}", a + 1, b + 1))
                }
                Crossing::TooMany => say(code::TOO_LARGE, "too many edges to compare".to_owned()),
                Crossing::None if doubled_area(ring) == 0.0 => {
                    say(code::FLAT_POLYGON, String::new())
                }
                Crossing::None => {}
            }
            for point in ring.chunks_exact(2) {
                bounds = [
                    bounds[0].min(point[0]),
                    bounds[1].min(point[1]),
                    bounds[2].max(point[0]),
                    bounds[3].max(point[1]),
                ];
            }
        }
        if !whole {
            continue;
        }
        match misfit(view, annotation, bounds) {
            Misfit::Box(note) => say(code::POLYGON_BOX, note),
            Misfit::Image(note) => say(code::OUTSIDE, note),
            Misfit::None => {}
        }
    }
}

fn broken(ring: &[f64]) -> Option<(&'static str, String)> {
    if ring.iter().any(|value| !value.is_finite()) {
        return Some((code::NOT_A_NUMBER, format!("{} numbers", ring.len())));
    }
    if ring.len() % 2 == 1 {
        return Some((code::ODD_POLYGON, format!("{} numbers", ring.len())));
    }
    (ring.len() < 6).then(|| (code::SHORT_POLYGON, format!("{} points", ring.len() / 2)))
}

enum Misfit {
    None,
    Box(String),
    Image(String),
}

/// Against the box, where there is a sound one; then against the image, unless the box was.
fn misfit(view: &View<'_>, annotation: &Annotation, bounds: [f64; 4]) -> Misfit {
    let rect = view.labels.rect(annotation);
    if let Some(rect) = rect {
        if fault(rect).is_some() {
            return Misfit::None;
        }
        let own = rect.bounds();
        let slack = |size: f64| (0.05 * size).max(2.0);
        let apart = [slack(rect.w), slack(rect.h), slack(rect.w), slack(rect.h)];
        let misfits = (0..4).any(|side| (own[side] - bounds[side]).abs() > apart[side]);
        if misfits {
            return Misfit::Box(format!("{bounds:?} against {own:?}"));
        }
        if outside(view, annotation, own).is_some() {
            return Misfit::None;
        }
    }
    outside(view, annotation, bounds).map_or(Misfit::None, Misfit::Image)
}

/// Twice the signed area.
fn doubled_area(ring: &[f64]) -> f64 {
    let points = || ring.chunks_exact(2);
    points().zip(points().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
}

/// Whether two edges of a ring cross.
#[derive(Debug, PartialEq, Eq)]
enum Crossing {
    /// No two do.
    None,
    /// These two do, the first found from left to right.
    At(usize, usize),
    /// There were too many to compare.
    TooMany,
}

/// Pairs of edges compared for one ring, at most.
const MAX_PAIRS: u32 = 20_000_000;

/// Sweeps from left to right. Touching is not crossing: only edges that cut each other's inside.
fn crossing(ring: &[f64]) -> Crossing {
    let points: Vec<[f64; 2]> = ring.chunks_exact(2).map(|at| [at[0], at[1]]).collect();
    let edge = |index: usize| (points[index], points[(index + 1) % points.len()]);
    let left = |index: usize| edge(index).0[0].min(edge(index).1[0]);
    let right = |index: usize| edge(index).0[0].max(edge(index).1[0]);
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| left(a).total_cmp(&left(b)).then(a.cmp(&b)));
    let mut active: Vec<usize> = Vec::new();
    let mut compared = 0;
    for index in order {
        active.retain(|&other| right(other) >= left(index));
        compared += active.len() as u32;
        if compared > MAX_PAIRS {
            return Crossing::TooMany;
        }
        for &other in &active {
            if cross(edge(index), edge(other)) {
                return Crossing::At(index.min(other), index.max(other));
            }
        }
        active.push(index);
    }
    Crossing::None
}

type Edge = ([f64; 2], [f64; 2]);

fn cross((a, b): Edge, (c, d): Edge) -> bool {
    let side = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| {
        let (ux, uy, vx, vy) = (q[0] - p[0], q[1] - p[1], r[0] - p[0], r[1] - p[1]);
        let turn = ux * vy - uy * vx;
        // Less than rounding can make of a point on the line counts as on it.
        let noise = 1e-9 * (ux.abs() + uy.abs()) * (vx.abs() + vy.abs());
        if turn > noise {
            1
        } else if turn < -noise {
            -1
        } else {
            0
        }
    };
    side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bow_tie_crosses_and_a_square_does_not() {
        assert_eq!(crossing(&[0.0, 0.0, 2.0, 2.0, 2.0, 0.0, 0.0, 2.0]), Crossing::At(0, 2));
        assert_eq!(crossing(&[0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0]), Crossing::None);
        // Closed by repeating the first point, and touching itself in a corner.
        assert_eq!(crossing(&[0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0, 0.0, 0.0]), Crossing::None);
        let touching = [0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 2.0, 0.0, 0.0, 4.0];
        assert_eq!(crossing(&touching), Crossing::None);
    }

    proptest! {
        /// Any polygon drawn around its centre by rising angle is simple.
        #[test]
        fn stars_do_not_cross(radii in prop::collection::vec(0.2..50.0_f64, 3..40)) {
            let step = std::f64::consts::TAU / radii.len() as f64;
            let ring: Vec<f64> = radii
                .iter()
                .enumerate()
                .flat_map(|(at, radius)| [radius * (at as f64 * step).cos(), radius * (at as f64 * step).sin()])
                .collect();
            prop_assert_eq!(crossing(&ring), Crossing::None);
        }

        /// The sweep finds a crossing exactly where comparing all pairs does.
        #[test]
        fn the_sweep_misses_nothing(ring in prop::collection::vec(0..9_i32, 6..24)) {
            let ring: Vec<f64> = ring[..ring.len() / 2 * 2].iter().map(|&at| f64::from(at)).collect();
            let points: Vec<[f64; 2]> = ring.chunks_exact(2).map(|at| [at[0], at[1]]).collect();
            let edge = |index: usize| (points[index], points[(index + 1) % points.len()]);
            let any = (0..points.len()).any(|a| (0..a).any(|b| cross(edge(a), edge(b))));
            prop_assert_eq!(crossing(&ring) != Crossing::None, any);
        }
    }
}
