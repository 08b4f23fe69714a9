-- The months of this catalogue, one row each: a month is a release with pseudonyms of its own. Grain: as the first words say.
CREATE TABLE releases (
    "month" TIMESTAMP NOT NULL,
    release VARCHAR NOT NULL,
    published_at TIMESTAMP NOT NULL,
    finished BOOLEAN NOT NULL,
    held_back BIGINT NOT NULL,
    fingerprint VARCHAR NOT NULL
);

COMMENT ON TABLE releases IS 'The months of this catalogue, one row each: a month is a release with pseudonyms of its own.';
COMMENT ON COLUMN releases."month" IS 'Start of the month (UTC).';
COMMENT ON COLUMN releases.release IS 'Name of the release: pseudonyms of two releases cannot be joined.';
COMMENT ON COLUMN releases.published_at IS 'When it was last written (UTC).';
COMMENT ON COLUMN releases.finished IS 'Whether the month was over then; targets, accounts and minor_flags hold finished months only.';
COMMENT ON COLUMN releases.held_back IS 'Events that are not published because too few people share them, or their day or month is not over: at most so many, a multiple of smallest_group.';
COMMENT ON COLUMN releases.fingerprint IS 'Tells whether the month was made of the same events under the same settings.';
