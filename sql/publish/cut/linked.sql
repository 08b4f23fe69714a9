-- Answers that the cut brings to a mention: its generations whose mention is known, and waiting ones whose mention came now.
-- answer_rank: sql/publish/answer_rank.
-- Columns: mention_id (UUID), mention_at (TIMESTAMP, UTC), answer_rank (HUGEINT), outcome (VARCHAR). Grain: one answer.
CREATE OR REPLACE TEMP TABLE linked AS
WITH met AS (
    SELECT event_id, occurred_at FROM new_mentions
    UNION ALL
    SELECT event_id, occurred_at FROM old_mentions
)

SELECT
    made.mention_id,
    met.occurred_at AS mention_at,
    answer_rank(made.occurred_at, made.ingested_at, made.outcome) AS answer_rank,
    made.outcome
FROM new_generations AS made
INNER JOIN met ON made.mention_id = met.event_id
UNION ALL
SELECT
    waiting.mention_id,
    come.occurred_at AS mention_at,
    waiting.answer_rank,
    waiting.outcome
FROM waiting_answers AS waiting
INNER JOIN new_mentions AS come ON waiting.mention_id = come.event_id
