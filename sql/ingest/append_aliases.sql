-- Keep the aliases of a batch; a known one is only widened, so that the same batch twice changes nothing.
-- Parameters: $known_at (TIMESTAMP, UTC); $batch (BIGINT): the batch that wrote or widened them. Reads the registered frame new_aliases.
INSERT INTO people_aliases BY NAME
SELECT
    *,
    $known_at AS known_at,
    $batch AS batch
FROM new_aliases
ON CONFLICT (handle_pseudonym, person_pseudonym) DO UPDATE SET
    first_at = least(people_aliases.first_at, excluded.first_at),
    last_at = greatest(people_aliases.last_at, excluded.last_at),
    batch = excluded.batch
WHERE
    least(people_aliases.first_at, excluded.first_at) IS DISTINCT FROM people_aliases.first_at
    OR greatest(people_aliases.last_at, excluded.last_at) IS DISTINCT FROM people_aliases.last_at
