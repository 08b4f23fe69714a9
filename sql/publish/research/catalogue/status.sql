-- What this catalogue holds, and as of when. One row. Grain: as the first words say.
CREATE TABLE status (
    as_of TIMESTAMP,
    published_at TIMESTAMP NOT NULL,
    complete_until TIMESTAMP NOT NULL,
    simulated BOOLEAN NOT NULL,
    smallest_group INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    published_format INTEGER NOT NULL
)
