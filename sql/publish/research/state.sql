-- What the research catalogue in use holds of each month. Columns: month, release, published_at, finished, held_back, fingerprint.
-- Grain: one month. Named one by one: an earlier format has more.
SELECT "month", release, published_at, finished, held_back, fingerprint
FROM releases
ORDER BY "month"
