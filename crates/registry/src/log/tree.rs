//! The tree as tiles of 256 hashes (c2sp.org/tlog-tiles), on tlog_tiles.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use tlog_tiles::{
    Error, Hash, HashReader, RecordProof, Tile, prove_record, record_hash, tree_hash,
};

/// Levels of the tree in one tile.
const HEIGHT: u8 = 8;
/// Hashes in a full tile.
const WIDTH: u64 = 1 << HEIGHT;

/// Level, and place in the level, in tiles.
type Place = (u8, u64);

/// Some tiles of a tree, and which of them were changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tiles {
    hashes: BTreeMap<Place, Vec<u8>>,
    changed: BTreeSet<Place>,
}

impl Tiles {
    /// The tiles that have to be there to append to a tree of a size, and to tell its root.
    pub(crate) fn edge(size: u64) -> Vec<String> {
        let mut places = Vec::new();
        let mut hashes = size;
        for level in 0.. {
            if hashes == 0 {
                break;
            }
            if !hashes.is_multiple_of(WIDTH) {
                places.push(name((level, hashes / WIDTH)));
            }
            hashes /= WIDTH;
        }
        places
    }

    /// The tiles that have to be there to prove a leaf of a tree of a size.
    pub(crate) fn path(leaf: u64, size: u64) -> Vec<String> {
        struct Asked(RefCell<BTreeSet<Place>>);
        impl HashReader for Asked {
            fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
                let places = indexes.iter().map(|index| place(&Tile::from_index(HEIGHT, *index)));
                self.0.borrow_mut().extend(places);
                Ok(vec![Hash::default(); indexes.len()])
            }
        }
        let asked = Asked(RefCell::default());
        // What comes of it is of no interest, which tiles are asked for is.
        let _unread = prove_record(size, leaf, &asked);
        asked.0.into_inner().into_iter().map(name).collect()
    }

    /// Puts a stored tile in; `false` for a name or length that no tile has.
    pub(crate) fn insert(&mut self, id: &str, hashes: Vec<u8>) -> bool {
        let full = id.replacen("tile/", "tile/8/", 1);
        let Ok(tile) = Tile::from_path(&full) else { return false };
        let fits = !hashes.is_empty()
            && hashes.len().is_multiple_of(tlog_tiles::HASH_SIZE)
            && hashes.len() <= tlog_tiles::HASH_SIZE * WIDTH as usize;
        if fits {
            self.hashes.insert(place(&tile), hashes);
        }
        fits
    }

    /// Appends leaf `seq`; the edge of a tree of that size has to be there.
    pub(crate) fn append(&mut self, seq: u64, leaf: &[u8]) {
        self.append_hash(seq, record_hash(leaf));
    }

    /// Appends the hash of leaf `seq`, as [`Tiles::append`] does.
    pub(crate) fn append_hash(&mut self, seq: u64, hash: Hash) {
        let (mut index, mut hash) = (seq, hash);
        for level in 0.. {
            let at = (level, index / WIDTH);
            let tile = self.hashes.entry(at).or_default();
            tile.extend(hash.0);
            self.changed.insert(at);
            if index % WIDTH != WIDTH - 1 {
                break;
            }
            hash = Tile::subtree_hash(tile);
            index /= WIDTH;
        }
    }

    /// The root of the tree at a size.
    pub(crate) fn root(&self, size: u64) -> Result<Hash, Error> {
        tree_hash(size, self)
    }

    /// The hashes that lead from a leaf to the root.
    pub(crate) fn prove(&self, leaf: u64, size: u64) -> Result<RecordProof, Error> {
        prove_record(size, leaf, self)
    }

    /// The changed tiles by name, which then count as kept.
    pub(crate) fn take_changed(&mut self) -> Vec<(String, Vec<u8>)> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|at| (name(at), self.hashes[&at].clone())).collect()
    }

    /// All tiles by name.
    pub(crate) fn all(&self) -> BTreeMap<String, &[u8]> {
        self.hashes.iter().map(|(at, hashes)| (name(*at), hashes.as_slice())).collect()
    }
}

impl HashReader for Tiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let read = |index: &u64| {
            let tile = Tile::from_index(HEIGHT, *index);
            let hashes = self.hashes.get(&place(&tile)).ok_or(Error::InvalidTile)?;
            tile.hash_at_index(hashes, *index)
        };
        indexes.iter().map(read).collect()
    }
}

fn place(tile: &Tile) -> Place {
    (tile.level(), tile.level_index())
}

/// Path of a full tile, as c2sp.org/tlog-tiles has it.
fn name((level, index): Place) -> String {
    let path = Tile::new(HEIGHT, level, index, WIDTH as u32, false).path();
    path.replacen("tile/8/", "tile/", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree of RFC 6962 computed by its definition, without tiles.
    fn naive(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => tlog_tiles::EMPTY_HASH,
            [leaf] => record_hash(leaf),
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(split);
                tlog_tiles::node_hash(naive(left), naive(right))
            }
        }
    }

    /// Known roots: the test vectors of certificate-transparency's reference Merkle tree.
    #[test]
    fn gives_the_known_roots() {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tiles = Tiles::default();
        for (seq, (leaf, root)) in leaves.iter().zip(roots).enumerate() {
            tiles.append(seq as u64, &crate::unhex(leaf).unwrap());
            assert_eq!(crate::hex(&tiles.root(seq as u64 + 1).unwrap().0), root);
        }
    }

    #[test]
    fn tiles_agree_with_the_definition_and_prove_every_leaf() {
        let leaves: Vec<Vec<u8>> = (0..700_u32).map(|n| n.to_be_bytes().to_vec()).collect();
        let mut tiles = Tiles::default();
        for (seq, leaf) in leaves.iter().enumerate() {
            let size = seq as u64 + 1;
            tiles.append(seq as u64, leaf);
            if [1, 2, 255, 256, 257, 511, 512, 513, 700].contains(&size) {
                let root = tiles.root(size).unwrap();
                assert_eq!(root, naive(&leaves[..=seq]), "{size}");
                for proved in [0, size / 2, size - 1] {
                    let mut few = Tiles::default();
                    for id in Tiles::path(proved, size) {
                        assert!(few.insert(&id, tiles.all()[&id].to_vec()), "{id}");
                    }
                    let proof = few.prove(proved, size).unwrap();
                    let hash = record_hash(&leaves[proved as usize]);
                    tlog_tiles::check_record(&proof, size, root, proved, hash).unwrap();
                }
            }
        }
    }

    #[test]
    fn the_edge_is_all_that_appending_needs() {
        let mut whole = Tiles::default();
        for seq in 0..600_u64 {
            let mut edge = Tiles::default();
            for id in Tiles::edge(seq) {
                assert!(edge.insert(&id, whole.all()[&id].to_vec()), "{seq}: {id}");
            }
            edge.append(seq, &seq.to_be_bytes());
            whole.append(seq, &seq.to_be_bytes());
            assert_eq!(edge.root(seq + 1).unwrap(), whole.root(seq + 1).unwrap(), "{seq}");
        }
        assert!(whole.all().contains_key("tile/0/002") && whole.all().contains_key("tile/1/000"));
    }
}
