//! How long answers took and when they were given, as far as the files say so.

use crate::labels::{Labels, NONE};
use crate::matching::{Matched, unit_names};
use crate::table::LabelTable;

/// What else is known of votes; each list has one entry a vote of the table, in its order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    /// Seconds each answer took; NaN where unknown.
    pub seconds: Option<Vec<f64>>,
    /// When each answer was given, in any unit that grows with time.
    pub times: Option<Vec<Option<i64>>>,
}

impl Log {
    /// Of the table of answers about whole items.
    pub fn of_answers(labels: &Labels, table: &LabelTable) -> Self {
        let votes = labels.annotations.iter().zip(0..).filter(|(at, _)| at.is_answer());
        let votes = votes.map(|(at, annotation)| (labels.item_name(at.item), annotation));
        Self::gather(labels, table, votes)
    }

    /// Of the table of matched marks. What a rater's first mark on an item says counts for the item,
    /// lest one quick look at twenty boxes be twenty quick answers.
    pub fn of_marks(labels: &Labels, matched: &Matched) -> Self {
        let names = unit_names(labels, &matched.units);
        let mut seen = std::collections::BTreeSet::new();
        let mut votes = Vec::new();
        for (unit, name) in matched.units.iter().zip(&names) {
            for &(rater, annotation) in &unit.marks {
                if labels.annotations[annotation as usize].class != NONE {
                    let is_first = seen.insert((unit.item, rater));
                    votes.push((name.as_str(), if is_first { annotation } else { NONE }));
                }
            }
        }
        Self::gather(labels, &matched.table, votes.into_iter())
    }

    /// Lays out what is known of votes, given as the name of the item and the annotation in the order
    /// the table was built in: votes of one item keep it.
    fn gather<'a>(
        labels: &'a Labels,
        table: &LabelTable,
        votes: impl Iterator<Item = (&'a str, u32)>,
    ) -> Self {
        let timed = labels.details.iter().any(|detail| detail.seconds.is_some());
        let dated = labels.details.iter().any(|detail| detail.moment.is_some());
        let count = table.votes.len();
        let mut log = Self {
            seconds: timed.then(|| vec![f64::NAN; count]),
            times: dated.then(|| vec![None; count]),
        };
        if !timed && !dated {
            return log;
        }
        let mut next = table.starts.clone();
        let mut last = 0;
        for (name, annotation) in votes {
            if table.items.get(last).is_none_or(|known| known != name) {
                let Ok(found) = table.items.place(name) else { continue };
                last = found;
            }
            let place = next[last] as usize;
            next[last] += 1;
            let annotation = labels.annotations.get(annotation as usize);
            let Some(detail) = annotation.and_then(|at| labels.detail(at)) else { continue };
            if let (Some(seconds), Some(took)) = (&mut log.seconds, detail.seconds) {
                seconds[place] = took;
            }
            if let Some(times) = &mut log.times {
                times[place] = detail.moment;
            }
        }
        log
    }
}

#[cfg(test)]
mod tests {
    use shujian_core::Limits;

    use super::*;
    use crate::formats::read_bytes;
    use crate::matching::{Panel, Settings, answers, match_marks};

    #[test]
    fn answers_keep_their_times_when_items_are_sorted() {
        let text = "item,worker,label,lead_time,created_at\n\
            b,w,x,2.5,2024-05-01T00:00:02Z\na,w,y,,2024-05-01T00:00:01Z\nb,v,x,7,\n";
        let read = read_bytes("t.csv", text.as_bytes(), &Limits::default());
        let log = Log::of_answers(&read.labels, &answers(&read.labels));
        let seconds = log.seconds.unwrap();
        assert!(seconds[0].is_nan() && seconds[1..] == [2.5, 7.0]);
        let times = log.times.unwrap();
        assert_eq!(times[1].unwrap() - times[0].unwrap(), 1_000_000);
        assert_eq!(times[2], None);
    }

    #[test]
    fn marks_of_one_look_count_once() {
        let answer = |user: u32, second: u32| {
            let result = |x: u32| {
                format!(
                    r#"{{"type":"rectanglelabels","original_width":100,"original_height":100,
                    "value":{{"x":{x},"y":0,"width":10,"height":10,"rectanglelabels":["a"]}}}}"#
                )
            };
            format!(
                r#"{{"completed_by":{user},"lead_time":{second},
                "created_at":"2024-05-01T00:00:0{second}Z","result":[{},{}]}}"#,
                result(0),
                result(50)
            )
        };
        let text = format!(
            r#"[{{"id":1,"data":{{"image":"a.jpg"}},"annotations":[{},{}]}}]"#,
            answer(1, 3),
            answer(2, 5)
        );
        let read = read_bytes("t.json", text.as_bytes(), &Limits::default());
        let panel = Panel::of(read.labels);
        let matched = match_marks(&panel, &Settings::default());
        let log = Log::of_marks(&panel.labels, &matched);
        let seconds = log.seconds.unwrap();
        assert_eq!(seconds[..2], [3.0, 5.0]);
        assert!(seconds[2].is_nan() && seconds[3].is_nan());
    }
}
