//! The application (申报书): what the applicant declares about itself, the dataset, money and effect.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shujian_core::{Bilingual, Fen, Sector};

use crate::Error;

/// Name of the application's form.
pub const SCHEMA: &str = "shujian.application.v1";

/// An application file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Always `shujian.application.v1`.
    pub schema: String,
    /// Who applies.
    pub applicant: Applicant,
    /// What for.
    pub dataset: Dataset,
    /// Amounts.
    pub money: Money,
    /// Evidence of effect; without any the effect stays unknown.
    #[serde(default)]
    pub effect: Effect,
}

/// Who applies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// Registered name.
    pub name: String,
    /// Unified social credit code, eighteen signs.
    pub uscc: String,
}

/// The dataset as declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Name.
    pub name: String,
    /// Key field of article 6.
    pub sector: Sector,
    /// Class by TC609-5-2025-03.
    pub class: Class,
    /// Kind of content in words, such as `text`.
    pub modality: String,
    /// Where the records come from; empty if not stated.
    #[serde(default)]
    pub source: String,
    /// Licence or other right under which they are used; empty if not stated.
    #[serde(default, alias = "rights")]
    pub licence: String,
    /// Share of synthetic records, 0–1.
    #[serde(default)]
    pub synthetic_share: f64,
    /// Aspects that the documentation covers.
    #[serde(default)]
    pub documentation: Documentation,
}

/// Class of a dataset by TC609-5-2025-03.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// 通识
    General,
    /// 行业通识
    IndustryGeneral,
    /// 行业专识
    IndustryExpert,
}

/// Aspects that the documentation covers, by the indicators 0101–0104 of TC609-5-2025-04.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Documentation {
    /// 0101 基本信息完整性.
    pub basic: Vec<Basic>,
    /// 0102 内容特征完整性.
    pub content: Vec<Content>,
    /// 0103 建设过程完整性.
    pub process: Vec<Process>,
    /// 0104 应用说明完整性.
    #[serde(rename = "use")]
    pub usage: Vec<Usage>,
}

/// Aspects of 0101.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Basic {
    /// 规模
    Scale,
    /// 格式
    Format,
    /// 文件结构
    FileStructure,
    /// 获取渠道
    Access,
    /// 技术支持
    Support,
}

/// Aspects of 0102.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// 模态
    Modality,
    /// 分布
    Distribution,
    /// 标签统计
    LabelStatistics,
    /// 样例
    Samples,
    /// 局限性
    Limitations,
}

/// Aspects of 0103.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Process {
    /// 来源
    Source,
    /// 采集方法
    Collection,
    /// 处理流程
    Processing,
    /// 标注规程
    AnnotationGuideline,
    /// 版本记录
    VersionLog,
}

/// Aspects of 0104.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Usage {
    /// 许可
    Licence,
    /// 目标场景
    Scenario,
    /// 评测方法
    Evaluation,
    /// 基准结果
    Benchmark,
    /// 典型案例
    Case,
}

impl Documentation {
    /// Indicators with the number of different aspects met, of five.
    pub fn met(&self) -> [(&'static str, usize); 4] {
        [
            ("0101", different(&self.basic)),
            ("0102", different(&self.content)),
            ("0103", different(&self.process)),
            ("0104", different(&self.usage)),
        ]
    }
}

fn different<T: Copy + Ord>(aspects: &[T]) -> usize {
    aspects.iter().copied().collect::<std::collections::BTreeSet<T>>().len()
}

/// Amounts in whole yuan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Amount asked for.
    pub requested_yuan: u64,
    /// Audited eligible cost of building the dataset.
    pub eligible_cost_yuan: u64,
    /// Public money already granted for the same cost.
    pub other_public_yuan: u64,
}

/// Evidence of effect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Effect {
    /// A1: what the data adds to a model.
    pub uplift: Option<Uplift>,
    /// A2: who uses it.
    pub adopters: Option<Adopters>,
    /// A3: how much it is called.
    pub calls: Option<Calls>,
    /// A4: what is paid for it.
    pub transactions: Option<Transactions>,
}

impl Effect {
    /// Whether there is no evidence of any kind.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who vouches for a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// The applicant says so.
    SelfDeclared,
    /// The applicant's logs show it.
    OwnLogs,
    /// A third party attests it.
    ThirdParty,
    /// The bureau recomputed it.
    Bureau,
}

/// A1: a model trained with the data against the same model without.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uplift {
    /// Lower 95 % bound of the relative error reduction, worst seed; negative if it got worse.
    pub rer_low: f64,
    /// Who vouches for it.
    pub tier: Tier,
}

/// A2: unaffiliated organisations with a contract and a log of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adopters {
    /// Organisations.
    pub count: u64,
    /// Who vouches for it.
    pub tier: Tier,
}

/// A3: calls within twelve months.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// Calls.
    pub count_12m: u64,
    /// Share of the adopter that calls most, 0–1.
    pub top_adopter_share: f64,
    /// Who vouches for it.
    pub tier: Tier,
}

/// A4: unaffiliated sales, invoiced and paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transactions {
    /// Turnover, whole yuan.
    pub yuan: u64,
    /// Who vouches for it.
    pub tier: Tier,
}

