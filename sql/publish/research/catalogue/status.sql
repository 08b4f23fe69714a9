-- What this catalogue holds, and as of when. One row. Grain: as the first words say.
CREATE TABLE status (
    as_of TIMESTAMP,
    published_at TIMESTAMP NOT NULL,
    complete_until TIMESTAMP NOT NULL,
    simulated BOOLEAN NOT NULL,
    smallest_group INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    published_format INTEGER NOT NULL
);

COMMENT ON TABLE status IS 'What this catalogue holds, and as of when. One row.';
COMMENT ON COLUMN status.as_of IS 'When the newest event that could be taken was ingested (UTC); null before the first.';
COMMENT ON COLUMN status.published_at IS 'When this catalogue was written (UTC).';
COMMENT ON COLUMN status.complete_until IS 'Events before this hour (UTC) are taken.';
COMMENT ON COLUMN status.simulated IS 'Whether the events are simulated.';
COMMENT ON COLUMN status.smallest_group IS 'Fewest distinct accounts and targets behind anything that is published.';
COMMENT ON COLUMN status.schema_version IS 'Version of the event contract.';
COMMENT ON COLUMN status.published_format IS 'Format of the published folder.';
