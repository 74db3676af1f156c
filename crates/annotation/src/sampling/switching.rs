//! Switching between normal and tightened inspection by the supplier's history (GB/T 2828.1, 9.3).

use serde::{Deserialize, Serialize};

use super::Severity;

/// Where a supplier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Normal inspection.
    #[default]
    Normal,
    /// Tightened inspection.
    Tightened,
    /// No more lots are taken until the supplier has put things right.
    Stopped,
}

/// What became of a lot on its first inspection; lots submitted again do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lot {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
}

/// A supplier's lots so far, as far as they bear on the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Where the supplier stands.
    pub state: State,
    /// Under normal inspection: the last lots, newest last, five at most.
    pub recent: Vec<Lot>,
    /// Under tightened inspection: lots passed in a row.
    pub passed_in_a_row: u32,
    /// Under tightened inspection: lots failed since it began.
    pub failed_while_tightened: u32,
}

/// Lots looked back on, failures among them that tighten, passes in a row that relax, failures
/// that stop.
const WINDOW: usize = 5;
const FAILURES_TO_TIGHTEN: usize = 2;
const PASSES_TO_RELAX: u32 = 5;
const FAILURES_TO_STOP: u32 = 5;

impl History {
    /// How the next lot is to be inspected; `None` once stopped.
    pub fn severity(&self) -> Option<Severity> {
        match self.state {
            State::Normal => Some(Severity::Normal),
            State::Tightened => Some(Severity::Tightened),
            State::Stopped => None,
        }
    }

    /// Takes in the next lot's result. Once stopped, nothing changes before [`History::resume`].
    pub fn record(&mut self, lot: Lot) {
        match self.state {
            State::Stopped => {}
            State::Normal => {
                self.recent.push(lot);
                if self.recent.len() > WINDOW {
                    self.recent.remove(0);
                }
                let failed = self.recent.iter().filter(|lot| **lot == Lot::Failed).count();
                if failed >= FAILURES_TO_TIGHTEN {
                    *self = Self { state: State::Tightened, ..Self::default() };
                }
            }
            State::Tightened => match lot {
                Lot::Passed => {
                    self.passed_in_a_row += 1;
                    if self.passed_in_a_row >= PASSES_TO_RELAX {
                        *self = Self::default();
                    }
                }
                Lot::Failed => {
                    self.passed_in_a_row = 0;
                    self.failed_while_tightened += 1;
                    if self.failed_while_tightened >= FAILURES_TO_STOP {
                        self.state = State::Stopped;
                    }
                }
            },
        }
    }

    /// The history that a line tells, oldest lot first: `+` passed, `-` failed, `r` taken up again after
    /// a stop. Blanks are left out.
    ///
    /// - `None`: another sign, or an `r` where nothing was stopped.
    pub fn parse(line: &str) -> Option<Self> {
        let mut history = Self::default();
        for sign in line.chars().filter(|sign| !sign.is_whitespace()) {
            match sign {
                '+' => history.record(Lot::Passed),
                '-' => history.record(Lot::Failed),
                'r' if history.state == State::Stopped => history.resume(),
                _ => return None,
            }
        }
        Some(history)
    }

    /// Takes lots again, under tightened inspection, after the supplier put things right.
    pub fn resume(&mut self) {
        if self.state == State::Stopped {
            *self = Self { state: State::Tightened, ..Self::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(lots: &str) -> History {
        let mut history = History::default();
        for lot in lots.chars() {
            history.record(if lot == '+' { Lot::Passed } else { Lot::Failed });
        }
        assert_eq!(History::parse(lots), Some(history.clone()));
        history
    }

    #[test]
    fn two_of_five_tighten_and_five_in_a_row_relax() {
        assert_eq!(after("-++++-").state, State::Normal);
        assert_eq!(after("-+++-").state, State::Tightened);
        assert_eq!(after("--").severity(), Some(Severity::Tightened));
        assert_eq!(after("--++++").state, State::Tightened);
        assert_eq!(after("--+++++").state, State::Normal);
        assert_eq!(after("--+++++-").state, State::Normal);
    }

    #[test]
    fn five_failures_while_tightened_stop_until_resumed() {
        let mut history = after("--+-+-+-+-+-");
        assert_eq!(history.state, State::Stopped);
        assert_eq!(history.severity(), None);
        history.record(Lot::Passed);
        assert_eq!(history.state, State::Stopped);
        history.resume();
        assert_eq!(history.state, State::Tightened);
        assert_eq!(history.failed_while_tightened, 0);
        assert_eq!(History::parse("--+-+-+-+-+- r"), Some(history));
        assert_eq!((History::parse("+r"), History::parse("+x")), (None, None));
    }
}
