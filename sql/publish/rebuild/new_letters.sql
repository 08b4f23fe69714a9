-- Dead letters of one span of ingest's clock, without what they hold. Variables: since, until (TIMESTAMP, UTC, half-open), last (BIGINT).
-- Grain: one letter.
CREATE OR REPLACE TEMP VIEW new_letters AS
SELECT received_at, event_type, rule
FROM dead_letters
WHERE
    received_at >= getvariable('since')::TIMESTAMP
    AND received_at < getvariable('until')::TIMESTAMP
    AND batch <= getvariable('last')::BIGINT
