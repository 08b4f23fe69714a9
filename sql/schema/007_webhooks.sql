-- What came back from a pager, once each: a repeated or replayed call finds its event here and does nothing.
-- subject: what the pager calls the incident; dedup_key: what we call it, null where the call did not say. applied: whether
-- it changed anything here.
CREATE TABLE webhook_events (
    event_id VARCHAR PRIMARY KEY,
    received_at TIMESTAMP NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    event_type VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    dedup_key VARCHAR,
    applied BOOLEAN NOT NULL
);
