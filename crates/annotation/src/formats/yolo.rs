//! YOLO text: `class x y w h`, with a score, with polygons, with oriented corners, with keypoints.
//!
//! Source: docs.ultralytics.com/datasets; Darknet. Records are lines; coordinates are shares of the
//! picture, turned to pixels where the picture is there.

use std::rc::Rc;

use super::{Draft, Format, Head, Sink, Source, picture, yaml};
use crate::code;
use crate::labels::{Detail, NONE, Rect, Remark, Shape};

/// The format.
#[derive(Debug)]
pub struct Yolo;

const LISTS: [&str; 6] =
    ["data.yaml", "data.yml", "dataset.yaml", "obj.names", "classes.txt", "names.txt"];

impl Format for Yolo {
    fn name(&self) -> &'static str {
        "yolo"
    }

    fn claim(&self, head: &Head<'_>) -> u8 {
        if !head.has_extension(&["txt"]) || LISTS.contains(&super::folder::base(head.name)) {
            return 0;
        }
        let object = |line: &str| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            fields.len() >= 4
                && fields[0].parse::<u32>().is_ok()
                && fields[1..].iter().filter(|field| field.parse::<f64>().is_ok()).count() * 5
                    >= (fields.len() - 1) * 4
        };
        let listed = head.folder.nearest(head.name, &LISTS).is_some();
        let placed = head.name.contains("labels/") || head.name.contains("obj_");
        match head.lines().next() {
            None => 3 * u8::from(listed && placed),
            Some(_) if head.mostly(object) || (listed && placed && head.lines().any(object)) => {
                1 + u8::from(listed) + u8::from(placed)
            }
            Some(_) => 0,
        }
    }

    fn read(&self, source: &Source, sink: &mut Sink<'_>) {
        let list = classes(source, sink);
        let name = item_name(source.stem());
        let item = sink.item(&name, 0);
        sink.records += 1;
        let image = super::folder::base(source.stem()).to_owned();
        sink.set_media(item, &image);
        let size = sink.folder.medium(&image).and_then(|entry| picture::size(&entry.path));
        match size {
            Some([width, height]) => sink.set_size(item, width, height),
            None => {
                sink.set_size(item, 1.0, 1.0);
                sink.labels.items[item as usize].relative = true;
            }
        }
        let reading = Reading { item, size: size.unwrap_or([1.0, 1.0]), list };
        source.lines(sink, |sink, row, line| {
            if !line.trim().is_empty() {
                reading.object(sink, row, line);
            }
        });
    }
}

/// `…/labels/…/name` labels the same image as `…/images/…/name`: the folder `labels` is left out.
fn item_name(stem: &str) -> String {
    let parts: Vec<&str> = stem.split('/').filter(|part| *part != "labels").collect();
    parts.join("/")
}

/// What a class list says.
#[derive(Debug, Clone)]
struct List {
    classes: Option<Rc<Vec<u32>>>,
    keypoints: usize,
}

/// The classes of the nearest list, read once for each list.
fn classes(source: &Source, sink: &mut Sink<'_>) -> List {
    let Some(entry) = sink.folder.nearest(&source.name, &LISTS) else {
        let known = sink.cache.lists.contains_key("");
        sink.cache.lists.entry(String::new()).or_default();
        if !known {
            sink.remark_file(code::NO_CLASS_LIST, LISTS.join(", "));
        }
        return List { classes: None, keypoints: 0 };
    };
    let (name, path) = (entry.name.clone(), entry.path.clone());
    if let Some(known) = sink.cache.lists.get(&name) {
        let keypoints = sink.cache.keypoints.get(&name).copied().unwrap_or(0);
        return List { classes: Some(Rc::clone(known)), keypoints };
    }
    let text = Sink::small_text(&path);
    let mut names: Vec<String> = Vec::new();
    match text {
        Ok(text) if name.ends_with("yaml") || name.ends_with("yml") => match yaml::data(&text) {
            Ok(data) => {
                if data.count.is_some_and(|count| count != data.names.len()) {
                    let note = format!("{name}: nc is not {}", data.names.len());
                    sink.remark_file(code::CLASS_LIST, note);
                }
                if let [points, sides] = data.keypoints[..] {
                    sink.cache.keypoints.insert(name.clone(), points.saturating_mul(sides));
                }
                names = data.names;
            }
            Err(error) => sink.remark_file(code::CLASS_LIST, format!("{name}: {error}")),
        },
        Ok(text) => {
            names = text.lines().map(|line| line.trim().to_owned()).collect();
            while names.last().is_some_and(String::is_empty) {
                names.pop();
            }
        }
        Err(error) => sink.remark_file(code::CLASS_LIST, format!("{name}: {error}")),
    }
    let mut list = Vec::new();
    for (index, class) in names.iter().enumerate() {
        let known = sink.labels.classes.len() as u32;
        let number =
            sink.labels.declare_class(class, Some(index as i64), sink.file, index as u32 + 1);
        if class.is_empty() || (number == known && sink.labels.find_class(class) != Some(number)) {
            sink.remark_file(code::REPEATED_CLASS, format!("{name}:{}: {class:?}", index + 1));
        }
        list.push(number);
    }
    let keypoints = sink.cache.keypoints.get(&name).copied().unwrap_or(0);
    let list = Rc::new(list);
    sink.cache.lists.insert(name, Rc::clone(&list));
    List { classes: Some(list), keypoints }
}

