-- When the cut's generations that answer published mentions were made; the tails are left to a wider search.
-- Columns: since, until (TIMESTAMP). Grain: one row, null when there are none.
SELECT
    quantile_disc(occurred_at, 0.02) AS since,
    quantile_disc(occurred_at, 0.98) AS until
FROM new_generations
WHERE mention_id IN (SELECT mention_id FROM known_ids)
