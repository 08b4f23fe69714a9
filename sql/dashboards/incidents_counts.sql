-- How many incidents stand open or acknowledged now, by rota and severity; merged and suppressed ones left out, but not those
-- that one page stands for (kind brake).
-- Parameters: none.
-- Columns: rota, severity, state (VARCHAR); incidents (BIGINT); oldest_at (TIMESTAMP, UTC): when the oldest of them was opened.
-- Grain: one rota, severity and state.
SELECT
    rota,
    severity,
    state,
    count(*) AS incidents,
    min(opened_at) AS oldest_at
FROM incidents
WHERE
    state <> 'resolved'
    AND merged_into IS NULL
    AND (suppressed_by IS NULL OR parent_id IN (SELECT incident_id FROM incidents WHERE kind = 'brake'))
GROUP BY rota, severity, state
ORDER BY rota, severity, state
