//! The little of YAML that a YOLO `data.yaml` needs: names, counts and the task. Aliases are not followed.

use saphyr_parser::{Event, Parser};

/// What a `data.yaml` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Data {
    /// Class names by number; a gap is empty.
    pub(super) names: Vec<String>,
    /// Declared number of classes.
    pub(super) count: Option<usize>,
    /// `detect`, `segment`, `obb`, `pose` or `classify`.
    pub(super) task: String,
    /// Numbers of a keypoint and of keypoints.
    pub(super) keypoints: Vec<usize>,
}

/// Classes a file may list.
const MAX_NAMES: usize = 1 << 20;

/// Reads a `data.yaml`.
///
/// - Errors: the parser's message, with line and column.
pub(super) fn data(text: &str) -> Result<Data, String> {
    let mut data = Data::default();
    let (mut depth, mut key, mut under) = (0_u32, None::<String>, None::<String>);
    let (mut inner, mut in_map) = (None::<usize>, false);
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                depth += 1;
                if depth == 2 {
                    under = key.take();
                    in_map = matches!(event, Event::MappingStart(..));
                    inner = None;
                }
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth = depth.saturating_sub(1);
                if depth == 1 {
                    under = None;
                }
            }
            Event::Scalar(value, ..) if depth == 1 => match key.take() {
                None => key = Some(value.into_owned()),
                Some(key) => data.single(&key, &value),
            },
            Event::Scalar(value, ..) if depth == 2 && in_map => match inner.take() {
                None => inner = Some(value.parse().unwrap_or(MAX_NAMES)),
                Some(number) => data.listed(under.as_deref(), number, &value),
            },
            Event::Scalar(value, ..) if depth == 2 => {
                data.listed(under.as_deref(), data.names.len(), &value)
            }
            _ => {}
        }
    }
    Ok(data)
}

impl Data {
    fn single(&mut self, key: &str, value: &str) {
        match key {
            "nc" => self.count = value.parse().ok(),
            "task" => value.clone_into(&mut self.task),
            _ => {}
        }
    }

    fn listed(&mut self, under: Option<&str>, number: usize, value: &str) {
        match under {
            Some("names") if number < MAX_NAMES && number <= self.names.len() + 4096 => {
                if self.names.len() <= number {
                    self.names.resize(number + 1, String::new());
                }
                value.clone_into(&mut self.names[number]);
            }
            Some("kpt_shape") => self.keypoints.extend(value.parse::<usize>()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_a_list_or_by_number() {
        let list = data("path: x\nnc: 2\nnames: [cat, '狗']\n").unwrap();
        assert_eq!((list.names, list.count), (vec!["cat".into(), "狗".into()], Some(2)));
        let map = data("task: obb\nnames:\n  0: cat\n  2: dog\ntrain: images\n").unwrap();
        assert_eq!(
            (map.names, &*map.task),
            (vec!["cat".into(), String::new(), "dog".into()], "obb")
        );
        assert_eq!(data("kpt_shape: [17, 3]").unwrap().keypoints, [17, 3]);
    }

    #[test]
    fn aliases_and_far_numbers_grow_nothing() {
        assert!(data("a: &a [x, x]\nnames: [*a, *a]\n").unwrap().names.is_empty());
        assert!(data("names: {99999999: x}").unwrap().names.is_empty());
        assert!(data("names: [").is_err());
    }
}
