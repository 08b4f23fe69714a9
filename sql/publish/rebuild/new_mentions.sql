-- Published mentions of one span of event time, under the name that sql/publish/segments reads. A view takes no parameters, so it
-- reads variables: since, until (TIMESTAMP, UTC, half-open), last (BIGINT): last batch. Grain: one of mentions.
CREATE OR REPLACE TEMP VIEW new_mentions AS
SELECT *
FROM mentions
WHERE
    occurred_at >= getvariable('since')::TIMESTAMP
    AND occurred_at < getvariable('until')::TIMESTAMP
    AND batch <= getvariable('last')::BIGINT
