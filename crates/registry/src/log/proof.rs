//! A proof that an event stands in the log, which anyone checks without the registry.
//!
//! The format is c2sp.org/tlog-proof@v1; its `extra` line holds the leaf, so that the file says
//! what it proves. The leaf is not trusted: it has to hash to the proved entry.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tlog_tiles::{Hash, check_record, record_hash};

use super::{Event, Verifier};
use crate::Error;

const FIRST: &str = "c2sp.org/tlog-proof@v1";
/// Longest proof file that is read, bytes.
const LONGEST: usize = 4 << 20;

/// A proof as it stands in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The leaf: canonical JSON of the event.
    pub leaf: String,
    /// Its place in the log, from 0.
    pub index: u64,
    /// Hashes from the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// What a proof was found to prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The event.
    pub event: Event,
    /// Events the checkpoint covers.
    pub size: u64,
}

impl Proof {
    /// Reads a proof file.
    ///
    /// - Errors: [`Error::Refused`] with the line at fault.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |line: usize, zh: &str, en: &str| {
            let (zh, en) = (format!("第 {line} 行：{zh}"), format!("line {line}: {en}"));
            Error::refuse("SJ-registry-015", zh, en)
        };
        if text.len() > LONGEST {
            return Err(bad(1, "文件过大", "the file is too large for a proof"));
        }
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or_else(|| bad(1, "没有检查点", "there is no checkpoint"))?;
        let mut lines = head.lines().enumerate().map(|(at, line)| (at + 1, line));
        let mut next = |what: &str| {
            let (at, line) = lines.next().unwrap_or((0, ""));
            line.strip_prefix(what)
                .map(|rest| (at, rest.to_owned()))
                .ok_or_else(|| bad(at, "不是所需的内容", "is not what belongs here"))
        };
        next(FIRST)?;
        let (at, leaf) = next("extra ")?;
        let leaf = BASE64_STANDARD.decode(leaf).ok().and_then(|leaf| String::from_utf8(leaf).ok());
        let leaf = leaf.ok_or_else(|| bad(at, "不是 base64", "is no base64"))?;
        let (at, index) = next("index ")?;
        let canonical = index.parse().ok().filter(|number: &u64| number.to_string() == index);
        let index = canonical.ok_or_else(|| bad(at, "不是序号", "is no index"))?;
        let path = lines
            .map(|(at, line)| Hash::parse_hash(line).map_err(|_| bad(at, "不是哈希", "is no hash")))
            .collect::<Result<_, _>>()?;
        Ok(Self { leaf, index, path, checkpoint: checkpoint.to_owned() })
    }

    /// The proof as a file.
    pub fn write(&self) -> String {
        let extra = BASE64_STANDARD.encode(&self.leaf);
        let mut text = format!("{FIRST}\nextra {extra}\nindex {}\n", self.index);
        for hash in &self.path {
            writeln!(text, "{hash}").expect("writing to memory");
        }
        text + "\n" + &self.checkpoint
    }

    /// Checks a proof with the log's public key, without the registry.
    ///
    /// - Errors: [`Error::Refused`] with what does not hold.
    pub fn check(&self, log: &Verifier) -> Result<Checked, Error> {
        let fails = |zh: &str, en: &str| Error::refuse("SJ-registry-016", zh, en);
        let checkpoint = log.open(&self.checkpoint).ok_or_else(|| {
            fails("检查点不是由这把公钥签署的", "the checkpoint is not signed by this key")
        })?;
        let leaf = record_hash(self.leaf.as_bytes());
        check_record(&self.path, checkpoint.size(), *checkpoint.hash(), self.index, leaf).map_err(
            |_| fails("该事件不在所签署的日志中", "the event does not stand in the signed log"),
        )?;
        let event: Event = serde_json::from_str(&self.leaf)
            .map_err(|_| fails("叶子不是事件", "the leaf is no event"))?;
        Ok(Checked { event, size: checkpoint.size() })
    }
}
