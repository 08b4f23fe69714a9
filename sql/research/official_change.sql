-- Question: Did what a platform declared to the EU change at a date, compared with all other dates?
-- Method: Statements of one category in the $days days from the date, and on the same weekdays one week before (for 7 days: the 7 days that
--   end a day before the date). The change is the ratio after / before, on a log scale with 0.5 added to both. The placebo is the same ratio
--   at every other date whose windows share no day with the measure's and whose coverage is comparable. p = (1 + placebo dates with at
--   least as large a change) / (1 + placebo dates); interval: the change less the 2.5 % and 97.5 % quantiles of the placebo.
-- Caveats: The database counts decisions that the platform filed, not cases; never add it to moderations. Categories were renamed from
--   July 2025, by each platform on its own day: windows on both sides of its change, or in it, are not comparable, so a category that
--   begins is no surge. Windows overlap: disjoint_windows is the most that could be apart, and p below smallest_p claims too much. A
--   platform's days without any statement are no zeros but missing. One category and date; for several correct p, as by Holm.
-- Catalogues: analyst, research.
-- Parameters: $platform (VARCHAR) = X; $category (VARCHAR) = STATEMENT_CATEGORY_CYBER_VIOLENCE; $measure_at (TIMESTAMP, UTC): its day begins the
--   period after; $days (BIGINT, 1 to 7) = 2: length of a window.
-- Columns: role (VARCHAR): measure, placebo or left_out; day (DATE): begins the period after; before, after (BIGINT): statements, null where
--   a day is missing; ratio (DOUBLE): after / before, null where not comparable; ratio_low, ratio_high (DOUBLE): interval of the measure's;
--   p_value (DOUBLE, 0 to 1): of the measure; placebo_dates (BIGINT): on the measure's row, as the next two; disjoint_windows (BIGINT): most
--   windows that share no day; smallest_p (DOUBLE, 0 to 1): 1 / (1 + disjoint_windows); why (VARCHAR): why there is no figure, else null:
--   missing_days, taxonomy_changed, shares_days or too_few_dates (below 14).
-- Grain: one date, the measure first.
WITH settings AS (
    SELECT
        $measure_at::DATE AS measured,
        greatest(1, least(7, $days::BIGINT))::INTEGER AS width,
        CASE WHEN $days::BIGINT >= 7 THEN 8 ELSE 7 END AS back
),

eras AS (
    SELECT
        CASE WHEN bool_or(taxonomy = 'from July 2025') THEN max(day) FILTER (taxonomy = 'before July 2025') ELSE DATE '9999-01-01' END AS last_old,
        CASE WHEN bool_or(taxonomy = 'before July 2025') THEN min(day) FILTER (taxonomy = 'from July 2025') ELSE DATE '0001-01-01' END AS first_new
    FROM official_statements
    WHERE platform = $platform::VARCHAR
),

days AS (
    SELECT
        official_statements.day AS day,
        coalesce(
            sum(official_statements.statements) FILTER (
                official_statements.breakdown = 'category' AND official_statements."value" = $category::VARCHAR
            ),
            0
        )::BIGINT AS statements
    FROM official_statements
    WHERE official_statements.platform = $platform::VARCHAR
    GROUP BY official_statements.day
),

dates AS (
    SELECT measured AS day
    FROM settings
    UNION
    SELECT day
    FROM days
),

windows AS (
    SELECT
        dates.day AS day,
        count(*) FILTER (days.day >= dates.day) AS days_after,
        count(*) FILTER (days.day < dates.day) AS days_before,
        sum(days.statements) FILTER (days.day >= dates.day)::BIGINT AS after,
        sum(days.statements) FILTER (days.day < dates.day)::BIGINT AS before
    FROM dates
    CROSS JOIN settings
    INNER JOIN days
        ON
            days.day BETWEEN dates.day AND dates.day + (settings.width - 1)
            OR days.day BETWEEN dates.day - settings.back AND dates.day - settings.back + (settings.width - 1)
    GROUP BY dates.day
),

