-- Requests and their final answers over time by one breakdown, in a period and in an earlier one; the rarest values as one.
-- Requests about oneself are left out.
-- Parameters: $before_since, $before_until, $since, $until (TIMESTAMP, UTC): the periods are [before_since, before_until), none where
--   these are equal, and [since, until); $step_seconds (BIGINT): length of a step, at least an hour; $origin
--   (TIMESTAMP, UTC): where one begins; $breakdown (VARCHAR: none, request_class, outcome, language, jurisdiction, target_gender,
--   gender_source, public_figure, platform, generator); $top (BIGINT): values shown by name; $request_class, $platform, $jurisdiction,
--   $gender_source (VARCHAR): null takes all.
-- Columns: period (VARCHAR: before, now); at (TIMESTAMP, UTC): start of the step; series (VARCHAR, null where not declared); rest (BOOLEAN): the
--   values beyond $top together; requests, fulfilled, partial, refused, errors, unknown, unanswered (BIGINT).
-- Grain: one period, step and value.
WITH held AS (
    SELECT * FROM requests_between($since::TIMESTAMP, $until::TIMESTAMP)
    UNION ALL
    SELECT * FROM requests_between($before_since::TIMESTAMP, $before_until::TIMESTAMP)
),

picked AS (
    SELECT
        "at" >= $since::TIMESTAMP AS later,
        "at",
        CASE $breakdown::VARCHAR
            WHEN 'none' THEN 'all'
            WHEN 'request_class' THEN request_class
            WHEN 'outcome' THEN outcome
            WHEN 'language' THEN lower(split_part("language", '-', 1))
            WHEN 'jurisdiction' THEN jurisdiction
            WHEN 'target_gender' THEN target_gender
            WHEN 'gender_source' THEN target_gender_source
            WHEN 'public_figure' THEN CASE WHEN target_is_public_figure THEN 'yes' WHEN NOT target_is_public_figure THEN 'no' END
            WHEN 'platform' THEN platform
            WHEN 'generator' THEN generator
        END AS found,
        outcome,
        requests
    FROM held
    WHERE
        NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
        AND ($platform::VARCHAR IS NULL OR platform = $platform::VARCHAR)
        AND ($jurisdiction::VARCHAR IS NULL OR jurisdiction = $jurisdiction::VARCHAR)
        AND ($gender_source::VARCHAR IS NULL OR target_gender_source = $gender_source::VARCHAR)
),

ranked AS (
    SELECT
        found,
        row_number() OVER (ORDER BY sum(requests) FILTER (later) DESC NULLS LAST, sum(requests) DESC, found NULLS LAST) AS place
    FROM picked
    GROUP BY found
)

SELECT
    CASE WHEN picked.later THEN 'now' ELSE 'before' END AS period,
    time_bucket(
        to_seconds($step_seconds::BIGINT),
        picked."at",
        CASE WHEN picked.later THEN $origin::TIMESTAMP ELSE $origin::TIMESTAMP - ($since::TIMESTAMP - $before_since::TIMESTAMP) END
    ) AS "at",
    CASE WHEN ranked.place <= $top::BIGINT THEN picked.found END AS series,
    ranked.place > $top::BIGINT AS rest,
    sum(picked.requests)::BIGINT AS requests,
    coalesce(sum(picked.requests) FILTER (picked.outcome = 'fulfilled'), 0)::BIGINT AS fulfilled,
    coalesce(sum(picked.requests) FILTER (picked.outcome = 'partial'), 0)::BIGINT AS partial,
    coalesce(sum(picked.requests) FILTER (picked.outcome = 'refused'), 0)::BIGINT AS refused,
    coalesce(sum(picked.requests) FILTER (picked.outcome = 'error'), 0)::BIGINT AS errors,
    coalesce(sum(picked.requests) FILTER (picked.outcome = 'unknown'), 0)::BIGINT AS unknown,
    coalesce(sum(picked.requests) FILTER (picked.outcome = 'unanswered'), 0)::BIGINT AS unanswered
FROM picked
INNER JOIN ranked ON picked.found IS NOT DISTINCT FROM ranked.found
GROUP BY ALL
HAVING sum(picked.requests) > 0
ORDER BY period, "at", rest, series NULLS LAST
