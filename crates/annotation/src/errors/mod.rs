//! Label errors found by a model's probabilities (confident learning).
