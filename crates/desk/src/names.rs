//! Names of the folders that the results of applications stand in.

use std::collections::BTreeMap;

/// Most bytes of a name taken from an id.
const MOST_BYTES: usize = 96;
/// Digits of the hash that tells names apart: 96 bits, beyond what anyone finds a twin for.
const HASH_DIGITS: usize = 24;
/// Names that some systems keep for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// One folder name an id, in the order of the ids, which are all different.
///
/// A name is the id where that is harmless: letters, digits, `-`, `_` and `.`. Any other sign, a
/// path separator among them, becomes `_`; such a name, and one that differs from another in
/// capitals alone, ends in `~` and a hash of the id.
pub fn folders(ids: &[String]) -> Vec<String> {
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for id in ids {
        *alike.entry(harmless(id).to_lowercase()).or_default() += 1;
    }
    let name = |id: &String| {
        let name = harmless(id);
        let is_alone = alike.get(&name.to_lowercase()) == Some(&1);
        if name == *id && is_alone {
            return name;
        }
        let hash = blake3::hash(id.as_bytes()).to_hex();
        format!("{name}~{}", &hash[..HASH_DIGITS])
    };
    ids.iter().map(name).collect()
}

/// The id with every sign replaced that a file system or a path could take for something else.
fn harmless(id: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name: String = id.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let mut end = name.len().min(MOST_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    if name.is_empty() || name.starts_with('.') {
        name.insert(0, '_');
    }
    if name.ends_with('.') || is_device(&name) {
        name.push('_');
    }
    name
}

/// Whether a system would take the name for a device: `nul`, `com1.txt`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |kind| {
        let number: Option<&str> = stem.strip_prefix(kind);
        number.is_some_and(|number| number.len() == 1 && number.as_bytes()[0].is_ascii_digit())
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(id: &str) -> String {
        folders(&[id.to_owned()]).remove(0)
    }

    #[test]
    fn harmless_ids_stay_and_others_are_told_apart() {
        assert_eq!(one("HLJ-2026-0001"), "HLJ-2026-0001");
        assert_eq!(one("医学影像.v2"), "医学影像.v2");
        for id in ["../../etc/passwd", ".hidden", "a/b", "NUL", "com1.csv", "", "a.", "=1+1", "a~b"]
        {
            let name = one(id);
            assert!(name.contains('~') && !name.starts_with('.'), "{id}: {name}");
            assert!(!name.contains(['/', '\\', '=']), "{id}: {name}");
        }
        let twins = folders(&["Data".to_owned(), "data".to_owned(), "other".to_owned()]);
        assert_ne!(twins[0].to_lowercase(), twins[1].to_lowercase());
        assert_eq!(twins[2], "other");
    }

    proptest! {
        #[test]
        fn names_are_one_folder_each(
            ids in prop::collection::btree_set("[a-bA-B./\\\\~\\x00-\\x1f 数]{0,6}", 0..12)
        ) {
            let ids: Vec<String> = ids.into_iter().collect();
            let names = folders(&ids);
            let mut seen = std::collections::BTreeSet::new();
            for name in &names {
                let path = std::path::Path::new(name);
                prop_assert_eq!(path.components().count(), 1, "{}", name);
                prop_assert!(matches!(
                    path.components().next(),
                    Some(std::path::Component::Normal(_))
                ));
                prop_assert!(name.len() <= 128 && seen.insert(name.to_lowercase()), "{}", name);
            }
        }
    }
}
