-- Band those targets that have no row yet, at one of four levels, the finest first; only rows that at least $small share stay.
-- Level 0: target_gender and bands that double; 1: the bands; 2: bands that grow eightfold; 3: such a band of all requests only; 4: nothing.
-- Parameters: $level (INTEGER); $small (INTEGER). Grain: one of targets.
INSERT INTO banded
WITH open AS (
    SELECT
        measured.*,
        CASE WHEN $level < 2 THEN 2 ELSE 8 END AS base
    FROM measured
    ANTI JOIN banded ON measured.id = banded.id
),

rows_of_level AS (
    SELECT
        id,
        CASE WHEN $level = 0 THEN target_gender END AS described,
        CASE WHEN $level < 4 THEN band_from(requests, base) END AS requests_from,
        CASE WHEN $level < 4 THEN band_to(requests, base) END AS requests_to,
        CASE WHEN $level < 3 THEN band_from(sexualising, base) END AS sexualising_from,
        CASE WHEN $level < 3 THEN band_to(sexualising, base) END AS sexualising_to,
        CASE WHEN $level < 3 THEN band_from(fulfilled, base) END AS fulfilled_from,
        CASE WHEN $level < 3 THEN band_to(fulfilled, base) END AS fulfilled_to,
        CASE WHEN $level < 3 THEN band_from(others, base) END AS others_from,
        CASE WHEN $level < 3 THEN band_to(others, base) END AS others_to,
        CASE WHEN $level < 3 THEN band_from(spread, base) END AS spread_from,
        CASE WHEN $level < 3 THEN band_to(spread, base) END AS spread_to
    FROM open
)

SELECT
    *,
    $level::INTEGER AS "level",
    count(*) OVER (
        PARTITION BY
            described,
            requests_from,
            requests_to,
            sexualising_from,
            sexualising_to,
            fulfilled_from,
            fulfilled_to,
            others_from,
            others_to,
            spread_from,
            spread_to
    ) AS alike
FROM rows_of_level
QUALIFY alike >= $small
