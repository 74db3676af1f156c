//! The labelling instruction as a file: what a delivery must keep to.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Check, View};
use crate::code;
use crate::labels::{Annotation, NONE, Remark, Remarks, Shape};
use crate::verdict::Acceptance;

pub(super) const CHECK: Check = Check {
    name: "instruction",
    codes: &[
        code::SPEC_CLASS,
        code::SPEC_COUNT,
        code::SPEC_ATTRIBUTE,
        code::SPEC_VALUE,
        code::SPEC_EXCLUDED,
        code::SPEC_SIZE,
        code::SPEC_SHAPE,
    ],
    run,
};

/// A labelling instruction, as `pipelines/delivery.toml` holds it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Version of the form; 1.
    pub version: u32,
    /// Classes allowed beside those that have rules; empty with no rules allows all.
    #[serde(default)]
    pub classes: Vec<String>,
    /// What holds for every item.
    #[serde(default)]
    pub items: ItemRule,
    /// What holds for single classes.
    #[serde(default, rename = "class")]
    pub rules: Vec<ClassRule>,
    /// Classes that may not stand on one item together.
    #[serde(default, rename = "exclude")]
    pub exclusions: Vec<Exclusion>,
    /// What a delivery must reach.
    #[serde(default)]
    pub acceptance: Acceptance,
}

/// What holds for every item.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRule {
    /// Fewest annotations of any class.
    pub min: Option<u64>,
    /// Most annotations of any class.
    pub max: Option<u64>,
}

/// What holds for one class.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRule {
    /// Its name.
    pub name: String,
    /// Fewest on an item.
    pub min: Option<u64>,
    /// Most on an item.
    pub max: Option<u64>,
    /// Kinds of shape allowed (see [`shape_name`]); empty allows all.
    #[serde(default)]
    pub shapes: Vec<String>,
    /// Attributes required, with the values allowed; an empty list allows all values.
    #[serde(default)]
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Least width of a box, pixels.
    pub min_width_px: Option<f64>,
    /// Least height of a box, pixels.
    pub min_height_px: Option<f64>,
    /// Least length of a segment, seconds.
    pub min_seconds: Option<f64>,
}

/// Classes that may not stand on one item together.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Two classes or more.
    pub classes: Vec<String>,
}

impl Spec {
    /// Reads an instruction.
    ///
    /// - Errors: the parser's message with line and column, an unknown version or shape.
    pub fn parse(text: &str) -> Result<Self, String> {
        let spec: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if spec.version != 1 {
            return Err(format!("version {} is not 1", spec.version));
        }
        spec.acceptance.check()?;
        let shapes = spec.rules.iter().flat_map(|rule| &rule.shapes);
        match shapes.into_iter().find(|shape| !SHAPES.contains(&shape.as_str())) {
            Some(shape) => Err(format!("shape {shape:?} is none of {}", SHAPES.join(", "))),
            None => Ok(spec),
        }
    }

    /// Whether a class may be used.
    pub fn allows(&self, class: &str) -> bool {
        let listed = self.classes.iter().chain(self.rules.iter().map(|rule| &rule.name));
        let mut listed = listed.peekable();
        listed.peek().is_none() || listed.any(|name| name == class)
    }
}

const SHAPES: [&str; 15] = [
    "class",
    "box",
    "polygon",
    "polyline",
    "points",
    "keypoints",
    "ellipse",
    "mask",
    "cuboid",
    "span",
    "segment",
    "tags",
    "text",
    "rotated-box",
    "unread",
];

