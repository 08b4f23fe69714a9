-- Rows of {table} whose {id} came as a handle of the temporary table held get the person whom it named at the time; {came_as} keeps the handle.
-- Parameters: $since (TIMESTAMP, UTC): rows from that event time on; $batch (BIGINT): of that batch and later ones.
UPDATE {table} AS t
SET
    {came_as} = coalesce(t.{came_as}, t.{id}),
    {id} = held.person
FROM held
WHERE
    coalesce(t.{came_as}, t.{id}) = held.handle
    AND t.occurred_at >= held.since
    AND t.occurred_at < held.until
    AND t.{id} <> held.person
    AND t.occurred_at >= $since
    AND t.batch >= $batch
