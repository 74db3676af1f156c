//! Measures the registry on this machine and prints what it measured.
//!
//! `cargo run --release -p shujian-registry --example measure -- PLACE [PROJECTS] [EVENTS]`: PLACE
//! is a new SQLite file or an empty `postgres://…` database; with `--again` before it, a registry that was
//! filled so before, of which lists and rebuilding alone are measured. Payments, projects and small events are
//! written until there are as many as asked for; lists, searches and the rebuilding of every table
//! from the log are measured at a million events, where there are as many, and at the end. Beside
//! the wall clock's times stand those that the process spent on processors, from Linux: on a machine
//! that others use too, the first say little. `benches/compare/registry.sh` runs it at full size.

#![expect(clippy::print_stdout, reason = "it prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails has no result")]

use std::time::{Duration, Instant};

use serde_json::json;
use shujian_registry::query::Filter;
use shujian_registry::{Kind, LogKey, Mode, Request, Signed, Signer, Store, Trust, block_on};

/// Requests written to disk together.
const TOGETHER: usize = 64;
/// Events at which rebuilding has its goal.
const MILLION: usize = 1_000_000;
const CODES: [&str; 2] = ["91230102000000001J", "91230102000000002M"];

struct Bench {
    store: Store,
    signers: Vec<Signer>,
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let again = args.first().is_some_and(|first| first == "--again");
    args.drain(..usize::from(again));
    let place = args.first().expect("a place for the registry");
    let number = |at: usize, default: usize| args.get(at).map_or(default, |n| n.parse().unwrap());
    block_on(async {
        if again {
            let store = Store::open(place, None).await.unwrap();
            let bench = Bench { store, signers: Vec::new() };
            bench.lists(number(1, 5_000)).await;
            return bench.verify().await;
        }
        let bench = Bench::new(place).await;
        bench.payments(1, 300).await;
        bench.payments(TOGETHER, 3000).await;
        bench.entries(number(1, 5_000).saturating_sub(3300)).await;
        let events = number(2, 20_000);
        if events > MILLION {
            bench.fill(MILLION).await;
            bench.verify().await;
        }
        bench.fill(events).await;
        bench.lists(number(1, 5_000)).await;
        bench.verify().await;
    });
}

/// Time that this process has spent on processors; none where the system does not say.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

impl Bench {
    async fn new(place: &str) -> Self {
        let (log, log_vkey) = Signer::generate("bench.example").unwrap();
        let (skey, vkey) = Signer::generate("admin/root").unwrap();
        let admin = Signer::parse(&skey).unwrap();
        let key = LogKey::parse(&log).unwrap();
        let store = Store::create(place, key, &log_vkey, (&admin, &vkey), Mode::Trial).await;
        let mut bench = Self { store: store.unwrap(), signers: Vec::new() };
        for account in ["officer/a", "officer/b", "finance/a", "finance/b"] {
            let (skey, vkey) = Signer::generate(account).unwrap();
            let (role, name) = account.split_once('/').unwrap();
            let enrol = Request::new(Kind::Actor, None, "enrol")
                .with("role", role)
                .with("name", name)
                .with("vkey", vkey)
                .on("2026-03-02");
            bench.store.execute(&enrol.sign(&admin, &[]).unwrap()).await.unwrap();
            bench.signers.push(Signer::parse(&skey).unwrap());
        }
        for code in CODES {
            let register = Request::new(Kind::Organisation, None, "register")
                .with("number", code)
                .with("name", "单位");
            let verify = Request::new(Kind::Organisation, Some(code), "verify")
                .with("verified_source", "年报")
                .with("verified_on", "2026-03-02");
            bench.all(0, vec![register], 1).await;
            bench.all(0, vec![verify], 1).await;
        }
        let allot = Request::new(Kind::Envelope, None, "allot")
            .with("measure", "national-match")
            .with("year", 2026)
            .with("amount", 9_000_000_000_000_000_i64)
            .with("document", "1号")
            .with("dated", "2026-01-05");
        bench.all(2, vec![allot], 1).await;
        bench
    }

    /// Sends requests by one account, so many written to disk together; their numbers.
    async fn all(&self, by: usize, requests: Vec<Request>, together: usize) -> Vec<String> {
        let sign = |request: Request| request.sign(&self.signers[by], &[]).unwrap();
        let signed: Vec<Signed> = requests.into_iter().map(sign).collect();
        let mut numbers = Vec::with_capacity(signed.len());
        for part in signed.chunks(together) {
            for receipt in self.store.execute_all(part).await.unwrap() {
                numbers.push(receipt.unwrap().number);
            }
        }
        numbers
    }