/// The name of a kind of shape in instructions.
pub fn shape_name(view: &View<'_>, annotation: &Annotation) -> &'static str {
    let is_turned = || view.labels.rect(annotation).is_some_and(|rect| rect.turn != 0.0);
    match annotation.shape {
        Shape::Box if is_turned() => "rotated-box",
        shape => shape.name(),
    }
}

fn run(view: &View<'_>, remarks: &mut Remarks) {
    let Some(spec) = view.spec else { return };
    let rules: Vec<Option<&ClassRule>> = view
        .labels
        .classes
        .iter()
        .map(|class| spec.rules.iter().find(|rule| rule.name == *class.name))
        .collect();
    let allowed: Vec<bool> =
        view.labels.classes.iter().map(|class| spec.allows(&class.name)).collect();
    for index in 0..view.labels.annotations.len() as u32 {
        let class = view.annotation(index).class as usize;
        if allowed.get(class) == Some(&false)
            && !is_variant(spec, view.labels.class_name(class as u32))
        {
            let note = view.labels.class_name(class as u32);
            remarks.add(
                Remark::annotation(code::SPEC_CLASS, view.labels, index, note).in_field("class"),
            );
        }
        if let Some(Some(rule)) = rules.get(class) {
            single(view, index, rule, remarks);
        }
    }
    for (index, item) in view.labels.items.iter().enumerate() {
        if !item.repeats {
            counts(view, index as u32, spec, remarks);
        }
    }
}

/// A misspelt class is remarked as such, not as unknown.
fn is_variant(spec: &Spec, name: &str) -> bool {
    let folded = super::classes::folded(name);
    let mut listed = spec.classes.iter().chain(spec.rules.iter().map(|rule| &rule.name));
    listed.any(|listed| super::classes::folded(listed) == folded)
}

fn single(view: &View<'_>, index: u32, rule: &ClassRule, remarks: &mut Remarks) {
    let annotation = view.annotation(index);
    let mut say = |code, field, note: String| {
        remarks.add(Remark::annotation(code, view.labels, index, note).in_field(field));
    };
    let shape = shape_name(view, annotation);
    if !rule.shapes.is_empty() && !rule.shapes.iter().any(|allowed| allowed == shape) {
        say(code::SPEC_SHAPE, "shape", format!("{shape}, not {}", rule.shapes.join(" or ")));
    }
    for (name, values) in &rule.attributes {
        match view.labels.attributes_of(annotation).find(|(known, _)| known == name) {
            None => say(code::SPEC_ATTRIBUTE, "attributes", name.clone()),
            Some((_, value))
                if !values.is_empty() && !values.iter().any(|known| known == value) =>
            {
                say(code::SPEC_VALUE, "attributes", format!("{name} = {value:?}"));
            }
            Some(_) => {}
        }
    }
    if let Some(rect) = view.labels.rect(annotation) {
        for (side, least) in [(rect.w, rule.min_width_px), (rect.h, rule.min_height_px)] {
            if let Some(least) = least.filter(|least| side < *least) {
                say(code::SPEC_SIZE, "box", format!("{side} px, least {least}"));
            }
        }
    }
    if let (Shape::Segment(run), Some(least)) = (annotation.shape, rule.min_seconds) {
        let times = &view.labels.numbers[run.range()];
        if times[1] - times[0] < least {
            say(code::SPEC_SIZE, "time", format!("{} s, least {least}", times[1] - times[0]));
        }
    }
}

/// Counts and exclusions on one item, for each rater apart.
fn counts(view: &View<'_>, item: u32, spec: &Spec, remarks: &mut Remarks) {
    let labels = view.labels;
    let mut by_rater = BTreeMap::<u32, BTreeMap<&str, u64>>::new();
    for &index in view.of_item(item) {
        let annotation = view.annotation(index);
        let classes = by_rater.entry(annotation.rater).or_default();
        *classes.entry(labels.class_name(annotation.class)).or_default() += 1;
    }
    if by_rater.is_empty() {
        by_rater.insert(NONE, BTreeMap::new());
    }
    for (rater, classes) in by_rater {
        let who = if rater == NONE {
            String::new()
        } else {
            format!(" by {}", labels.raters.name(rater))
        };
        let mut bounds = |what: &str, count: u64, min: Option<u64>, max: Option<u64>| {
            if min.is_some_and(|min| count < min) || max.is_some_and(|max| count > max) {
                let bound =
                    |bound: Option<u64>| bound.map_or("any".to_owned(), |bound| bound.to_string());
                let note = format!("{count} {what}{who}, allowed {} to {}", bound(min), bound(max));
                remarks.add(Remark::item(code::SPEC_COUNT, labels, item, note));
            }
        };
        bounds("annotations", classes.values().sum(), spec.items.min, spec.items.max);
        for rule in &spec.rules {
            bounds(
                &rule.name,
                classes.get(rule.name.as_str()).copied().unwrap_or(0),
                rule.min,
                rule.max,
            );
        }
        for exclusion in &spec.exclusions {
            let together: BTreeSet<&str> = exclusion
                .classes
                .iter()
                .map(String::as_str)
                .filter(|name| classes.contains_key(name))
                .collect();
            if together.len() > 1 {
                let list: Vec<&str> = together.into_iter().collect();
                let note = format!("{}{who}", list.join(", "));
                remarks.add(Remark::item(code::SPEC_EXCLUDED, labels, item, note));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::super::run as run_all;
    use super::*;
    use crate::formats::read_bytes;

    const SPEC: &str = r#"
        version = 1
        classes = ["dog"]
        [items]
        min = 1
        [[class]]
        name = "cat"
        max = 1
        shapes = ["box"]
        min_width_px = 5
        [class.attributes]
        pose = ["left", "right"]
        age = []
        [[exclude]]
        classes = ["cat", "dog"]
    "#;

    #[test]
    fn every_rule_of_an_instruction_is_held_to() {
        let spec = Spec::parse(SPEC).unwrap();
        let text = r#"{"images":[{"id":1,"file_name":"a","width":99,"height":99},{"id":2,"file_name":"b","width":9,"height":9}],
            "categories":[{"id":1,"name":"cat"},{"id":2,"name":"dog"},{"id":3,"name":"cow"}],
            "annotations":[
            {"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4],"attributes":{"pose":"up"}},
            {"id":2,"image_id":1,"category_id":1,"bbox":[1,2,30,4],"attributes":{"pose":"left","age":3}},
            {"id":3,"image_id":1,"category_id":2,"bbox":[1,20,30,4]},
            {"id":4,"image_id":1,"category_id":3,"bbox":[1,30,30,4]}]}"#;
        let mut read = read_bytes("a.json", text.as_bytes(), &Limits::default());
        run_all(&mut read, Some(&spec));
        let count = |code| read.remarks.count(code);
        let counts =
            [code::SPEC_CLASS, code::SPEC_VALUE, code::SPEC_ATTRIBUTE, code::SPEC_SIZE].map(count);
        assert_eq!(counts, [1, 1, 1, 1]);
        assert_eq!([code::SPEC_COUNT, code::SPEC_EXCLUDED, code::SPEC_SHAPE].map(count), [2, 1, 0]);
    }

    #[test]
    fn a_rule_nobody_knows_is_refused() {
        assert!(Spec::parse("version = 1\nclases = []").is_err());
        assert!(Spec::parse("version = 2").is_err());
        assert!(Spec::parse("version = 1\n[[class]]\nname = 'a'\nshapes = ['bux']").is_err());
    }

    #[test]
    fn the_instruction_that_comes_with_the_product_is_sound() {
        let spec = Spec::parse(include_str!("../../../../pipelines/delivery.toml")).unwrap();
        assert_eq!(spec.rules.len(), 2);
        assert!(spec.allows("background") && !spec.allows("cow"));
    }
}
