//! A client is killed at random moments while it works: nothing acknowledged is lost, nothing is
//! done twice.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use shujian_registry::{Kind, LogKey, Request, Signer, Store, Trust};

use super::places::{Place, all};
use super::world::{World, code};

/// Kills on each store; `SHUJIAN_KILLS=10000` for the long run.
const KILLS: usize = 100;

/// Callers that ask at the same time, so that their requests are written to disk together.
const LANES: usize = 4;

/// What the killed process is told, in its environment.
const PLACE: &str = "SHUJIAN_CRASH_PLACE";

/// Not a test by itself: the process that is killed. Each lane asks for one thing after the other
/// and says what was acknowledged.
#[test]
fn child() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let var = |name: &str| std::env::var(name).unwrap();
    let key = LogKey::parse(&var("SHUJIAN_CRASH_LOG")).unwrap();
    let signer = Arc::new(Signer::parse(&var("SHUJIAN_CRASH_KEY")).unwrap());
    let first = var("SHUJIAN_CRASH_FIRST");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Arc::new(Store::open(&place, Some(key)).await.unwrap());
        let mut lanes = tokio::task::JoinSet::new();
        for first in first.split(',').map(|first| first.parse::<usize>().unwrap()) {
            let (store, signer) = (Arc::clone(&store), Arc::clone(&signer));
            lanes.spawn(async move {
                for index in (first..).step_by(LANES) {
                    let signed = ruling(index).sign(&signer, &[]).unwrap();
                    let receipt = store.execute(&signed).await.unwrap();
                    println!("ack {index} {}", receipt.seq);
                }
            });
        }
        while let Some(lane) = lanes.join_next().await {
            lane.unwrap();
        }
    });
}

fn ruling(index: usize) -> Request {
    Request::new(Kind::Ruling, None, "make")
        .with("topic", format!("事项{index}"))
        .with("text", "从高")
        .with("cite", "第6条")
        .with("made_on", "2026-03-02")
        .keyed(format!("ruling-{index}"))
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_done_twice() {
    let kills = std::env::var("SHUJIAN_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    for place in all() {
        run(place, kills);
    }
}

fn run(place: Place, kills: usize) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let name = place.store;
    let url = place.url.clone();
    let (skey, vkey) = Signer::generate("officer/li").unwrap();
    let world = runtime.block_on(async {
        let world = World::empty(place).await;
        let enrol = Request::new(Kind::Actor, None, "enrol")
            .with("role", "officer")
            .with("name", "li")
            .with("vkey", vkey);
        world.ok("admin/root", enrol).await;
        world
    });
    let begun = Instant::now();
    let mut acknowledged: BTreeMap<usize, u64> = BTreeMap::new();
    let mut next: Vec<usize> = (0..LANES).collect();
    for kill in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child", "--nocapture"])
            .env(PLACE, &url)
            .env("SHUJIAN_CRASH_LOG", &world.log.0)
            .env("SHUJIAN_CRASH_KEY", &skey)
            .env(
                "SHUJIAN_CRASH_FIRST",
                next.iter().map(usize::to_string).collect::<Vec<_>>().join(","),
            )
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        // Times that never fall into step with the work: a few milliseconds to a tenth of a second.
        let pause = Duration::from_micros(20_000 + (kill as u64 * 7_919) % 80_000);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(pause);
            let _ended = child.kill();
            child.wait().unwrap()
        });
        for line in out.lines().map_while(Result::ok) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let ["ack", index, seq] = words[..] {
                let index: usize = index.parse().unwrap();
                acknowledged.insert(index, seq.parse().unwrap());
                // The lane asks again for what it did not hear of, under the same key.
                next[index % LANES] = index + LANES;
            }
        }
        killer.join().unwrap();
    }
    let took = begun.elapsed();
    runtime.block_on(async {
        let report = world.store.verify(Trust { log: Some(&world.log.1), earlier: None });
        let report = report.await.unwrap();
        assert!(report.is_whole(), "{:#?}", report.findings);
        let signer = Signer::parse(&skey).unwrap();
        let known: Vec<(usize, u64)> = acknowledged.into_iter().collect();
        for part in known.chunks(256) {
            let again = part.iter().map(|(index, _)| ruling(*index).sign(&signer, &[]).unwrap());
            let again = world.store.execute_all(&again.collect::<Vec<_>>()).await.unwrap();
            for ((index, seq), again) in part.iter().zip(again) {
                let again = again.unwrap();
                assert!(again.repeated && again.seq == *seq, "{index} was lost");
            }
        }
        let made = report.events - 2;
        let known = known.len() as u64;
        // One of each lane at most is on its way when a process dies, and it is asked for again.
        assert!(
            (known..=known + LANES as u64).contains(&made),
            "{made} made, {known} acknowledged"
        );
        eprintln!("{name}: {kills} kills in {took:?}, {known} acknowledged, {made} made");
        assert!(known > 0 && code(0).len() == 18);
    });
}
