//! One file a format, and the table of them.

mod conllu;
mod csv;
mod ipc;
mod json;
mod jsonl;
mod lines;
mod parquet;
mod text;
mod xlsx;

use shujian_core::Limits;

use crate::job::{Job, Run};
use crate::json::record::is_plausible;
use crate::json::scan::Scan;
use crate::random::Random;
use crate::stream::Window;

/// A format whose records are read.
pub(crate) struct Format {
    /// Name in reports.
    pub(crate) name: &'static str,
    /// Extensions that stand for it.
    extensions: &'static [&'static str],
    /// How it is told from others.
    begins: Begins,
    /// Reads every record.
    pub(crate) read: Read,
}

/// How a format is told from others.
enum Begins {
    /// By its first bytes, whatever its name.
    Bytes(fn(&[u8]) -> bool),
    /// By the beginning of its text.
    Text(fn(&Head<'_>) -> bool),
    /// By a member of the zip archive that it is; see [`crate::archives::zip::is_workbook`].
    Member,
    /// By its extension alone.
    Name,
}

/// Reads every record of a format.
pub(crate) enum Read {
    /// From beginning to end.
    Stream(fn(&mut Job<'_, '_>, &mut Window<'_>)),
    /// Jumping in its file.
    Random(fn(&mut Job<'_, '_>, Random)),
    /// Jumping, with a report for each sheet.
    Sheets(fn(&mut Run<'_>, &str, Random)),
}

/// What is known of a text before it is read.
pub(crate) struct Head<'a> {
    /// Its first bytes, as UTF-8.
    pub(crate) text: &'a [u8],
    /// Its extension.
    pub(crate) extension: &'a str,
    /// Bounds.
    pub(crate) limits: &'a Limits,
}

/// Extensions of JSON Lines.
const JSONL: &[&str] = &["jsonl", "ndjson", "jsonlines"];
/// Extensions of JSON.
const JSON: &[&str] = &["json", "geojson", "topojson", "ipynb"];

/// A workbook, which is found inside a zip archive.
pub(crate) const WORKBOOK: Format = Format {
    name: "xlsx",
    extensions: &["xlsx", "xlsm"],
    begins: Begins::Member,
    read: Read::Sheets(xlsx::read),
};

/// Every format that is measured; the first that a file begins like is taken.
pub(crate) const FORMATS: &[Format] = &[
    Format {
        name: "parquet",
        extensions: &["parquet", "pq"],
        begins: Begins::Bytes(|head| head.starts_with(b"PAR1")),
        read: Read::Random(parquet::read),
    },
    Format {
        name: "arrow",
        extensions: &["arrow", "arrows", "feather", "ipc"],
        begins: Begins::Bytes(|head| head.starts_with(ipc::MARK) || ipc::begins_stream(head)),
        read: Read::Stream(ipc::read),
    },
    WORKBOOK,
    Format {
        name: "jsonl",
        extensions: JSONL,
        begins: Begins::Text(begins_jsonl),
        read: Read::Stream(jsonl::read),
    },
    Format {
        name: "json",
        extensions: JSON,
        begins: Begins::Text(begins_json),
        read: Read::Stream(json::read),
    },
    Format {
        name: "conllu",
        extensions: &["conllu", "conll"],
        begins: Begins::Text(|head| conllu::begins(head.text)),
        read: Read::Stream(conllu::read),
    },
    Format {
        name: "csv",
        extensions: &["csv", "tsv", "tab", "psv", "ssv"],
        begins: Begins::Text(begins_csv),
        read: Read::Stream(csv::read),
    },
    Format {
        name: "text",
        extensions: &["txt", "text", "md", "markdown", "rst", "adoc", "org", "tex", "log", ""],
        begins: Begins::Name,
        read: Read::Stream(text::read),
    },
];

/// Whether an extension stands for a format that is measured.
pub(crate) fn is_measured(extension: &str) -> bool {
    !extension.is_empty() && FORMATS.iter().any(|format| format.extensions.contains(&extension))
}

/// Whether an extension stands for a measured format that is no text.
fn is_binary(extension: &str) -> bool {
    let is_text = |format: &Format| matches!(format.begins, Begins::Text(_) | Begins::Name);
    FORMATS.iter().any(|format| !is_text(format) && format.extensions.contains(&extension))
}

/// The format that begins with these bytes, whatever the name says.
pub(crate) fn by_bytes(head: &[u8]) -> Option<&'static Format> {
    FORMATS.iter().find(|format| matches!(format.begins, Begins::Bytes(begins) if begins(head)))
}

/// The format of a text, and whether its extension stands for another one.
pub(crate) fn of(head: &Head<'_>) -> Option<(&'static Format, bool)> {
    let is_text = |format: &&Format| matches!(format.begins, Begins::Text(_) | Begins::Name);
    let mut texts = FORMATS.iter().filter(is_text);
    let named = texts.find(|format| format.extensions.contains(&head.extension));
    let begins = |format: &&Format| matches!(format.begins, Begins::Text(begins) if begins(head));
    let found = FORMATS.iter().find(begins);
    let format = found.or(named)?;
    // A text whose extension means nothing here is only taken for what it plainly is.
    let stands_for = FORMATS.iter().find(|format| format.extensions.contains(&head.extension));
    let disagrees = !head.extension.is_empty()
        && stands_for.is_some_and(|stands_for| stands_for.name != format.name);
    (found.is_some() || named.is_some()).then_some((format, disagrees))
}

fn begins_with_bracket(head: &Head<'_>) -> bool {
    matches!(head.text.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Two lines or more, each a whole value, or one line in a file so named.
fn begins_jsonl(head: &Head<'_>) -> bool {
    if !begins_with_bracket(head) {
        return false;
    }
    let mut lines = head.text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.by_ref().filter(|line| !line.is_empty());
    let is_value = |line: &[u8]| {
        matches!(line.first(), Some(b'{' | b'['))
            && Scan::default().feed(line).is_some_and(|len| len == line.len())
            && is_plausible(line, head.limits)
    };
    let named = JSONL.contains(&head.extension);
    let (first, second) = (lines.next(), lines.next());
    match (first, second) {
        (Some(first), Some(second)) => {
            let second_opens = matches!(second.first(), Some(b'{' | b'['));
            is_value(first) && (second_opens || named)
                || is_value(second) && (named || first.starts_with(b"{\""))
        }
        (Some(_), None) => named,
        _ => false,
    }
}

/// What another parser would take, as far as the head goes; named so, or opening an object.
fn begins_json(head: &Head<'_>) -> bool {
    let named = JSON.contains(&head.extension);
    begins_with_bracket(head)
        && (named || is_plausible(head.text.trim_ascii_start(), head.limits))
        && !(head.extension == "md" || head.extension == "markdown")
}

/// A text without a telling extension, or with that of a format it cannot be, whose lines all have
/// as many fields.
fn begins_csv(head: &Head<'_>) -> bool {
    let is_open = matches!(head.extension, "" | "dat" | "data" | "xls");
    let is_json = JSON.contains(&head.extension) || JSONL.contains(&head.extension);
    let is_other = is_json && !begins_with_bracket(head) || is_binary(head.extension);
    if !is_open && !is_other {
        return false;
    }
    [b'\t', b',', b';', b'|'].iter().any(|&delimiter| {
        let dialect = csv::Dialect { delimiter, line_end: b'\n' };
        let lines = head.text.iter().filter(|&&byte| byte == b'\n').count();
        let (alike, fields) = csv::evenness(head.text, dialect);
        lines >= 3 && alike == 8 && fields >= 3
    })
}
