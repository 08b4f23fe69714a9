-- Days that the cut touches, by what they are counted from. Columns: source (VARCHAR), on_day (DATE), row_count (BIGINT).
-- Grain: one source and day.
SELECT 'mentions' AS source, occurred_at::DATE AS on_day, count(*) AS row_count FROM new_mentions GROUP BY ALL
UNION ALL
SELECT 'generations' AS source, occurred_at::DATE AS on_day, count(*) AS row_count FROM new_generations GROUP BY ALL
UNION ALL
SELECT 'moderations' AS source, occurred_at::DATE AS on_day, count(*) AS row_count FROM new_moderations GROUP BY ALL
UNION ALL
SELECT 'requests' AS source, occurred_at::DATE AS on_day, count(*) AS row_count FROM changes GROUP BY ALL
UNION ALL
SELECT 'first_asked' AS source, first_at::DATE AS on_day, count(*) AS row_count FROM first_changes GROUP BY ALL
UNION ALL
SELECT 'batches' AS source, committed_at::DATE AS on_day, count(*) AS row_count FROM new_batches GROUP BY ALL
UNION ALL
SELECT 'people_aliases' AS source, known_at::DATE AS on_day, count(*) AS row_count FROM new_people_aliases GROUP BY ALL
UNION ALL
SELECT 'letters' AS source, received_at::DATE AS on_day, count(*) AS row_count FROM new_letters GROUP BY ALL
ORDER BY source, on_day
