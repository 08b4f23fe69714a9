-- The view {new}, which sql/publish/segments reads: rows of {table} of one span of {time}. A view takes no parameters, so it reads
-- variables: since, until (TIMESTAMP, UTC, half-open), last (BIGINT): last batch. Grain: as that table.
CREATE OR REPLACE TEMP VIEW {new} AS
SELECT *
FROM {table}
WHERE
    {time} >= getvariable('since')::TIMESTAMP
    AND {time} < getvariable('until')::TIMESTAMP
    AND batch <= getvariable('last')::BIGINT
