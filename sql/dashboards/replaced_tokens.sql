-- Short tokens that were replaced because they held a handle, an address, a link or a long number, by the column they stood in. Sources of flags of possible minors
-- are published as counts only and not looked at.
-- Columns: field (VARCHAR); tokens (BIGINT, different ones); events (BIGINT). Grain: one row a column that has any.
WITH held AS (
    UNPIVOT (
        SELECT collection_id, generator, request_class_source FROM mentions
    ) ON collection_id, generator, request_class_source INTO NAME field VALUE token
    UNION ALL
    UNPIVOT (
        SELECT collection_id, generator, model FROM generations
    ) ON collection_id, generator, model INTO NAME field VALUE token
    UNION ALL
    UNPIVOT (
        SELECT collection_id, reason FROM moderations
    ) ON collection_id, reason INTO NAME field VALUE token
)

SELECT
    field,
    count(DISTINCT token) AS tokens,
    count(*) AS events
FROM held
WHERE regexp_full_match(token, 'c-[0-9A-HJKMNP-TV-Z]{8}')
GROUP BY field
ORDER BY field
