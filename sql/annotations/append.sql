-- A further version of an annotation. Parameters: $annotation_id, $note, $author, $state (VARCHAR); $known_at, $since (TIMESTAMP, UTC);
--   $until (TIMESTAMP, UTC, may be null); $about (VARCHAR, may be null).
INSERT INTO annotations BY NAME
SELECT
    $annotation_id::VARCHAR AS annotation_id,
    coalesce((SELECT max(annotations.version) FROM annotations WHERE annotations.annotation_id = $annotation_id::VARCHAR), 0) + 1 AS version,
    $known_at::TIMESTAMP AS known_at,
    $since::TIMESTAMP AS since,
    $until::TIMESTAMP AS until,
    $about::VARCHAR AS about,
    $note::VARCHAR AS note,
    $author::VARCHAR AS author,
    $state::VARCHAR AS state
