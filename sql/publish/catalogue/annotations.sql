-- Annotations that stand, latest version. Grain: one annotation.
CREATE VIEW annotations AS
SELECT
    annotation_id,
    version,
    known_at,
    since,
    until,
    about,
    note,
    author,
    state
FROM (
    SELECT *
    FROM files.annotations
    QUALIFY row_number() OVER (PARTITION BY annotation_id ORDER BY version DESC) = 1
)
WHERE state = 'present'
