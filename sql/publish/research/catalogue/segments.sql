-- The Parquet files behind the views, one row each. Grain: as the first words say.
CREATE TABLE segments (
    relation VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    "month" TIMESTAMP NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL
)
