-- Those of answered_ids whose mention is published. Reads the registered frame known (hash: UBIGINT). Columns: mention_id (UUID).
-- Grain: one mention.
CREATE OR REPLACE TEMP TABLE known_ids AS
SELECT mention_id
FROM answered_ids
WHERE hash IN (SELECT hash FROM known)
