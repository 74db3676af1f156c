//! One answer an item out of several raters' answers.
