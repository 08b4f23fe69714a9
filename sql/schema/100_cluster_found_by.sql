-- The look that found a cluster first (short, long or far) and the period [found_since, found_until) of the mentions it saw. Rows written
-- before do not say.
ALTER TABLE clusters ADD COLUMN found_by VARCHAR;
ALTER TABLE clusters ADD COLUMN found_since TIMESTAMP;
ALTER TABLE clusters ADD COLUMN found_until TIMESTAMP;
