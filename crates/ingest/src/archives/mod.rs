//! Archives: every member is a file of its own. Nothing is ever written to disk.

pub(crate) mod tar;
pub(crate) mod zip;

use shujian_core::Place;

use crate::job::Run;

/// Name of a member in reports: without `..`, drive or root, whatever the archive says.
fn member_name(run: &mut Run<'_>, archive: &str, raw: &[u8]) -> String {
    let (text, is_utf8) = match std::str::from_utf8(raw) {
        Ok(text) => (text.to_owned(), true),
        Err(_) => {
            // Archives packed on Chinese Windows name their members in the system's encoding.
            let decoded =
                encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(raw);
            (decoded.map_or_else(|| String::from_utf8_lossy(raw).into_owned(), Into::into), false)
        }
    };
    let parts = text.split(['/', '\\']);
    let safe: Vec<&str> =
        parts.filter(|part| !matches!(*part, "" | "." | "..") && !part.ends_with(':')).collect();
    let name = format!("{archive}!{}", safe.join("/"));
    if !is_utf8 {
        run.note("SJ-ingest-006", Place::file(&name));
    }
    if text.starts_with(['/', '\\'])
        || text.split(['/', '\\']).any(|part| part == ".." || part.ends_with(':'))
    {
        run.note("SJ-ingest-050", Place::file(&name).noting(text.escape_debug().to_string()));
    }
    name
}

/// Whether another member may be read: the sink wants it, and there are not too many.
fn admits(run: &mut Run<'_>, archive: &str) -> bool {
    if run.report.files.len() as u64 >= run.limits.files {
        run.note("SJ-ingest-007", Place::file(archive).noting("members left out"));
        return false;
    }
    !run.is_stopped()
}

/// Whether a member is a tool's own: hidden, or in a folder of the Mac's archiver.
fn is_hidden(name: &str) -> bool {
    let member = name.rsplit('!').next().unwrap_or(name);
    member.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::sync::atomic::AtomicU64;

    use shujian_core::Limits;

    use super::*;

    #[test]
    fn names_are_made_safe() {
        let (limits, progress) = (Limits::default(), AtomicU64::new(0));
        let mut sink = |_| ControlFlow::Continue(());
        let mut run = Run::new(0, &limits, &progress, &mut sink);
        for (raw, name) in [
            (&b"a/b.csv"[..], "x.zip!a/b.csv"),
            (b"../../etc/passwd", "x.zip!etc/passwd"),
            (b"/abs", "x.zip!abs"),
            (b"C:\\data\\a.csv", "x.zip!data/a.csv"),
            (b"\xc4\xda\xbf\xc6.csv", "x.zip!内科.csv"),
        ] {
            assert_eq!(member_name(&mut run, "x.zip", raw), name);
        }
        assert_eq!(run.report.findings.count("SJ-ingest-050"), 3);
        assert_eq!(run.report.findings.count("SJ-ingest-006"), 1);
    }
}
