-- The months of this catalogue, one row each: a month is a release with pseudonyms of its own. Grain: as the first words say.
CREATE TABLE releases (
    "month" TIMESTAMP NOT NULL,
    release VARCHAR NOT NULL,
    published_at TIMESTAMP NOT NULL,
    finished BOOLEAN NOT NULL,
    held_back BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL
)
