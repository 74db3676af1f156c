//! Acceptance sampling: plans, operating characteristic, an auditable draw, limits.
