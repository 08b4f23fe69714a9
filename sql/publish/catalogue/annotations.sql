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
WHERE state = 'present';

COMMENT ON VIEW annotations IS 'What persons noted beside the data, such as a change of a collector. Latest version; withdrawn ones are left out.';
COMMENT ON COLUMN annotations.annotation_id IS 'Identity of the annotation.';
COMMENT ON COLUMN annotations.version IS 'Number of this version; 1 is the first.';
COMMENT ON COLUMN annotations.known_at IS 'When this version was written (UTC).';
COMMENT ON COLUMN annotations.since IS 'Event time that it is about, or begins with (UTC).';
COMMENT ON COLUMN annotations.until IS 'Event time at which what it is about ended (UTC); null for a moment.';
COMMENT ON COLUMN annotations.about IS 'What it belongs to, such as surge:ID or cluster:ID; null: the timeline as a whole.';
COMMENT ON COLUMN annotations.note IS 'The note, in the person''s words.';
COMMENT ON COLUMN annotations.author IS 'Who wrote it.';
COMMENT ON COLUMN annotations.state IS 'present; in annotations_versions also withdrawn.';
