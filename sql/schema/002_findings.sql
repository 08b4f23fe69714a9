-- What the detectors found. Append-only: a finding that changes gets a further row with the next `version`; nothing is
-- updated or deleted, so what was known at a time stays known. The latest version of each key is the present state.
-- decided_at is event time (the grid point, or early look, that decided it), known_at is when the row was written.
-- Times are UTC without a zone. Ids of findings are 32 hex digits, the same live and in replay.

CREATE TABLE surges (
    surge_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    series_kind VARCHAR NOT NULL,
    series_key VARCHAR NOT NULL,
    target_id UUID,
    opened_at TIMESTAMP NOT NULL,
    since TIMESTAMP NOT NULL,
    peak_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    observed BIGINT NOT NULL,
    expected DOUBLE NOT NULL,
    low DOUBLE NOT NULL,
    high DOUBLE NOT NULL,
    accounts BIGINT NOT NULL,
    score DOUBLE NOT NULL,
    p_value DOUBLE NOT NULL,
    q_value DOUBLE NOT NULL,
    window_seconds INTEGER NOT NULL,
    reason VARCHAR,
    explanation VARCHAR
);

CREATE TABLE drops (
    surge_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    series_kind VARCHAR NOT NULL,
    series_key VARCHAR NOT NULL,
    target_id UUID,
    opened_at TIMESTAMP NOT NULL,
    since TIMESTAMP NOT NULL,
    peak_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    observed BIGINT NOT NULL,
    expected DOUBLE NOT NULL,
    low DOUBLE NOT NULL,
    high DOUBLE NOT NULL,
    accounts BIGINT NOT NULL,
    score DOUBLE NOT NULL,
    p_value DOUBLE NOT NULL,
    q_value DOUBLE NOT NULL,
    window_seconds INTEGER NOT NULL,
    reason VARCHAR,
    explanation VARCHAR
);

CREATE TABLE insistent_accounts (
    finding_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    account_id UUID NOT NULL,
    target_id UUID NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    requests BIGINT NOT NULL,
    fulfilled BIGINT NOT NULL,
    other_targets BIGINT NOT NULL,
    expected DOUBLE NOT NULL,
    closed BOOLEAN NOT NULL
);

-- Targets whose behaviour no single count shows, ranked afresh at each full hour. contributions: JSON, feature → share.
CREATE TABLE odd_targets (
    target_id UUID NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    position INTEGER NOT NULL,
    score DOUBLE NOT NULL,
    contributions VARCHAR NOT NULL
);

-- state: active, dormant or merged. tier: validated or possible. evidence: JSON of the evidence card, prompts masked.
CREATE TABLE clusters (
    cluster_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    tier VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    born_at TIMESTAMP NOT NULL,
    last_active_at TIMESTAMP NOT NULL,
    accounts BIGINT NOT NULL,
    targets BIGINT NOT NULL,
    p_value DOUBLE,
    q_value DOUBLE,
    evidence VARCHAR
);

CREATE TABLE cluster_members (
    cluster_id VARCHAR NOT NULL,
    account_id UUID NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    "role" VARCHAR NOT NULL,
    since TIMESTAMP NOT NULL,
    until TIMESTAMP
);

CREATE TABLE cluster_edges (
    cluster_id VARCHAR NOT NULL,
    account_a UUID NOT NULL,
    account_b UUID NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    co_actions BIGINT NOT NULL,
    expected DOUBLE NOT NULL,
    p_value DOUBLE NOT NULL,
    q_value DOUBLE NOT NULL,
    window_seconds INTEGER NOT NULL
);

-- Whom a cluster's members mention. mentions: by members; burden: by anybody, in the same period.
CREATE TABLE cluster_targets (
    cluster_id VARCHAR NOT NULL,
    target_id UUID NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    accounts BIGINT NOT NULL,
    mentions BIGINT NOT NULL,
    burden BIGINT NOT NULL,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL
);

-- The life of a cluster: born, grown, shrunk, merged, split, dormant, returned. One row an event of it.
CREATE TABLE cluster_history (
    cluster_id VARCHAR NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    event VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL
);

-- What a person says of a cluster. verdict: confirmed, rejected or open (taken back).
CREATE TABLE cluster_verdicts (
    cluster_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    verdict VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    actor VARCHAR NOT NULL
);

-- Live steps of the detectors, kept for two weeks. skipped: grid points that this step covered besides its own.
CREATE TABLE detector_steps (
    detector VARCHAR NOT NULL,
    step_at TIMESTAMP NOT NULL,
    started_at TIMESTAMP NOT NULL,
    seconds DOUBLE NOT NULL,
    skipped INTEGER NOT NULL
);

-- How far the detectors are. One row once they have begun. live: `veille run` has stepped them, so what they said may
-- have been acted on, and history that arrives later does not replace it.
CREATE TABLE detection_progress (
    detected_until TIMESTAMP NOT NULL,
    batch BIGINT NOT NULL,
    live BOOLEAN NOT NULL
);
