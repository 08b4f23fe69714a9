-- Silences, latest version. Grain: one silence.
CREATE VIEW silences AS
SELECT
    silence_id,
    version,
    known_at,
    matchers,
    starts_at,
    expires_at,
    actor,
    reason,
    warned_at,
    ended_at,
    ended_by
FROM files.silences
QUALIFY row_number() OVER (PARTITION BY silence_id ORDER BY version DESC) = 1
