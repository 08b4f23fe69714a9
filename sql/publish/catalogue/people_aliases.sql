-- Aliases of people. Grain: one handle and person.
-- Segments hold an alias again where a later batch widened its dates: those of `files.people_aliases_settled` overlap no other segment in
-- time, so their rows are final as they stand; the others are joined.
CREATE VIEW people_aliases AS
SELECT
    handle_pseudonym,
    person_pseudonym,
    first_at,
    last_at,
    known_at
FROM files.people_aliases_settled
UNION ALL
SELECT
    handle_pseudonym,
    person_pseudonym,
    min(first_at) AS first_at,
    max(last_at) AS last_at,
    known_at
FROM files.people_aliases_open
GROUP BY handle_pseudonym, person_pseudonym, known_at
