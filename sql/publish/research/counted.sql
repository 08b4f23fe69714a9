-- Events of the month that the catalogue in use holds. Reads the variables since, until. Columns: mentions, generations, moderations (BIGINT).
-- Grain: one row.
SELECT
    (SELECT count(*) FROM mentions WHERE occurred_at >= getvariable('since') AND occurred_at < getvariable('until')) AS mentions,
    (SELECT count(*) FROM generations WHERE occurred_at >= getvariable('since') AND occurred_at < getvariable('until')) AS generations,
    (SELECT count(*) FROM moderations WHERE occurred_at >= getvariable('since') AND occurred_at < getvariable('until')) AS moderations
