-- All answers whose mention is known, in the order of their mention's time. answer_rank as in cut/linked.
-- Parameters: $last (BIGINT): last batch.
INSERT INTO answers BY NAME
SELECT
    made.mention_id,
    mentions.occurred_at AS mention_at,
    (epoch_us(made.occurred_at)::HUGEINT << 72)
    + (epoch_us(made.ingested_at)::HUGEINT << 20)
    + (list_position(['error', 'fulfilled', 'partial', 'refused'], made.outcome)::HUGEINT << 17) AS answer_rank,
    made.outcome
FROM generations AS made
INNER JOIN mentions ON made.mention_id = mentions.event_id
WHERE made.batch <= $last AND mentions.batch <= $last
ORDER BY mention_at
