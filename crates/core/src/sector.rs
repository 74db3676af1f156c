//! The nine key fields of article 6.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Bilingual;

/// A key field of Heilongjiang's AI policy, article 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sector {
    /// 工业制造
    Manufacturing,
    /// 农业农村
    Agriculture,
    /// 医疗卫生
    Health,
    /// 文化旅游
    CultureTourism,
    /// 交通运输
    Transport,
    /// 金融服务
    Finance,
    /// 应急管理
    EmergencyManagement,
    /// 气象服务
    Meteorology,
    /// 城市治理
    CityGovernance,
}

impl Sector {
    /// Name for people.
    pub fn title(self) -> Bilingual {
        match self {
            Self::Manufacturing => Bilingual { zh: "工业制造", en: "manufacturing" },
            Self::Agriculture => Bilingual { zh: "农业农村", en: "agriculture" },
            Self::Health => Bilingual { zh: "医疗卫生", en: "health" },
            Self::CultureTourism => Bilingual { zh: "文化旅游", en: "culture and tourism" },
            Self::Transport => Bilingual { zh: "交通运输", en: "transport" },
            Self::Finance => Bilingual { zh: "金融服务", en: "finance" },
            Self::EmergencyManagement => {
                Bilingual { zh: "应急管理", en: "emergency management" }
            }
            Self::Meteorology => Bilingual { zh: "气象服务", en: "meteorology" },
            Self::CityGovernance => Bilingual { zh: "城市治理", en: "city governance" },
        }
    }
}
