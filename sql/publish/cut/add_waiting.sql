-- Generations of the cut whose mention is not known yet wait for it. answer_rank as in cut/linked.
INSERT INTO waiting_answers BY NAME
SELECT
    mention_id,
    (epoch_us(occurred_at)::HUGEINT << 72)
    + (epoch_us(ingested_at)::HUGEINT << 20)
    + (list_position(['error', 'fulfilled', 'partial', 'refused'], outcome)::HUGEINT << 17) AS answer_rank,
    outcome
FROM new_generations
WHERE
    mention_id IS NOT NULL
    AND mention_id NOT IN (SELECT event_id FROM new_mentions)
    AND mention_id NOT IN (SELECT event_id FROM old_mentions)
