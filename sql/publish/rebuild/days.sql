-- Days that hold rows, of event time or of ingest's clock. Parameters: $last (BIGINT): last batch.
-- Columns: on_day (DATE), row_count (BIGINT). Grain: one day.
WITH moments AS (
    SELECT occurred_at AS moment FROM mentions WHERE batch <= $last
    UNION ALL
    SELECT occurred_at AS moment FROM generations WHERE batch <= $last
    UNION ALL
    SELECT occurred_at AS moment FROM moderations WHERE batch <= $last
    UNION ALL
    SELECT committed_at AS moment FROM batches WHERE batch <= $last
    UNION ALL
    SELECT known_at AS moment FROM people_aliases WHERE batch <= $last
    UNION ALL
    SELECT received_at AS moment FROM dead_letters WHERE batch <= $last
)

SELECT
    moment::DATE AS on_day,
    count(*) AS row_count
FROM moments
GROUP BY on_day
ORDER BY on_day
