//! What the policy leaves to the bureau, set once for all awards: its day of issue, and the values of
//! its open parameters.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use shujian_core::Entitlement;

use crate::Error;
use crate::entities::Table;
use crate::entities::people::setting;
use crate::entries::text;
use crate::error::code;
use crate::work::Work;

/// The parameter that is the day of issue.
const ISSUED: &str = "issued";

/// Sets day and parameters, in place of what was set before.
pub(super) async fn set(work: &mut Work<'_>) -> Result<(), Error> {
    if pairs(work.fields.text("parameters")).is_none() {
        let zh = "请填参数及取值，如 within-article=highest,same-project=1/2，各写一次";
        let en = "takes parameters with values such as within-article=highest,same-project=1/2, \
                  each once";
        return Err(Error::field("parameters", zh, en));
    }
    if work.fields.text("parameters").is_empty() {
        work.entry.remove("parameters");
    }
    work.put_entry(Table::Settings).await
}

/// Reads `id=value,id=value`; `None` where it is no such list, or names a parameter twice.
pub(crate) fn pairs(said: &str) -> Option<BTreeMap<&str, &str>> {
    let mut pairs = BTreeMap::new();
    for part in said.split(',').filter(|_| !said.is_empty()) {
        let (id, value) = part.split_once('=')?;
        let (id, value) = (id.trim(), value.trim());
        let is_new = id != ISSUED && pairs.insert(id, value).is_none();
        if !is_new || id.is_empty() || value.is_empty() {
            return None;
        }
    }
    Some(pairs)
}

/// Has an entitlement be computed with the day and values that the registry holds.
///
/// - Errors: [`Error::Refused`] with the first parameter that differs.
pub(super) async fn by_policy(work: &Work<'_>, entitlement: &Entitlement) -> Result<(), Error> {
    let held: setting::Model = work.get("registry").await?;
    let issued = held.issued.unwrap_or_default();
    let said = held.parameters.unwrap_or_default();
    let mut values = pairs(&said).unwrap_or_default();
    if !issued.is_empty() {
        values.insert(ISSUED, &issued);
    }
    differs(&entitlement.trace["parameters"], &values)
}

fn differs(parameters: &Json, values: &BTreeMap<&str, &str>) -> Result<(), Error> {
    for chosen in parameters.as_array().into_iter().flatten() {
        let Json::Object(chosen) = chosen else { continue };
        let (id, value) = (text(chosen, "id"), text(chosen, "value"));
        let is_default = chosen.get("is_default") == Some(&Json::Bool(true));
        let option = if id == ISSUED { "--issued ".to_owned() } else { format!("--set {id}=") };
        let (zh, en) = match values.get(id) {
            Some(held) if *held == value => continue,
            None if is_default => continue,
            Some(held) => (
                format!("按 {id}={value} 计算，登记的是 {held}；请按 {option}{held} 重新计算"),
                format!(
                    "the entitlement is computed with {id}={value}, and the registry holds {held}: \
                     compute it again with {option}{held}"
                ),
            ),
            None => (
                format!(
                    "按 {id}={value} 计算，登记册尚未设定；请由两人先办理 registry transition registry \
                     policy issued=日期 source=文件 [parameters=参数=值]"
                ),
                format!(
                    "the entitlement is computed with {id}={value}, which the registry does not \
                     hold: have two officers set it first with `registry transition registry policy \
                     issued=DAY source=DOCUMENT [parameters=ID=VALUE]`"
                ),
            ),
        };
        return Err(Error::refuse(code::ENTITLEMENT, zh, en));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_names_each_parameter_once() {
        assert_eq!(pairs("").unwrap().len(), 0);
        let two = pairs("within-article=highest, same-project=1/2").unwrap();
        assert_eq!((two["within-article"], two["same-project"]), ("highest", "1/2"));
        for bad in ["a", "a=", "=b", "a=1,a=1", "a=1,", "issued=2026-01-01"] {
            assert_eq!(pairs(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_the_registry_holds_goes_before_what_was_chosen() {
        let read = json!([
            {"id": "issued", "value": "2026-03-01", "is_default": false},
            {"id": "payout-unit", "value": "fen", "is_default": true},
        ]);
        let with = |values: &[(&str, &str)]| {
            let values = values.iter().copied().collect();
            differs(&read, &values).map_err(|error| error.text().en)
        };
        assert_eq!(with(&[("issued", "2026-03-01")]), Ok(()));
        assert_eq!(with(&[("issued", "2026-03-01"), ("payout-unit", "fen")]), Ok(()));
        for (values, word) in [
            (&[][..], "registry transition registry policy"),
            (&[("issued", "2026-01-01")], "--issued 2026-01-01"),
            (&[("issued", "2026-03-01"), ("payout-unit", "wan")], "--set payout-unit=wan"),
        ] {
            let error = with(values).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        assert!(differs(&json!([{"step": 1}])["parameters"], &BTreeMap::new()).is_ok());
    }
}
