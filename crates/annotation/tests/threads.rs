//! Every kernel gives the same bits on 1, 2 and 8 threads.

#![expect(clippy::unwrap_used, reason = "a test says where it fails")]

use shujian_annotation::agreement::{
    Bootstrap, COEFFICIENTS, Metric, Options, Weighting, bootstrap, by_label, pair_kappas,
};
use shujian_annotation::consensus::mean_entropy;
use shujian_annotation::eval::coco::{Boxes, Found, Settings, Truth, evaluate};
use shujian_annotation::eval::entities::{SCHEMES, Tagged};
use shujian_annotation::eval::transcripts::{Units, errors};
use shujian_annotation::random::Random;
use shujian_annotation::raters::{Log, Thresholds, observe, skills};
use shujian_annotation::table::{Builder, LabelTable};

/// The debug form of a result prints every digit of every float.
fn same<T: std::fmt::Debug + Send>(what: &str, run: impl Fn() -> T + Sync + Send) {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        format!("{:?}", pool.install(&run))
    };
    let one = on(1);
    assert_eq!(on(2), one, "{what} on 2 threads");
    assert_eq!(on(8), one, "{what} on 8 threads");
}

fn table() -> LabelTable {
    let mut random = Random::new(4);
    let mut builder = Builder::new();
    for item in 0..20_000 {
        let truth = random.below(5);
        for _ in 0..1 + random.below(4) {
            let label = if random.unit() < 0.7 { truth } else { random.below(5) };
            builder.add(&item.to_string(), &random.below(60).to_string(), &label.to_string());
        }
    }
    builder.build()
}

#[test]
fn agreement_and_raters() {
    let table = table();
    for weighting in [Weighting::Identity, Weighting::Quadratic, Weighting::AlphaOrdinal] {
        let options = Options { weighting, ..Options::default() };
        for row in COEFFICIENTS {
            same(row.name, || (row.estimate)(&table, &options));
        }
        let plan = Bootstrap { draws: 20, ..Bootstrap::default() };
        same("bootstrap", || bootstrap(&table, &options, &plan, None));
    }
    same("pairs", || pair_kappas(&table, &Metric::identity()));
    same("labels", || by_label(&table, 0.95));
    same("entropy", || mean_entropy(&table));
    same("skills", || skills(&table));
    let log = Log {
        seconds: Some(table.votes.iter().map(|vote| f64::from(vote.rater % 9)).collect()),
        times: Some((0..table.votes.len() as i64).map(Some).collect()),
    };
    same("behaviour", || observe(&table, &log, &Thresholds::default()));
}

#[test]
fn evaluation() {
    let mut random = Random::new(5);
    let mut edges = || {
        let mut at = || 100.0 * random.unit();
        [at(), at(), 10.0 + at(), 10.0 + at()]
    };
    let overlap = Boxes {
        found: (0..6_000).map(|_| edges()).collect(),
        truths: (0..3_000).map(|_| edges()).collect(),
        crowds: (0..3_000).map(|at| at % 50 == 0).collect(),
    };
    let mut random = Random::new(6);
    let truths: Vec<Truth> = overlap
        .truths
        .iter()
        .zip(&overlap.crowds)
        .map(|(edges, &crowd)| Truth {
            image: random.below(200) as u32,
            class: random.below(7) as u32,
            area: edges[2] * edges[3],
            crowd,
            ignore: false,
        })
        .collect();
    let found: Vec<Found> = overlap
        .found
        .iter()
        .map(|edges| Found {
            image: random.below(200) as u32,
            class: random.below(7) as u32,
            score: (100.0 * random.unit()).round(),
            area: edges[2] * edges[3],
        })
        .collect();
    same("coco", || evaluate(&truths, &found, 7, &overlap, &Settings::objects()));

    let mut tagged = Tagged::default();
    for _ in 0..30_000 {
        let mut tag =
            || ["O", "B-A", "I-A", "B-B", "I-B", "E-A", "S-B"][random.below(7)].as_bytes();
        let (gold, other) = (tag(), tag());
        tagged.token(gold, other);
        if random.below(9) == 0 {
            tagged.end_sequence();
        }
    }
    tagged.end_sequence();
    for (name, scheme) in SCHEMES {
        same(name, || tagged.score(*scheme));
    }
    let pairs: Vec<(String, String)> = (0..2_000)
        .map(|_| {
            let mut text = || -> String {
                (0..random.below(80)).map(|_| ["a", "é", " ", "中"][random.below(4)]).collect()
            };
            (text(), text())
        })
        .collect();
    same("transcripts", || errors(&pairs, Units::Both));
}
