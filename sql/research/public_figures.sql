-- Question: How large a share of the requests is about public figures?
-- Method: Requests of the class by whether the target is a public figure, as declared. Share among those where it is declared, with its
--   95 % Wilson score interval (Wilson 1927); bounds count every undeclared one as no, or as yes.
-- Caveats: Who counts as a public figure is the collector's judgement. Requests about one target are not independent: the interval is
--   too narrow. On research, times are days and months: take whole ones; what is too rare to say
--   it counts as undeclared, and mentions without a known target are not in it, so share_max is too low.
-- Study: 6 % of images (AI Forensics, 25 December 2025 to 1 January 2026), which is of images, not of requests.
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising.
-- Columns: requests, known, public_figures (BIGINT); share, low, high (DOUBLE, 0 to 1): of known, null without any; share_min, share_max
--   (DOUBLE, 0 to 1): of all.
-- Grain: one row.
WITH counted AS (
    SELECT
        count(*) AS requests,
        count(target_is_public_figure) AS known,
        count(*) FILTER (target_is_public_figure) AS public_figures
    FROM mentions
    WHERE
        occurred_at >= $since::TIMESTAMP
        AND occurred_at < $until::TIMESTAMP
        AND request_class = $request_class::VARCHAR
        AND NOT is_self
),

rated AS (
    SELECT
        *,
        public_figures / nullif(known, 0) AS share,
        1.959963984540054 AS z
    FROM counted
),

bounded AS (
    SELECT
        *,
        (share + z * z / (2 * known)) / (1 + z * z / known) AS centre,
        z * sqrt(share * (1 - share) / known + z * z / (4 * known * known)) / (1 + z * z / known) AS half_width
    FROM rated
)

SELECT
    requests,
    known,
    public_figures,
    round(share, 6) AS share,
    CASE WHEN known > 0 THEN round(greatest(0, centre - half_width), 6) END AS low,
    CASE WHEN known > 0 THEN round(least(1, centre + half_width), 6) END AS high,
    round(public_figures / nullif(requests, 0), 6) AS share_min,
    round((public_figures + requests - known) / nullif(requests, 0), 6) AS share_max
FROM bounded
ORDER BY requests
