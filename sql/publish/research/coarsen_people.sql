-- Targets or accounts that have no row yet, in bands at one of five levels of detail, the finest first. Level 0: description and bands that
-- double; 1: the bands; 2: bands that grow eightfold; 3: such a band of all requests only; 4: nothing. A row stands for as many
-- people as look alike. Reads the tables measured, paired, placed. Parameters: $detail (INTEGER). Grain: one pair of an account and a target.
CREATE OR REPLACE TEMP TABLE candidates AS
WITH open AS (
    SELECT
        measured.*,
        CASE WHEN $detail < 2 THEN 2 ELSE 8 END AS base
    FROM measured
    ANTI JOIN placed ON measured.rid = placed.rid
)

SELECT
    open.rid,
    paired.target_id,
    paired.person,
    {
        described: CASE WHEN $detail = 0 THEN described END,
        requests_from: CASE WHEN $detail < 4 THEN band_from(requests, base) END,
        requests_to: CASE WHEN $detail < 4 THEN band_to(requests, base) END,
        sexualising_from: CASE WHEN $detail < 3 THEN band_from(sexualising, base) END,
        sexualising_to: CASE WHEN $detail < 3 THEN band_to(sexualising, base) END,
        fulfilled_from: CASE WHEN $detail < 3 THEN band_from(fulfilled, base) END,
        fulfilled_to: CASE WHEN $detail < 3 THEN band_to(fulfilled, base) END,
        others_from: CASE WHEN $detail < 3 THEN band_from(others, base) END,
        others_to: CASE WHEN $detail < 3 THEN band_to(others, base) END,
        spread_from: CASE WHEN $detail < 3 THEN band_from(spread, base) END,
        spread_to: CASE WHEN $detail < 3 THEN band_to(spread, base) END,
        "level": $detail::INTEGER
    } AS cell
FROM open
INNER JOIN paired ON open.rid = paired.rid
