//! How each rater behaves: skill, copying, constant answers, speed, drift.
