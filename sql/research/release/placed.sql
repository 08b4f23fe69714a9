-- How exactly the rows of the macro {macro} are placed in a period. Columns: surely (BIGINT): in it; possibly (BIGINT): perhaps in it, not surely;
-- held_back (BIGINT): of its months, published nowhere, at most. Parameters: $since, $until (TIMESTAMP, UTC).
-- Grain: one row.
SELECT
    count(*) FILTER (placed.share = 1) AS surely,
    count(*) FILTER (placed.share < 1) AS possibly,
    any_value(held.at_most) AS held_back
FROM held_back_within($since::TIMESTAMP, $until::TIMESTAMP) AS held
LEFT JOIN {macro}($since::TIMESTAMP, $until::TIMESTAMP) AS placed ON true