judged AS (
    SELECT
        dates.day AS day,
        CASE WHEN windows.days_after = settings.width THEN windows.after END AS after,
        CASE WHEN windows.days_before = settings.width THEN windows.before END AS before,
        dates.day = settings.measured AS is_measure,
        dates.day - settings.back >= eras.first_new AS is_new,
        ln((windows.after + 0.5) / (windows.before + 0.5)) AS delta,
        CASE
            WHEN dates.day - settings.back < eras.first_new AND dates.day + settings.width - 1 > eras.last_old THEN 'taxonomy_changed'
            WHEN windows.days_after IS DISTINCT FROM settings.width OR windows.days_before IS DISTINCT FROM settings.width THEN 'missing_days'
            WHEN dates.day = settings.measured THEN NULL
            WHEN
                abs(dates.day - settings.measured) < settings.width
                OR abs(abs(dates.day - settings.measured) - settings.back) < settings.width
                THEN 'shares_days'
        END AS why
    FROM dates
    CROSS JOIN settings
    CROSS JOIN eras
    LEFT JOIN windows ON dates.day = windows.day
),

compared AS (
    SELECT
        judged.*,
        CASE
            WHEN judged.why IS NULL AND NOT judged.is_measure AND judged.is_new IS DISTINCT FROM measure.is_new THEN 'taxonomy_changed'
            ELSE judged.why
        END AS reason,
        measure.delta AS measured_delta
    FROM judged
    LEFT JOIN (SELECT is_new, delta FROM judged WHERE is_measure AND why IS NULL) AS measure ON true
),

placebo AS (
    SELECT
        count(*) AS dates,
        count(*) FILTER (abs(delta) >= abs(measured_delta) - 1e-12) AS as_large,
        quantile_cont(delta, 0.025) AS low,
        quantile_cont(delta, 0.975) AS high
    FROM compared
    WHERE NOT is_measure AND reason IS NULL AND measured_delta IS NOT NULL
),

used AS (
    SELECT count(DISTINCT days.day) // (2 * any_value(settings.width)) AS disjoint
    FROM compared
    CROSS JOIN settings
    INNER JOIN days
        ON
            days.day BETWEEN compared.day AND compared.day + (settings.width - 1)
            OR days.day BETWEEN compared.day - settings.back AND compared.day - settings.back + (settings.width - 1)
    WHERE NOT compared.is_measure AND compared.reason IS NULL AND compared.measured_delta IS NOT NULL
),

figures AS (
    SELECT
        compared.*,
        placebo.dates AS dates,
        placebo.as_large AS as_large,
        placebo.low AS low,
        placebo.high AS high,
        coalesce(used.disjoint, 0) AS disjoint,
        compared.is_measure AND compared.reason IS NULL AND placebo.dates >= 14 AS is_told,
        CASE WHEN compared.is_measure AND compared.reason IS NULL AND placebo.dates < 14 THEN 'too_few_dates' ELSE compared.reason END AS why_not
    FROM compared
    CROSS JOIN placebo
    CROSS JOIN used
)

SELECT
    CASE
        WHEN is_measure THEN 'measure'
        WHEN why_not IS NULL AND measured_delta IS NOT NULL THEN 'placebo'
        ELSE 'left_out'
    END AS role,
    day,
    before,
    after,
    CASE WHEN why_not IS NULL THEN exp(delta) END AS ratio,
    CASE WHEN is_told THEN exp(delta - high) END AS ratio_low,
    CASE WHEN is_told THEN exp(delta - low) END AS ratio_high,
    CASE WHEN is_told THEN (1 + as_large) / (1 + dates) END AS p_value,
    CASE WHEN is_measure THEN dates END AS placebo_dates,
    CASE WHEN is_measure THEN disjoint END AS disjoint_windows,
    CASE WHEN is_measure THEN 1 / (1 + disjoint) END AS smallest_p,
    why_not AS why
FROM figures
ORDER BY is_measure DESC, day
