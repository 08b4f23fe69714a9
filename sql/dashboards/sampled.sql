-- Requests of a period as collected and as estimated, where a collection kept a part of them: each stands for 1 / its sampling probability
-- (Horvitz and Thompson 1952, each kept on its own). Requests about oneself are left out.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $request_class (VARCHAR): null counts every class.
-- Columns: requests (BIGINT): as collected; unstated (BIGINT): of them without a probability, each of which stands for itself; least, most
--   (DOUBLE, above 0 to 1, null where none is stated): probabilities; estimated, deviation (DOUBLE): number and its standard error;
--   fulfilled, decided (DOUBLE): as estimated, by the final answer.
-- Grain: one row.
WITH asked AS (
    SELECT
        outcome,
        sampling_probability,
        coalesce(sampling_probability, 1) AS kept
    FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
    WHERE
        NOT is_self
        AND ($request_class::VARCHAR IS NULL OR request_class = $request_class::VARCHAR)
)

SELECT
    count(*) AS requests,
    count(*) FILTER (sampling_probability IS NULL) AS unstated,
    min(sampling_probability) AS least,
    max(sampling_probability) AS most,
    coalesce(sum(1 / kept), 0) AS estimated,
    coalesce(sqrt(sum((1 - kept) / (kept * kept))), 0) AS deviation,
    coalesce(sum(1 / kept) FILTER (outcome = 'fulfilled'), 0) AS fulfilled,
    coalesce(sum(1 / kept) FILTER (outcome IN ('fulfilled', 'partial', 'refused')), 0) AS decided
FROM asked
ORDER BY requests
