-- Question: How large a share of the requests is about public figures?
-- Method: Requests of the class by whether the target is a public figure, as declared. Share among those where it is declared, with its
--   95 % Wilson score interval (Wilson 1927); bounds count every undeclared one as no, or as yes.
-- Caveats: Who counts as a public figure is the collector's judgement. Requests about one target are not independent: the interval is
--   too narrow. On research: rows placed to a month are shared out by time, so take
--   whole days; what is too rare to say it counts as undeclared, and mentions without a known target are not in it, so share_max is too
--   low.
-- Study: 6 % of images (AI Forensics, 25 December 2025 to 1 January 2026), which is of images, not of requests.
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising.
-- Columns: requests, known, public_figures (BIGINT); share, low, high (DOUBLE, 0 to 1): of known, null without any, and where what is
--   not placed could move it by more than 10 points; share_min, share_max
--   (DOUBLE, 0 to 1): of all.
-- Grain: one row.
WITH counted AS (
    SELECT
        coalesce(sum(share), 0) AS requests,
        coalesce(sum(share) FILTER (target_is_public_figure IS NOT NULL), 0) AS known,
        coalesce(sum(share) FILTER (target_is_public_figure), 0) AS public_figures,
        count(*) FILTER (share = 1 AND target_is_public_figure) AS surely_public,
        count(*) FILTER (target_is_public_figure) AS possibly_public,
        count(*) FILTER (target_is_public_figure IS NULL) AS undeclared,
        count(*) FILTER (share = 1 AND NOT target_is_public_figure) AS surely_private,
        count(*) FILTER (NOT target_is_public_figure) AS possibly_private
    FROM mentions_within($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE
        request_class = $request_class::VARCHAR
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
),

-- `is_placed`: what is coarsened or not published can move the share by 10 points at most.
placed AS (
    SELECT
        bounded.*,
        bounded.surely_public
        / nullif(bounded.surely_public + bounded.possibly_private + bounded.undeclared + held.at_most, 0) AS share_min,
        (bounded.possibly_public + bounded.undeclared + held.at_most)
        / nullif(bounded.possibly_public + bounded.undeclared + held.at_most + bounded.surely_private, 0) AS share_max,
        coalesce(
            (bounded.possibly_public + held.at_most)
            / nullif(bounded.possibly_public + held.at_most + bounded.surely_private, 0)
            - bounded.surely_public / nullif(bounded.surely_public + bounded.possibly_private + held.at_most, 0),
            0
        ) <= 0.1 AS is_placed
    FROM bounded
    CROSS JOIN held_back_within($since::TIMESTAMP, $until::TIMESTAMP) AS held
)

SELECT
    round(requests)::BIGINT AS requests,
    round(known)::BIGINT AS known,
    round(public_figures)::BIGINT AS public_figures,
    CASE WHEN is_placed THEN round(share, 6) END AS share,
    CASE WHEN known > 0 AND is_placed THEN round(greatest(0, centre - half_width), 6) END AS low,
    CASE WHEN known > 0 AND is_placed THEN round(least(1, centre + half_width), 6) END AS high,
    round(share_min, 6) AS share_min,
    round(share_max, 6) AS share_max
FROM placed
ORDER BY requests
