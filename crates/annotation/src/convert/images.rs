//! The writer of YOLO text.

use std::fmt::Write;

use super::{Files, Job, Keep, Writer};
use crate::labels::{NONE, Shape};

pub(super) const YOLO: Writer =
    Writer { name: "yolo", shapes: &["box", "polygon"], keeps: &[Keep::Score], write: yolo };

/// Coordinates are shares; where the size of an image is not known, only what are shares comes here.
fn yolo(job: &Job<'_>, files: &mut Files) {
    for (item, on_item) in job.items() {
        let size = job.size(item);
        let [width, height] = if size[0] > 0.0 && size[1] > 0.0 { size } else { [1.0, 1.0] };
        let mut out = String::new();
        for annotation in on_item {
            if annotation.class == NONE {
                continue;
            }
            let mut fields = vec![f64::from(annotation.class)];
            match annotation.shape {
                Shape::Polygons(rings) => {
                    let ring = job.labels.rings_of(rings).next().unwrap_or(&[]);
                    fields.extend(
                        ring.chunks_exact(2).flat_map(|at| [at[0] / width, at[1] / height]),
                    );
                }
                _ => {
                    let Some(rect) = job.rect(annotation) else { continue };
                    let [left, top, right, bottom] = rect.bounds();
                    let centre = [(left + right) / 2.0 / width, (top + bottom) / 2.0 / height];
                    fields.extend(centre);
                    fields.extend([(right - left) / width, (bottom - top) / height]);
                    fields.extend(job.detail(annotation).score);
                }
            }
            let line: Vec<String> = fields.iter().map(f64::to_string).collect();
            writeln!(out, "{}", line.join(" ")).expect("writing to a text does not fail");
        }
        files.insert(format!("labels/{}.txt", job.path(item)), out.into_bytes());
    }
    let names: String =
        job.labels.classes.iter().map(|class| format!("{}\n", class.name)).collect();
    files.insert("classes.txt".into(), names.into_bytes());
}
