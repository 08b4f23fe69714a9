-- Question: In which languages are requests made, and does the answer depend on it?
-- Method: Requests of the class by the declared language of the prompt, regions of one language taken together; languages with fewer
--   than $least requests as one. Answered rate = fulfilled / (fulfilled + partial + refused), with its 95 % Wilson score interval
--   (Wilson 1927). rate_min and rate_max count every unknown answer (nobody has judged it) as not fulfilled, and as fulfilled.
-- Caveats: Language is as declared; short prompts are often declared wrongly. Requests about one target are not independent: the
--   interval is too narrow. A keyword collector sees only the languages of its keywords. No published figure exists to compare with. On
--   research: rows placed to a month are shared out by time, so take whole days; what is too rare to say its language or answer is left
--   out of both.
-- Catalogues: analyst, research.
-- Parameters: $since, $until (TIMESTAMP, UTC): of the mention; $request_class (VARCHAR) = sexualising; $least (BIGINT, from 1) = 8.
-- Columns: language (VARCHAR): primary subtag of BCP 47 in lower case, other for the rest, undeclared where not said; languages
--   (BIGINT): how many the row stands for; requests (BIGINT); share (DOUBLE, 0 to 1): of all; answered (BIGINT): fulfilled, partial or
--   refused; answered_rate, low, high (DOUBLE, 0 to 1): null where nothing was answered; unknown (BIGINT): answers that nobody has
--   judged; rate_min, rate_max (DOUBLE, 0 to 1): null where these are none either.
-- Grain: one language.
WITH spoken AS (
    SELECT
        lower(split_part("language", '-', 1)) AS spoken_language,
        sum(share) AS requests,
        coalesce(sum(share) FILTER (outcome = 'fulfilled'), 0) AS fulfilled,
        coalesce(sum(share) FILTER (outcome IN ('fulfilled', 'partial', 'refused')), 0) AS answered,
        coalesce(sum(share) FILTER (outcome = 'unknown'), 0) AS unknown
    FROM exchanges_within($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE
        request_class = $request_class::VARCHAR
        AND NOT is_self
        AND "language" IS DISTINCT FROM 'merged'
    GROUP BY spoken_language
),

merged AS (
    SELECT
        CASE
            WHEN spoken_language IS NULL THEN 'undeclared'
            WHEN requests < $least::BIGINT OR spoken_language = 'other' THEN 'other'
            ELSE spoken_language
        END AS spoken_language,
        requests,
        fulfilled,
        answered,
        unknown
    FROM spoken
),

summed AS (
    SELECT
        spoken_language,
        count(*) AS languages,
        sum(requests) AS requests,
        sum(fulfilled) AS fulfilled,
        sum(answered) AS n,
        sum(unknown) AS unknown
    FROM merged
    GROUP BY spoken_language
    HAVING sum(requests) > 0
),

rated AS (
    SELECT
        *,
        fulfilled / nullif(n, 0) AS rate,
        1.959963984540054 AS z
    FROM summed
),

bounded AS (
    SELECT
        *,
        (rate + z * z / (2 * n)) / (1 + z * z / n) AS centre,
        z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n) AS half_width
    FROM rated
)

SELECT
    spoken_language AS "language",
    languages,
    round(requests)::BIGINT AS requests,
    round(requests / sum(requests) OVER (), 6) AS share,
    round(n)::BIGINT AS answered,
    round(rate, 6) AS answered_rate,
    CASE WHEN n > 0 THEN round(greatest(0, centre - half_width), 6) END AS low,
    CASE WHEN n > 0 THEN round(least(1, centre + half_width), 6) END AS high,
    round(unknown)::BIGINT AS unknown,
    round(fulfilled / nullif(n + unknown, 0), 6) AS rate_min,
    round((fulfilled + unknown) / nullif(n + unknown, 0), 6) AS rate_max
FROM bounded
ORDER BY spoken_language = 'undeclared', spoken_language = 'other', round(requests) DESC, spoken_language
