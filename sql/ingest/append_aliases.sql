-- Keep the aliases of a batch; a known one is only widened, so that the same batch twice changes nothing. Parameters: $known_at (TIMESTAMP, UTC). Reads the registered frame new_aliases.
INSERT INTO people_aliases BY NAME
SELECT *, $known_at AS known_at
FROM new_aliases
ON CONFLICT (handle_pseudonym, person_pseudonym) DO UPDATE SET
    first_at = least(people_aliases.first_at, excluded.first_at),
    last_at = greatest(people_aliases.last_at, excluded.last_at)
WHERE
    least(people_aliases.first_at, excluded.first_at) IS DISTINCT FROM people_aliases.first_at
    OR greatest(people_aliases.last_at, excluded.last_at) IS DISTINCT FROM people_aliases.last_at
