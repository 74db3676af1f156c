-- What a panel may do to a score stands with the card; files and names by which one project is known
-- under another name; the policy's day of issue and the values of its parameters, held once.

ALTER TABLE applications ADD COLUMN bands TEXT;
ALTER TABLE applications ADD COLUMN adjustment_centi BIGINT;
ALTER TABLE applications ADD COLUMN name_key TEXT;
ALTER TABLE national_projects ADD COLUMN name_key TEXT;
ALTER TABLE national_projects ADD COLUMN approval_key TEXT;
ALTER TABLE settings ADD COLUMN issued TEXT;
ALTER TABLE settings ADD COLUMN parameters TEXT;
CREATE TABLE contents (
    id TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL,
    blake3 TEXT NOT NULL,
    bytes BIGINT NOT NULL
);
CREATE INDEX contents_application ON contents (application_id);
CREATE INDEX contents_blake3 ON contents (blake3);
CREATE INDEX applications_name_key ON applications (name_key);
CREATE INDEX national_projects_name_key ON national_projects (name_key);
CREATE INDEX national_projects_approval_key ON national_projects (approval_key);
CREATE INDEX national_projects_document ON national_projects (document_no);
CREATE INDEX rulings_topic ON rulings (topic);
