-- Mentions left out of the counts of targets. Grain: one hour.
CREATE VIEW mentions_left_out AS
SELECT
    "hour",
    version,
    known_at,
    decided_at,
    mentions
FROM files.mentions_left_out
QUALIFY row_number() OVER (PARTITION BY "hour" ORDER BY version DESC) = 1;

COMMENT ON VIEW mentions_left_out IS 'Mentions that left the windows of surges of targets early, for want of memory: the counts of much asked, long known targets are too low then. Empty in the ordinary case.';
COMMENT ON COLUMN mentions_left_out."hour" IS 'Start of the hour of event time (UTC) in which they left.';
COMMENT ON COLUMN mentions_left_out.version IS 'Number of this version of the row; 1 is the first.';
COMMENT ON COLUMN mentions_left_out.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN mentions_left_out.decided_at IS 'Event time (UTC) of the step that wrote it.';
COMMENT ON COLUMN mentions_left_out.mentions IS 'How many.';
