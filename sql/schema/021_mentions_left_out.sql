-- Mentions that had to leave the windows of the surges of targets early, for want of the memory set aside for them, by the hour
-- of event time in which they left. Names nobody.
CREATE TABLE mentions_left_out (
    hour TIMESTAMP NOT NULL,
    version INTEGER NOT NULL,
    known_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP NOT NULL,
    mentions BIGINT NOT NULL
);
