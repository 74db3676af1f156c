//! Rubric, gates, score, grade and award: pure rules over a card.
