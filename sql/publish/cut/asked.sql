-- Targets that the cut asks about, requests about oneself left out. Columns: target_id (UUID); first_at (TIMESTAMP, UTC): first of the cut.
-- Grain: one target.
CREATE OR REPLACE TEMP TABLE asked AS
SELECT
    target_id,
    min(occurred_at) AS first_at
FROM new_mentions
WHERE NOT is_self AND target_id IS NOT NULL
GROUP BY target_id
