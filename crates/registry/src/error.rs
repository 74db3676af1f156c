//! Why the registry did not do something. Nothing is changed where one of these comes back.

use sea_orm::DbErr;
use shujian_core::finding::Text;

/// What kept a request from being carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request is at fault; says what and how to mend it.
    #[error("{code}: {}", said.en)]
    Refused {
        /// Row of the code table, `SJ-registry-<nnn>`.
        code: &'static str,
        /// What is wrong, in both languages.
        said: Text,
    },
    /// The database failed or cannot be reached.
    #[error("the database: {0}")]
    Store(#[from] DbErr),
    /// There is no registry at this place.
    #[error("{place}: holds no registry; make one with `shujian registry init`")]
    Absent {
        /// Path or URL, without password.
        place: String,
    },
    /// There is a registry at this place already.
    #[error("{place}: holds a registry already")]
    Taken {
        /// Path or URL, without password.
        place: String,
    },
    /// The place holds something that is no registry.
    #[error("{place}: {}; nothing was changed", foreign(tables).en)]
    Foreign {
        /// Path or URL, without password.
        place: String,
        /// Tables that are there; none where it is no database at all.
        tables: Vec<String>,
    },
    /// A newer version of the program wrote this registry.
    #[error(
        "{place}: was written by a newer version: its form is {form}, and this version knows \
         {known}; update `shujian`; nothing was changed"
    )]
    Newer {
        /// Path or URL, without password.
        place: String,
        /// Last migration it has had.
        form: String,
        /// Newest migration known here.
        known: String,
    },
    /// A registry of an older version that cannot be brought to the form of this one.
    #[error(
        "{place}: is of an older version and could not be brought to form {form}: {why}; open it \
         once with an account that may write to it; nothing was changed"
    )]
    Outdated {
        /// Path or URL, without password.
        place: String,
        /// Form it should have.
        form: String,
        /// What the database said.
        why: DbErr,
    },
    /// What the database holds is not what a registry writes.
    #[error("the registry is damaged: {0}; run `shujian registry verify`")]
    Damaged(String),
    /// A key file cannot be used.
    #[error("key: {0}")]
    Key(String),
}

impl Error {
    /// A refusal.
    pub(crate) fn refuse(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Refused { code, said: Text { zh: zh.into(), en: en.into() } }
    }

    /// A refusal that names the field at fault.
    pub(crate) fn field(name: &str, zh: impl AsRef<str>, en: impl AsRef<str>) -> Self {
        let (zh, en) =
            (format!("字段 {name}：{}", zh.as_ref()), format!("{name}: {}", en.as_ref()));
        Self::refuse(code::FIELD, zh, en)
    }

    /// What people read.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Refused { code, said } => format!("{}（{code}）", said.zh),
            Self::Store(error) => format!("数据库报告：{error}"),
            Self::Absent { place } => format!("{place}：没有登记册；先运行 shujian registry init"),
            Self::Taken { place } => format!("{place}：已有登记册"),
            Self::Foreign { place, tables } => {
                format!("{place}：{}；未作任何改动", foreign(tables).zh)
            }
            Self::Newer { place, form, known } => format!(
                "{place}：由更新的版本写成：形式为 {form}，本版本只认识到 {known}；请升级 shujian；\
                 未作任何改动"
            ),
            Self::Outdated { place, form, why } => format!(
                "{place}：由较早的版本写成，未能升级到形式 {form}：{why}；请先以可写入的账号打开一次；\
                 未作任何改动"
            ),
            Self::Damaged(what) => {
                format!("登记册已损坏：{what}；请运行 shujian registry verify")
            }
            Self::Key(what) => format!("密钥：{what}"),
        };
        let en = match self {
            Self::Refused { code, said } => format!("{} ({code})", said.en),
            other => other.to_string(),
        };
        Text { zh, en }
    }

    /// The code of a refusal.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// Tables named in a message, at most.
const NAMED: usize = 5;

/// What a place holds that is no registry.
fn foreign(tables: &[String]) -> Text {
    if tables.is_empty() {
        return Text { zh: "不是数据库文件".into(), en: "is no database".into() };
    }
    let more = if tables.len() > NAMED { ", …" } else { "" };
    let named = tables.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + more;
    Text {
        zh: format!("是别的数据库（有表 {named}），登记册须建在空库中"),
        en: format!("is another database, with the tables {named}; a registry takes an empty one"),
    }
}

/// Codes of refusals; rows of `shujian_core::codes`.
pub(crate) mod code {
    pub(crate) const UNKNOWN: &str = "SJ-registry-001";
    pub(crate) const STATE: &str = "SJ-registry-002";
    pub(crate) const ROLE: &str = "SJ-registry-003";
    pub(crate) const FIELD: &str = "SJ-registry-004";
    pub(crate) const KEY_REUSED: &str = "SJ-registry-005";
    pub(crate) const VERSION: &str = "SJ-registry-006";
    pub(crate) const TWO_PERSONS: &str = "SJ-registry-007";
    pub(crate) const GUARD: &str = "SJ-registry-008";
    pub(crate) const ENVELOPE: &str = "SJ-registry-009";
    pub(crate) const ENTITLEMENT: &str = "SJ-registry-010";
    pub(crate) const AMOUNT: &str = "SJ-registry-011";
    pub(crate) const SIGNATURE: &str = "SJ-registry-012";
    pub(crate) const CALENDAR: &str = "SJ-registry-013";
    pub(crate) const CLOCK: &str = "SJ-registry-014";
}
