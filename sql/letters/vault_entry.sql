-- One sealed original. Parameters: $pseudonym (VARCHAR, UUID form). Columns: pseudonym, space, sealed, sealed_at. Grain: one row a pseudonym.
SELECT
    pseudonym::VARCHAR AS pseudonym,
    space,
    sealed,
    sealed_at
FROM vault
WHERE pseudonym::VARCHAR = $pseudonym
