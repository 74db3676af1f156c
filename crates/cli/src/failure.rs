//! Why a command ended without its result, in both languages, and the exit code that says so.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use shujian_core::Sector;
use shujian_core::finding::Text;
use shujian_report::Lang;

/// Who or what is at fault; the variants are the exit codes 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody: a rule says no.
    Refusal,
    /// The command line asks for what cannot be.
    Usage,
    /// The input is unreadable as a whole.
    Input,
    /// The environment, or we, are at fault.
    Environment,
}

/// A command's failure.
#[derive(Debug)]
pub(crate) struct Failure {
    fault: Fault,
    said: Text,
    is_broken_pipe: bool,
}

impl Failure {
    /// A failure in two languages.
    pub(crate) fn new(fault: Fault, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fault, said: Text { zh: zh.into(), en: en.into() }, is_broken_pipe: false }
    }

    /// What the system said of a path.
    pub(crate) fn io(fault: Fault, path: &Path, error: &io::Error) -> Self {
        let (path, Text { zh, en }) = (path.display(), system(error));
        let is_broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        let failure = Self::new(fault, format!("{path}：{zh}"), format!("{path}: {en}"));
        Self { is_broken_pipe, ..failure }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(match self.fault {
            Fault::Refusal => 1,
            Fault::Usage => 2,
            Fault::Input => 3,
            Fault::Environment => 4,
        })
    }

    /// Who or what is at fault, and what is said of it.
    pub(crate) fn into_parts(self) -> (Fault, Text) {
        (self.fault, self.said)
    }

    /// The message for stderr.
    pub(crate) fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => format!("错误：{}\n", self.said.zh),
            Lang::En => format!("error: {}\n", self.said.en),
        }
    }

    /// Whether the reader of our output went away, which is no fault.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.is_broken_pipe
    }

    /// A rubric or an application that cannot be used.
    pub(crate) fn form(path: &Path, error: &shujian_grade::Error) -> Self {
        use shujian_grade::Error;
        let path = path.display();
        let en = format!("{path}: {}", error.to_string().trim_end());
        let hint = hint(&error.to_string());
        let zh = match error {
            Error::Form { what, message } => {
                let what = if *what == "rubric" { "评分细则" } else { "申报书" };
                format!("{path}：{what}不合格式，解析器指出：\n{}", message.trim_end())
            }
            Error::Rubric(message) => format!("{path}：评分细则自相矛盾：{message}"),
            Error::Application { key, message } => {
                format!("{path}：申报书的 {key} {}", message.zh)
            }
            error => format!("{path}：不能使用：{error}"),
        };
        let said = |text: String, hint: &str| {
            if hint.is_empty() { text } else { format!("{text}\n{hint}") }
        };
        Self::new(Fault::Input, said(zh, &hint.zh), said(en, &hint.en))
    }

    /// A text file that is not UTF-8.
    pub(crate) fn not_utf8(path: &Path) -> Self {
        let path = path.display();
        let zh = format!(
            "{path}：不是 UTF-8 文本；若由旧版记事本或表格软件存为 GBK/GB18030 或 UTF-16（“Unicode”），\
             请另存为 UTF-8（iconv -f GB18030 -t UTF-8，或 -f UTF-16）"
        );
        let en = format!(
            "{path}: is not UTF-8 text; if it was saved as GBK, GB18030 or UTF-16 (\"Unicode\"), save it \
             as UTF-8 (iconv -f GB18030 -t UTF-8, or -f UTF-16)"
        );
        Self::new(Fault::Input, zh, en)
    }
}

/// What would mend a mistake that the parser of a form only names; empty where nothing is known.
fn hint(message: &str) -> Text {
    if message.contains("unknown variant") && message.contains("`manufacturing`") {
        let list = |lang: Lang| {
            let spell = |sector: &Sector| {
                let key = serde_json::to_value(sector).unwrap_or_default();
                format!("{} {}", key.as_str().unwrap_or_default(), lang.of(sector.title()))
            };
            SECTORS.iter().map(spell).collect::<Vec<_>>().join(", ")
        };
        return Text {
            zh: format!("sector 填左边的键：{}", list(Lang::Zh)),
            en: format!("sector takes one of these keys: {}", list(Lang::En)),
        };
    }
    if message.contains("yuan =") {
        return Text {
            zh: "金额填整数，单位为元，不带单位与引号：150 万元写作 1500000".to_owned(),
            en: "amounts are whole numbers of yuan without unit or quotes, such as 1500000"
                .to_owned(),
        };
    }
    Text { zh: String::new(), en: String::new() }
}

