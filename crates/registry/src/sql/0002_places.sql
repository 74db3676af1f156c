-- Lists are in order of series, year and number; as text, 10000 would stand before 9999.

DROP INDEX applications_state;
DROP INDEX applications_organisation;
DROP INDEX national_projects_state;
DROP INDEX voucher_claims_state;
CREATE INDEX applications_place ON applications ((substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX applications_state ON applications (state, (substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX applications_organisation ON applications (organisation_id, (substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX national_projects_place ON national_projects ((substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX national_projects_state ON national_projects (state, (substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX voucher_claims_place ON voucher_claims ((substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX voucher_claims_state ON voucher_claims (state, (substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX organisations_place ON organisations ((substr(number, 1, 12) || cast(length(number) as text) || number));
CREATE INDEX rulings_place ON rulings ((substr(number, 1, 12) || cast(length(number) as text) || number));
