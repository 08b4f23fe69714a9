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
QUALIFY row_number() OVER (PARTITION BY silence_id ORDER BY version DESC) = 1;

COMMENT ON VIEW silences IS 'One row a silence: no page for what matches. Latest version.';
COMMENT ON COLUMN silences.silence_id IS 'Identity of the silence.';
COMMENT ON COLUMN silences.version IS 'Number of this version; 1 is the first.';
COMMENT ON COLUMN silences.known_at IS 'When this version was written (UTC).';
COMMENT ON COLUMN silences.matchers IS 'JSON: field to value or list of values; all must match.';
COMMENT ON COLUMN silences.starts_at IS 'From when (UTC).';
COMMENT ON COLUMN silences.expires_at IS 'Until when (UTC).';
COMMENT ON COLUMN silences.actor IS 'Who made it.';
COMMENT ON COLUMN silences.reason IS 'Why.';
COMMENT ON COLUMN silences.warned_at IS 'When its coming end was announced (UTC).';
COMMENT ON COLUMN silences.ended_at IS 'When it was taken back early (UTC), else null.';
COMMENT ON COLUMN silences.ended_by IS 'Who took it back.';
