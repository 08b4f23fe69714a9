-- Register one segment. Parameters: as the columns of segments.
INSERT INTO segments BY NAME
SELECT
    $path AS path,
    $relation AS relation,
    $partition AS partition,
    $first_at AS first_at,
    $last_at AS last_at,
    $row_count AS row_count,
    $byte_count AS byte_count,
    $created_at AS created_at
