//! Comparing numbers with what the oracle said, collecting every difference.

use std::path::Path;

use serde_json::Value;

pub fn json(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|err| panic!("{}: {err}", path.display()))
}

/// Differences of one case.
pub struct Compare {
    case: String,
    compared: usize,
    pub wrong: Vec<String>,
}

impl Compare {
    pub fn new(case: &Path) -> Self {
        Self {
            case: case.file_name().unwrap().to_string_lossy().into(),
            compared: 0,
            wrong: vec![],
        }
    }

    pub fn compared(&self) -> usize {
        self.compared
    }

    /// A real number, within 1e-9 absolute or relative.
    pub fn real(&mut self, what: &str, found: f64, wanted: &Value) {
        self.near(what, found, wanted, 1e-9);
    }

    /// A real number within another tolerance.
    pub fn near(&mut self, what: &str, found: f64, wanted: &Value, tolerance: f64) {
        self.compared += 1;
        let Some(wanted) = wanted.as_f64() else {
            self.wrong.push(format!("{} {what}: {found}, wanted {wanted}", self.case));
            return;
        };
        let close = (found - wanted).abs() <= tolerance * wanted.abs().max(1.0);
        // Not close includes NaN.
        if !close {
            self.wrong.push(format!("{} {what}: {found}, wanted {wanted}", self.case));
        }
    }

    /// A number or its absence: `null` is `None`.
    pub fn maybe(&mut self, what: &str, found: Option<f64>, wanted: &Value) {
        match found {
            Some(found) => self.real(what, found, wanted),
            None => self.same(what, Value::Null, wanted.clone()),
        }
    }

    /// A count.
    pub fn count(&mut self, what: &str, found: usize, wanted: &Value) {
        self.same(what, Some(found as u64), wanted.as_u64());
    }

    /// Anything that must be equal.
    pub fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: T, wanted: T) {
        self.compared += 1;
        if found != wanted {
            self.wrong.push(format!("{} {what}: {found:?}, wanted {wanted:?}", self.case));
        }
    }
}
