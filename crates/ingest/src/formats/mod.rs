//! One file a format, and the table of them.

mod conllu;
mod csv;
pub(crate) mod ipc;
mod json;
mod jsonl;
mod lines;
pub(crate) mod parquet;
mod text;
pub(crate) mod xlsx;

use shujian_core::Limits;

use crate::job::Job;
use crate::json::record::is_plausible;
use crate::json::scan::Scan;
use crate::stream::Window;

/// A format whose records are read from text.
pub(crate) struct Format {
    /// Name in reports.
    pub(crate) name: &'static str,
    /// Extensions that stand for it.
    extensions: &'static [&'static str],
    /// Whether a text begins like this format; `None` if that cannot be told from text.
    begins: Option<fn(&Head<'_>) -> bool>,
    /// Reads every record.
    pub(crate) read: fn(&mut Job<'_, '_>, &mut Window<'_>),
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

/// Every text format; the first that a text begins like is taken.
pub(crate) const FORMATS: &[Format] = &[
    Format {
        name: "jsonl",
        extensions: &["jsonl", "ndjson", "jsonlines"],
        begins: Some(begins_jsonl),
        read: jsonl::read,
    },
    Format {
        name: "json",
        extensions: &["json", "geojson", "topojson", "ipynb"],
        begins: Some(begins_json),
        read: json::read,
    },
    Format {
        name: "conllu",
        extensions: &["conllu", "conll"],
        begins: Some(|head| conllu::begins(head.text)),
        read: conllu::read,
    },
    Format {
        name: "csv",
        extensions: &["csv", "tsv", "tab", "psv", "ssv"],
        begins: Some(begins_csv),
        read: csv::read,
    },
    Format {
        name: "text",
        extensions: &["txt", "text", "md", "markdown", "rst", "adoc", "org", "tex", "log", ""],
        begins: None,
        read: text::read,
    },
];

/// The format of a text, and whether its extension stands for another one.
pub(crate) fn of(head: &Head<'_>) -> Option<(&'static Format, bool)> {
    let named = FORMATS.iter().find(|format| format.extensions.contains(&head.extension));
    let found = FORMATS.iter().find(|format| format.begins.is_some_and(|begins| begins(head)));
    let format = found.or(named)?;
    // A text whose extension means nothing here is only taken for what it plainly is.
    let disagrees =
        named.is_some_and(|named| named.name != format.name) && !head.extension.is_empty();
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
    let named = FORMATS[0].extensions.contains(&head.extension);
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
    let named = FORMATS[1].extensions.contains(&head.extension);
    begins_with_bracket(head)
        && (named || is_plausible(head.text.trim_ascii_start(), head.limits))
        && !(head.extension == "md" || head.extension == "markdown")
}

/// A text without a telling extension whose lines all have as many fields.
fn begins_csv(head: &Head<'_>) -> bool {
    if !matches!(head.extension, "" | "dat" | "data") {
        return false;
    }
    [b'\t', b',', b';', b'|'].iter().any(|&delimiter| {
        let dialect = csv::Dialect { delimiter, line_end: b'\n' };
        let lines = head.text.iter().filter(|&&byte| byte == b'\n').count();
        let (alike, fields) = csv::evenness(head.text, dialect);
        lines >= 3 && alike == 8 && fields >= 3
    })
}
