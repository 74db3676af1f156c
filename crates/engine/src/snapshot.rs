//! The snapshot: one hash that names exactly these files with exactly these bytes.

use shujian_ingest::FileReport;

/// Merkle root over (name, blake3) of the files, in the order given; hex.
///
/// Leaves are `blake3(0 ‖ name ‖ 0 ‖ digest)`, nodes `blake3(1 ‖ left ‖ right)`; an odd node rises
/// as it is. No files: the hash of nothing.
pub(crate) fn root(files: &[FileReport]) -> String {
    let mut level: Vec<[u8; 32]> = files
        .iter()
        .map(|file| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&[0]).update(file.name.as_bytes()).update(&[0]).update(&file.digest);
            *hasher.finalize().as_bytes()
        })
        .collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => {
                    let mut hasher = blake3::Hasher::new();
                    hasher.update(&[1]).update(left).update(right);
                    *hasher.finalize().as_bytes()
                }
                _ => pair[0],
            })
            .collect();
    }
    let root = level.first().copied().unwrap_or_else(|| *blake3::hash(b"").as_bytes());
    blake3::Hash::from_bytes(root).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, byte: u8) -> FileReport {
        FileReport { name: name.to_owned(), digest: [byte; 32], ..FileReport::default() }
    }

    #[test]
    fn every_name_and_byte_counts() {
        let whole = [file("a", 1), file("b", 2), file("c", 3)];
        let mut seen = std::collections::BTreeSet::from([root(&[]), root(&whole)]);
        for changed in [
            vec![file("a", 1), file("b", 2)],
            vec![file("a", 1), file("b", 2), file("d", 3)],
            vec![file("a", 1), file("b", 9), file("c", 3)],
            vec![file("b", 2), file("a", 1), file("c", 3)],
        ] {
            assert!(seen.insert(root(&changed)), "{changed:?}");
        }
    }
}
