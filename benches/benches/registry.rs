//! The registry: a command to the log, a payment, a list, a search, and verification.
//!
//! Everything is written to a SQLite file as it is in use: WAL, `synchronous=FULL`. What a write
//! takes is therefore the disk's as much as ours.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use shujian_registry::query::Filter;
use shujian_registry::{Kind, LogKey, Mode, Request, Signed, Signer, Store, Trust};
use tokio::runtime::{Builder, Runtime};

/// Requests written to disk together.
const TOGETHER: usize = 64;
/// National projects that lists and verification see.
const PROJECTS: usize = 2_000;
const CODE: &str = "91230102000000001J";

struct Registry {
    runtime: Runtime,
    store: Store,
    signers: Vec<Signer>,
    _folder: tempfile::TempDir,
}

impl Registry {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = folder.path().join("shujian.db").display().to_string();
        let generate = |name: &str| {
            let (skey, vkey) = Signer::generate(name).expect("a name for a key");
            (skey.clone(), Signer::parse(&skey).expect("a key made a moment ago"), vkey)
        };
        let (log, _, log_vkey) = generate("bench.example");
        let (_, admin, admin_vkey) = generate("admin/root");
        let key = LogKey::parse(&log).expect("a key made a moment ago");
        let create = Store::create(&place, key, &log_vkey, (&admin, &admin_vkey), Mode::Trial);
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime on one thread can be built");
        let store = runtime.block_on(create).expect("a registry in an empty folder");
        let mut registry = Self { runtime, store, signers: vec![admin], _folder: folder };
        for account in ["officer/a", "officer/b", "finance/a", "finance/b"] {
            let (_, signer, vkey) = generate(account);
            let (role, name) = account.split_once('/').expect("role and name");
            let enrol = Request::new(Kind::Actor, None, "enrol").on("2026-03-02");
            let enrol = enrol.with("role", role).with("name", name).with("vkey", vkey);
            registry.send(0, vec![enrol]);
            registry.signers.push(signer);
        }
        registry.send(
            1,
            vec![
                Request::new(Kind::Organisation, None, "register")
                    .with("number", CODE)
                    .with("name", "单位"),
                Request::new(Kind::Organisation, Some(CODE), "verify")
                    .with("verified_source", "年报")
                    .with("verified_on", "2026-03-02"),
            ],
        );
        let allot = Request::new(Kind::Envelope, None, "allot")
            .with("measure", "national-match")
            .with("year", 2026)
            .with("amount", 9_000_000_000_000_000_i64);
        registry.send(3, vec![allot.with("document", "1号").with("dated", "2026-01-05")]);
        registry
    }

    fn sign(&self, by: usize, request: Request) -> Signed {
        request.sign(&self.signers[by], &[]).expect("a request that can be signed")
    }

    fn carry(&self, signed: &[Signed]) -> Vec<String> {
        let done = self.runtime.block_on(self.store.execute_all(signed));
        let done = done.expect("the disk takes it");
        done.into_iter().map(|done| done.expect("nothing stands against it").number).collect()
    }

    fn send(&self, by: usize, requests: Vec<Request>) -> Vec<String> {
        let signed: Vec<Signed> =
            requests.into_iter().map(|request| self.sign(by, request)).collect();
        signed.chunks(TOGETHER).flat_map(|part| self.carry(part)).collect()
    }

    fn projects(&self, count: usize) -> Vec<String> {
        let nominate = |index: usize| {
            Request::new(Kind::NationalProject, None, "nominate")
                .with("organisation", CODE)
                .with("name", format!("数据集{index}"))
                .with("sector", "health")
        };
        self.send(1, (0..count).map(nominate).collect())
    }

    /// Payments of so many projects, proposed: what the second person confirms.
    fn proposed(&self, count: usize) -> Vec<Signed> {
        let numbers = self.projects(count);
        let on = |command: &'static str| {
            numbers
                .iter()
                .map(move |number| Request::new(Kind::NationalProject, Some(number), command))
        };
        let approve = on("state-approve").zip(1..).map(|(request, place)| {
            request
                .with("document_no", format!("{place}号"))
                .with("approved_on", "2026-02-20")
                .with("authority", "国家数据局")
                .with("approved_investment", 1_000_000_000)
        });
        self.send(1, approve.collect());
        let entitlement = json!({
            "measure": "national-match", "base_fen": 1_000_000_000, "nominal_fen": 100_000_000,
            "cap_fen": 1_000_000_000, "payable_fen": 100_000_000, "trace": [1], "cites": ["第6条"],
        });
        for by in [1, 2] {
            let award = on("match").map(|request| request.with("entitlement", entitlement.clone()));
            self.send(by, award.collect());
        }
        self.send(3, on("pay").collect());
        on("pay").map(|request| self.sign(4, request)).collect()
    }
}

fn registry(criterion: &mut Criterion) {
    let registry = Registry::new();
    let mut group = criterion.benchmark_group("registry");
    group.sample_size(10);

    let make = || {
        let ruling = Request::new(Kind::Ruling, None, "make")
            .with("topic", "事项")
            .with("text", "从高")
            .with("cite", "第6条")
            .with("made_on", "2026-03-02");
        registry.sign(1, ruling)
    };
    for together in [1, TOGETHER] {
        group.throughput(Throughput::Elements(together as u64));
        group.bench_function(format!("append/{together}"), |b| {
            let setup = || (0..together).map(|_| make()).collect::<Vec<_>>();
            b.iter_batched(setup, |signed| registry.carry(&signed), BatchSize::PerIteration);
        });
        group.bench_function(format!("payment/{together}"), |b| {
            let setup = || registry.proposed(together);
            b.iter_batched(setup, |signed| registry.carry(&signed), BatchSize::PerIteration);
        });
    }

    registry.projects(PROJECTS);
    group.throughput(Throughput::Elements(1));
    for (name, search) in [("list", None), ("search", Some("数据集19"))] {
        let filter = Filter { search, limit: 50, ..Filter::default() };
        group.bench_function(name, |b| {
            b.iter(|| {
                let list = registry.store.list(Kind::NationalProject, black_box(&filter));
                registry.runtime.block_on(list)
            });
        });
    }

    let events = registry.runtime.block_on(registry.store.size()).expect("the log is there");
    group.throughput(Throughput::Elements(events));
    group.bench_function("verify", |b| {
        b.iter(|| {
            let report = registry.runtime.block_on(registry.store.verify(Trust::default()));
            assert!(report.expect("the file is there").is_whole());
        });
    });
    group.finish();
}

criterion_group!(benches, registry);
criterion_main!(benches);
