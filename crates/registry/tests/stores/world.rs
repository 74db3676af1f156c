//! A registry with accounts, organisations, money and an open batch.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use shujian_core::CreditCode;
use shujian_registry::{
    Error, Kind, LogKey, Mode, Receipt, Report, Request, Signed, Signer, Store, Trust,
};

use super::places::{self, Place};

pub struct World {
    pub store: Store,
    pub place: Place,
    pub log: (String, String),
    pub signers: BTreeMap<String, Signer>,
    pub day: std::cell::RefCell<String>,
}

/// Runs a scenario on SQLite and on PostgreSQL.
pub fn on_both<F: Future<Output = ()>>(scenario: impl Fn(Place) -> F) {
    for place in places::all() {
        eprintln!("on {}", place.store);
        tokio::runtime::Runtime::new().unwrap().block_on(scenario(place));
    }
}

/// Accounts that every world has, with the organisation they act for.
const ACCOUNTS: &[(&str, Option<usize>)] = &[
    ("officer/li", None),
    ("officer/wang", None),
    ("finance/zhao", None),
    ("finance/qian", None),
    ("expert/a", None),
    ("expert/b", None),
    ("expert/c", None),
    ("expert/d", Some(0)),
    ("applicant/one", Some(0)),
    ("applicant/two", Some(1)),
    ("auditor/sun", None),
];

/// The credit code of a test organisation.
pub fn code(index: usize) -> String {
    let body = format!("9123010200000{index:04}");
    let signs = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let valid = signs
        .chars()
        .map(|sign| format!("{body}{sign}"))
        .find(|code| code.parse::<CreditCode>().is_ok());
    valid.unwrap()
}

impl World {
    /// A trial registry with nothing but its first account.
    pub async fn empty(place: Place) -> Self {
        let log = Signer::generate("registry.example/trial").unwrap();
        let (skey, vkey) = Signer::generate("admin/root").unwrap();
        let admin = Signer::parse(&skey).unwrap();
        let key = LogKey::parse(&log.0).unwrap();
        let store = Store::create(&place.url, key, &log.1, (&admin, &vkey), Mode::Trial);
        let store = store.await.unwrap();
        let signers = BTreeMap::from([("admin/root".to_owned(), admin)]);
        Self { store, place, log, signers, day: "2026-03-02".to_owned().into() }
    }

    /// With accounts, three verified organisations, envelopes and an open batch.
    pub async fn new(place: Place) -> Self {
        let mut world = Self::empty(place).await;
        world.enrol("officer/first", None).await;
        for index in 0..3 {
            let request = Request::new(Kind::Organisation, None, "register")
                .with("number", code(index))
                .with("name", format!("单位{index}"));
            world.ok("officer/first", request).await;
            let verify = Request::new(Kind::Organisation, Some(&code(index)), "verify")
                .with("verified_source", "国家企业信用信息公示系统")
                .with("verified_on", "2026-03-02");
            world.ok("officer/first", verify).await;
        }
        for (name, organisation) in ACCOUNTS {
            world.enrol(name, organisation.map(code)).await;
        }
        for measure in ["provincial-dataset", "national-match", "data-voucher"] {
            world.allot(measure, 1_000_000_000).await;
        }
        let batch = Request::new(Kind::Batch, None, "plan")
            .with("name", "2026年第一批")
            .with("measure", "provincial-dataset")
            .with("year", 2026)
            .with("opens_on", "2026-03-01")
            .with("closes_on", "2026-04-30");
        let batch = world.ok("officer/li", batch).await;
        world.ok("officer/li", Request::new(Kind::Batch, Some(&batch.number), "open")).await;
        world
    }

    pub async fn enrol(&mut self, name: &str, organisation: Option<String>) {
        let (skey, vkey) = Signer::generate(name).unwrap();
        let (role, short) = name.split_once('/').unwrap();
        let mut request = Request::new(Kind::Actor, None, "enrol")
            .with("role", role)
            .with("name", short)
            .with("vkey", vkey);
        if let Some(code) = organisation {
            request = request.with("organisation", code);
        }
        self.ok("admin/root", request).await;
        self.signers.insert(name.to_owned(), Signer::parse(&skey).unwrap());
    }

    pub async fn allot(&self, measure: &str, fen: i64) -> Receipt {
        let request = Request::new(Kind::Envelope, None, "allot")
            .with("measure", measure)
            .with("year", 2026)
            .with("amount", fen)
            .with("document", "黑财预〔2026〕1号")
            .with("dated", "2026-01-05");
        self.ok("finance/zhao", request).await
    }

    pub fn sign(&self, actor: &str, request: Request, private: &[(&str, &str)]) -> Signed {
        let request = match request.on {
            None => request.on(self.day.borrow().clone()),
            Some(_) => request,
        };
        request.sign(&self.signers[actor], private).unwrap()
    }

    pub async fn act(&self, actor: &str, request: Request) -> Result<Receipt, Error> {
        self.store.execute(&self.sign(actor, request, &[])).await
    }

    pub async fn ok(&self, actor: &str, request: Request) -> Receipt {
        let said = format!("{actor}: {} {:?}", request.command, request.target);
        self.act(actor, request).await.unwrap_or_else(|error| panic!("{said}: {error}"))
    }

    /// The code of the refusal that has to come.
    pub async fn refused(&self, actor: &str, request: Request) -> &'static str {
        let said = format!("{actor}: {} {:?}", request.command, request.target);
        let size = self.store.size().await.unwrap();
        let error = self.act(actor, request).await.expect_err(&said);
        assert_eq!(self.store.size().await.unwrap(), size, "{said} left a trace");
        error.code().unwrap_or_else(|| panic!("{said}: {error}"))
    }

    /// A command on an entry, by two persons where it takes two.
    pub async fn both(&self, by: [&str; 2], request: Request) -> Receipt {
        self.ok(by[0], request.clone()).await;
        let again = Request { key: format!("{}-2", request.key), ..request };
        self.ok(by[1], again).await
    }

    pub async fn verify(&self) -> Report {
        let trust = Trust { log: Some(&self.log.1), earlier: None };
        self.store.verify(trust).await.unwrap()
    }

    pub async fn whole(&self) {
        let report = self.verify().await;
        assert!(report.is_whole(), "{:#?}", report.findings);
    }

    pub async fn state(&self, number: &str) -> String {
        let shown = self.store.show(number, None).await.unwrap();
        shown.entry["state"].as_str().unwrap().to_owned()
    }

    pub async fn award(&self, number: &str) -> Json {
        self.store.show(number, None).await.unwrap().award.unwrap()
    }

    pub fn today(&self, day: &str) {
        *self.day.borrow_mut() = day.to_owned();
    }
}

/// An entitlement as the rules would hand it over.
pub fn entitlement(measure: &str, base: i64, nominal: i64, cap: i64, payable: i64) -> Json {
    let mut said = json!({
        "measure": measure, "base_fen": base, "nominal_fen": nominal, "cap_fen": cap,
        "payable_fen": payable, "trace": [{"step": "rate"}], "cites": ["第6条"],
    });
    if measure == "provincial-dataset" {
        said["grade"] = "B".into();
    }
    said
}

/// A command on an entry.
pub fn on(number: &str, command: &str) -> Request {
    let kind = Kind::of_number(number).unwrap();
    Request::new(kind, Some(number), command)
}

/// The same with a paper it rests on.
pub fn paper(request: Request) -> Request {
    request.with("document", "黑数据〔2026〕7号").with("dated", "2026-03-02")
}
