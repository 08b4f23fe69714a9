-- Published batches of one span of ingest's clock. Variables: since, until (TIMESTAMP, UTC, half-open), last (BIGINT). Grain: one batch.
CREATE OR REPLACE TEMP VIEW new_batches AS
SELECT *
FROM batches
WHERE
    committed_at >= getvariable('since')::TIMESTAMP
    AND committed_at < getvariable('until')::TIMESTAMP
    AND batch <= getvariable('last')::BIGINT