struct Reading {
    item: u32,
    size: [f64; 2],
    list: List,
}

impl Reading {
    fn object(&self, sink: &mut Sink<'_>, row: u32, line: &str) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let numbers: Vec<f64> = fields[1..].iter().map(|field| super::xml::number(field)).collect();
        let pose = self.list.keypoints > 0 && numbers.len() == 4 + self.list.keypoints;
        let (boxed, ring) = match numbers.len() {
            4 | 5 => (true, false),
            _ if pose => (true, false),
            count => (false, count >= 6 && count % 2 == 0),
        };
        if !boxed && !ring {
            let place = (row, fields.len() as u32 + 1);
            sink.skip_part(code::FIELD_COUNT, place, format!("{} fields", fields.len()));
            return;
        }
        let class = self.class(sink, row, fields[0]);
        let shares = if ring { &numbers[..] } else { &numbers[..4] };
        if let Some(far) =
            shares.iter().find(|share| share.is_finite() && (**share > 1.5 || **share < -0.5))
        {
            sink.remark_part(code::NOT_NORMALISED, (row, 1), "", far.to_string());
        }
        let [width, height] = self.size;
        if ring {
            let points: Vec<f64> =
                numbers.chunks(2).flat_map(|at| [at[0] * width, at[1] * height]).collect();
            let rings = sink.labels.push_rings([&*points]);
            sink.annotate(Draft::new(self.item, class, row, 1, Shape::Polygons(rings)));
            return;
        }
        let [x, y, w, h] =
            [numbers[0] * width, numbers[1] * height, numbers[2] * width, numbers[3] * height];
        let mut draft =
            Draft::boxed(self.item, class, row, 1, Rect::new(x - w / 2.0, y - h / 2.0, w, h));
        if pose {
            let sides = if self.list.keypoints.is_multiple_of(3) { 3 } else { 2 };
            let points: Vec<f64> = numbers[4..]
                .chunks(sides)
                .flat_map(|at| [at[0] * width, at[1] * height, at.get(2).copied().unwrap_or(2.0)])
                .collect();
            draft.shape = Shape::Keypoints(sink.labels.push_numbers(&points));
        }
        if numbers.len() == 5 {
            draft = draft.with(Detail { score: Some(numbers[4]), ..Detail::default() });
        }
        sink.annotate(draft);
    }

    fn class(&self, sink: &mut Sink<'_>, row: u32, field: &str) -> u32 {
        let number = field.parse::<usize>().ok();
        match (&self.list.classes, number) {
            (_, None) => {
                sink.remark_part(code::WRONG_TYPE, (row, 1), "class", field);
                NONE
            }
            (None, Some(number)) => sink.class(&format!("#{number}"), row),
            (Some(list), Some(number)) => list.get(number).copied().unwrap_or_else(|| {
                let note = format!("{number}, of {} classes", list.len());
                let remark =
                    Remark { part: 1, ..Remark::row(code::UNKNOWN_CLASS, sink.file, row, note) };
                sink.remarks.add(remark.in_field("class"));
                NONE
            }),
        }
    }
}
