//! Exact copies: records whose every field is equal have equal ids.

use crate::sign::Signed;

/// For each record the one of smallest place among those of its id; itself if it stands alone.
pub fn exact_of(signed: &Signed) -> Vec<u32> {
    let mut first: Vec<u32> = (0..signed.ids.len() as u32).collect();
    for group in by_id(signed).chunk_by(|&a, &b| signed.ids[a as usize] == signed.ids[b as usize]) {
        for &record in group {
            first[record as usize] = group[0];
        }
    }
    first
}

/// Records by id, then place: the canonical order, which depends on content alone.
pub fn by_id(signed: &Signed) -> Vec<u32> {
    let mut order: Vec<u32> = (0..signed.ids.len() as u32).collect();
    order.sort_unstable_by_key(|&record| {
        let record = record as usize;
        (signed.ids[record].prefix(), signed.ids[record], signed.places[record])
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::Source;
    use shujian_core::ContentId;

    #[test]
    fn the_copy_of_smallest_place_is_the_first() {
        let ids = [b"a", b"b", b"a", b"a"].map(|text| ContentId::of(text)).to_vec();
        let places =
            [(1, 1), (0, 1), (0, 2), (0, 3)].map(|(file, row)| Source { file, row }).to_vec();
        let signed = Signed { ids, places, ..Signed::default() };
        assert_eq!(exact_of(&signed), [2, 1, 2, 2]);
    }
}
