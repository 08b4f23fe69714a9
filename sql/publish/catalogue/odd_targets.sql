-- Odd targets as ranked last. Grain: one target.
CREATE VIEW odd_targets AS
SELECT
    target_id,
    version,
    known_at,
    decided_at,
    position,
    score,
    contributions
FROM files.odd_targets
WHERE decided_at = (SELECT max(decided_at) FROM files.odd_targets);

COMMENT ON VIEW odd_targets IS 'One row a target whose behaviour no single count shows, as ranked at the last full hour. A ranking, no finding: it opens no incident.';
COMMENT ON COLUMN odd_targets.target_id IS 'Pseudonym of the target.';
COMMENT ON COLUMN odd_targets.version IS 'Number of this version of the finding; 1 is the first.';
COMMENT ON COLUMN odd_targets.known_at IS 'When Veille wrote this version (UTC).';
COMMENT ON COLUMN odd_targets.decided_at IS 'Event time (UTC) of the step that decided it.';
COMMENT ON COLUMN odd_targets.position IS 'Place in the ranking; 1 is the oddest.';
COMMENT ON COLUMN odd_targets.score IS 'Score of the isolation forest; higher is odder.';
COMMENT ON COLUMN odd_targets.contributions IS 'JSON: how much each feature adds to the score.';
