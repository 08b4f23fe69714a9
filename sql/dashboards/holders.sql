-- Whom the handles in a text name, of handles that only one person had.
-- Parameters: $handles (UBIGINT[]): leading 60 bits of their pseudonyms, as the short form holds them.
-- Columns: handle (UBIGINT): those bits; person (VARCHAR): pseudonym.
-- Grain: one handle.
SELECT
    (handle_pseudonym::UHUGEINT >> 68)::UBIGINT AS handle,
    min(person_pseudonym::VARCHAR) AS person
FROM people_aliases
WHERE list_contains($handles::UBIGINT[], (handle_pseudonym::UHUGEINT >> 68)::UBIGINT)
GROUP BY handle
HAVING count(DISTINCT person_pseudonym) = 1
ORDER BY handle
