-- What each version of each finding said that incidents took in. Columns: finding_kind VARCHAR, finding_id VARCHAR,
-- finding_version INTEGER, requests BIGINT (count), last_at TIMESTAMP, ends_at TIMESTAMP. Grain: one version of a finding as taken in.
SELECT DISTINCT finding_kind, finding_id, finding_version, requests, last_at, ends_at
FROM incident_findings
