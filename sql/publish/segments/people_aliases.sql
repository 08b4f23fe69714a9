-- Aliases that the cut brings or whose dates it widens. Columns: as the view people_aliases. Grain: one handle and person.
SELECT
    handle_pseudonym,
    person_pseudonym,
    first_at,
    last_at,
    known_at
FROM new_people_aliases
