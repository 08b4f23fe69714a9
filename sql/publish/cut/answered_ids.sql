-- Mentions that the cut's generations answer and that are not in the cut. Columns: mention_id (UUID), hash (UBIGINT): its leading
-- 64 bits. Grain: one mention.
CREATE OR REPLACE TEMP TABLE answered_ids AS
SELECT DISTINCT
    mention_id,
    (mention_id::UHUGEINT >> 64)::UBIGINT AS hash
FROM new_generations
WHERE mention_id IS NOT NULL AND mention_id NOT IN (SELECT event_id FROM new_mentions)
