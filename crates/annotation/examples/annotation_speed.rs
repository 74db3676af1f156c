//! Makes workloads of up to a million labels and runs them, file reading included.
//!
//! `annotation_speed make DIR` writes the files; `annotation_speed NAME DIR` runs one workload
//! once and prints what it found. Time the process from outside.

#![expect(clippy::print_stdout, reason = "a program that reports to the terminal")]

use std::error::Error;
use std::io::Write;
use std::path::Path;

use serde::Deserialize;
use shujian_annotation::agreement::{
    Bootstrap, KRIPPENDORFF, Metric, Options, bootstrap, pair_kappas,
};
use shujian_annotation::consensus::{DawidSkene, Mace, Mmsr, OneCoin, Rounds};
use shujian_annotation::errors::{Evidence, Filter, Judged, find, npy};
use shujian_annotation::eval::coco::{Boxes, Found, Settings, Truth, evaluate};
use shujian_annotation::eval::entities::{Scheme, Tagged};
use shujian_annotation::eval::transcripts::{Units, errors, total};
use shujian_annotation::formats;
use shujian_annotation::matching::answers;
use shujian_annotation::random::Random;
use shujian_annotation::table::LabelTable;
use shujian_core::Limits;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(name), Some(dir)) = (args.next(), args.next()) else {
        return Err("annotation_speed make|WORKLOAD DIR".into());
    };
    let dir = Path::new(&dir);
    let options = Options::default();
    match name.as_str() {
        "make" => make(dir)?,
        "read" => println!("{} votes", labels(dir, "big.csv")?.votes.len()),
        "ds" => {
            let table = labels(dir, "big.csv")?;
            let fitted = DawidSkene(Rounds::exactly(10)).fit(&table, None);
            println!("{:?}", fitted.log_likelihoods.last());
        }
        "onecoin" => {
            let table = labels(dir, "big.csv")?;
            let fitted = OneCoin(Rounds::exactly(10)).fit(&table, None);
            println!("{:?}", fitted.log_likelihoods.last());
        }
        "mace" => println!("{:?}", &Mace::default().fit(&labels(dir, "mid.csv")?).competence[..3]),
        "mmsr" => println!("{:?}", &Mmsr::default().fit(&labels(dir, "mid.csv")?).skills[..3]),
        "alpha" => println!("{:?}", (KRIPPENDORFF.estimate)(&labels(dir, "big.csv")?, &options)),
        "bootstrap" => {
            let table = labels(dir, "big.csv")?;
            println!("{:?}", bootstrap(&table, &options, &Bootstrap::default(), None));
        }
        "pairs" => {
            let pairs = pair_kappas(&labels(dir, "big.csv")?, &Metric::identity());
            println!("{} pairs", pairs.len());
        }
        "issues" | "both" => issues(dir, name == "both")?,
        "wer" | "cer" => {
            let text = std::fs::read_to_string(dir.join("pairs.tsv"))?;
            let pairs: Vec<_> = text.lines().filter_map(|line| line.split_once('\t')).collect();
            let units = if name == "wer" { Units::Words } else { Units::Characters };
            println!("{:?}", total(&errors(&pairs, units)));
        }
        "f1" => f1(dir)?,
        "coco" => coco(dir)?,
        other => return Err(format!("unknown workload {other}").into()),
    }
    Ok(())
}

fn labels(dir: &Path, file: &str) -> Result<LabelTable> {
    Ok(answers(&formats::read(&dir.join(file), &Limits::default())?.labels))
}

fn issues(dir: &Path, both: bool) -> Result<()> {
    let read = |name: &str| -> Result<npy::Array> {
        let file = std::fs::File::open(dir.join(name))?;
        let length = file.metadata()?.len();
        Ok(npy::read_from(file, length)?)
    };
    let (probabilities, labels) = (read("probs.npy")?, read("labels.npy")?);
    let labels = labels.values.iter().map(|&label| label as u32).collect();
    let judged = Judged::new(probabilities.shape[1], probabilities.values, labels)?;
    let filter = if both { Filter::Both } else { Filter::NoiseRate };
    println!("{} issues", find(&judged, &Evidence::count(&judged), filter).len());
    Ok(())
}

