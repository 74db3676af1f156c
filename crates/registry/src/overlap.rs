//! Data that is known under another name: files of two applications, held against each other by
//! their bytes. Only equal files are found; a copy in which every file was changed is not.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::Value as Json;

use crate::entities::projects::content;
use crate::log::MAX_EXACT;
use crate::unhex;

/// Files kept of one application: the largest, and of equal size those of the smallest hash.
pub(crate) const MOST: usize = 256;

/// Two applications that are one project by their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Overlap {
    /// Id of the other application.
    pub(crate) id: String,
    /// Bytes of files that both hold.
    pub(crate) shared: i64,
    /// Bytes of the files that are kept of this application.
    pub(crate) own: i64,
}

/// Reads files out of a request: hash and bytes, up to [`MOST`], each hash once.
pub(crate) fn files(value: &Json) -> Option<Vec<(String, i64)>> {
    let listed = value.as_array().filter(|listed| listed.len() <= MOST)?;
    let mut files = Vec::with_capacity(listed.len());
    for text in listed {
        let (hash, bytes) = text.as_str()?.split_once(':')?;
        let bytes: i64 = bytes.parse().ok().filter(|bytes| (1..=MAX_EXACT).contains(bytes))?;
        unhex(hash).filter(|hash| hash.len() == 32)?;
        files.push((hash.to_ascii_lowercase(), bytes));
    }
    let mut hashes: Vec<&str> = files.iter().map(|(hash, _)| hash.as_str()).collect();
    hashes.sort_unstable();
    let is_set = hashes.windows(2).all(|pair| pair[0] != pair[1]);
    is_set.then_some(files)
}

/// Other applications of which half the bytes of either are files of both, by id.
pub(crate) async fn overlaps(
    on: &impl ConnectionTrait,
    application: &str,
) -> Result<Vec<Overlap>, DbErr> {
    let own = files_of(on, &[application.to_owned()]).await?;
    let own_bytes: i64 = own.iter().map(|file| file.bytes).fold(0, i64::saturating_add);
    let hashes = own.iter().map(|file| file.blake3.clone());
    let met = content::Entity::find()
        .filter(content::Column::Blake3.is_in(hashes))
        .filter(content::Column::ApplicationId.ne(application))
        .all(on)
        .await?;
    let mut shared: BTreeMap<String, i64> = BTreeMap::new();
    for file in met {
        let bytes = shared.entry(file.application_id).or_default();
        *bytes = bytes.saturating_add(file.bytes);
    }
    let others: Vec<String> = shared.keys().cloned().collect();
    let mut theirs: BTreeMap<String, i64> = BTreeMap::new();
    for file in files_of(on, &others).await? {
        let bytes = theirs.entry(file.application_id).or_default();
        *bytes = bytes.saturating_add(file.bytes);
    }
    let overlap = |(id, shared): (String, i64)| {
        let smaller = theirs.get(&id).copied().unwrap_or_default().min(own_bytes);
        let is_same = i128::from(shared) * 2 >= i128::from(smaller);
        is_same.then_some(Overlap { id, shared, own: own_bytes })
    };
    Ok(shared.into_iter().filter_map(overlap).collect())
}

async fn files_of(
    on: &impl ConnectionTrait,
    applications: &[String],
) -> Result<Vec<content::Model>, DbErr> {
    let of = content::Column::ApplicationId.is_in(applications.to_vec());
    content::Entity::find().filter(of).all(on).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_different_files_with_bytes_are_read() {
        let hash = |sign: &str| sign.repeat(64);
        let two = json!([format!("{}:7", hash("A")), format!("{}:1", hash("b"))]);
        assert_eq!(files(&two), Some(vec![(hash("a"), 7), (hash("b"), 1)]));
        for bad in [
            json!("x"),
            json!([7]),
            json!([format!("{}:0", hash("a"))]),
            json!([format!("{}:x", hash("a"))]),
            json!(["abc:1"]),
            json!([format!("{}:1", hash("a")), format!("{}:2", hash("A"))]),
            json!(vec![format!("{}:1", hash("a")); MOST + 1]),
        ] {
            assert_eq!(files(&bad), None, "{bad}");
        }
    }
}
