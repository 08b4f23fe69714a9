-- Events of the months of a period that are not published: none, since this catalogue holds all of them.
-- Parameters: since, until (TIMESTAMP, UTC). Columns: at_most (BIGINT). Grain: one row.
CREATE MACRO held_back_within(since, until) AS TABLE
SELECT 0::BIGINT AS at_most
