-- Languages of requests, as declared, regions of one language taken together; the rarest as one. Requests about oneself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $request_class (VARCHAR): null counts every
--   class; $top (BIGINT): languages shown by name.
-- Columns: language (VARCHAR: primary subtag of BCP 47, in lower case; 'other' for the rest; null where not declared); requests (BIGINT);
--   share (DOUBLE, 0 to 1): of all requests of the period; languages (BIGINT): how many the row stands for.
-- Grain: one language.
WITH spoken AS (
    SELECT
        lower(split_part("language", '-', 1)) AS spoken_language,
        sum(requests) AS requests
    FROM requests_between($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE
        NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
    GROUP BY ALL
    HAVING sum(requests) > 0
),

ranked AS (
    SELECT
        spoken_language,
        requests,
        row_number() OVER (ORDER BY spoken_language IS NULL, requests DESC, spoken_language) AS place
    FROM spoken
),

named AS (
    SELECT
        CASE
            WHEN spoken_language IS NULL OR place <= $top::BIGINT THEN spoken_language
            ELSE 'other'
        END AS shown,
        requests
    FROM ranked
)

SELECT
    shown AS "language",
    sum(requests)::BIGINT AS requests,
    sum(requests) / sum(sum(requests)) OVER () AS share,
    count(*) AS languages
FROM named
GROUP BY shown
ORDER BY shown IS NULL, shown = 'other', requests DESC, shown
