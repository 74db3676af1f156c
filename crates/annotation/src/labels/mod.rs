//! Labels in memory: items, raters, classes and what was marked where.
