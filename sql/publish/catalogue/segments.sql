-- The files behind the views. Grain: one segment.
CREATE TABLE segments (
    relation VARCHAR NOT NULL,
    partition VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL
);

COMMENT ON TABLE segments IS 'The Parquet files behind the views.';
COMMENT ON COLUMN segments.relation IS 'View that reads it.';
COMMENT ON COLUMN segments.partition IS 'Folder: day, month or year of event time, or mixed.';
COMMENT ON COLUMN segments.path IS 'Path below the folder of this catalogue.';
COMMENT ON COLUMN segments.row_count IS 'Rows.';
COMMENT ON COLUMN segments.byte_count IS 'Bytes.';
COMMENT ON COLUMN segments.first_at IS 'First event time in it (UTC).';
COMMENT ON COLUMN segments.last_at IS 'Last event time in it (UTC).';
