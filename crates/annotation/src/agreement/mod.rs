//! Chance-corrected agreement between raters, with standard errors and intervals.
