//! No manipulation of text gains more than the bounds allow, on written honest data.
//!
//! The example `text_manipulations` measures the same on real corpora.

mod grading;

use std::sync::Mutex;

use grading::{Gain, Outcome, grade};
use rayon::prelude::*;
use shujian_fixtures::Records;
use shujian_fixtures::language::{Subject, questions, texts};
use shujian_fixtures::manipulate::text::TEXT;
use shujian_fixtures::rng::Rng;

/// Points nothing may gain, ever.
const MOST: f64 = 1.0;
/// Points that 95 of 100 cases stay within.
const MOSTLY: f64 = 0.3;

/// Honest data: with evidence enough, and within the rise of the evidence.
fn honest() -> Vec<(&'static str, Records)> {
    vec![
        ("questions", questions(Subject::Farm, 11, 300)),
        ("texts", texts(Subject::Health, 12, 200, 600)),
        ("few questions", questions(Subject::Health, 13, 250)),
    ]
}

#[test]
fn no_manipulation_gains() {
    let gains: Mutex<Vec<(String, [f64; 3])>> = Mutex::default();
    for (name, records) in honest() {
        let base = grade(&records);
        assert!(base.low > 0.0, "{name} must have something to lose");
        // Where evidence is still rising, credit is far below the zero of Scale.
        let is_enough = base.low >= 0.8;
        let cases: Vec<(usize, f64)> =
            (0..TEXT.len()).flat_map(|at| [0.25, 1.0].map(|strength| (at, strength))).collect();
        cases.into_par_iter().for_each(|(at, strength)| {
            let changed = (TEXT[at].apply)(&records, strength, &mut Rng::new(at as u64));
            let Gain { scale, unclamped, density } = Gain::between(&base, &grade(&changed));
            let unclamped = if is_enough { unclamped } else { scale };
            let case = format!("{} of {strength} on {name}", TEXT[at].name);
            gains.lock().unwrap().push((case, [scale, unclamped, density]));
        });
    }
    let gains = gains.into_inner().unwrap();
    let most = |gains: &[f64; 3]| gains.iter().copied().fold(f64::MIN, f64::max);
    for (case, gains) in &gains {
        assert!(most(gains) <= MOST, "{case}: {gains:?}");
    }
    let above: Vec<_> = gains.iter().filter(|(_, gains)| most(gains) > MOSTLY).collect();
    assert!(above.len() * 20 <= gains.len(), "{above:#?} of {}", gains.len());
}

#[test]
fn too_little_text_gains_nothing() {
    let few = questions(Subject::Farm, 14, 60);
    let before = grade(&few);
    assert!(before.low < 0.1, "{}", before.low);
    for manipulation in TEXT {
        let after = grade(&(manipulation.apply)(&few, 2.0, &mut Rng::new(3)));
        let gain = Gain::between(&before, &after);
        assert!(gain.density <= MOSTLY, "{}: {gain:?}", manipulation.name);
    }
}

#[test]
fn honest_text_is_kept() {
    for (name, records) in honest() {
        let Outcome { submitted, exact, distinct, repeated, novel, point, metrics, .. } =
            grade(&records);
        assert!(exact == submitted && distinct >= 0.95 * exact, "{name}: {distinct} of {exact}");
        assert!(novel >= 0.95 * (distinct - repeated), "{name}: {novel} of {distinct}");
        assert!(point >= 0.9, "{name}: {point}");
        assert_eq!(metrics["clean-share"], 1.0, "{name}");
    }
}
