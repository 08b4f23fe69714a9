-- What an incident counts: distinct events behind its findings. first_at, newest_at: the first and the last of them (UTC); counted_at:
-- when they were counted, which is how far requests, accounts and targets are known. Null in rows written before.
ALTER TABLE incidents ADD COLUMN first_at TIMESTAMP;
ALTER TABLE incidents ADD COLUMN newest_at TIMESTAMP;
ALTER TABLE incidents ADD COLUMN counted_at TIMESTAMP;
-- bases: JSON, the events that the finding counts: spans (kind, key, since, until), classes and accounts of mentions. Null in rows written before.
ALTER TABLE incident_findings ADD COLUMN bases VARCHAR;
