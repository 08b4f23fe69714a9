-- Whom each of wanted_handles names, by time: a handle belongs to the person first seen with it until the next person is seen with it, and
-- before its first sighting to the first person. An alias without dates counts as the oldest. Reads wanted_handles (handle: UUID).
-- Columns: handle, person (UUID); since, until (TIMESTAMP, UTC, half-open). Grain: one handle and person.
CREATE OR REPLACE TEMP TABLE held AS
WITH seen AS (
    SELECT
        handle_pseudonym AS handle,
        person_pseudonym AS person,
        coalesce(first_at, '-infinity'::TIMESTAMP) AS first_at
    FROM people_aliases
    WHERE handle_pseudonym IN (SELECT handle FROM wanted_handles)
)

SELECT
    handle,
    person,
    CASE WHEN lag(person) OVER holders IS NULL THEN '-infinity'::TIMESTAMP ELSE first_at END AS since,
    coalesce(lead(first_at) OVER holders, 'infinity'::TIMESTAMP) AS until
FROM seen
WINDOW holders AS (PARTITION BY handle ORDER BY first_at, person)