fn f1(dir: &Path) -> Result<()> {
    let text = std::fs::read(dir.join("tags.txt"))?;
    let mut tagged = Tagged::default();
    for line in text.split(|&byte| byte == b'\n') {
        match line.iter().position(|&byte| byte == b' ') {
            Some(at) => tagged.token(&line[..at], &line[at + 1..]),
            None => tagged.end_sequence(),
        }
    }
    tagged.end_sequence();
    println!("{:?}", tagged.score(Scheme::Iob2).micro().f1());
    Ok(())
}

#[derive(Deserialize)]
struct Gold {
    images: Vec<Named>,
    categories: Vec<Named>,
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Named {
    id: u64,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: u64,
    category_id: u64,
    bbox: [f64; 4],
    #[serde(default)]
    iscrowd: u8,
    #[serde(default)]
    area: f64,
    #[serde(default)]
    score: f64,
}

fn coco(dir: &Path) -> Result<()> {
    let read = |name: &str| std::fs::read(dir.join(name));
    let (gold, found) = (read("gt.json")?, read("dt.json")?);
    let (gold, found) = rayon::join(
        || serde_json::from_slice::<Gold>(&gold),
        || serde_json::from_slice::<Vec<Annotation>>(&found),
    );
    let (gold, found) = (gold?, found?);
    let sorted = |rows: &[Named]| {
        let mut ids: Vec<u64> = rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids
    };
    let (images, classes) = (sorted(&gold.images), sorted(&gold.categories));
    let place = |ids: &[u64], id: u64| ids.binary_search(&id).map_or(u32::MAX, |at| at as u32);
    let truths: Vec<Truth> = gold
        .annotations
        .iter()
        .map(|row| Truth {
            image: place(&images, row.image_id),
            class: place(&classes, row.category_id),
            area: row.area,
            crowd: row.iscrowd == 1,
            ignore: false,
        })
        .collect();
    let detections: Vec<Found> = found
        .iter()
        .map(|row| Found {
            image: place(&images, row.image_id),
            class: place(&classes, row.category_id),
            score: row.score,
            area: row.bbox[2] * row.bbox[3],
        })
        .collect();
    let overlap = Boxes {
        found: found.iter().map(|row| row.bbox).collect(),
        truths: gold.annotations.iter().map(|row| row.bbox).collect(),
        crowds: truths.iter().map(|truth| truth.crowd).collect(),
    };
    let evaluation = evaluate(&truths, &detections, classes.len(), &overlap, &Settings::objects());
    println!("{:?} {:?}", evaluation.mean_precision, evaluation.recall_by_detections);
    Ok(())
}

fn make(dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir)?;
    make_labels(&dir.join("big.csv"), 100_000, 500, 10)?;
    make_labels(&dir.join("mid.csv"), 10_000, 200, 5)?;
    make_probabilities(dir, 1_000_000, 10)?;
    make_text(dir)?;
    make_boxes(dir)
}

/// Ten different workers an item, right with probability 0.55 to 0.95.
fn make_labels(file: &Path, items: usize, workers: usize, classes: usize) -> Result<()> {
    let mut random = Random::new(1);
    let skills: Vec<f64> = (0..workers).map(|_| 0.55 + 0.4 * random.unit()).collect();
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    writeln!(out, "item,worker,label")?;
    for item in 0..items {
        let truth = random.below(classes);
        let (start, step) = (random.below(workers), 1 + random.below(workers / 10 - 1));
        for vote in 0..10 {
            let worker = (start + step * vote) % workers;
            let wrong = (truth + 1 + random.below(classes - 1)) % classes;
            let label = if random.unit() < skills[worker] { truth } else { wrong };
            writeln!(out, "{item},{worker},{label}")?;
        }
    }
    Ok(out.flush()?)
}

fn make_probabilities(dir: &Path, rows: usize, classes: usize) -> Result<()> {
    let mut random = Random::new(2);
    let heading = |kind: &str, shape: String| {
        let text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes
    };
    let mut probabilities = heading("<f8", format!("({rows}, {classes})"));
    let mut labels = heading("<i8", format!("({rows},)"));
    for _ in 0..rows {
        let truth = random.below(classes);
        let normal = |random: &mut Random| {
            (-2.0 * (1.0 - random.unit()).ln()).sqrt()
                * (std::f64::consts::TAU * random.unit()).cos()
        };
        let mut row: Vec<f64> = (0..classes).map(|_| normal(&mut random)).collect();
        row[truth] += 3.0;
        row.iter_mut().for_each(|value| *value = value.exp());
        let sum: f64 = row.iter().sum();
        row.iter().for_each(|value| probabilities.extend((value / sum).to_le_bytes()));
        let wrong = (truth + 1 + random.below(classes - 1)) % classes;
        let label = if random.unit() < 0.1 { wrong } else { truth };
        labels.extend((label as i64).to_le_bytes());
    }
    std::fs::write(dir.join("probs.npy"), probabilities)?;
    Ok(std::fs::write(dir.join("labels.npy"), labels)?)
}

