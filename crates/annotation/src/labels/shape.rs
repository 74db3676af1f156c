//! What an annotation draws, marks or says: small handles into flat arrays.

/// A stretch of a flat array.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Run {
    /// Index of the first element.
    pub start: u32,
    /// Number of elements.
    pub len: u32,
}

impl Run {
    /// The stretch as a range of indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// A box: top left corner and size, turned about its centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge, pixels (or shares of the width, see [`super::Item::relative`]).
    pub x: f64,
    /// Top edge, likewise.
    pub y: f64,
    /// Width; not positive in a broken box, NaN where it could not be read.
    pub w: f64,
    /// Height, likewise.
    pub h: f64,
    /// Degrees clockwise about the centre; 0 for an upright box.
    pub turn: f64,
}

impl Rect {
    /// An upright box.
    pub fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h, turn: 0.0 }
    }

    /// An upright box from two opposite corners, kept as given: a reversed one has a negative size.
    pub fn from_corners(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self::new(left, top, right - left, bottom - top)
    }

    /// A box turned about its top left corner, as Label Studio writes it.
    pub fn turned_about_corner(x: f64, y: f64, w: f64, h: f64, turn: f64) -> Self {
        let (sin, cos) = turn.to_radians().sin_cos();
        let (cx, cy) = (x + (w * cos - h * sin) / 2.0, y + (w * sin + h * cos) / 2.0);
        Self { x: cx - w / 2.0, y: cy - h / 2.0, w, h, turn }
    }

    /// Whether all five numbers are finite.
    pub fn is_finite(&self) -> bool {
        [self.x, self.y, self.w, self.h, self.turn].iter().all(|value| value.is_finite())
    }

    /// The four corners, clockwise from the top left one.
    pub fn corners(&self) -> [[f64; 2]; 4] {
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let (cx, cy) = (self.x + self.w / 2.0, self.y + self.h / 2.0);
        [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(u, v)| {
            let (dx, dy) = (u * self.w, v * self.h);
            if self.turn == 0.0 {
                [cx + dx, cy + dy]
            } else {
                [cx + dx * cos - dy * sin, cy + dx * sin + dy * cos]
            }
        })
    }

    /// The upright box around it: left, top, right, bottom.
    pub fn bounds(&self) -> [f64; 4] {
        if self.turn == 0.0 {
            return [self.x, self.y, self.x + self.w, self.y + self.h];
        }
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for [x, y] in self.corners() {
            bounds[0] = bounds[0].min(x);
            bounds[1] = bounds[1].min(y);
            bounds[2] = bounds[2].max(x);
            bounds[3] = bounds[3].max(y);
        }
        bounds
    }
}

/// A stretch of a text. Offsets are as delivered; what unit they count is for the checks to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First offset.
    pub start: i64,
    /// Last offset, exclusive unless the delivery counts otherwise.
    pub end: i64,
    /// The text the delivery says the span covers, in the text pool.
    pub covered: Option<Run>,
}

/// A run-length mask, column by column from the top left, beginning with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaskRun {
    /// Rows.
    pub height: u32,
    /// Columns.
    pub width: u32,
    /// Its counts in [`super::Labels::counts`].
    pub counts: Run,
}

/// What an annotation is beside its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A class given to the whole item.
    Class,
    /// Its box and nothing else.
    Box,
    /// Rings in [`super::Labels::rings`].
    Polygons(Run),
    /// Coordinates of an open line in [`super::Labels::numbers`].
    Polyline(Run),
    /// Coordinates of loose points in [`super::Labels::numbers`].
    Points(Run),
    /// Triples x, y, visibility in [`super::Labels::numbers`].
    Keypoints(Run),
    /// Centre and radii in [`super::Labels::numbers`].
    Ellipse(Run),
    /// Index into [`super::Labels::masks`].
    Mask(u32),
    /// Length, height, width, centre x, y, z and yaw in [`super::Labels::numbers`].
    Cuboid(Run),
    /// Index into [`super::Labels::spans`].
    Span(u32),
    /// Start and end in seconds, in [`super::Labels::numbers`].
    Segment(Run),
    /// Tags of the item's tokens, in [`super::Labels::tags`].
    Tags(Run),
    /// A transcript or other answer in words, in [`super::Labels::text`].
    Text(Run),
    /// There, counted, and not understood: its kind in [`super::Labels::text`].
    Unread(Run),
}

impl Shape {
    /// The name of its kind.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Box => "box",
            Self::Polygons(_) => "polygon",
            Self::Polyline(_) => "polyline",
            Self::Points(_) => "points",
            Self::Keypoints(_) => "keypoints",
            Self::Ellipse(_) => "ellipse",
            Self::Mask(_) => "mask",
            Self::Cuboid(_) => "cuboid",
            Self::Span(_) => "span",
            Self::Segment(_) => "segment",
            Self::Tags(_) => "tags",
            Self::Text(_) => "text",
            Self::Unread(_) => "unread",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_turned_about_its_corner_keeps_that_corner() {
        let rect = Rect::turned_about_corner(10.0, 20.0, 4.0, 2.0, 90.0);
        let [corner, ..] = rect.corners();
        assert!((corner[0] - 10.0).abs() < 1e-12 && (corner[1] - 20.0).abs() < 1e-12);
        let [left, top, right, bottom] = rect.bounds();
        assert!((left - 8.0).abs() < 1e-9 && (right - 10.0).abs() < 1e-9);
        assert!((top - 20.0).abs() < 1e-9 && (bottom - 24.0).abs() < 1e-9);
    }
}
