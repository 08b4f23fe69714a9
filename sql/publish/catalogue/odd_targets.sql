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
