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
);

COMMENT ON TABLE status IS 'What this catalogue holds, and as of when. One row.';
COMMENT ON COLUMN status.as_of IS 'When the newest event here was ingested (UTC); null before the first.';
COMMENT ON COLUMN status.watermark IS 'Event time (UTC) that every source has passed, idle ones excused; null while unknown.';
COMMENT ON COLUMN status.published_at IS 'When this catalogue was written (UTC).';
COMMENT ON COLUMN status.newest_occurred_at IS 'Newest event time here (UTC).';
COMMENT ON COLUMN status.mentions IS 'Mentions here.';
COMMENT ON COLUMN status.generations IS 'Generations here.';
COMMENT ON COLUMN status.moderations IS 'Moderations here.';
COMMENT ON COLUMN status.simulated IS 'Whether the events are simulated.';
COMMENT ON COLUMN status.schema_version IS 'Version of the event contract.';
COMMENT ON COLUMN status.published_format IS 'Format of the published folder.';
