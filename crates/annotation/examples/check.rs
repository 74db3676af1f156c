//! Reads a delivery, checks it, and says how long that took: `check DIR`.

#![expect(clippy::print_stdout, reason = "an example speaks to its caller")]

use std::path::PathBuf;
use std::time::Instant;

use shujian_annotation::{checks, formats};
use shujian_core::Limits;

fn main() -> std::io::Result<()> {
    let root: PathBuf = std::env::args_os().nth(1).unwrap_or_default().into();
    let start = Instant::now();
    let mut read = formats::read(&root, &Limits::default())?;
    let reading = start.elapsed();
    checks::run(&mut read, None);
    let all = start.elapsed();
    println!("formats {}", read.formats().join(", "));
    println!("items {}, annotations {}", read.labels.items.len(), read.labels.annotations.len());
    for finding in read.remarks.findings(&read.labels).into_card() {
        println!(
            "{} {:?} × {}: {}",
            finding.code, finding.severity, finding.count, finding.cause.en
        );
        for place in finding.places.iter().take(3) {
            println!("  {place:?}");
        }
    }
    println!(
        "read in {reading:?}, checked in {:?}, labels take about {} MB",
        all - reading,
        read.labels.bytes() >> 20
    );
    Ok(())
}
