-- Targets first asked about in one span of event time. Variables: since, until (TIMESTAMP, UTC, half-open). Grain: one target.
CREATE OR REPLACE TEMP VIEW first_changes AS
SELECT
    target_id,
    first_at,
    1 AS targets
FROM first_asked
WHERE
    first_at >= getvariable('since')::TIMESTAMP
    AND first_at < getvariable('until')::TIMESTAMP
