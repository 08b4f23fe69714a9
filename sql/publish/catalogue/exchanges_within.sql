-- The macro {macro}: rows of exchanges with since <= occurred_at < until, for questions that are asked of both catalogues. In the research
-- catalogue a row may lie in the period in part; here times are exact.
-- Parameters: since, until (TIMESTAMP, UTC). Columns: as exchanges; span_starts_at, span_ends_at (TIMESTAMP, UTC): the microsecond of the
-- event; share (DOUBLE): always 1.
-- Grain: one row of exchanges.
CREATE MACRO {macro}(since, until) AS TABLE
SELECT
    *,
    occurred_at AS span_starts_at,
    occurred_at + INTERVAL 1 MICROSECOND AS span_ends_at,
    1.0::DOUBLE AS share
FROM exchanges_between(since, until)
