-- Findings and incidents by the first letters of their id, as screens name them (S-1A2B3C4D).
-- Parameters: $kind (VARCHAR: S surges and drops, C clusters, I incidents); $prefix (VARCHAR): hexadecimal, lower case; $top (BIGINT): most rows.
-- Columns: page (VARCHAR: surges, coordination, incidents); identity (VARCHAR): the whole id; at (TIMESTAMP, UTC): opened or born.
-- Grain: one finding or incident.
WITH every AS (
    SELECT 'S' AS kind, 'surges' AS page, surge_id AS identity, opened_at AS "at" FROM surges
    UNION ALL
    SELECT 'S', 'surges', surge_id, opened_at FROM drops
    UNION ALL
    SELECT 'C', 'coordination', cluster_id, born_at FROM clusters
    UNION ALL
    SELECT 'I', 'incidents', incident_id, opened_at FROM incidents
)

SELECT
    page,
    identity,
    "at"
FROM every
WHERE
    kind = $kind::VARCHAR
    AND starts_with(identity, $prefix::VARCHAR)
ORDER BY "at" DESC, identity
LIMIT $top::BIGINT
