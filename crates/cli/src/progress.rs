//! Progress on stderr: honest bytes, an estimate made of them, silence where nobody looks.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use shujian_core::Bilingual;
use shujian_engine::Watch;
use shujian_report::Lang;

/// Milliseconds between two lines.
const PAUSE_MS: u64 = 100;
/// Clears the line a terminal's cursor is in.
const CLEAR: &str = "\r\x1b[2K";

/// Stages of the engine, by name.
const STAGES: &[(&str, Bilingual)] = &[
    ("discover", Bilingual { zh: "查找文件", en: "finding files" }),
    ("read", Bilingual { zh: "读取", en: "reading" }),
    ("sign", Bilingual { zh: "计算指纹", en: "signing" }),
    ("compare", Bilingual { zh: "比对重复", en: "comparing" }),
    ("measure", Bilingual { zh: "度量", en: "measuring" }),
];

/// How progress is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Silent,
    Line,
    Json,
}

/// Progress of one run.
#[derive(Debug)]
pub(crate) struct Progress {
    style: Style,
    lang: Lang,
    started: Instant,
    total: AtomicU64,
    done: AtomicU64,
    drawn_ms: AtomicU64,
    stage: Mutex<&'static str>,
}

impl Progress {
    /// Progress for a person at a terminal, for a program, or for nobody.
    pub(crate) fn new(quiet: bool, json: bool, lang: Lang) -> Self {
        let style = match (quiet, json) {
            (true, _) => Style::Silent,
            (_, true) => Style::Json,
            _ if io::stderr().is_terminal() => Style::Line,
            _ => Style::Silent,
        };
        Self {
            style,
            lang,
            started: Instant::now(),
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            drawn_ms: AtomicU64::new(0),
            stage: Mutex::new(""),
        }
    }

    fn draw(&self, stage: &str) {
        let total = self.total.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed);
        let seconds = self.started.elapsed().as_secs_f64();
        let line = match self.style {
            Style::Silent => return,
            Style::Json => json(stage, done, total, seconds),
            Style::Line => self.line(stage, done, total, seconds),
        };
        let _unwritable = io::stderr().lock().write_all(line.as_bytes());
    }

    fn line(&self, stage: &str, done: u64, total: u64, seconds: f64) -> String {
        let known = STAGES.iter().find(|(name, _)| *name == stage);
        let stage = known.map_or(stage, |(_, title)| self.lang.of(*title));
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        if total == 0 {
            // Nothing is known yet of how much there is to read.
            return format!("{CLEAR}{stage}");
        }
        let mut line = format!("{CLEAR}{stage}  {:.0}/{:.0} MB", megabytes(done), megabytes(total));
        if let Some(left) = left(done, total, seconds) {
            line.push_str(&match self.lang {
                Lang::Zh => {
                    format!("  {} %  约剩 {left:.0} 秒", done.min(total) * 100 / total.max(1))
                }
                Lang::En => {
                    format!("  {} %  about {left:.0} s left", done.min(total) * 100 / total.max(1))
                }
            });
        }
        line
    }
}

impl Progress {
    /// So many of several datasets are done, of which this one was the last.
    pub(crate) fn done(&self, done: usize, of: usize, name: &str) {
        let line = match self.style {
            Style::Silent => return,
            Style::Json => {
                let line =
                    serde_json::json!({"stage": "batch", "done": done, "of": of, "id": name});
                format!("{line}\n")
            }
            Style::Line => format!("{CLEAR}{done}/{of}  {name}"),
        };
        let _unwritable = io::stderr().lock().write_all(line.as_bytes());
    }
}

impl Watch for Progress {
    fn start(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    fn read(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
        if self.style == Style::Silent {
            return;
        }
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let drawn = self.drawn_ms.load(Ordering::Relaxed);
        let due = now >= drawn.saturating_add(PAUSE_MS);
        // One thread wins the right to draw; the others go on working.
        let wins = || {
            let swap =
                self.drawn_ms.compare_exchange(drawn, now, Ordering::Relaxed, Ordering::Relaxed);
            swap.is_ok()
        };
        if due && wins() {
            let stage = self.stage.lock().map_or("", |stage| *stage);
            self.draw(stage);
        }
    }

    fn stage(&self, name: &'static str) {
        if let Ok(mut stage) = self.stage.lock() {
            *stage = name;
        }
        self.draw(name);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.style == Style::Line {
            let _unwritable = io::stderr().lock().write_all(CLEAR.as_bytes());
        }
    }
}

/// Seconds left by the bytes read so far.
///
/// - `None`: too early to say, or nothing left to read.
fn left(done: u64, total: u64, seconds: f64) -> Option<f64> {
    let sure = seconds >= 0.5 && done > 0 && done < total;
    sure.then(|| seconds * (total - done) as f64 / done as f64)
}

fn json(stage: &str, done: u64, total: u64, seconds: f64) -> String {
    let line = serde_json::json!({
        "stage": stage,
        "bytes": done,
        "total_bytes": total,
        "seconds": (seconds * 1e3).round() / 1e3,
        "left_seconds": left(done, total, seconds).map(f64::round),
    });
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_from_bytes_alone() {
        assert_eq!(left(50, 100, 3.0), Some(3.0));
        assert_eq!(left(0, 100, 3.0), None);
        assert_eq!(left(100, 100, 3.0), None);
        assert_eq!(left(150, 100, 3.0), None);
        assert_eq!(left(50, 100, 0.1), None);
    }

    #[test]
    fn json_lines_are_json() {
        let line = json("read", 50, 100, 3.0);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&value["stage"], &value["left_seconds"]), (&"read".into(), &3.0.into()));
    }
}
