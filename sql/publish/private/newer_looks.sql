-- Whether somebody looked for minors in events of before the present month that came after a batch. Parameters: $batch (BIGINT): the batch;
-- $month (TIMESTAMP, UTC): begin of the present month. Columns: found (BOOLEAN). Grain: one row.
SELECT
    EXISTS (FROM mentions WHERE batch > $batch AND occurred_at < $month)
    OR EXISTS (FROM generations WHERE batch > $batch AND occurred_at < $month) AS found
