//! What a file is: by its first bytes, then by its name.

/// Documentation of a dataset: counted, never measured.
pub(crate) const DOCUMENTATION: &str = "documentation";

/// Kinds by their first bytes: offset, bytes, kind.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF8", "gif"),
    (0, b"BM", "bmp"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (8, b"WEBP", "webp"),
    (8, b"WAVE", "wav"),
    (8, b"AVI ", "avi"),
    (8, b"AIFF", "aiff"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypavif", "avif"),
    (4, b"ftypM4A", "m4a"),
    (4, b"ftypqt", "mov"),
    (4, b"ftyp", "mp4"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (0, b"FLV", "flv"),
    (128, b"DICM", "dicom"),
    (0, b"%PDF", "pdf"),
    (0, b"\x89HDF\r\n\x1a\n", "hdf5"),
    (0, b"CDF\x01", "netcdf"),
    (0, b"CDF\x02", "netcdf"),
    (0, b"\x93NUMPY", "npy"),
    (0, b"SQLite format 3\0", "sqlite"),
    (0, b"Obj\x01", "avro"),
    (0, b"ORC", "orc"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole2"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"\x04\x22\x4d\x18", "lz4"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"\x7fELF", "elf"),
];

/// Compressed forms that are named but not opened.
const CLOSED: &[&str] = &["bzip2", "xz", "lz4", "7z", "rar"];

/// The kind that begins with these bytes, if it is one that is not measured.
pub(crate) fn by_magic(head: &[u8]) -> Option<&'static str> {
    let begins = |&&(at, magic, kind): &&(usize, &[u8], &str)| {
        // Two letters are not enough for a kind.
        let sound = kind != "bmp" || head.get(6..10) == Some(&[0; 4]);
        head.get(at..).is_some_and(|rest| rest.starts_with(magic)) && sound
    };
    MAGIC.iter().find(begins).map(|&(_, _, kind)| kind)
}

/// Whether a kind is a compressed form that is not opened.
pub(crate) fn is_closed(kind: &str) -> bool {
    CLOSED.contains(&kind)
}

/// The last part of a name, after folders and archives.
pub(crate) fn base_name(name: &str) -> &str {
    name.rsplit(['/', '!', '\\']).next().unwrap_or(name)
}

/// The extension of a name in small letters, without its dot; empty if there is none.
pub(crate) fn extension(name: &str) -> String {
    match base_name(name).rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 16 => {
            extension.to_lowercase()
        }
        _ => String::new(),
    }
}

/// A name without the extension of its compression.
pub(crate) fn without_compression(name: &str) -> String {
    let base = base_name(name);
    match base.rsplit_once('.') {
        Some((stem, extension)) => match extension.to_lowercase().as_str() {
            "gz" | "gzip" | "zst" | "zstd" => stem.to_owned(),
            "tgz" | "tzst" => format!("{stem}.tar"),
            _ => base.to_owned(),
        },
        None => base.to_owned(),
    }
}

/// A kind for what is not known by its bytes: its extension, else `binary` or `text`.
pub(crate) fn by_name(name: &str, is_text: bool) -> String {
    let extension = extension(name);
    match extension.as_str() {
        "jpg" => "jpeg".to_owned(),
        "htm" => "html".to_owned(),
        "" if is_text => "unknown-text".to_owned(),
        "" => "binary".to_owned(),
        _ if extension.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') => extension,
        _ => "unknown".to_owned(),
    }
}

/// Whether a name is that of documentation, which describes data and is none.
pub(crate) fn is_documentation(name: &str) -> bool {
    let base = base_name(name).to_lowercase();
    let (stem, extension) = base.split_once('.').unwrap_or((&base, ""));
    let prose = ["", "md", "txt", "rst", "html", "pdf", "docx", "zh.md", "zh-cn.md", "en.md"];
    let word = stem.split(['-', '_', ' ']).next().unwrap_or(stem);
    let named = |names: &[&str]| names.contains(&stem) || names.contains(&word);
    if prose.contains(&extension) && named(&["readme", "license", "licence", "notice", "citation"])
    {
        return true;
    }
    let stems = ["source", "changelog", "copying", "datacard", "dataset_card", "dataset-card"];
    let chinese = ["说明", "数据说明", "使用说明", "数据集说明", "许可", "许可证", "自述"];
    match extension {
        "cff" => stem == "citation",
        "toml" => stem == "application",
        "json" => {
            matches!(stem, "dataset_info" | "dataset_infos" | "datapackage" | "croissant")
        }
        _ if !prose.contains(&extension) => false,
        _ => (stems.contains(&stem) && extension != "txt") || chinese.contains(&stem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        assert_eq!(by_magic(b"\xff\xd8\xff\xe0"), Some("jpeg"));
        assert_eq!(by_magic(b"RIFF\0\0\0\0WAVEfmt "), Some("wav"));
        assert_eq!(by_magic(b"BMW,Audi\n"), None);
        assert_eq!(by_magic(b""), None);
    }

    #[test]
    fn documentation_is_told_from_data() {
        for name in [
            "README.md",
            "a/LICENSE",
            "x.zip!licence.txt",
            "SOURCE.md",
            "CITATION.cff",
            "application.toml",
            "dataset_infos.json",
            "README_zh.md",
            "数据说明.txt",
            "CHANGELOG.md",
        ] {
            assert!(is_documentation(name), "{name}");
        }
        for name in ["license_plates.csv", "source.txt", "data.json", "notes.md", "readme.csv"] {
            assert!(!is_documentation(name), "{name}");
        }
    }

    #[test]
    fn names_come_apart() {
        assert_eq!(extension("a.b/c.TXT"), "txt");
        assert_eq!(extension("a.zip!b/noext"), "");
        assert_eq!(extension(".hidden"), "");
        assert_eq!(without_compression("x/weather.csv.gz"), "weather.csv");
        assert_eq!(without_compression("t.tgz"), "t.tar");
    }
}
