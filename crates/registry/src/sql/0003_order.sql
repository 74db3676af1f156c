-- A proposal holds for the entry as it was; days stand in order; an invoice is free again once its
-- claim was withdrawn; entries of one name are found by it.

ALTER TABLE proposals ADD COLUMN entry_version BIGINT;
ALTER TABLE national_projects ADD COLUMN nominated_on TEXT;
DROP INDEX voucher_claims_invoice;
CREATE UNIQUE INDEX voucher_claims_invoice ON voucher_claims (invoice_no) WHERE state NOT IN ('rejected', 'withdrawn');
CREATE INDEX voucher_claims_purchaser ON voucher_claims (purchaser_id, (substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX national_projects_organisation ON national_projects (organisation_id, (substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX applications_name ON applications (name);
CREATE INDEX national_projects_name ON national_projects (name);
CREATE INDEX organisations_name ON organisations (name);
CREATE INDEX awards_subject ON awards (subject_id);
CREATE INDEX reviews_expert ON reviews (expert);
CREATE INDEX national_projects_snapshot ON national_projects (snapshot_root);
