-- What platforms declared to the EU's DSA Transparency Database: statements of reasons, counted by day of creation. Append-only: a platform's
-- day that is loaded again has a later known_at, and the latest counts. breakdown: total, or the field that the day is split by; value: null
-- in a total, and where a statement leaves the field empty. source: daily counts, or statements (counted by Veille).
CREATE TABLE official_statements (
    day DATE NOT NULL,
    platform VARCHAR NOT NULL,
    breakdown VARCHAR NOT NULL,
    value VARCHAR,
    statements BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    known_at TIMESTAMP NOT NULL
);
