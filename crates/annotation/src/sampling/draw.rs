//! A sample nobody could choose and anybody can draw again.
//!
//! Before the delivery the buyer publishes a commitment to a secret. The sample follows from the
//! delivery's root hash and that secret: the supplier cannot aim at it, for the secret is unknown;
//! the buyer cannot, for it was committed before the delivery was known. Afterwards the buyer
//! shows the secret and anyone checks the commitment and draws again.

use std::collections::BTreeSet;

/// Tells our hashes from all others.
const COMMITMENT: &str = "shujian 2026-11 sample commitment";
const DRAW: &str = "shujian 2026-11 sample draw";

/// Fewest bytes of a secret.
const SECRET_BYTES: usize = 16;

/// A published hash of the buyer's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment([u8; 32]);

/// Why nothing can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrawError {
    /// The secret can be guessed.
    #[error("the secret has {bytes} bytes; at least {SECRET_BYTES} are needed")]
    ShortSecret {
        /// Bytes it has.
        bytes: usize,
    },
    /// The secret is not the one committed to.
    #[error("the secret does not match the commitment")]
    OtherSecret,
    /// An item would be drawn twice.
    #[error("item {item} stands twice in the lot")]
    RepeatedItem {
        /// Its name.
        item: String,
    },
}

impl Commitment {
    /// The commitment to a secret.
    ///
    /// # Errors
    /// [`DrawError::ShortSecret`].
    pub fn to(secret: &[u8]) -> Result<Self, DrawError> {
        if secret.len() < SECRET_BYTES {
            return Err(DrawError::ShortSecret { bytes: secret.len() });
        }
        Ok(Self(blake3::derive_key(COMMITMENT, secret)))
    }

    /// As 64 hexadecimal digits.
    pub fn to_hex(self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// From 64 hexadecimal digits; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

/// Draws `size` of the lot's items (all of them if there are fewer), in the order to inspect.
///
/// Each item is ranked by a hash of its name under a key made of `root` and `secret`; the lowest
/// are drawn. So the order of `items` does not matter, and a larger sample holds the smaller one.
///
/// # Errors
/// [`DrawError`]: a short secret, one that does not match `committed`, a repeated item.
pub fn draw<'a>(
    items: impl IntoIterator<Item = &'a str>,
    size: usize,
    root: &[u8; 32],
    secret: &[u8],
    committed: &Commitment,
) -> Result<Vec<&'a str>, DrawError> {
    if Commitment::to(secret)? != *committed {
        return Err(DrawError::OtherSecret);
    }
    let mut material = root.to_vec();
    material.extend_from_slice(secret);
    let key = blake3::derive_key(DRAW, &material);
    let mut seen = BTreeSet::new();
    let mut ranked = Vec::new();
    for item in items {
        if !seen.insert(item) {
            return Err(DrawError::RepeatedItem { item: item.to_owned() });
        }
        ranked.push((*blake3::keyed_hash(&key, item.as_bytes()).as_bytes(), item));
    }
    ranked.sort_unstable();
    ranked.truncate(size);
    Ok(ranked.into_iter().map(|(_, item)| item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"a secret of the buyer";
    const ROOT: [u8; 32] = [7; 32];

    fn sample<'a>(items: &[&'a str], size: usize) -> Vec<&'a str> {
        let committed = Commitment::to(SECRET).unwrap();
        draw(items.iter().copied(), size, &ROOT, SECRET, &committed).unwrap()
    }

    #[test]
    fn anyone_draws_the_same_in_any_order() {
        let items = ["a", "b", "c", "d", "e"];
        let mut turned = items;
        turned.reverse();
        assert_eq!(sample(&items, 3), sample(&turned, 3));
        assert_eq!(sample(&items, 3), sample(&items, 5)[..3]);
        assert_eq!(sample(&items, 9).len(), 5);
        let committed = Commitment::to(SECRET).unwrap();
        let other = draw(items, 5, &[8; 32], SECRET, &committed).unwrap();
        assert_ne!(other, sample(&items, 5));
    }

    #[test]
    fn a_secret_must_be_the_committed_one() {
        let committed = Commitment::to(SECRET).unwrap();
        let other = draw(["a"], 1, &ROOT, b"another long secret", &committed);
        assert_eq!(other, Err(DrawError::OtherSecret));
        assert_eq!(Commitment::to(b"short"), Err(DrawError::ShortSecret { bytes: 5 }));
        assert_eq!(Commitment::from_hex(&committed.to_hex()), Some(committed));
        assert_eq!(Commitment::from_hex("xyz"), None);
        let twice = draw(["a", "a"], 1, &ROOT, SECRET, &committed);
        assert_eq!(twice, Err(DrawError::RepeatedItem { item: "a".into() }));
    }

    #[test]
    fn every_item_is_as_likely() {
        let names: Vec<String> = (0..20).map(|item| item.to_string()).collect();
        let committed = Commitment::to(SECRET).unwrap();
        let mut drawn = [0_u32; 20];
        for round in 0..2_000_u32 {
            let mut root = ROOT;
            root[..4].copy_from_slice(&round.to_le_bytes());
            let items = names.iter().map(String::as_str);
            for item in draw(items, 5, &root, SECRET, &committed).unwrap() {
                drawn[item.parse::<usize>().unwrap()] += 1;
            }
        }
        assert!(drawn.iter().all(|&count| (420..580).contains(&count)), "{drawn:?}");
    }
}
