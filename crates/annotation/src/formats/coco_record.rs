//! One record of a COCO list, with whatever types its fields have.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::soft::{self, Id, Key, Num, Nums, Words, otherwise};
use crate::mask::Mask;

/// Any record of COCO: an image, a category or an annotation. Unknown fields are passed over.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) id: Option<Id>,
    pub(super) file_name: Option<String>,
    pub(super) name: Option<String>,
    pub(super) width: Option<f64>,
    pub(super) height: Option<f64>,
    pub(super) image_id: Option<Id>,
    pub(super) category_id: Option<Id>,
    /// Outer: whether the field is there; inner: whether it is a list.
    pub(super) bbox: Option<Option<Vec<f64>>>,
    pub(super) drawn: Drawn,
    pub(super) keypoints: Option<Vec<f64>>,
    pub(super) keypoint_names: u32,
    pub(super) num_keypoints: Option<f64>,
    pub(super) area: Option<f64>,
    pub(super) score: Option<f64>,
    pub(super) crowd: bool,
    pub(super) track: Option<i64>,
    pub(super) caption: Option<String>,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) segments: Option<Vec<Value>>,
    /// A field of which another key is one letter away.
    pub(super) misspelt: Option<&'static str>,
}

/// Fields whose loss would go unseen: an annotation is one without them, too.
const OPTIONAL: [&str; 5] = ["segmentation", "keypoints", "caption", "segments_info", "bbox"];

/// What stands under `segmentation`.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Drawn {
    /// Nothing, or an empty list.
    #[default]
    Nothing,
    /// Polygons.
    Rings(Vec<Vec<f64>>),
    /// A run-length mask.
    Counts {
        /// Height and width.
        size: [f64; 2],
        /// Counts, where they could be read.
        counts: Option<Vec<u32>>,
    },
    /// Something else.
    Broken,
}

/// A record, or `None` for whatever is no object.
#[derive(Debug)]
pub(super) struct Soft(pub(super) Option<Record>);

impl<'de> Deserialize<'de> for Soft {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SeenRecord)
    }
}

struct SeenRecord;

impl<'de> Visitor<'de> for SeenRecord {
    type Value = Soft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Soft, A::Error> {
        let mut record = Record::default();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            field(&mut record, &key, &mut map)?;
        }
        Ok(Soft(Some(record)))
    }

    otherwise!(Soft(None); bool, int, float, text, unit, seq);
}

fn field<'de, A: MapAccess<'de>>(
    record: &mut Record,
    key: &str,
    map: &mut A,
) -> Result<(), A::Error> {
    match key {
        "id" => record.id = Some(map.next_value()?),
        "image_id" => record.image_id = Some(map.next_value()?),
        "category_id" => record.category_id = Some(map.next_value()?),
        "file_name" => record.file_name = map.next_value::<Words>()?.0,
        "name" => record.name = map.next_value::<Words>()?.0,
        "caption" => record.caption = map.next_value::<Words>()?.0,
        "width" => record.width = Some(map.next_value::<Num>()?.0),
        "height" => record.height = Some(map.next_value::<Num>()?.0),
        "area" => record.area = Some(map.next_value::<Num>()?.0),
        "score" => record.score = Some(map.next_value::<Num>()?.0),
        "num_keypoints" => record.num_keypoints = Some(map.next_value::<Num>()?.0),
        "iscrowd" => record.crowd = map.next_value::<Num>()?.0 == 1.0,
        "track_id" => record.track = map.next_value::<Id>()?.number(),
        "bbox" => record.bbox = Some(map.next_value::<Nums>()?.0),
        "segmentation" => record.drawn = map.next_value()?,
        "keypoints" => match map.next_value::<Value>()? {
            Value::Array(list) if list.iter().any(Value::is_string) => {
                record.keypoint_names = list.len() as u32;
            }
            Value::Array(list) => {
                record.keypoints =
                    Some(list.iter().map(|value| soft::number(Some(value))).collect());
            }
            _ => {}
        },
        "attributes" => {
            if let Value::Object(pairs) = map.next_value()? {
                let pairs = pairs
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, soft::words(&value)?)));
                record.attributes = pairs.collect();
            }
        }
        "segments_info" => record.segments = map.next_value::<Value>()?.as_array().cloned(),
        _ => {
            record.misspelt = record.misspelt.or(soft::misspelt(key, &OPTIONAL));
            map.next_value::<IgnoredAny>()?;
        }
    }
    Ok(())
}

impl<'de> Deserialize<'de> for Drawn {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SeenDrawn)
    }
}

struct SeenDrawn;

impl<'de> Visitor<'de> for SeenDrawn {
    type Value = Drawn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("polygons or counts")
    }

    fn visit_unit<E>(self) -> Result<Drawn, E> {
        Ok(Drawn::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Drawn, A::Error> {
        let (mut rings, mut loose) = (Vec::new(), Vec::new());
        while let Some(part) = list.next_element::<Ring>()? {
            match part {
                Ring::Whole(ring) => rings.push(ring),
                Ring::Number(number) => loose.push(number),
            }
        }
        // Some exporters leave the inner brackets of a single ring out.
        if !loose.is_empty() {
            rings.push(loose);
        }
        Ok(if rings.is_empty() { Drawn::Nothing } else { Drawn::Rings(rings) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Drawn, A::Error> {
        let (mut size, mut counts) = ([f64::NAN; 2], None);
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            match &*key {
                "size" => {
                    if let Some([height, width]) = map.next_value::<Nums>()?.0.as_deref() {
                        size = [*height, *width];
                    }
                }
                "counts" => counts = map.next_value::<Counts>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Drawn::Counts { size, counts })
    }

    otherwise!(Drawn::Broken; bool, int, float, text);
}

enum Ring {
    Whole(Vec<f64>),
    Number(f64),
}

impl<'de> Deserialize<'de> for Ring {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Ring;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a ring")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Ring, A::Error> {
                let mut ring = Vec::new();
                while let Some(Num(number)) = list.next_element()? {
                    ring.push(number);
                }
                Ok(Ring::Whole(ring))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Ring, E> {
                Ok(Ring::Number(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Ring, E> {
                Ok(Ring::Number(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Ring, E> {
                Ok(Ring::Number(value as f64))
            }
            otherwise!(Ring::Number(f64::NAN); bool, text, unit, map);
        }
        from.deserialize_any(Seen)
    }
}

struct Counts(Option<Vec<u32>>);

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Counts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("counts")
            }
            fn visit_str<E>(self, text: &str) -> Result<Counts, E> {
                Ok(Counts(Mask::counts_from_string(text)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Counts, A::Error> {
                let mut counts = Some(Vec::new());
                while let Some(Num(number)) = list.next_element()? {
                    let whole = number >= 0.0 && number.fract() == 0.0 && number < 4e9;
                    match &mut counts {
                        Some(counts) if whole => counts.push(number as u32),
                        _ => counts = None,
                    }
                }
                Ok(Counts(counts))
            }
            otherwise!(Counts(None); bool, int, float, unit, map);
        }
        from.deserialize_any(Seen)
    }
}
