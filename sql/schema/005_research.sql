-- Who ran which SQL through the research gateway. Rows go after 180 days (log_days under [research]). sql: the text as it was asked; it and
-- the row are shown to that person and to stewards only. outcome: ok, refused, wrong, time, memory, temp, cancelled or lost.
-- Times are UTC without a zone.

CREATE TABLE query_log (
    query_id VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    way VARCHAR NOT NULL,
    catalogue VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    as_of TIMESTAMP,
    seconds DOUBLE,
    rows_out BIGINT,
    outcome VARCHAR NOT NULL,
    "sql" VARCHAR NOT NULL
);