/// The key fields of article 6, in its order.
const SECTORS: [Sector; 9] = [
    Sector::Manufacturing,
    Sector::Agriculture,
    Sector::Health,
    Sector::CultureTourism,
    Sector::Transport,
    Sector::Finance,
    Sector::EmergencyManagement,
    Sector::Meteorology,
    Sector::CityGovernance,
];

/// What the system said; Chinese for what people meet, else its own words in a Chinese sentence.
fn system(error: &io::Error) -> Text {
    let zh = match error.kind() {
        io::ErrorKind::NotFound => "没有这个文件或文件夹".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::IsADirectory => "是文件夹，不是文件".to_owned(),
        io::ErrorKind::NotADirectory => "路径中有一段不是文件夹".to_owned(),
        io::ErrorKind::InvalidData => "不是 UTF-8 文本".to_owned(),
        io::ErrorKind::StorageFull => "磁盘空间不足".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "文件系统只读".to_owned(),
        _ => format!("系统报告：{error}"),
    };
    Text { zh, en: error.to_string() }
}

/// What the engine does when the environment fails it.
const DOING: &[(&str, &str)] = &[
    ("starting threads", "启动线程"),
    ("keeping signatures", "保存指纹"),
    ("reading back signatures", "读回指纹"),
    ("reading back judgements", "读回标注"),
    ("writing clusters", "写入重复簇"),
];

impl From<shujian_engine::Error> for Failure {
    fn from(error: shujian_engine::Error) -> Self {
        use shujian_engine::Error;
        let fault = if error.is_input() { Fault::Input } else { Fault::Environment };
        match &error {
            Error::Input(shujian_ingest::Error::NotFound { path }) if path == Path::new("-") => {
                Self::new(
                    fault,
                    "-：不读标准输入；请给出文件或文件夹",
                    "-: standard input is not read; name a file or folder",
                )
            }
            Error::Input(shujian_ingest::Error::NotFound { path }) => {
                let zh = format!("{}：没有这样的文件或文件夹", path.display());
                Self::new(fault, zh, error.to_string())
            }
            Error::Input(shujian_ingest::Error::Io { path, source }) => {
                Self::io(fault, path, source)
            }
            Error::Empty { paths } => Self::new(
                fault,
                format!("{paths}：里面没有文件；请给出数据所在的文件或文件夹"),
                format!("{paths}: holds no file; name the file or folder that holds the data"),
            ),
            Error::Changed { name } => {
                let zh = format!("{name} 在读取期间被改动；请在没有程序写入时重新运行");
                Self::new(fault, zh, error.to_string())
            }
            Error::Environment { doing, source } => {
                let known = DOING.iter().find(|(known, _)| known == doing);
                let zh = known.map_or(*doing, |(_, zh)| zh);
                Self::new(fault, format!("{zh}：{}", system(source).zh), error.to_string())
            }
            _ => Self::new(fault, format!("引擎报告：{error}"), error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_messages_are_chinese() {
        let io = |kind| io::Error::new(kind, "words of the system");
        let path = Path::new("数据/a.csv");
        for error in [
            shujian_ingest::Error::NotFound { path: path.to_owned() }.into(),
            shujian_engine::Error::Empty { paths: "data".to_owned() },
            shujian_engine::Error::Changed { name: "a.csv".to_owned() },
            shujian_engine::Error::Environment {
                doing: "keeping signatures",
                source: io(io::ErrorKind::StorageFull),
            },
        ] {
            let failure = Failure::from(error);
            assert!(!failure.message(Lang::Zh).contains("no such"), "{failure:?}");
            assert!(!failure.message(Lang::Zh).contains("signatures"), "{failure:?}");
            assert!(failure.message(Lang::En).starts_with("error: "), "{failure:?}");
        }
        let other = Failure::io(Fault::Input, path, &io(io::ErrorKind::Other));
        assert_eq!(other.message(Lang::Zh), "错误：数据/a.csv：系统报告：words of the system\n");
    }
}
