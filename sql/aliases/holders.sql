-- Whom a handle named, the latest holder first. Parameters: $handle (VARCHAR, UUID form).
-- Columns: person (VARCHAR, UUID form), first_at, last_at (TIMESTAMP, UTC, null where unknown). Grain: one person.
SELECT
    person_pseudonym::VARCHAR AS person,
    first_at,
    last_at
FROM people_aliases
WHERE handle_pseudonym = $handle::UUID
ORDER BY last_at DESC NULLS LAST, person_pseudonym
