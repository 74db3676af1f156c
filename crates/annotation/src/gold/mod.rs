//! Accuracy of raters on items whose answer is known.
