//! How sketches of texts are cut into the keys by which near copies meet.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Bands of rows over shingles: two texts whose shingles agree to the share J meet with probability
/// 1 − (1 − J^rows)^bands. What meets is compared exactly, so a banding decides what is found, never
/// what counts as a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Banding {
    /// Keys of a text.
    pub bands: u16,
    /// Hashes that must agree for a key to agree.
    pub rows: u16,
    /// Words of one shingle; characters where the script has no spaces.
    pub shingle: u16,
}

impl Banding {
    /// The usual choice for web text: 5-grams, half of the pairs at J = 0.72 meet.
    pub const WEB: Self = Self { bands: 14, rows: 8, shingle: 5 };

    /// The default: half of the pairs at J₃ = 0.41 meet, 96 % at 0.60. A text with one token in
    /// ten replaced has J₃ = 0.57 and J₅ = 0.42, so shorter shingles find what 5-grams confirm.
    pub const RECALL: Self = Self { bands: 24, rows: 4, shingle: 3 };

    /// Hashes a text may keep at most.
    pub const MOST_BINS: usize = 4096;
    /// Words a shingle may have at most.
    pub const MOST_SHINGLE: u16 = 32;

    /// Hashes kept of a text.
    pub const fn bins(&self) -> usize {
        self.bands as usize * self.rows as usize
    }

    /// Whether there is a key at all, and no more than fit.
    pub fn is_sound(&self) -> bool {
        (1..=Self::MOST_BINS).contains(&self.bins())
            && (1..=Self::MOST_SHINGLE).contains(&self.shingle)
    }
}

impl Default for Banding {
    fn default() -> Self {
        Self::RECALL
    }
}

impl fmt::Display for Banding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.bands, self.rows, self.shingle)
    }
}

impl FromStr for Banding {
    type Err = String;

    /// Reads `14x8x5`: bands, rows, words of a shingle.
    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u16>> =
            text.split(['x', 'X', '×']).map(|part| part.trim().parse().ok()).collect();
        let Some(&[bands, rows, shingle]) = numbers.as_deref() else {
            return Err("not of the form BANDSxROWSxSHINGLE, such as 14x8x5".to_owned());
        };
        let banding = Self { bands, rows, shingle };
        if banding.is_sound() {
            Ok(banding)
        } else {
            Err(format!(
                "bands times rows must be 1 to {}, the shingle 1 to {} words",
                Self::MOST_BINS,
                Self::MOST_SHINGLE
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandings_are_read_as_they_are_written() {
        for banding in [Banding::WEB, Banding::RECALL] {
            assert_eq!(banding.to_string().parse(), Ok(banding));
        }
        for wrong in ["", "14x8", "14x8x5x1", "axbxc", "0x8x5", "14x8x0", "4097x1x5", "1x1x33"] {
            assert!(wrong.parse::<Banding>().is_err(), "{wrong}");
        }
    }
}
