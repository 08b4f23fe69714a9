-- Different targets and accounts over time by one breakdown, in a period and in an earlier one; the rarest values as one.
-- Requests about oneself are left out. From the mentions themselves: different people cannot be summed.
-- With $one_in = 16 one in 16 people is looked at, as people_sample holds them, and their number scaled up.
-- Parameters: as sql/dashboards/explore_requests: $before_since, $before_until, $since, $until (TIMESTAMP, UTC), $step_seconds (BIGINT; 0
--   takes a period as one step), $origin (TIMESTAMP, UTC), $breakdown (VARCHAR, but for outcome), $top (BIGINT), $request_class, $platform,
--   $jurisdiction, $gender_source (VARCHAR); $who (VARCHAR: targets, accounts); $one_in (BIGINT: 1 or 16).
-- Columns: period (VARCHAR: before, now); at (TIMESTAMP, UTC): start of the step; series (VARCHAR, null where not declared); rest (BOOLEAN): the
--   values beyond $top together; people (BIGINT).
-- Grain: one period, step and value.
WITH held AS (
    SELECT
        occurred_at,
        platform,
        jurisdiction,
        account_id,
        target_id,
        generator,
        "language",
        request_class,
        target_gender,
        target_gender_source,
        target_is_public_figure
    FROM mentions
    WHERE $one_in::BIGINT = 1 AND NOT is_self AND ($who::VARCHAR = 'accounts' OR target_id IS NOT NULL)
    UNION ALL
    SELECT
        occurred_at,
        platform,
        jurisdiction,
        account_id,
        target_id,
        generator,
        "language",
        request_class,
        target_gender,
        target_gender_source,
        target_is_public_figure
    FROM people_sample
    WHERE $one_in::BIGINT = 16 AND CASE WHEN $who::VARCHAR = 'accounts' THEN account_drawn ELSE target_drawn END
),

picked AS (
    SELECT
        occurred_at >= $since::TIMESTAMP AS later,
        CASE
            WHEN $step_seconds::BIGINT > 0 THEN time_bucket(
                to_seconds(greatest($step_seconds::BIGINT, 1)),
                occurred_at,
                CASE
                    WHEN occurred_at >= $since::TIMESTAMP THEN $origin::TIMESTAMP
                    ELSE $origin::TIMESTAMP - ($since::TIMESTAMP - $before_since::TIMESTAMP)
                END
            )
            WHEN occurred_at >= $since::TIMESTAMP THEN $since::TIMESTAMP
            ELSE $before_since::TIMESTAMP
        END AS "at",
        CASE $breakdown::VARCHAR
            WHEN 'none' THEN 'all'
            WHEN 'request_class' THEN request_class
            WHEN 'language' THEN lower(split_part("language", '-', 1))
            WHEN 'jurisdiction' THEN jurisdiction
            WHEN 'target_gender' THEN target_gender
            WHEN 'gender_source' THEN target_gender_source
            WHEN 'public_figure' THEN CASE WHEN target_is_public_figure THEN 'yes' WHEN NOT target_is_public_figure THEN 'no' END
            WHEN 'platform' THEN platform
            WHEN 'generator' THEN generator
        END AS found,
        CASE WHEN $who::VARCHAR = 'accounts' THEN account_id ELSE target_id END AS person_id
    FROM held
    WHERE
        (
            (occurred_at >= $since::TIMESTAMP AND occurred_at < $until::TIMESTAMP)
            OR (occurred_at >= $before_since::TIMESTAMP AND occurred_at < $before_until::TIMESTAMP)
        )
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
        AND ($platform::VARCHAR IS NULL OR platform = $platform::VARCHAR)
        AND ($jurisdiction::VARCHAR IS NULL OR jurisdiction = $jurisdiction::VARCHAR)
        AND ($gender_source::VARCHAR IS NULL OR target_gender_source = $gender_source::VARCHAR)
),

ranked AS (
    SELECT
        found,
        row_number() OVER (ORDER BY count(*) FILTER (later) DESC, count(*) DESC, found NULLS LAST) AS place
    FROM picked
    GROUP BY found
)

SELECT
    CASE WHEN picked.later THEN 'now' ELSE 'before' END AS period,
    picked."at" AS "at",
    CASE WHEN ranked.place <= $top::BIGINT THEN picked.found END AS series,
    ranked.place > $top::BIGINT AS rest,
    (count(DISTINCT picked.person_id) * $one_in::BIGINT)::BIGINT AS people
FROM picked
INNER JOIN ranked ON picked.found IS NOT DISTINCT FROM ranked.found
GROUP BY ALL
ORDER BY period, "at", rest, series NULLS LAST
