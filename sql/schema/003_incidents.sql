-- Incidents: what a person handles. Append-only: every transition is a row of incident_events that is never rewritten, and
-- each adds a version to incidents, which is the fold of these rows; the latest version is the present state.
-- happened_at is the desk's clock (the wall clock live, event time in a replay), known_at is when the row was written.
-- Times are UTC without a zone. Ids are 32 hex digits, equal for equal findings.

-- kind: attack (a target, a cluster, an insistent account), global (everything, a language, a class), minors, drop or fault.
-- rota: abuse, health or minors; what stands in minors is never published. state: open, acknowledged or resolved.
-- suppressed_by: silence:ID, parent:ID or wait:TIME while no page goes out, else null. merged_into: the incident that took it in.
-- due_at: when the first page was due; paged_at: when one was handed to the outbox (never in a replay).
-- pages: how often one was due. The times are of the first such transition and never move.
-- subject: pseudonym of the target or account, cluster, series or fault. evidence: JSON, why it fired.
CREATE TABLE incidents (
    incident_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    kind VARCHAR NOT NULL,
    rota VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    policy VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    suppressed_by VARCHAR,
    parent_id VARCHAR,
    merged_into VARCHAR,
    subject_kind VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    onset_at TIMESTAMP NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP,
    paged_at TIMESTAMP,
    acknowledged_at TIMESTAMP,
    resolved_at TIMESTAMP,
    pages INTEGER NOT NULL,
    reopenings INTEGER NOT NULL,
    owner VARCHAR,
    disposition VARCHAR,
    requests BIGINT NOT NULL,
    accounts BIGINT NOT NULL,
    targets BIGINT NOT NULL,
    evidence VARCHAR NOT NULL
);

-- event: opened, grown, severity, due, paged, digested, acknowledged, assigned, commented, suppressed, released, resolved,
-- reopened, merged, referred. number counts from 1 within an incident. actor: a person, or veille. state and severity: as
-- they are after it. reason: what the person said, or why Veille did it. detail: JSON of the event's own fields.
CREATE TABLE incident_events (
    incident_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    known_at TIMESTAMP NOT NULL,
    rota VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    PRIMARY KEY (incident_id, number)
);

-- Which findings belong to which incident: a row a version taken in, so that what was known at any transition stays known.
-- finding_kind: surge, burst, drop, insistent, cluster, minors or fault. rule: the policy's rule that it met.
-- last_at: last activity known; ends_at: the same once it is over, null while it goes on. facts: JSON, what the evidence shows.
CREATE TABLE incident_findings (
    incident_id VARCHAR NOT NULL,
    finding_kind VARCHAR NOT NULL,
    finding_id VARCHAR NOT NULL,
    finding_version INTEGER NOT NULL,
    linked_at TIMESTAMP NOT NULL,
    known_at TIMESTAMP NOT NULL,
    rule VARCHAR NOT NULL,
    last_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP,
    requests BIGINT NOT NULL,
    accounts BIGINT NOT NULL,
    facts VARCHAR NOT NULL,
    rota VARCHAR NOT NULL
);

-- The targets of an incident, with the last activity there: a row whenever that changes; the latest counts.
CREATE TABLE incident_targets (
    incident_id VARCHAR NOT NULL,
    target_id UUID NOT NULL,
    linked_at TIMESTAMP NOT NULL,
    known_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL,
    rota VARCHAR NOT NULL
);

-- How far the desk has read, one row a step that took something in: findings written before findings_known_at (those of
-- that very instant are read again, which changes nothing), events up to that batch, and its clock.
CREATE TABLE incident_cursors (
    stepped_at TIMESTAMP NOT NULL,
    findings_known_at TIMESTAMP NOT NULL,
    batch BIGINT NOT NULL
);

-- No page for what matches, until expires_at or until somebody ends it. matchers: JSON, field → value or list of values
-- (incident_id, kind, rota, rule, severity, subject, target, cluster, series). ended_at, ended_by: taken back early.
-- warned_at: when its coming expiry was announced.
CREATE TABLE silences (
    silence_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    matchers VARCHAR NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    actor VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    warned_at TIMESTAMP,
    ended_at TIMESTAMP,
    ended_by VARCHAR
);

-- What was passed on outside. recipient_kind: platform, police, trusted_flagger, regulator or other. outcome: null while open.
CREATE TABLE referrals (
    referral_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    incident_id VARCHAR NOT NULL,
    rota VARCHAR NOT NULL,
    recipient_kind VARCHAR NOT NULL,
    recipient VARCHAR NOT NULL,
    reference VARCHAR,
    referred_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP,
    outcome VARCHAR,
    closed_at TIMESTAMP,
    actor VARCHAR NOT NULL
);

-- What is to be sent, written in the transaction of the transition that asks for it. kind: trigger, acknowledge, resolve,
-- escalate, digest, notice, heartbeat or test. dedup_key is the same for everything about one incident. payload: JSON
-- without anything private. Nothing is sent before not_before.
CREATE TABLE outbox (
    intent_id VARCHAR PRIMARY KEY,
    created_at TIMESTAMP NOT NULL,
    incident_id VARCHAR,
    event_number INTEGER,
    dedup_key VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    rota VARCHAR NOT NULL,
    payload VARCHAR NOT NULL,
    not_before TIMESTAMP NOT NULL
);

-- What became of an intent on a channel: one row an attempt. outcome: sending, sent, retry, failed or dropped.
-- reference: what the receiver answered to find it again. next_at: when it will be tried again.
CREATE TABLE deliveries (
    intent_id VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    tried_at TIMESTAMP NOT NULL,
    outcome VARCHAR NOT NULL,
    reference VARCHAR,
    detail VARCHAR,
    next_at TIMESTAMP
);
