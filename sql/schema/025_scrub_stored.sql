-- Texts and tokens that an earlier version stored are scrubbed by the step of this number in veille.store.scrubbing, in this transaction.
-- When it was done and how many values it changed, by table and column; no value stands here.
CREATE TABLE scrubbed (
    scrubbed_at TIMESTAMP NOT NULL,
    table_name VARCHAR NOT NULL,
    column_name VARCHAR NOT NULL,
    changed BIGINT NOT NULL
);
