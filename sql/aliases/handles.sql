-- Every handle of which an alias is known. Columns: hash (UBIGINT): leading 64 bits of its pseudonym. Grain: one handle.
SELECT DISTINCT (handle_pseudonym::UHUGEINT >> 64)::UBIGINT AS hash
FROM people_aliases
