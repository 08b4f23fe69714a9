-- Logs that did not fit the position. Grain: one partition and change.
CREATE VIEW stream_changes AS
SELECT
    known_at,
    topic,
    partition,
    reason,
    log_id,
    wanted,
    start,
    lost
FROM files.stream_changes;

COMMENT ON VIEW stream_changes IS 'One row a partition whose log on Kafka did not fit the stored position when it was read on.';
COMMENT ON COLUMN stream_changes.known_at IS 'When it was noticed (UTC).';
COMMENT ON COLUMN stream_changes.topic IS 'Topic on Kafka.';
COMMENT ON COLUMN stream_changes.partition IS 'Partition of the topic.';
COMMENT ON COLUMN stream_changes.reason IS 'recreated: the topic was deleted and made anew; cut: its log ends before the position; retention: its log begins after the position. The first two are read from the start of the log, and what was counted counts once.';
COMMENT ON COLUMN stream_changes.log_id IS 'Id of the topic on Kafka; null where the broker gives none.';
COMMENT ON COLUMN stream_changes.wanted IS 'Offset that was to be read next.';
COMMENT ON COLUMN stream_changes.start IS 'Offset at which reading went on.';
COMMENT ON COLUMN stream_changes.lost IS 'Messages that were gone before they were read, at most.';
