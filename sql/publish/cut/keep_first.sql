-- Remember when the cut's targets were first asked about, for later cuts.
INSERT INTO first_asked BY NAME
SELECT
    target_id,
    first_at
FROM first_changes
WHERE targets > 0