fn make_text(dir: &Path) -> Result<()> {
    let mut random = Random::new(3);
    let mut pairs = String::new();
    for _ in 0..100_000 {
        let words: Vec<usize> = (0..10).map(|_| random.below(5_000)).collect();
        let mut heard = Vec::new();
        for &word in &words {
            if random.unit() > 0.05 {
                heard.push(if random.unit() < 0.1 { random.below(5_000) } else { word });
            }
        }
        if random.unit() < 0.3 {
            heard.insert(random.below(heard.len() + 1), random.below(5_000));
        }
        let text = |words: &[usize]| {
            words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ")
        };
        pairs += &format!("{}\t{}\n", text(&words), text(&heard));
    }
    std::fs::write(dir.join("pairs.tsv"), pairs)?;
    let mut tags = String::new();
    for _ in 0..50_000 {
        let mut left = 20;
        while left > 0 {
            if random.unit() < 0.15 {
                let kind = ["PER", "LOC", "ORG", "MISC"][random.below(4)];
                let length = (1 + random.below(3)).min(left);
                for at in 0..length {
                    let tag = format!("{}-{kind}", if at == 0 { 'B' } else { 'I' });
                    let other = if random.unit() > 0.04 { &tag } else { "O" };
                    tags += &format!("{tag} {other}\n");
                }
                left -= length;
            } else {
                tags += "O O\n";
                left -= 1;
            }
        }
        tags += "\n";
    }
    Ok(std::fs::write(dir.join("tags.txt"), tags)?)
}

fn make_boxes(dir: &Path) -> Result<()> {
    let mut random = Random::new(4);
    let (images, classes, truths, found) = (5_000, 80, 100_000, 200_000);
    let named = |count: usize| {
        (1..=count).map(|id| format!("{{\"id\":{id}}}")).collect::<Vec<_>>().join(",")
    };
    let mut boxes = Vec::new();
    let mut rows = Vec::new();
    for id in 1..=truths {
        let (x, y) = (500.0 * random.unit(), 380.0 * random.unit());
        let side = |random: &mut Random| (2.5 + 2.5 * random.unit()).exp();
        let (w, h) = (side(&mut random).min(640.0 - x), side(&mut random).min(480.0 - y));
        let (image, class) = (1 + random.below(images), 1 + random.below(classes));
        let crowd = u8::from(random.unit() < 0.01);
        boxes.push((image, class, [x, y, w, h]));
        rows.push(format!(
            "{{\"id\":{id},\"image_id\":{image},\"category_id\":{class},\"iscrowd\":{crowd},\
             \"bbox\":[{x:.2},{y:.2},{w:.2},{h:.2}],\"area\":{}}}",
            w * h
        ));
    }
    let gold = format!(
        "{{\"images\":[{}],\"categories\":[{}],\"annotations\":[{}]}}",
        named(images),
        named(classes),
        rows.join(",")
    );
    std::fs::write(dir.join("gt.json"), gold)?;
    let mut rows = Vec::new();
    for _ in 0..found {
        let (image, class, [x, y, w, h]) = boxes[random.below(truths)];
        let fake = random.unit() < 0.3;
        let image = if fake { 1 + random.below(images) } else { image };
        let mut shift = || 0.24 * (random.unit() + random.unit() - 1.0);
        let (x, y, w, h) = (x + w * shift(), y + h * shift(), w * shift().exp(), h * shift().exp());
        let score = if fake { 0.5 * random.unit() } else { 0.3 + 0.7 * random.unit() };
        rows.push(format!(
            "{{\"image_id\":{image},\"category_id\":{class},\
             \"bbox\":[{x:.2},{y:.2},{w:.2},{h:.2}],\"score\":{score:.4}}}"
        ));
    }
    Ok(std::fs::write(dir.join("dt.json"), format!("[{}]", rows.join(",")))?)
}
