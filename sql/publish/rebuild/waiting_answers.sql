-- All answers whose mention is not known yet. answer_rank as in cut/linked. Parameters: $last (BIGINT): last batch.
INSERT INTO waiting_answers BY NAME
SELECT
    made.mention_id,
    (epoch_us(made.occurred_at)::HUGEINT << 72)
    + (epoch_us(made.ingested_at)::HUGEINT << 20)
    + (list_position(['error', 'fulfilled', 'partial', 'refused'], made.outcome)::HUGEINT << 17) AS answer_rank,
    made.outcome
FROM generations AS made
WHERE
    made.batch <= $last
    AND made.mention_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM mentions WHERE mentions.event_id = made.mention_id AND mentions.batch <= $last)
