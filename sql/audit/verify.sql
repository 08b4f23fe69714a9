-- The chain of the audit log, recomputed. Parameters: $expected (VARCHAR, a digest that must be in it, or null).
-- Columns: row_count (BIGINT); head (VARCHAR, the last digest, null without rows); first_broken (BIGINT, number of the
-- first row that does not follow from the one before it, null where all do); expected_at (BIGINT, number of the row with
-- the expected digest). Grain: one row.
WITH linked AS (
    SELECT
        number,
        digest,
        row_number() OVER (ORDER BY number) = number
        AND digest = audit_digest(
            coalesce(lag(digest) OVER (ORDER BY number), ''), number, happened_at, actor, action, subject, reason
        ) AS sound
    FROM audit_log
)
SELECT
    count(*) AS row_count,
    arg_max(digest, number) AS head,
    min(number) FILTER (WHERE NOT sound) AS first_broken,
    min(number) FILTER (WHERE digest = $expected) AS expected_at
FROM linked
