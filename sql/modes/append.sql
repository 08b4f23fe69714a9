-- A folder begins to send, or to keep quiet. Parameters: $known_at (TIMESTAMP, UTC); $folder, $mode, $reason, $what (VARCHAR);
--   $neighbour, $actor, $comment (VARCHAR, may be null); $live_at (TIMESTAMP, UTC, may be null).
INSERT INTO service_modes BY NAME
SELECT
    $known_at::TIMESTAMP AS known_at,
    $folder::VARCHAR AS folder,
    $mode::VARCHAR AS mode,
    $reason::VARCHAR AS reason,
    $neighbour::VARCHAR AS neighbour,
    $actor::VARCHAR AS actor,
    $comment::VARCHAR AS comment,
    $live_at::TIMESTAMP AS live_at,
    $what::VARCHAR AS what
