-- Question: How large a share of what was made shows a possible minor, given that flags are often wrong?
-- Method: Per source of the flag: share of flagged among those it looked at, with its 95 % Wilson score interval (Wilson 1927), then
--   corrected for the stated error rates of that source (Rogan and Gladen 1978): (share + specificity - 1) / (sensitivity + specificity
--   - 1), cut at 0 and 1, limits likewise.
-- Caveats: A flag is unverified: at a prevalence of 0.5 % and a specificity of 99.5 % half of all flags are false. The correction takes
--   the error rates as exact; state where they come from, and try others. Counted by whole months that are over; a month with flags of
--   fewer than 8 accounts or targets is suppressed, and with it the source. Whom nobody looked at is in no share.
-- Study: 2 % look 18 or younger (AI Forensics); 101 likely children in 20,000 posts (CCDH).
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): months of the generation that begin in [month of since, until); $sensitivity
--   (DOUBLE, 0 to 1) = 0.9: share of minors that are flagged; $specificity (DOUBLE, 0 to 1) = 0.995: share of adults that are not flagged.
-- Columns: source (VARCHAR): who or what flagged, undeclared where not said; made (BIGINT): images made in these months; examined
--   (BIGINT): of these with a flag of this source, set or not; flagged (BIGINT): set; share, low, high (DOUBLE, 0 to 1): flagged of
--   examined; corrected, corrected_low, corrected_high (DOUBLE, 0 to 1): after the correction, null where the error rates carry no
--   information; suppressed (BOOLEAN): flagged and what follows from it is withheld.
-- Grain: one source.
WITH counted AS (
    SELECT
        coalesce(minor_suspected_source, 'undeclared') AS source,
        sum(looked_at)::BIGINT AS examined,
        CASE WHEN count(flagged) = count(*) THEN sum(flagged)::BIGINT END AS flagged
    FROM minor_flags
    WHERE
        "month" >= date_trunc('month', $since::TIMESTAMP)
        AND "month" < $until::TIMESTAMP
        AND event_type = 'image'
        AND looked_at > 0
    GROUP BY source
),

totals AS (
    SELECT coalesce(sum(events), 0)::BIGINT AS made
    FROM minor_flags
    WHERE "month" >= date_trunc('month', $since::TIMESTAMP) AND "month" < $until::TIMESTAMP AND event_type = 'image'
),

shown AS (
    SELECT
        source,
        examined,
        flagged IS NULL AS suppressed,
        flagged,
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