impl Application {
    /// Reads and checks an application.
    ///
    /// - Errors: [`Error::Form`] with line, column and key; [`Error::Application`] for a value that
    ///   cannot be.
    pub fn parse(toml: &str) -> Result<Self, Error> {
        let application: Self = toml::from_str(toml).map_err(|err| wrong_form(&err))?;
        application.check()?;
        Ok(application)
    }

    fn check(&self) -> Result<(), Error> {
        let Money { requested_yuan, eligible_cost_yuan, other_public_yuan } = self.money;
        ensure(self.schema == SCHEMA, "schema", FORM)?;
        ensure(!self.applicant.name.trim().is_empty(), "applicant.name", EMPTY)?;
        ensure(!self.dataset.name.trim().is_empty(), "dataset.name", EMPTY)?;
        let synthetic = (0.0..=1.0).contains(&self.dataset.synthetic_share);
        ensure(synthetic, "dataset.synthetic_share", NO_SHARE)?;
        ensure(fits(requested_yuan), "money.requested_yuan", TOO_LARGE)?;
        ensure(fits(eligible_cost_yuan), "money.eligible_cost_yuan", TOO_LARGE)?;
        ensure(fits(other_public_yuan), "money.other_public_yuan", TOO_LARGE)?;
        if let Some(Uplift { rer_low, .. }) = self.effect.uplift {
            let possible = rer_low.is_finite() && rer_low <= 1.0;
            ensure(possible, "effect.uplift.rer_low", NO_REDUCTION)?;
        }
        if let Some(Calls { top_adopter_share, .. }) = self.effect.calls {
            let share = (0.0..=1.0).contains(&top_adopter_share);
            ensure(share, "effect.calls.top_adopter_share", NO_SHARE)?;
        }
        Ok(())
    }
}

/// A part that is missing as a whole is named; the parser would point at the first line.
fn wrong_form(err: &toml::de::Error) -> Error {
    const PARTS: [(&str, &str); 4] = [
        ("schema", "schema"),
        ("applicant", "[applicant]"),
        ("dataset", "[dataset]"),
        ("money", "[money]"),
    ];
    let misses = |name: &str| err.message() == format!("missing field `{name}`");
    match PARTS.iter().find(|(name, _)| misses(name)) {
        Some(&(_, key)) => Error::Application { key, message: MISSING },
        None => Error::Form { what: "application", message: err.to_string() },
    }
}

const MISSING: Bilingual = Bilingual {
    zh: "缺失；完整示例见 pipelines/application.example.toml，表单见 shujian schema application",
    en: "is missing; pipelines/application.example.toml is a whole one, `shujian schema \
         application` the form",
};
const FORM: Bilingual =
    Bilingual { zh: "不是 shujian.application.v1", en: "is not shujian.application.v1" };
const EMPTY: Bilingual = Bilingual { zh: "为空", en: "is empty" };
const NO_SHARE: Bilingual = Bilingual { zh: "不在 0–1 之间", en: "is not within 0–1" };
const TOO_LARGE: Bilingual = Bilingual { zh: "过大", en: "is too large" };
const NO_REDUCTION: Bilingual =
    Bilingual { zh: "不是不超过 1 的数", en: "is not a number of at most 1" };

fn fits(yuan: u64) -> bool {
    i64::try_from(yuan).ok().and_then(Fen::from_yuan).is_some()
}

fn ensure(holds: bool, key: &'static str, message: Bilingual) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::Application { key, message }) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A whole application with evidence of each kind.
    pub(crate) const EXAMPLE: &str = include_str!("../../../pipelines/application.example.toml");

    const MONEY: &str = "[money]\nrequested_yuan = 1500000\neligible_cost_yuan = 2600000\n\
                         other_public_yuan = 300000\n";

    fn broken(from: &str, to: &str) -> String {
        assert!(EXAMPLE.contains(from), "{from}");
        Application::parse(&EXAMPLE.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn the_example_is_whole() {
        let application = Application::parse(EXAMPLE).unwrap();
        let code = application.applicant.uscc.parse::<shujian_core::CreditCode>();
        assert!(code.is_ok(), "{code:?}");
        assert!(!application.effect.is_empty());
        let met = application.dataset.documentation.met();
        assert_eq!(met, [("0101", 5), ("0102", 5), ("0103", 4), ("0104", 4)]);
    }

    #[test]
    fn aspects_count_once() {
        let twice = vec![Basic::Scale, Basic::Scale, Basic::Format];
        let documentation = Documentation { basic: twice, ..Documentation::default() };
        assert_eq!(documentation.met()[0], ("0101", 2));
    }

    #[test]
    fn mistakes_are_named_and_placed() {
        for (from, to, message) in [
            ("requested_yuan", "requested", "unknown field `requested`"),
            ("requested_yuan = 1", "requested_yuan = -1", "line "),
            ("tier = \"third-party\"", "tier = \"friend\"", "unknown variant `friend`"),
            ("synthetic_share = 0.0", "synthetic_share = 1.2", "synthetic_share is not within"),
            ("top_adopter_share = 0.", "top_adopter_share = 9.", "top_adopter_share is not within"),
            ("rer_low = 0", "rer_low = nan #", "rer_low is not a number"),
            ("requested_yuan = 1500000", "requested_yuan = 92233720368547759", "is too large"),
            ("application.v1", "application.v9", "schema is not"),
            (MONEY, "", "application: [money] is missing"),
        ] {
            let error = broken(from, to);
            assert!(error.contains(message), "{error}");
        }
    }
}
