-- All answers whose mention is known, in the order of their mention's time. answer_rank: sql/publish/answer_rank.
-- Parameters: $last (BIGINT): last batch.
INSERT INTO answers BY NAME
SELECT
    made.mention_id,
    mentions.occurred_at AS mention_at,
    answer_rank(made.occurred_at, made.ingested_at, made.outcome) AS answer_rank,
    made.outcome
FROM generations AS made
INNER JOIN mentions ON made.mention_id = mentions.event_id
WHERE made.batch <= $last AND mentions.batch <= $last
ORDER BY mention_at
