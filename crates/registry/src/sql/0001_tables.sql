-- Tables of the registry. Types are those of PostgreSQL; sql/mod.rs spells them for SQLite.

CREATE TABLE actors (
    id TEXT PRIMARY KEY NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    vkey TEXT NOT NULL,
    organisation_id TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE organisations (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    division TEXT NOT NULL,
    group_code TEXT NOT NULL,
    verified_source TEXT,
    verified_on TEXT,
    contact TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE ties (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    left_id TEXT NOT NULL,
    right_id TEXT NOT NULL,
    ground TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE holidays (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL
);

CREATE TABLE counters (
    id TEXT PRIMARY KEY NOT NULL,
    last BIGINT NOT NULL
);

CREATE TABLE settings (
    id TEXT PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL,
    vkey TEXT NOT NULL,
    mode TEXT NOT NULL
);

CREATE TABLE batches (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    measure TEXT NOT NULL,
    year BIGINT NOT NULL,
    opens_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (opens_on <= closes_on)
);

CREATE TABLE applications (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    batch_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sector TEXT NOT NULL,
    division TEXT NOT NULL,
    requested_fen BIGINT NOT NULL,
    eligible_cost_fen BIGINT NOT NULL,
    supplements BIGINT NOT NULL,
    snapshot_root TEXT,
    card_digest TEXT,
    rubric TEXT,
    rubric_hash TEXT,
    score_centi BIGINT,
    grade TEXT,
    panel_centi BIGINT,
    reason TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (supplements BETWEEN 0 AND 1)
);

CREATE TABLE national_projects (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    organisation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    sector TEXT NOT NULL,
    division TEXT NOT NULL,
    document_no TEXT,
    approved_on TEXT,
    authority TEXT,
    approved_investment_fen BIGINT,
    revised_investment_fen BIGINT,
    accepted_investment_fen BIGINT,
    accepted_on TEXT,
    snapshot_root TEXT,
    reason TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE voucher_accounts (
    id TEXT PRIMARY KEY NOT NULL,
    purchaser_id TEXT NOT NULL,
    year BIGINT NOT NULL,
    transactions_fen BIGINT NOT NULL,
    granted_fen BIGINT NOT NULL,
    cap_fen BIGINT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (transactions_fen >= 0 AND granted_fen >= 0 AND granted_fen <= cap_fen),
    UNIQUE (purchaser_id, year)
);

CREATE TABLE voucher_claims (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    purchaser_id TEXT NOT NULL,
    seller_id TEXT NOT NULL,
    year BIGINT NOT NULL,
    product TEXT NOT NULL,
    name TEXT NOT NULL,
    contract_no TEXT NOT NULL,
    invoice_no TEXT NOT NULL,
    invoiced_on TEXT NOT NULL,
    transaction_fen BIGINT NOT NULL,
    granted_fen BIGINT NOT NULL,
    reason TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (transaction_fen > 0 AND granted_fen >= 0),
    CHECK (purchaser_id <> seller_id)
);

CREATE TABLE annotation_bases (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    organisation_id TEXT NOT NULL,
    name TEXT NOT NULL,
    division TEXT NOT NULL,
    city_support_fen BIGINT NOT NULL,
    reason TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE reviews (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL,
    expert TEXT NOT NULL,
    sealed TEXT,
    score_centi BIGINT,
    salt TEXT,
    opinion TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE conflicts (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL,
    expert TEXT NOT NULL,
    kind TEXT NOT NULL,
    ground TEXT NOT NULL
);

CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    application_id TEXT NOT NULL,
    published_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    working_days BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE objections (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    application_id TEXT NOT NULL,
    notice_id TEXT NOT NULL,
    objector TEXT,
    ground TEXT NOT NULL,
    reason TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE documents (
    id TEXT PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    document_no TEXT NOT NULL,
    dated_on TEXT NOT NULL
);

CREATE TABLE proposals (
    id TEXT PRIMARY KEY NOT NULL,
    body_hash TEXT NOT NULL,
    maker TEXT NOT NULL,
    checker TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (maker <> checker)
);

CREATE TABLE rulings (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    text TEXT NOT NULL,
    cite TEXT NOT NULL,
    made_on TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE envelopes (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    measure TEXT NOT NULL,
    year BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    committed_fen BIGINT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (total_fen >= 0 AND committed_fen >= 0 AND committed_fen <= total_fen),
    UNIQUE (measure, year)
);

CREATE TABLE awards (
    id TEXT PRIMARY KEY NOT NULL,
    number TEXT NOT NULL UNIQUE,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_number TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    envelope_id TEXT NOT NULL,
    measure TEXT NOT NULL,
    year BIGINT NOT NULL,
    base_fen BIGINT NOT NULL,
    nominal_fen BIGINT NOT NULL,
    cap_fen BIGINT NOT NULL,
    awarded_fen BIGINT NOT NULL,
    paid_fen BIGINT NOT NULL,
    recovered_fen BIGINT NOT NULL,
    cancelled_fen BIGINT NOT NULL,
    ordered_back_fen BIGINT NOT NULL,
    snapshot_root TEXT,
    card_digest TEXT,
    entitlement TEXT NOT NULL,
    maker TEXT NOT NULL,
    checker TEXT NOT NULL,
    awarded_on TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (awarded_fen >= 0 AND awarded_fen <= cap_fen),
    CHECK (paid_fen >= 0 AND cancelled_fen >= 0 AND paid_fen + cancelled_fen <= awarded_fen),
    CHECK (recovered_fen >= 0 AND recovered_fen <= paid_fen),
    CHECK (ordered_back_fen >= 0 AND ordered_back_fen <= paid_fen),
    CHECK (maker <> checker),
    UNIQUE (subject_kind, subject_id)
);

CREATE TABLE tranches (
    id TEXT PRIMARY KEY NOT NULL,
    award_id TEXT NOT NULL,
    place BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    after_state TEXT NOT NULL,
    maker TEXT,
    checker TEXT,
    paid_on TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (amount_fen > 0),
    CHECK (maker <> checker),
    UNIQUE (award_id, place)
);

CREATE TABLE ledger_entries (
    id TEXT PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL,
    account TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    booked_on TEXT NOT NULL,
    CHECK (amount_fen <> 0)
);

CREATE TABLE events (
    seq BIGINT PRIMARY KEY NOT NULL,
    key TEXT NOT NULL UNIQUE,
    entry_id TEXT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE tiles (
    id TEXT PRIMARY KEY NOT NULL,
    hashes BYTEA NOT NULL
);

CREATE TABLE checkpoints (
    size BIGINT PRIMARY KEY NOT NULL,
    note TEXT NOT NULL
);

CREATE TABLE privates (
    id TEXT PRIMARY KEY NOT NULL,
    entry_id TEXT NOT NULL,
    salt TEXT NOT NULL,
    body TEXT NOT NULL
);

CREATE UNIQUE INDEX voucher_claims_invoice ON voucher_claims (invoice_no) WHERE state <> 'rejected';
CREATE INDEX events_entry ON events (entry_id, seq);
CREATE INDEX privates_entry ON privates (entry_id);
CREATE INDEX applications_state ON applications (state, number);
CREATE INDEX applications_organisation ON applications (organisation_id, number);
CREATE INDEX applications_snapshot ON applications (snapshot_root);
CREATE INDEX national_projects_state ON national_projects (state, number);
CREATE INDEX voucher_claims_state ON voucher_claims (state, number);
CREATE INDEX reviews_application ON reviews (application_id);
CREATE INDEX conflicts_application ON conflicts (application_id);
CREATE INDEX notices_application ON notices (application_id);
CREATE INDEX objections_application ON objections (application_id);
CREATE INDEX documents_subject ON documents (subject_id);
CREATE INDEX ties_right ON ties (right_id);
