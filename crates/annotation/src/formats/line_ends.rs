//! Files whose last line has no end while that of others has: the line may be cut.

use std::collections::BTreeMap;

use super::Source;
use super::orphans::Told;
use crate::code;
use crate::labels::{Remark, Remarks};

/// Formats with a line a record, in which a line cut short can still be one.
const BY_LINE: [&str; 9] =
    ["conll", "doccano", "icdar", "kitti", "mot", "rttm", "table-csv", "table-jsonl", "yolo"];

/// Remarks every such file, where those of its format that end their last line are as many or more.
pub(super) fn look(sources: &[Source], told: &[Told], remarks: &mut Remarks) {
    // Of each format, files that end so and files that do not.
    let mut ends: BTreeMap<&str, (u64, Vec<u32>)> = BTreeMap::new();
    for ((file, source), told) in (0..).zip(sources).zip(told) {
        let Some(format) = told.format().filter(|format| BY_LINE.contains(&format.name())) else {
            continue;
        };
        let (ended, open) = ends.entry(format.name()).or_default();
        match source.tail(1).last() {
            Some(b'\n') => *ended += 1,
            // UTF-16 ends its lines with two bytes.
            Some(0) | None => {}
            Some(_) => open.push(file),
        }
    }
    for (ended, open) in ends.into_values() {
        if ended >= open.len() as u64 {
            for file in open {
                let tail = sources[file as usize].tail(200);
                let tail = String::from_utf8_lossy(&tail);
                let last = tail.lines().last().unwrap_or_default();
                remarks.add(Remark::file(code::LAST_LINE, file, format!("ends with {last:?}")));
            }
        }
    }
}
