//! Writers of XML formats.

use std::fmt::Write;

use quick_xml::escape::escape;

use super::{Files, Job, Keep, Writer};
use crate::labels::{Annotation, NONE, Shape};

pub(super) const CVAT: Writer = Writer {
    name: "cvat",
    shapes: &["class", "box", "polygon", "polyline", "points", "ellipse"],
    keeps: &[Keep::Attributes, Keep::Turn],
    write: cvat,
};

pub(super) const LABELME: Writer = Writer {
    name: "labelme-xml",
    shapes: &["box", "polygon"],
    keeps: &[Keep::Rater],
    write: labelme,
};

pub(super) const VOC: Writer =
    Writer { name: "voc", shapes: &["box"], keeps: &[Keep::Attributes, Keep::Crowd], write: voc };

/// Writing to a text cannot fail.
macro_rules! put {
    ($out:expr, $($form:tt)*) => {
        write!($out, $($form)*).expect("writing to a text does not fail")
    };
}

fn cvat(job: &Job<'_>, files: &mut Files) {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n",
    );
    out.push_str("  <meta><task><labels>\n");
    for class in &job.labels.classes {
        put!(out, "    <label><name>{}</name></label>\n", escape(&*class.name));
    }
    out.push_str("  </labels></task></meta>\n");
    for (item, on_item) in job.items() {
        let [width, height] = job.size(item);
        let name = escape(job.labels.item_name(item));
        put!(
            out,
            "  <image id=\"{item}\" name=\"{name}\" width=\"{width}\" height=\"{height}\">\n"
        );
        for annotation in on_item {
            cvat_shape(job, annotation, &mut out);
        }
        out.push_str("  </image>\n");
    }
    out.push_str("</annotations>\n");
    files.insert("annotations.xml".into(), out.into_bytes());
}

fn cvat_shape(job: &Job<'_>, annotation: &Annotation, out: &mut String) {
    let points = |numbers: &[f64]| {
        let pairs = numbers.chunks_exact(2).map(|at| format!("{},{}", at[0], at[1]));
        pairs.collect::<Vec<_>>().join(";")
    };
    let (tag, place) = match annotation.shape {
        Shape::Class => ("tag", String::new()),
        Shape::Polygons(rings) => {
            let ring = job.labels.rings_of(rings).next().unwrap_or(&[]);
            ("polygon", format!(" points=\"{}\"", points(ring)))
        }
        Shape::Polyline(run) => ("polyline", format!(" points=\"{}\"", points(job.numbers(run)))),
        Shape::Points(run) => ("points", format!(" points=\"{}\"", points(job.numbers(run)))),
        Shape::Ellipse(run) => {
            let at = job.numbers(run);
            (
                "ellipse",
                format!(" cx=\"{}\" cy=\"{}\" rx=\"{}\" ry=\"{}\"", at[0], at[1], at[2], at[3]),
            )
        }
        _ => {
            let Some(rect) = job.rect(annotation) else { return };
            let sides = format!(
                " xtl=\"{}\" ytl=\"{}\" xbr=\"{}\" ybr=\"{}\"",
                rect.x,
                rect.y,
                rect.x + rect.w,
                rect.y + rect.h
            );
            let turn = if rect.turn == 0.0 {
                String::new()
            } else {
                format!(" rotation=\"{}\"", rect.turn)
            };
            ("box", sides + &turn)
        }
    };
    put!(out, "    <{tag} label=\"{}\"{place}>", escape(job.class(annotation)));
    for (name, value) in job.labels.attributes_of(annotation) {
        put!(out, "<attribute name=\"{}\">{}</attribute>", escape(name), escape(value));
    }
    put!(out, "</{tag}>\n");
}

fn labelme(job: &Job<'_>, files: &mut Files) {
    for (item, on_item) in job.items() {
        let [width, height] = job.size(item);
        let mut out = format!(
            "<annotation><filename>{}</filename><folder></folder>",
            escape(job.medium(item))
        );
        put!(out, "<imagesize><nrows>{height}</nrows><ncols>{width}</ncols></imagesize>");
        for (id, annotation) in on_item.into_iter().enumerate() {
            let (kind, ring) = match annotation.shape {
                Shape::Polygons(rings) => {
                    ("", job.labels.rings_of(rings).next().unwrap_or(&[]).to_vec())
                }
                _ => {
                    let Some(rect) = job.rect(annotation) else { continue };
                    ("<type>bounding_box</type>", rect.corners().into_iter().flatten().collect())
                }
            };
            let name = escape(job.class(annotation));
            put!(
                out,
                "<object><name>{name}</name><deleted>0</deleted><id>{id}</id>{kind}<polygon>"
            );
            if annotation.rater != NONE {
                put!(
                    out,
                    "<username>{}</username>",
                    escape(job.labels.raters.name(annotation.rater))
                );
            }
            for at in ring.chunks_exact(2) {
                put!(out, "<pt><x>{}</x><y>{}</y></pt>", at[0], at[1]);
            }
            out.push_str("</polygon></object>");
        }
        out.push_str("</annotation>\n");
        files.insert(format!("Annotations/{}.xml", job.path(item)), out.into_bytes());
    }
}

fn voc(job: &Job<'_>, files: &mut Files) {
    for (item, on_item) in job.items() {
        let [width, height] = job.size(item);
        let mut out =
            format!("<annotation>\n  <filename>{}</filename>\n", escape(job.medium(item)));
        put!(
            out,
            "  <size><width>{width}</width><height>{height}</height><depth>3</depth></size>\n"
        );
        for annotation in on_item {
            let Some(rect) = job.rect(annotation) else { continue };
            let [left, top, right, bottom] = rect.bounds();
            put!(out, "  <object>\n    <name>{}</name>\n", escape(job.class(annotation)));
            let (mut actions, mut difficult) = (String::new(), job.detail(annotation).crowd);
            for (name, value) in job.labels.attributes_of(annotation) {
                match name {
                    "pose" | "truncated" | "occluded" => {
                        put!(out, "    <{name}>{}</{name}>\n", escape(value))
                    }
                    "difficult" => difficult |= value == "1",
                    _ if name
                        .chars()
                        .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
                        && name.starts_with(|letter: char| letter.is_ascii_alphabetic()) =>
                    {
                        put!(actions, "<{name}>{}</{name}>", escape(value));
                    }
                    _ => {}
                }
            }
            put!(out, "    <difficult>{}</difficult>\n", u8::from(difficult));
            put!(out, "    <bndbox><xmin>{left}</xmin><ymin>{top}</ymin>");
            put!(out, "<xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox>\n");
            if !actions.is_empty() {
                put!(out, "    <actions>{actions}</actions>\n");
            }
            out.push_str("  </object>\n");
        }
        out.push_str("</annotation>\n");
        files.insert(format!("Annotations/{}.xml", job.path(item)), out.into_bytes());
    }
}
