-- Generations of the cut whose mention is not known yet wait for it. answer_rank: sql/publish/answer_rank.
INSERT INTO waiting_answers BY NAME
SELECT
    mention_id,
    answer_rank(occurred_at, ingested_at, outcome) AS answer_rank,
    outcome
FROM new_generations
WHERE
    mention_id IS NOT NULL
    AND mention_id NOT IN (SELECT event_id FROM new_mentions)
    AND mention_id NOT IN (SELECT event_id FROM old_mentions)
