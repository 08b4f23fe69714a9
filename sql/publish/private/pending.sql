-- Where the next cut ends: as many batches as hold $limit accepted events, at least one; and how many wait in all.
-- Parameters: $published (BIGINT): last published batch, $limit (BIGINT): events.
-- Columns: last (BIGINT, null when nothing waits), newest (BIGINT), events (BIGINT): accepted events that wait. Grain: one row.
WITH waiting AS (
    SELECT
        batch,
        accepted,
        sum(accepted) OVER (ORDER BY batch) AS total,
        row_number() OVER (ORDER BY batch) AS place
    FROM batches
    WHERE batch > $published
)

SELECT
    max(batch) FILTER (total <= $limit OR place = 1) AS "last",
    max(batch) AS newest,
    coalesce(sum(accepted), 0)::BIGINT AS events
FROM waiting
