//! Which marks of two raters mean the same thing: optimal assignment by overlap.
