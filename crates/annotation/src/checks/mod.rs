//! What is wrong in a delivery, place by place: one file and one row of `CHECKS` a check.
