//! Why a coefficient has no value, and what would give it one.

use shujian_core::Bilingual;

/// A coefficient without a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Undefined {
    /// Why.
    pub reason: Reason,
    /// What to do to get a value.
    pub remedy: Bilingual,
    /// Plain observed agreement, where there is any: show it in the coefficient's place.
    pub observed: Option<f64>,
}

impl Undefined {
    /// Undefined for a reason, with the observed agreement if there is one.
    pub fn new(reason: Reason, observed: Option<f64>) -> Self {
        Self { reason, remedy: reason.remedy(), observed }
    }
}

impl std::fmt::Display for Undefined {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.reason.text().en)
    }
}

impl std::error::Error for Undefined {}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// No unit has two answers.
    NoOverlap,
    /// Fewer units have two answers than asked for.
    LittleOverlap {
        /// Units with two answers.
        units: usize,
        /// Units asked for.
        wanted: usize,
    },
    /// All paired answers are the same: there is no disagreement to expect.
    OneValue,
    /// The coefficient is of two raters.
    NotTwoRaters {
        /// Raters there are.
        raters: usize,
    },
    /// So many classes that they are rather texts: a table of all pairs of them has no room.
    ManyClasses {
        /// Classes of the table.
        classes: usize,
    },
    /// One of the raters never answered a unit with another.
    OneRater,
}

impl Reason {
    /// The reason in words.
    pub fn text(self) -> Bilingual {
        match self {
            Self::NoOverlap => Bilingual {
                zh: "没有任何一个标注单元有两个答案",
                en: "no unit has two answers",
            },
            Self::LittleOverlap { .. } => Bilingual {
                zh: "有两个答案的标注单元少于要求的数量",
                en: "fewer units have two answers than asked for",
            },
            Self::OneValue => Bilingual {
                zh: "只出现了一个取值：期望不一致为 0，系数无定义",
                en: "only one value occurs: expected disagreement is 0",
            },
            Self::NotTwoRaters { .. } => Bilingual {
                zh: "该系数只适用于两名标注员",
                en: "the coefficient is of two raters",
            },
            Self::ManyClasses { .. } => Bilingual {
                zh: "类别过多，更像自由文本而不是类别",
                en: "so many classes that labels are texts rather than classes",
            },
            Self::OneRater => Bilingual {
                zh: "共同标注的单元只涉及一名标注员",
                en: "only one rater answered the shared units",
            },
        }
    }

    fn remedy(self) -> Bilingual {
        match self {
            Self::NoOverlap | Self::LittleOverlap { .. } => Bilingual {
                zh: "请另一名标注员独立重标一批单元（建议至少 100 个，随机抽取）",
                en: "have a second rater answer a random batch of units again (100 or more)",
            },
            Self::OneValue => Bilingual {
                zh: "报告观测一致率；或补充含有其他类别的单元后再计算",
                en: "report observed agreement; or add units on which other classes occur",
            },
            Self::NotTwoRaters { .. } => Bilingual {
                zh: "改用 Fleiss、Gwet 或 Krippendorff 系数，或按标注员两两计算",
                en: "use Fleiss, Gwet or Krippendorff, or look at pairs of raters",
            },
            Self::ManyClasses { .. } => Bilingual {
                zh: "核对标签列；文本转写请用字错率比较，或先归并类别",
                en: "check which column holds labels; compare texts by error rates, or join classes",
            },
            Self::OneRater => Bilingual {
                zh: "请不同的标注员标注同一批单元",
                en: "have different raters answer the same units",
            },
        }
    }
}
