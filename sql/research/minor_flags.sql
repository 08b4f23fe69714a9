-- Question: How large a share of what was made shows a possible minor, given that flags are often wrong?
-- Method: Per source of the flag: share of flagged among those it looked at, with its 95 % Wilson score interval (Wilson 1927), then
--   corrected for the stated error rates of that source (Rogan and Gladen 1978): (share + specificity - 1) / (sensitivity + specificity
--   - 1), cut at 0 and 1, limits likewise.
-- Caveats: A flag is unverified: at a prevalence of 0.5 % and a specificity of 99.5 % half of all flags are false. The correction takes
--   the error rates as exact; state where they come from, and try others. Fewer than 8 flagged images or targets are suppressed. Whom
--   nobody looked at is in no share.
-- Study: 2 % look 18 or younger (AI Forensics); 101 likely children in 20,000 posts (CCDH).
-- Catalogues: analyst.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the generation; $sensitivity (DOUBLE) = 0.9: share of minors that are flagged;
--   $specificity (DOUBLE) = 0.995: share of adults that are not flagged.
-- Columns: source (VARCHAR): who or what flagged, undeclared where not said; made (BIGINT): images made in the period; examined
--   (BIGINT): of these with a flag of this source, set or not; flagged (BIGINT): set; share, low, high (DOUBLE, 0 to 1): flagged of
--   examined; corrected, corrected_low, corrected_high (DOUBLE, 0 to 1): after the correction, null where the error rates carry no
--   information; suppressed (BOOLEAN): flagged and what follows from it is withheld.
-- Grain: one source.
WITH made AS (
    SELECT
        outputs.minor_suspected AS minor_suspected,
        coalesce(outputs.minor_suspected_source, 'undeclared') AS source,
        coalesce(outputs.target_id, asked.target_id) AS target_id
    FROM generations AS outputs
    LEFT JOIN (
        SELECT event_id, target_id
        FROM mentions
        WHERE occurred_at >= $since::TIMESTAMP - INTERVAL 7 DAY AND occurred_at < $until::TIMESTAMP + INTERVAL 1 DAY
    ) AS asked ON outputs.mention_id = asked.event_id
    WHERE
        outputs.occurred_at >= $since::TIMESTAMP
        AND outputs.occurred_at < $until::TIMESTAMP
        AND outputs.outcome IN ('fulfilled', 'partial')
        AND coalesce(outputs.media_type, 'image') = 'image'
),

totals AS (
    SELECT count(*) AS made FROM made
),

counted AS (
    SELECT
        source,
        count(*) AS examined,
        count(*) FILTER (minor_suspected) AS flagged,
        count(DISTINCT target_id) FILTER (minor_suspected) AS flagged_targets
    FROM made
    WHERE minor_suspected IS NOT NULL
    GROUP BY source
),

shown AS (
    SELECT
        source,
        examined,
        flagged > 0 AND (flagged < 8 OR flagged_targets < 8) AS suppressed,
        CASE WHEN flagged = 0 OR (flagged >= 8 AND flagged_targets >= 8) THEN flagged END AS flagged,
        1.959963984540054 AS z,
        CASE
            WHEN $sensitivity::DOUBLE + $specificity::DOUBLE > 1 THEN $sensitivity::DOUBLE + $specificity::DOUBLE - 1
        END AS youden
    FROM counted
),

bounded AS (
    SELECT
        *,
        flagged / examined AS share,
        greatest(
            0,
            (flagged / examined + z * z / (2 * examined)) / (1 + z * z / examined)
            - z * sqrt(flagged / examined * (1 - flagged / examined) / examined + z * z / (4 * examined * examined))
            / (1 + z * z / examined)
        ) AS low,
        least(
            1,
            (flagged / examined + z * z / (2 * examined)) / (1 + z * z / examined)
            + z * sqrt(flagged / examined * (1 - flagged / examined) / examined + z * z / (4 * examined * examined))
            / (1 + z * z / examined)
        ) AS high
    FROM shown
)

SELECT
    bounded.source AS source,
    totals.made AS made,
    bounded.examined AS examined,
    bounded.flagged AS flagged,
    round(bounded.share, 6) AS share,
    CASE WHEN bounded.flagged IS NOT NULL THEN round(bounded.low, 6) END AS low,
    CASE WHEN bounded.flagged IS NOT NULL THEN round(bounded.high, 6) END AS high,
    CASE
        WHEN bounded.flagged * bounded.youden IS NOT NULL
            THEN round(least(1, greatest(0, (bounded.share + $specificity::DOUBLE - 1) / bounded.youden)), 6)
    END AS corrected,
    CASE
        WHEN bounded.flagged * bounded.youden IS NOT NULL
            THEN round(least(1, greatest(0, (bounded.low + $specificity::DOUBLE - 1) / bounded.youden)), 6)
    END AS corrected_low,
    CASE
        WHEN bounded.flagged * bounded.youden IS NOT NULL
            THEN round(least(1, greatest(0, (bounded.high + $specificity::DOUBLE - 1) / bounded.youden)), 6)
    END AS corrected_high,
    bounded.suppressed AS suppressed
FROM bounded
CROSS JOIN totals
ORDER BY bounded.source
