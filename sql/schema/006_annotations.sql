-- What persons note beside the data, and samples of requests that persons code. Append-only: a change is a further version or a
-- further code; nothing is updated or deleted. Times are UTC without a zone.

-- state: present or withdrawn. about: what the note belongs to, such as surge:ID or cluster:ID; null: the timeline as a whole.
CREATE TABLE annotations (
    annotation_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    since TIMESTAMP NOT NULL,
    until TIMESTAMP,
    about VARCHAR,
    note VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    state VARCHAR NOT NULL
);

-- A random sample of requests, to be coded by at least two persons. filters: JSON of the choice it was drawn from; drawn_from: how many
-- requests that choice held.
CREATE TABLE samples (
    sample_id VARCHAR PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    author VARCHAR NOT NULL,
    question VARCHAR NOT NULL,
    filters VARCHAR NOT NULL,
    seed VARCHAR NOT NULL,
    drawn_from BIGINT NOT NULL
);

-- position: order in which the items are shown.
CREATE TABLE sample_items (
    sample_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    event_id UUID NOT NULL
);

-- code: yes, no or unsure. The latest of a coder on an item counts.
CREATE TABLE sample_codes (
    sample_id VARCHAR NOT NULL,
    event_id UUID NOT NULL,
    coder VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    coded_at TIMESTAMP NOT NULL
);
