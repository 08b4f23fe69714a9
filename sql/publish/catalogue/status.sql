-- What this catalogue holds, and as of when. Grain: one row.
CREATE TABLE status (
    as_of TIMESTAMP,
    watermark TIMESTAMP,
    published_at TIMESTAMP NOT NULL,
    newest_occurred_at TIMESTAMP,
    mentions BIGINT NOT NULL,
    generations BIGINT NOT NULL,
    moderations BIGINT NOT NULL,
    simulated BOOLEAN NOT NULL,
    schema_version INTEGER NOT NULL,
    published_format INTEGER NOT NULL
)
