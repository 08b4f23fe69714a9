-- Which log a position belongs to, and what did not fit.
-- `log_id` is Kafka's id of the topic: a topic that is deleted and made anew under its name gets another, and is read from
-- its start. Null: stored before ids were kept, or by a broker that gives none; the first read adopts the present id.

ALTER TABLE positions ADD COLUMN log_id VARCHAR;
ALTER TABLE positions ADD COLUMN leader_epoch INTEGER;

-- A log that did not fit the position of the database. Append-only.
-- `reason`: recreated, cut or retention. `wanted`: the position; `start`: where it was read on. `lost`: messages gone before they were read, at most.
CREATE TABLE stream_changes (
    known_at TIMESTAMP NOT NULL,
    topic VARCHAR NOT NULL,
    partition INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    log_id VARCHAR,
    wanted BIGINT NOT NULL,
    start BIGINT NOT NULL,
    lost BIGINT NOT NULL
);
