-- All answers whose mention is not known yet. answer_rank: sql/publish/answer_rank. Parameters: $last (BIGINT): last batch.
INSERT INTO waiting_answers BY NAME
SELECT
    made.mention_id,
    answer_rank(made.occurred_at, made.ingested_at, made.outcome) AS answer_rank,
    made.outcome
FROM generations AS made
WHERE
    made.batch <= $last
    AND made.mention_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM mentions WHERE mentions.event_id = made.mention_id AND mentions.batch <= $last)
