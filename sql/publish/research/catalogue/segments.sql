-- The Parquet files behind the views, one row each. Grain: as the first words say.
CREATE TABLE segments (
    relation VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    "month" TIMESTAMP NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL
);

COMMENT ON TABLE segments IS 'The Parquet files behind the views, one row each.';
COMMENT ON COLUMN segments.relation IS 'View that reads it.';
COMMENT ON COLUMN segments.path IS 'Path below the folder of this catalogue.';
COMMENT ON COLUMN segments."month" IS 'Month of its events.';
COMMENT ON COLUMN segments.row_count IS 'Rows.';
COMMENT ON COLUMN segments.byte_count IS 'Bytes.';
