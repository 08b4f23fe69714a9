-- The files behind the views. Grain: one segment.
CREATE TABLE segments (
    relation VARCHAR NOT NULL,
    partition VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL
)
