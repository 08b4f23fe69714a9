-- Question: How large a share of the targets, and of the requests, concerns women?
-- Method: Per source of the declared gender, since a self-declaration and a classifier are different measurements: share of women among
--   those whose gender this source declares, with its 95 % Wilson score interval (Wilson 1927). The row of all sources gives bounds:
--   every unknown one as not a woman, or as one.
-- Caveats: Gender is as declared, never inferred here. Sources cover different people, so their shares are not comparable without a word
--   on whom they cover. Requests about one target are not independent: read the interval of requests as too narrow. A target that a
--   source declares differently over time counts by the last declaration of that source.
-- Study: 81 % of the people shown present as women (AI Forensics, 25 December 2025 to 1 January 2026).
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising.
-- Columns: unit (VARCHAR): targets or requests; source (VARCHAR): self_declared, registry, classifier, provider, undeclared where a
--   gender has no source, or all; total (BIGINT): of the period, with a known target; known (BIGINT): whose gender is declared by this
--   source; women (BIGINT): of these; share, low, high (DOUBLE, 0 to 1): women of known, null without any; share_min, share_max (DOUBLE,
--   0 to 1): of total with unknown as no or yes, for all only.
-- Grain: one unit and source.
WITH asked AS (
    SELECT
        target_id,
        occurred_at,
        target_gender,
        CASE WHEN target_gender <> 'unknown' THEN coalesce(target_gender_source, 'undeclared') END AS source
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND request_class = $request_class::VARCHAR
        AND NOT is_self
        AND target_id IS NOT NULL
),

sourced AS (
    SELECT target_id, source, target_gender, occurred_at FROM asked WHERE source IS NOT NULL
    UNION ALL
    SELECT target_id, 'all' AS source, target_gender, occurred_at FROM asked
),

target_genders AS (
    SELECT
        source,
        target_id,
        arg_max(
            target_gender, (target_gender <> 'unknown', occurred_at, target_gender)
        ) AS target_gender
    FROM sourced
    GROUP BY source, target_id
),

units AS (
    SELECT 'targets' AS unit, source, target_gender FROM target_genders
    UNION ALL
    SELECT 'requests' AS unit, source, target_gender FROM sourced
),

counted AS (
    SELECT
        unit,
        source,
        count(*) FILTER (target_gender <> 'unknown') AS known,
        count(*) FILTER (target_gender = 'woman') AS women
    FROM units
    GROUP BY unit, source
),

totals AS (
    SELECT unit, count(*) AS total FROM units WHERE source = 'all' GROUP BY unit
),

rated AS (
    SELECT
        counted.*,
        totals.total AS total,
        counted.women / nullif(counted.known, 0) AS share,
        1.959963984540054 AS z
    FROM counted
    INNER JOIN totals ON counted.unit = totals.unit
),

bounded AS (
    SELECT
        *,
        (share + z * z / (2 * known)) / (1 + z * z / known) AS centre,
        z * sqrt(share * (1 - share) / known + z * z / (4 * known * known)) / (1 + z * z / known) AS half_width
    FROM rated
)

SELECT
    unit,
    source,
    total,
    known,
    women,
    round(share, 6) AS share,
    CASE WHEN known > 0 THEN round(greatest(0, centre - half_width), 6) END AS low,
    CASE WHEN known > 0 THEN round(least(1, centre + half_width), 6) END AS high,
    CASE WHEN source = 'all' THEN round(women / total, 6) END AS share_min,
    CASE WHEN source = 'all' THEN round((women + total - known) / total, 6) END AS share_max
FROM bounded
ORDER BY unit DESC, source = 'all', source
