//! Accept, rework or reject, with every reason and number.