    async fn projects(&self, count: usize) -> Vec<String> {
        let nominate = |index: usize| {
            Request::new(Kind::NationalProject, None, "nominate")
                .with("organisation", CODES[index % 2])
                .with("name", format!("数据集{index}"))
                .with("sector", "health")
                .with("nominated_on", "2026-01-15")
        };
        self.all(0, (0..count).map(nominate).collect(), TOGETHER).await
    }

    /// Durable payments a second: each is proposed by one person and confirmed by another.
    async fn payments(&self, together: usize, count: usize) {
        let numbers = self.projects(count).await;
        let on = |number: &String, command: &str| {
            Request::new(Kind::NationalProject, Some(number), command)
        };
        let each = |of: &dyn Fn(&String) -> Request| numbers.iter().map(of).collect::<Vec<_>>();
        let approve = each(&|number| {
            on(number, "state-approve")
                .with("document_no", format!("{number}号"))
                .with("approved_on", "2026-02-20")
                .with("authority", "国家数据局")
                .with("approved_investment", 1_000_000_000)
        });
        self.all(0, approve, TOGETHER).await;
        let entitlement = json!({
            "measure": "national-match", "base_fen": 1_000_000_000, "nominal_fen": 100_000_000,
            "cap_fen": 1_000_000_000, "payable_fen": 100_000_000, "trace": [1], "cites": ["第6条"],
        });
        for by in [0, 1] {
            let award =
                each(&|number| on(number, "match").with("entitlement", entitlement.clone()));
            self.all(by, award, TOGETHER).await;
        }
        let (begun, busy) = (Instant::now(), cpu());
        self.all(2, each(&|number| on(number, "pay")), together).await;
        let proposed = begun.elapsed();
        self.all(3, each(&|number| on(number, "pay")), together).await;
        let (whole, busy) = (begun.elapsed(), cpu() - busy);
        let rate = |took: Duration| count as f64 / took.as_secs_f64();
        println!(
            "payments, {together} together: {:.0} confirmed a second, {:.0} proposed and confirmed, \
             {:.0} of these a second of CPU",
            rate(whole - proposed),
            rate(whole),
            rate(busy)
        );
    }

    async fn entries(&self, count: usize) {
        let begun = Instant::now();
        self.projects(count).await;
        println!(
            "{count} entries made: {:.0} a second",
            count as f64 / begun.elapsed().as_secs_f64()
        );
    }

    /// The slowest hundredth of lists and searches, all over the register.
    async fn lists(&self, entries: usize) {
        let searches = [
            ("lists", None),
            // Found often, found once in a hundred, found once, not found: all are looked for.
            ("searches for what is frequent", Some("数据集4")),
            ("searches for what is rare", Some("77")),
            ("searches for one number", Some("-0042")),
            ("searches for what is not there", Some("遥感")),
        ];
        for (what, search) in searches {
            let mut times = Vec::new();
            for index in 0..300 {
                let after = format!("HLJ-NP-2026-{:04}", entries * index / 300);
                let after = search.is_none().then_some(after.as_str());
                let filter = Filter { search, after, limit: 50, ..Filter::default() };
                let begun = Instant::now();
                self.store.list(Kind::NationalProject, &filter).await.unwrap();
                times.push(begun.elapsed());
            }
            times.sort();
            println!("{what}: median {:.1?}, p99 {:.1?}", times[150], times[297]);
        }
    }

    /// Small events until the log holds so many.
    async fn fill(&self, events: usize) {
        let size = self.store.size().await.unwrap() as usize;
        let make = |index: usize| {
            Request::new(Kind::Ruling, None, "make")
                .with("topic", format!("事项{index}"))
                .with("text", "从高")
                .with("cite", "第6条")
                .with("made_on", "2026-03-02")
        };
        let (begun, busy) = (Instant::now(), cpu());
        let missing = events.saturating_sub(size);
        for part in (0..missing).collect::<Vec<_>>().chunks(20_000) {
            self.all(0, part.iter().copied().map(make).collect(), 256).await;
        }
        println!(
            "{missing} events: {:.0} a second, {:.0} a second of CPU",
            missing as f64 / begun.elapsed().as_secs_f64(),
            missing as f64 / (cpu() - busy).as_secs_f64()
        );
    }

    async fn verify(&self) {
        let (begun, busy) = (Instant::now(), cpu());
        let report = self.store.verify(Trust::default()).await.unwrap();
        assert!(report.is_whole(), "{:#?}", report.findings);
        println!(
            "{} events and {} rows rebuilt and verified in {:.1?}, {:.1?} of CPU",
            report.events,
            report.rows,
            begun.elapsed(),
            cpu() - busy
        );
    }
}
