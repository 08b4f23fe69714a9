-- Event tables of the private database, Kafka positions and dead letters.
-- No primary key on event tables: an event_id is kept unique by the in-memory index of veille.store.seen
-- (a key would double the file and make batches nine times slower). `batch` is the number of the transaction
-- that wrote the row; it only grows, so "what is new since batch n" is a scan of the file's end.
-- Times are UTC without a zone. Ids are keyed 128-bit pseudonyms.

CREATE TABLE mentions (
    event_id UUID NOT NULL,
    platform VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    collected_at TIMESTAMP,
    ingested_at TIMESTAMP NOT NULL,
    collection_id VARCHAR,
    sampling_probability DOUBLE,
    jurisdiction VARCHAR,
    account_id UUID NOT NULL,
    target_id UUID,
    is_self BOOLEAN NOT NULL,
    target_basis VARCHAR NOT NULL,
    generator VARCHAR,
    post_id UUID,
    parent_post_id UUID,
    prompt VARCHAR,
    language VARCHAR,
    request_class VARCHAR NOT NULL,
    request_class_source VARCHAR,
    target_gender VARCHAR NOT NULL,
    target_gender_source VARCHAR,
    target_is_public_figure BOOLEAN,
    minor_suspected BOOLEAN,
    minor_suspected_source VARCHAR,
    account_created_at DATE,
    account_followers BIGINT,
    source_media_hash VARCHAR,
    batch BIGINT NOT NULL
);

CREATE TABLE generations (
    event_id UUID NOT NULL,
    platform VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    collected_at TIMESTAMP,
    ingested_at TIMESTAMP NOT NULL,
    collection_id VARCHAR,
    sampling_probability DOUBLE,
    jurisdiction VARCHAR,
    outcome VARCHAR NOT NULL,
    mention_id UUID,
    account_id UUID,
    target_id UUID,
    generator VARCHAR,
    model VARCHAR,
    media_type VARCHAR,
    media_hash VARCHAR,
    sexualised VARCHAR NOT NULL,
    minor_suspected BOOLEAN,
    minor_suspected_source VARCHAR,
    surface VARCHAR,
    plan VARCHAR NOT NULL,
    post_id UUID,
    views BIGINT,
    views_at TIMESTAMP,
    batch BIGINT NOT NULL
);

CREATE TABLE moderations (
    event_id UUID NOT NULL,
    platform VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    collected_at TIMESTAMP,
    ingested_at TIMESTAMP NOT NULL,
    collection_id VARCHAR,
    sampling_probability DOUBLE,
    jurisdiction VARCHAR,
    subject_type VARCHAR NOT NULL,
    subject_id UUID NOT NULL,
    action VARCHAR NOT NULL,
    report_id UUID,
    reporter VARCHAR,
    actor VARCHAR,
    reason VARCHAR,
    post_id UUID,
    mention_id UUID,
    batch BIGINT NOT NULL
);

-- One row a transaction of ingest: what it wrote and the event time it reached.
CREATE TABLE batches (
    batch BIGINT NOT NULL,
    committed_at TIMESTAMP NOT NULL,
    accepted BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    dead_letters BIGINT NOT NULL,
    unknown_fields BIGINT NOT NULL
);

-- The next Kafka offset to read, written with the rows it covers.
CREATE TABLE positions (
    topic VARCHAR NOT NULL,
    partition INTEGER NOT NULL,
    next_offset BIGINT NOT NULL,
    newest_occurred_at TIMESTAMP,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- Messages that failed the contract. `raw` is encrypted, null where it may not be kept, and goes after 7 days.
CREATE TABLE dead_letters (
    letter_id UUID PRIMARY KEY,
    received_at TIMESTAMP NOT NULL,
    source VARCHAR NOT NULL,
    partition INTEGER,
    position BIGINT NOT NULL,
    event_type VARCHAR,
    lax BOOLEAN NOT NULL,
    path VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    size BIGINT NOT NULL,
    raw BLOB,
    replayed_at TIMESTAMP,
    batch BIGINT NOT NULL
);

-- Originals sealed for the holder of the vault's private key (only with a configured public key).
CREATE TABLE vault (
    pseudonym UUID PRIMARY KEY,
    space VARCHAR NOT NULL,
    sealed BLOB NOT NULL,
    sealed_at TIMESTAMP NOT NULL
);

-- Who did what that touches a person: reveals, look-ups. Append-only.
CREATE TABLE audit_log (
    happened_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR,
    reason VARCHAR
);

-- Published Parquet files. `retired_at` is set when compaction replaced one; it is deleted a while later.
-- No key: paths are unique by construction, and rows come and go many times a second.
CREATE TABLE segments (
    path VARCHAR NOT NULL,
    relation VARCHAR NOT NULL,
    partition VARCHAR NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);

-- Published answers by the time of their mention, so that the state of an older mention is found in a narrow span.
-- `answer_rank` orders the answers of one mention (sql/publish/cut/linked.sql).
CREATE TABLE answers (
    mention_id UUID NOT NULL,
    mention_at TIMESTAMP NOT NULL,
    answer_rank HUGEINT NOT NULL,
    outcome VARCHAR NOT NULL
);

-- Published generations whose mention has not come yet.
CREATE TABLE waiting_answers (
    mention_id UUID NOT NULL,
    answer_rank HUGEINT NOT NULL,
    outcome VARCHAR NOT NULL
);

-- Facts about this installation: key fingerprint, last published batch, creation.
CREATE TABLE facts (
    name VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);
