-- Handles whose aliases are new or have other dates since rows were last resolved. Columns: handle (UUID). Grain: one handle.
CREATE OR REPLACE TEMP TABLE wanted_handles AS
SELECT DISTINCT handle_pseudonym AS handle
FROM people_aliases
WHERE batch > coalesce((SELECT value::BIGINT FROM facts WHERE name = 'aliases_resolved'), -1)
