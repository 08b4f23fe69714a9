-- How many aliases are new or have other dates since rows were last resolved. Columns: waiting (BIGINT). Grain: one row.
SELECT count(*) AS waiting
FROM people_aliases
WHERE batch > coalesce((SELECT value::BIGINT FROM facts WHERE name = 'aliases_resolved'), -1)
